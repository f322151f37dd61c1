// SPDX-License-Identifier: Apache-2.0
#include "value_type.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace lokilib::http {
namespace {

std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

template <typename T>
bool reads_as(std::string_view text) {
  text = without_plus(text);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool is_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 12> kWords = {"1", "t", "T", "true",  "TRUE",  "True",
                                                       "0", "f", "F", "false", "FALSE", "False"};
  return std::find(kWords.begin(), kWords.end(), text) != kWords.end();
}

size_t count_digits(std::string_view text) {
  size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  return count;
}

/// A Go duration: numbers with units, in any order.
bool is_duration(std::string_view text) {
  constexpr std::array<std::string_view, 8> kUnits = {"ns", "us", "µs", "μs", "ms", "s", "m", "h"};
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (text.empty()) return false;
  while (!text.empty()) {
    const size_t whole = count_digits(text);
    text.remove_prefix(whole);
    size_t fraction = 0;
    if (!text.empty() && text[0] == '.') {
      fraction = count_digits(text.substr(1));
      text.remove_prefix(1 + fraction);
    }
    if (whole + fraction == 0) return false;
    size_t unit_size = 0;
    while (unit_size < text.size() && text[unit_size] != '.' &&
           (text[unit_size] < '0' || text[unit_size] > '9')) {
      ++unit_size;
    }
    const std::string_view unit = text.substr(0, unit_size);
    if (std::find(kUnits.begin(), kUnits.end(), unit) == kUnits.end()) return false;
    text.remove_prefix(unit_size);
  }
  return true;
}

}  // namespace

std::optional<uint64_t> parse_human_size(std::string_view text) {
  size_t number_size = 0;
  while (number_size < text.size() && ((text[number_size] >= '0' && text[number_size] <= '9') ||
                                       text[number_size] == '.' || text[number_size] == ',')) {
    ++number_size;
  }
  std::string number(text.substr(0, number_size));
  std::erase(number, ',');
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  std::string unit(text.substr(number_size));
  unit.erase(0, unit.find_first_not_of(' '));
  unit.erase(unit.find_last_not_of(' ') + 1);
  std::transform(unit.begin(), unit.end(), unit.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (!unit.empty() && unit.back() == 'b') unit.pop_back();
  double base = 1000;
  if (unit.size() == 2 && unit[1] == 'i') {
    base = 1024;
    unit.pop_back();
  }
  constexpr std::string_view kPrefixes = "kmgtpe";
  double factor = 1;
  if (!unit.empty()) {
    const size_t power = unit.size() == 1 ? kPrefixes.find(unit[0]) : std::string_view::npos;
    if (power == std::string_view::npos) return std::nullopt;
    factor = std::pow(base, static_cast<double>(power + 1));
  }
  if (value * factor >= 18446744073709551615.0) return std::nullopt;
  return static_cast<uint64_t>(value * factor);
}

std::string format_human_size(uint64_t bytes) {
  constexpr std::array<const char*, 7> kUnits = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 10) return fmt::format("{}B", bytes);
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  for (uint64_t rest = bytes; rest >= 1000; rest /= 1000) {
    value /= 1000;
    ++unit;
  }
  value = std::floor(value * 10 + 0.5) / 10;
  return value < 10 ? fmt::format("{:.1f}{}", value, kUnits[unit])
                    : fmt::format("{:.0f}{}", value, kUnits[unit]);
}

const char* detect_value_type(std::string_view text) {
  if (reads_as<int64_t>(text)) return "int";
  if (reads_as<double>(text)) return "float";
  if (is_boolean(text)) return "boolean";
  if (is_duration(text)) return "duration";
  if (parse_human_size(text)) return "bytes";
  return "string";
}

}  // namespace lokilib::http
