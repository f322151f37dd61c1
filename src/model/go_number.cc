// SPDX-License-Identifier: Apache-2.0
// go_number.cc: the syntax is checked here by Go's rules; std::from_chars and to_chars do the arithmetic.
#include "model/go_number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <lokilib/labels.h>

#include "base/make_error.h"

namespace lokilib {
namespace {

enum class NumberFault : uint8_t { None, Syntax, Range };

char lower(char c) {
  return static_cast<char>(c | 0x20);
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex_digit(char c) {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? lower(text[i]) : text[i];
    if (c != lower_case[i]) return false;
  }
  return true;
}

// Whether each underscore stands between digits, or between a base prefix and a digit. `unsigned_text` has no
// sign.
bool underscores_are_well_placed(std::string_view unsigned_text) {
  char seen = '^';
  size_t i = 0;
  bool is_hex = false;
  if (unsigned_text.size() >= 2 && unsigned_text[0] == '0') {
    const char prefix = lower(unsigned_text[1]);
    if (prefix == 'b' || prefix == 'o' || prefix == 'x') {
      i = 2;
      seen = '0';
      is_hex = prefix == 'x';
    }
  }
  for (; i < unsigned_text.size(); ++i) {
    const char c = unsigned_text[i];
    if (is_digit(c) || (is_hex && is_hex_digit(c))) {
      seen = '0';
    } else if (c == '_') {
      if (seen != '0') return false;
      seen = '_';
    } else {
      if (seen == '_') return false;
      seen = '!';
    }
  }
  return seen != '_';
}

// The parts of an unsigned number whose syntax is right.
struct FloatShape {
  bool ok = false;
  bool is_hex = false;
  bool has_underscore = false;
};

FloatShape scan_float(std::string_view text) {
  FloatShape shape;
  size_t i = 0;
  if (text.size() > 2 && text[0] == '0' && lower(text[1]) == 'x') {
    shape.is_hex = true;
    i = 2;
  }
  bool has_dot = false;
  bool has_digit = false;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '_') {
      shape.has_underscore = true;
    } else if (c == '.') {
      if (has_dot) return shape;
      has_dot = true;
    } else if (is_digit(c) || (shape.is_hex && is_hex_digit(c))) {
      has_digit = true;
    } else {
      break;
    }
  }
  if (!has_digit) return shape;
  if (i < text.size() && lower(text[i]) == (shape.is_hex ? 'p' : 'e')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (i == text.size() || !is_digit(text[i])) return shape;
    for (; i < text.size() && (is_digit(text[i]) || text[i] == '_'); ++i) {
      shape.has_underscore |= text[i] == '_';
    }
  } else if (shape.is_hex) {
    return shape;  // a hexadecimal float needs its exponent
  }
  if (i != text.size()) return shape;
  shape.ok = !shape.has_underscore || underscores_are_well_placed(text);
  return shape;
}

// from_chars does not say which side of the range was left: the value is far from 1, so the place of the
// first digit that is not 0 and the exponent tell.
bool is_underflow(std::string_view digits, bool is_hex) {
  const char mark = is_hex ? 'p' : 'e';
  int64_t place = 0;  // digits before the point, less the zeros behind it
  bool seen_dot = false;
  bool seen_digit = false;
  size_t i = 0;
  for (; i < digits.size() && lower(digits[i]) != mark; ++i) {
    if (digits[i] == '.') {
      seen_dot = true;
      continue;
    }
    seen_digit |= digits[i] != '0';
    if (seen_digit && !seen_dot) ++place;
    if (!seen_digit && seen_dot) --place;
  }
  if (!seen_digit) return true;
  if (is_hex) place *= 4;
  if (i < digits.size()) {
    ++i;
    const bool negative = digits[i] == '-';
    if (digits[i] == '-' || digits[i] == '+') ++i;
    int64_t exponent = 0;
    for (; i < digits.size() && exponent < 1'000'000'000; ++i) exponent = exponent * 10 + (digits[i] - '0');
    place += negative ? -exponent : exponent;
  }
  return place < 0;
}

NumberFault convert_float(std::string_view digits, bool is_hex, double& value) {
  const auto format = is_hex ? std::chars_format::hex : std::chars_format::general;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, format);
  static_cast<void>(end);
  if (error == std::errc::result_out_of_range) {
    if (is_underflow(digits, is_hex)) {
      value = 0;
      return NumberFault::None;
    }
    value = std::numeric_limits<double>::infinity();
    return NumberFault::Range;
  }
  if (error != std::errc()) return NumberFault::Syntax;
  return std::isinf(value) ? NumberFault::Range : NumberFault::None;
}

NumberFault parse_unsigned_float(std::string_view text, bool has_sign, double& value) {
  if (text.empty()) return NumberFault::Syntax;
  if (lower(text[0]) == 'i') {
    if (!equals_ignoring_case(text, "inf") && !equals_ignoring_case(text, "infinity")) {
      return NumberFault::Syntax;
    }
    value = std::numeric_limits<double>::infinity();
    return NumberFault::None;
  }
  if (lower(text[0]) == 'n') {
    if (has_sign || !equals_ignoring_case(text, "nan")) return NumberFault::Syntax;
    value = std::numeric_limits<double>::quiet_NaN();
    return NumberFault::None;
  }
  const FloatShape shape = scan_float(text);
  if (!shape.ok) return NumberFault::Syntax;
  if (!shape.has_underscore) return convert_float(text.substr(shape.is_hex ? 2 : 0), shape.is_hex, value);
  std::string digits;
  for (const char c : text.substr(shape.is_hex ? 2 : 0)) {
    if (c != '_') digits.push_back(c);
  }
  return convert_float(digits, shape.is_hex, value);
}

NumberFault parse_float(std::string_view text, double& value) {
  const bool negative = !text.empty() && text[0] == '-';
  const bool has_sign = negative || (!text.empty() && text[0] == '+');
  const NumberFault fault = parse_unsigned_float(text.substr(has_sign ? 1 : 0), has_sign, value);
  if (negative) value = -value;
  return fault;
}

Error number_error(std::string_view function, std::string_view text, NumberFault fault) {
  return make_error(ErrorCode::InvalidQuery, "strconv.{}: parsing {}: {}", function, quote(text),
                    fault == NumberFault::Range ? "value out of range" : "invalid syntax");
}

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  if (lower(c) >= 'a' && lower(c) <= 'z') return lower(c) - 'a' + 10;
  return 99;
}

// Takes the base from the prefix; returns the digits behind it.
std::string_view strip_base_prefix(std::string_view text, int& base) {
  base = 10;
  if (text.empty() || text[0] != '0') return text;
  if (text.size() >= 3) {
    const char prefix = lower(text[1]);
    base = prefix == 'b' ? 2 : prefix == 'o' ? 8 : prefix == 'x' ? 16 : 10;
    if (base != 10) return text.substr(2);
  }
  base = 8;
  return text.substr(1);
}

NumberFault parse_int(std::string_view text, int base, int64_t& value) {
  if (text.empty()) return NumberFault::Syntax;
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  if (text.empty()) return NumberFault::Syntax;
  const std::string_view whole = text;
  const bool from_prefix = base == 0;
  if (from_prefix) text = strip_base_prefix(text, base);
  uint64_t magnitude = 0;
  bool out_of_range = false;
  bool has_underscore = false;
  for (const char c : text) {
    if (c == '_' && from_prefix) {
      has_underscore = true;
      continue;
    }
    const int digit = digit_value(c);
    if (digit >= base) return NumberFault::Syntax;
    uint64_t next = 0;
    out_of_range |= __builtin_mul_overflow(magnitude, static_cast<uint64_t>(base), &next);
    out_of_range |= __builtin_add_overflow(next, static_cast<uint64_t>(digit), &magnitude);
  }
  if (has_underscore && !underscores_are_well_placed(whole)) return NumberFault::Syntax;
  const uint64_t limit = uint64_t{1} << 63;
  if (out_of_range || magnitude > (negative ? limit : limit - 1)) return NumberFault::Range;
  value = static_cast<int64_t>(negative ? ~magnitude + 1 : magnitude);
  return NumberFault::None;
}

// The shortest digits d1 d2 d3... and the place of the point: value = 0.d1d2d3... * 10^point.
struct Digits {
  char text[32];
  int count = 0;
  int point = 0;
};

Digits shortest_digits(double magnitude) {
  Digits digits;
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, magnitude, std::chars_format::scientific).ptr;
  const char* at = buffer;
  for (; at != end && *at != 'e'; ++at) {
    if (*at != '.') digits.text[digits.count++] = *at;
  }
  int exponent = 0;
  if (at != end) {
    ++at;
    if (*at == '+') ++at;
    std::from_chars(at, end, exponent);
  }
  while (digits.count > 1 && digits.text[digits.count - 1] == '0') --digits.count;
  digits.point = magnitude == 0 ? 1 : exponent + 1;
  return digits;
}

void append_fixed(std::string& out, const Digits& digits) {
  const auto count = static_cast<size_t>(digits.count);
  if (digits.point <= 0) {
    out.append("0.");
    out.append(static_cast<size_t>(-digits.point), '0');
    out.append(digits.text, count);
    return;
  }
  const auto point = static_cast<size_t>(digits.point);
  out.append(digits.text, std::min(point, count));
  if (point >= count) {
    out.append(point - count, '0');
    return;
  }
  out.push_back('.');
  out.append(digits.text + point, count - point);
}

void append_exponent(std::string& out, const Digits& digits) {
  out.push_back(digits.text[0]);
  if (digits.count > 1) {
    out.push_back('.');
    out.append(digits.text + 1, static_cast<size_t>(digits.count - 1));
  }
  const int exponent = digits.point - 1;
  out.append(exponent < 0 ? "e-" : "e+");
  const int magnitude = exponent < 0 ? -exponent : exponent;
  if (magnitude < 10) out.push_back('0');
  out.append(std::to_string(magnitude));
}

}  // namespace

Result<double> parse_go_float(std::string_view text) {
  double value = 0;
  const NumberFault fault = parse_float(text, value);
  if (fault != NumberFault::None) return number_error("ParseFloat", text, fault);
  return value;
}

std::optional<double> try_parse_go_float(std::string_view text) {
  if (!text.empty() && text.size() <= 15) {  // most numbers in logs are short and whole
    int64_t whole = 0;
    size_t i = 0;
    for (; i < text.size() && is_digit(text[i]); ++i) whole = whole * 10 + (text[i] - '0');
    if (i == text.size()) return static_cast<double>(whole);
  }
  double value = 0;
  if (parse_float(text, value) != NumberFault::None) return std::nullopt;
  return value;
}

Result<int64_t> parse_go_int(std::string_view text, int base) {
  int64_t value = 0;
  const NumberFault fault = parse_int(text, base, value);
  if (fault != NumberFault::None) return number_error("ParseInt", text, fault);
  return value;
}

Result<int64_t> parse_go_atoi(std::string_view text) {
  int64_t value = 0;
  const NumberFault fault = parse_int(text, 10, value);
  if (fault != NumberFault::None) return number_error("Atoi", text, fault);
  return value;
}

void append_go_float(std::string& out, double value, FloatForm form) {
  if (std::isnan(value)) {
    out.append("NaN");
    return;
  }
  if (std::isinf(value)) {
    out.append(value < 0 ? "-Inf" : "+Inf");
    return;
  }
  if (std::signbit(value)) out.push_back('-');
  const Digits digits = shortest_digits(std::fabs(value));
  const int exponent = digits.point - 1;
  const bool far = exponent < -4 || exponent >= 6;  // recorded: bytes("1MiB") prints 1.048576e+06
  if (form == FloatForm::Exponent || (form == FloatForm::General && far)) {
    append_exponent(out, digits);
  } else {
    append_fixed(out, digits);
  }
}

std::string format_go_float(double value, FloatForm form) {
  std::string out;
  append_go_float(out, value, form);
  return out;
}

std::string format_go_float_fixed(double value, int precision) {
  if (!std::isfinite(value)) return format_go_float(value, FloatForm::Fixed);
  return fmt::format("{:.{}f}", value, precision);
}

}  // namespace lokilib
