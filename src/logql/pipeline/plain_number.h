// SPDX-License-Identifier: Apache-2.0
// plain_number.h: labels to numbers. Most numbers in logs are short and decimal, and those need no general
// parser: up to 15 digits are a whole double, and dividing it by a power of ten that is exact rounds once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "model/go_number.h"

namespace lokilib::logql {

/// `-12`, `0.250`; nothing where it takes more to read it, also if it is a number.
inline std::optional<double> parse_plain_number(std::string_view text) {
  constexpr size_t kExactDigits = 15;
  static constexpr double kPowersOfTen[kExactDigits] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6, 1e7,
                                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14};
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > kExactDigits) return std::nullopt;
  int64_t digits = 0;
  size_t point = text.size();
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned digit = static_cast<unsigned>(static_cast<unsigned char>(text[i])) - '0';
    if (digit <= 9) {
      digits = digits * 10 + static_cast<int64_t>(digit);
    } else if (text[i] == '.' && point == text.size() && i > 0 && i + 1 < text.size()) {
      point = i;
    } else {
      return std::nullopt;
    }
  }
  double value = static_cast<double>(digits);
  if (point < text.size()) value /= kPowersOfTen[text.size() - point - 1];
  return negative ? -value : value;
}

/// As Go's ParseFloat; nothing where that has an error.
inline std::optional<double> parse_number(std::string_view text) {
  if (const std::optional<double> value = parse_plain_number(text)) return value;
  return try_parse_go_float(text);
}

}  // namespace lokilib::logql
