// SPDX-License-Identifier: Apache-2.0
// go_float_format.cc: to_chars does the digits; what differs from C is how exponents and %g look.
#include "logql/pipeline/go_float_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "model/go_number.h"

namespace lokilib::logql {
namespace {

constexpr int kPrecisionMax = 1100;  // no double has more digits; what is beyond them is zeros

std::string to_text(double value, std::chars_format format, int precision) {
  std::string text(static_cast<size_t>(precision) + 400, '\0');
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format, precision).ptr;
  text.resize(static_cast<size_t>(end - text.data()));
  return text;
}

// C and Go both write at least two digits of an exponent.
std::string exponent_form(double value, int precision) {
  if (precision < 0) return format_go_float(value, FloatForm::Exponent);
  std::string text = to_text(value, std::chars_format::scientific, std::min(precision, kPrecisionMax));
  if (precision > kPrecisionMax) {
    text.insert(text.find('e'), static_cast<size_t>(precision - kPrecisionMax), '0');
  }
  return text;
}

std::string fixed_form(double value, int precision) {
  if (precision < 0) return format_go_float(value, FloatForm::Fixed);
  std::string text = to_text(value, std::chars_format::fixed, std::min(precision, kPrecisionMax));
  if (precision > kPrecisionMax) text.append(static_cast<size_t>(precision - kPrecisionMax), '0');
  return text;
}

// %g: as many significant digits as the precision says, no zeros at the end; an exponent below -4 and from
// the precision on, but not for a number whose digits all stand before the point.
std::string general_form(double value, int precision) {
  if (precision < 0) return format_go_float(value, FloatForm::General);
  if (value == 0) return std::signbit(value) ? "-0" : "0";
  const int digits_max = std::min(std::max(precision, 1), kPrecisionMax);
  const std::string scientific = to_text(value, std::chars_format::scientific, digits_max - 1);
  const size_t e = scientific.find('e');
  const int exponent = std::atoi(scientific.c_str() + e + 1);
  std::string mantissa = scientific.substr(0, e);
  if (mantissa.find('.') != std::string::npos) {
    mantissa.resize(mantissa.find_last_not_of('0') + 1);
    if (mantissa.back() == '.') mantissa.pop_back();
  }
  int digits = 0;
  for (const char c : mantissa) digits += c >= '0' && c <= '9' ? 1 : 0;
  int limit = digits_max;
  if (limit > digits && digits >= exponent + 1) limit = digits;
  if (exponent < -4 || exponent >= limit) return mantissa + scientific.substr(e);
  return to_text(value, std::chars_format::fixed, std::max(digits - 1 - exponent, 0));
}

void split(double value, uint64_t& mantissa, int& exponent) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  mantissa = bits & ((uint64_t{1} << 52) - 1);
  exponent = static_cast<int>(bits >> 52 & 0x7FF);
  if (exponent == 0) {
    exponent = 1;
  } else {
    mantissa |= uint64_t{1} << 52;
  }
  exponent -= 1023;
}

std::string sign_of(int value) {
  return value < 0 ? "-" : "+";
}

// 4503599627370496p-52
std::string binary_form(double value) {
  uint64_t mantissa = 0;
  int exponent = 0;
  split(value, mantissa, exponent);
  exponent -= 52;
  return (std::signbit(value) ? "-" : "") + std::to_string(mantissa) + "p" + sign_of(exponent) +
         std::to_string(std::abs(exponent));
}

// 0x1.8p+01
std::string hex_form(double value, int precision) {
  uint64_t mantissa = 0;
  int exponent = 0;
  split(value, mantissa, exponent);
  if (mantissa == 0) exponent = 0;
  mantissa <<= 8;  // 60 bits behind the point
  while (mantissa != 0 && (mantissa & uint64_t{1} << 60) == 0) {
    mantissa <<= 1;
    --exponent;
  }
  if (precision >= 0 && precision < 15) {
    const int shift = 60 - precision * 4;
    const uint64_t extra = mantissa & ((uint64_t{1} << shift) - 1);
    mantissa >>= shift;
    if ((extra | (mantissa & 1)) > uint64_t{1} << (shift - 1)) ++mantissa;  // half to even
    mantissa <<= shift;
    if ((mantissa & uint64_t{1} << 61) != 0) {
      mantissa >>= 1;
      ++exponent;
    }
  }
  std::string text = std::signbit(value) ? "-0x" : "0x";
  text += mantissa >> 60 != 0 ? '1' : '0';
  std::string digits;
  for (int shift = 56; shift >= 0; shift -= 4) digits += "0123456789abcdef"[mantissa >> shift & 15];
  if (precision < 0) {
    digits.resize(digits.find_last_not_of('0') + 1);
  } else {
    digits.resize(static_cast<size_t>(precision), '0');
  }
  if (!digits.empty()) text += "." + digits;
  const std::string power = std::to_string(std::abs(exponent));
  return text + "p" + sign_of(exponent) + (power.size() < 2 ? "0" : "") + power;
}

}  // namespace

std::string format_float(double value, char form, int precision) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  const bool upper = form == 'E' || form == 'G' || form == 'X';
  std::string text;
  switch (form) {
    case 'e':
    case 'E':
      text = exponent_form(value, precision);
      break;
    case 'f':
      text = fixed_form(value, precision);
      break;
    case 'b':
      text = binary_form(value);
      break;
    case 'x':
    case 'X':
      text = hex_form(value, precision);
      break;
    default:
      text = general_form(value, precision);
      break;
  }
  if (upper) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  }
  return text;
}

}  // namespace lokilib::logql
