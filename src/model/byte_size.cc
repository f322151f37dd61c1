// SPDX-License-Identifier: Apache-2.0
// byte_size.cc: sizes with units. Arithmetic is in doubles, as Loki's is: large sizes are rounded.
#include "model/byte_size.h"

#include <cmath>
#include <iterator>

#include "base/make_error.h"
#include "model/go_number.h"

namespace lokilib {
namespace {

struct SplitSize {
  std::string number;  // without commas
  std::string unit;    // lower case, trimmed
};

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

SplitSize split(std::string_view text) {
  SplitSize result;
  size_t i = 0;
  for (; i < text.size() && ((text[i] >= '0' && text[i] <= '9') || text[i] == '.' || text[i] == ','); ++i) {
    if (text[i] != ',') result.number.push_back(text[i]);
  }
  std::string_view unit = text.substr(i);
  while (!unit.empty() && is_blank(unit.front())) unit.remove_prefix(1);
  while (!unit.empty() && is_blank(unit.back())) unit.remove_suffix(1);
  for (const char c : unit) result.unit.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
  return result;
}

// The unit's factor, 0 if unknown.
double unit_factor(std::string_view unit) {
  if (unit.empty() || unit == "b") return 1;
  constexpr std::string_view kLetters = "kmgtpe";
  const size_t power = kLetters.find(unit[0]);
  if (power == std::string_view::npos) return 0;
  unit.remove_prefix(1);
  double base = 1000;
  if (!unit.empty() && unit[0] == 'i') {
    base = 1024;
    unit.remove_prefix(1);
  }
  if (!unit.empty() && unit != "b") return 0;
  double factor = base;
  for (size_t i = 0; i < power; ++i) factor *= base;
  return factor;
}

constexpr double kTooLarge = 18446744073709551616.0;  // 2^64

}  // namespace

Result<uint64_t> parse_byte_size(std::string_view text) {
  const SplitSize parts = split(text);
  LOKILIB_TRY_ASSIGN(const double number, parse_go_float(parts.number));
  const double factor = unit_factor(parts.unit);
  if (factor == 0) return make_error(ErrorCode::InvalidQuery, "unhandled size name: {}", parts.unit);
  const double bytes = number * factor;
  if (bytes >= kTooLarge) return make_error(ErrorCode::InvalidQuery, "too large: {}", text);
  return static_cast<uint64_t>(bytes);
}

std::optional<uint64_t> try_parse_byte_size(std::string_view text) {
  const SplitSize parts = split(text);
  const std::optional<double> number = try_parse_go_float(parts.number);
  const double factor = unit_factor(parts.unit);
  if (!number || factor == 0 || *number * factor >= kTooLarge) return std::nullopt;
  return static_cast<uint64_t>(*number * factor);
}

std::string format_byte_size(uint64_t bytes) {
  if (bytes < 10) return fmt::format("{}B", bytes);
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  // Logarithms, not divisions: just below a power of 1000 both round differently.
  const double power = std::floor(std::log(static_cast<double>(bytes)) / std::log(1000.0));
  const double value = std::floor(static_cast<double>(bytes) / std::pow(1000.0, power) * 10 + 0.5) / 10;
  const char* const unit = kUnits[static_cast<size_t>(power)];
  return value < 10 ? fmt::format("{:.1f}{}", value, unit) : fmt::format("{:.0f}{}", value, unit);
}

}  // namespace lokilib
