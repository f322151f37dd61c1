// SPDX-License-Identifier: Apache-2.0
// big_decimal.h: exact decimal numbers for addf and the like: 0.1 + 0.2 is 0.3. A float comes in as the
// shortest decimal that reads back the same and leaves as the float nearest to the result.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace lokilib::logql {

/// sign * digits * 10^exponent, any number of digits.
class BigDecimal {
 public:
  BigDecimal() = default;
  /// Pre: finite.
  explicit BigDecimal(double value);

  /// Infinite if no float is large enough.
  double to_double() const;
  bool is_zero() const { return digits_.empty(); }
  /// Bound of the work that a further operation takes: digits, and zeros that it may have to write out.
  uint64_t limb_count() const {
    const int64_t zeros = exponent_ < 0 ? -exponent_ : exponent_;
    return digits_.size() + static_cast<uint64_t>(zeros) / 9;
  }

  friend BigDecimal add(const BigDecimal& a, const BigDecimal& b);
  friend BigDecimal subtract(const BigDecimal& a, BigDecimal b);
  friend BigDecimal multiply(const BigDecimal& a, const BigDecimal& b);
  /// To 16 places behind the point, half away from zero. Pre: b is not zero.
  friend BigDecimal divide(const BigDecimal& a, const BigDecimal& b);

 private:
  using Digits = std::vector<uint32_t>;  // base 1e9, least first, no zeros at the end

  static int compare(const Digits& a, const Digits& b);
  static Digits sum(const Digits& a, const Digits& b);
  static Digits difference(const Digits& larger, const Digits& smaller);
  static Digits product(const Digits& a, const Digits& b);
  static void quotient(const Digits& a, const Digits& b, Digits& result, Digits& rest);
  static Digits scaled(const Digits& digits, int64_t power);
  static void trim(Digits& digits);

  bool negative_ = false;
  Digits digits_;
  int64_t exponent_ = 0;
};

}  // namespace lokilib::logql
