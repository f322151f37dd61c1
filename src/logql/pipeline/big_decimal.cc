// SPDX-License-Identifier: Apache-2.0
// big_decimal.cc: schoolbook arithmetic over limbs of nine digits; operands have a few dozen limbs at most.
#include "logql/pipeline/big_decimal.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <string_view>

#include "model/go_number.h"

namespace lokilib::logql {
namespace {

constexpr uint32_t kBase = 1'000'000'000;
constexpr int64_t kLimbDigits = 9;
constexpr int64_t kDivisionPlaces = 16;

}  // namespace

BigDecimal::BigDecimal(double value) {
  const std::string text = format_go_float(value, FloatForm::Exponent);  // -1.25e-07
  const size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  negative_ = mantissa[0] == '-';
  mantissa.erase(0, negative_ ? 1 : 0);
  std::string_view power = std::string_view(text).substr(e + 1);
  if (power[0] == '+') power.remove_prefix(1);
  std::from_chars(power.data(), power.data() + power.size(), exponent_);
  if (const size_t point = mantissa.find('.'); point != std::string::npos) {
    exponent_ -= static_cast<int64_t>(mantissa.size() - point - 1);
    mantissa.erase(point, 1);
  }
  for (size_t end = mantissa.size(); end > 0; end -= std::min<size_t>(end, kLimbDigits)) {
    const size_t begin = end < kLimbDigits ? 0 : end - kLimbDigits;
    uint32_t limb = 0;
    std::from_chars(mantissa.data() + begin, mantissa.data() + end, limb);
    digits_.push_back(limb);
  }
  trim(digits_);
}

double BigDecimal::to_double() const {
  if (digits_.empty()) return 0;
  std::string text = negative_ ? "-" : "";
  for (size_t i = digits_.size(); i > 0; --i) {
    const std::string limb = std::to_string(digits_[i - 1]);
    if (i < digits_.size()) text.append(kLimbDigits - limb.size(), '0');
    text += limb;
  }
  text += "e" + std::to_string(exponent_);
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc::result_out_of_range) return value;
  const bool large = exponent_ + static_cast<int64_t>(digits_.size()) * kLimbDigits > 0;
  const double magnitude = large ? std::numeric_limits<double>::infinity() : 0.0;
  return negative_ ? -magnitude : magnitude;
}

void BigDecimal::trim(Digits& digits) {
  while (!digits.empty() && digits.back() == 0) digits.pop_back();
}

int BigDecimal::compare(const Digits& a, const Digits& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (size_t i = a.size(); i > 0; --i) {
    if (a[i - 1] != b[i - 1]) return a[i - 1] < b[i - 1] ? -1 : 1;
  }
  return 0;
}

BigDecimal::Digits BigDecimal::sum(const Digits& a, const Digits& b) {
  Digits result;
  uint32_t carry = 0;
  for (size_t i = 0; i < std::max(a.size(), b.size()) || carry > 0; ++i) {
    const uint32_t limb = carry + (i < a.size() ? a[i] : 0) + (i < b.size() ? b[i] : 0);
    result.push_back(limb % kBase);
    carry = limb / kBase;
  }
  trim(result);
  return result;
}

BigDecimal::Digits BigDecimal::difference(const Digits& larger, const Digits& smaller) {
  Digits result = larger;
  uint32_t borrow = 0;
  for (size_t i = 0; i < result.size(); ++i) {
    const uint32_t take = borrow + (i < smaller.size() ? smaller[i] : 0);
    borrow = result[i] < take ? 1 : 0;
    result[i] = result[i] + (borrow != 0 ? kBase : 0) - take;
  }
  trim(result);
  return result;
}

BigDecimal::Digits BigDecimal::product(const Digits& a, const Digits& b) {
  Digits result(a.size() + b.size(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < b.size() || carry > 0; ++j) {
      const uint64_t limb = result[i + j] + carry + (j < b.size() ? uint64_t{a[i]} * b[j] : 0);
      result[i + j] = static_cast<uint32_t>(limb % kBase);
      carry = limb / kBase;
    }
  }
  trim(result);
  return result;
}

BigDecimal::Digits BigDecimal::scaled(const Digits& digits, int64_t power) {
  if (digits.empty()) return {};
  Digits result(static_cast<size_t>(power / kLimbDigits), 0);
  uint32_t factor = 1;
  for (int64_t i = 0; i < power % kLimbDigits; ++i) factor *= 10;
  const Digits tail = product(digits, {factor});
  result.insert(result.end(), tail.begin(), tail.end());
  return result;
}

// One limb of the result at a time, found by halving: b is short, so that is good enough.
void BigDecimal::quotient(const Digits& a, const Digits& b, Digits& result, Digits& rest) {
  result.assign(a.size(), 0);
  rest.clear();
  for (size_t i = a.size(); i > 0; --i) {
    rest.insert(rest.begin(), a[i - 1]);
    trim(rest);
    uint32_t low = 0;
    uint32_t high = kBase - 1;
    while (low < high) {
      const uint32_t middle = low + (high - low + 1) / 2;
      if (compare(product(b, {middle}), rest) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    result[i - 1] = low;
    if (low > 0) rest = difference(rest, product(b, {low}));
  }
  trim(result);
}

BigDecimal add(const BigDecimal& a, const BigDecimal& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  BigDecimal result;
  result.exponent_ = std::min(a.exponent_, b.exponent_);
  const auto x = BigDecimal::scaled(a.digits_, a.exponent_ - result.exponent_);
  const auto y = BigDecimal::scaled(b.digits_, b.exponent_ - result.exponent_);
  if (a.negative_ == b.negative_) {
    result.digits_ = BigDecimal::sum(x, y);
    result.negative_ = a.negative_;
  } else {
    const bool swap = BigDecimal::compare(x, y) < 0;
    result.digits_ = swap ? BigDecimal::difference(y, x) : BigDecimal::difference(x, y);
    result.negative_ = swap ? b.negative_ : a.negative_;
  }
  return result;
}

BigDecimal subtract(const BigDecimal& a, BigDecimal b) {
  b.negative_ = !b.negative_;
  return add(a, b);
}

BigDecimal multiply(const BigDecimal& a, const BigDecimal& b) {
  BigDecimal result;
  result.digits_ = BigDecimal::product(a.digits_, b.digits_);
  result.negative_ = a.negative_ != b.negative_;
  result.exponent_ = a.exponent_ + b.exponent_;
  return result;
}

BigDecimal divide(const BigDecimal& a, const BigDecimal& b) {
  BigDecimal result;
  result.exponent_ = -kDivisionPlaces;
  result.negative_ = a.negative_ != b.negative_;
  // a / b = (x / y) * 10^-16 with integers x and y.
  const int64_t shift = a.exponent_ - b.exponent_ + kDivisionPlaces;
  const auto x = BigDecimal::scaled(a.digits_, std::max<int64_t>(shift, 0));
  const auto y = BigDecimal::scaled(b.digits_, std::max<int64_t>(-shift, 0));
  BigDecimal::Digits rest;
  BigDecimal::quotient(x, y, result.digits_, rest);
  const bool round_up = BigDecimal::compare(BigDecimal::sum(rest, rest), y) >= 0;
  if (round_up) result.digits_ = BigDecimal::sum(result.digits_, {1});
  return result;
}

}  // namespace lokilib::logql
