// SPDX-License-Identifier: Apache-2.0
// template_functions.cc: finds functions, and what all of them share.
#include "logql/pipeline/template_functions.h"

#include <cmath>
#include <utility>

#include "logql/pipeline/template_execution.h"
#include "model/go_number.h"

namespace lokilib::logql::go_template {
namespace {

constexpr std::string_view kDigits = "0123456789";

// "12.9" and "-.5" lose what is behind the point; any other text stays as it is.
std::string_view without_fraction(std::string_view text) {
  const size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const size_t point = std::min(text.find_first_not_of(kDigits, sign), text.size());
  if (point == text.size()) return text;
  if (text[point] != '.' || text.find_first_not_of(kDigits, point + 1) != std::string_view::npos) return text;
  return text.substr(0, point);
}

int64_t text_to_int64(std::string_view text) {
  const std::string_view whole = without_fraction(text);
  if (whole.empty() || whole == "-" || whole == "+") return 0;
  const auto value = parse_go_int(whole, 0);
  return value ? *value : 0;
}

// Go on amd64 makes the smallest integer of everything that does not fit.
int64_t float_to_int64(double value) {
  return value >= -0x1p63 && value < 0x1p63 ? static_cast<int64_t>(value) : INT64_MIN;
}

}  // namespace

Scratch& Call::scratch() {
  return execution_.scratch();
}

std::string& Call::buffer() {
  execution_.buffer().clear();
  return execution_.buffer();
}

Value Call::buffered() {
  return string(execution_.buffer());
}

Value Call::string(std::string_view text) {
  return Value::of_string(scratch().copy(text));
}

Value Call::time(const GoTime& time) {
  GoTime* const kept = scratch().allocate_array<GoTime>(1);
  if (kept == nullptr) return {};
  *kept = time;
  Value value;
  value.kind = Kind::Time;
  value.time = kept;
  return value;
}

Value Call::fail(std::string problem) {
  execution_.fail_call(std::move(problem));
  return {};
}

bool Call::has_time(size_t bytes) {
  return execution_.count_bytes(bytes);
}

bool Call::has_room(size_t size) {
  if (scratch().has_room(size)) return true;
  fail("result of " + std::to_string(size) + " bytes is too large");
  return false;
}

const Function* find_function(std::string_view name) {
  for (const auto& table : {builtin_functions(), string_functions(), regex_functions(), math_functions(),
                            time_functions(), encoding_functions()}) {
    for (const Function& function : table) {
      if (function.name == name) return &function;
    }
  }
  return nullptr;
}

int64_t to_int64(const Value& value) {
  switch (value.kind) {
    case Kind::String:
      return text_to_int64(value.text());
    case Kind::Float:
      return float_to_int64(value.real);
    case Kind::Bool:
    case Kind::Int:
    case Kind::Int64:
    case Kind::Byte:
      return value.integer;
    default:
      return 0;
  }
}

double to_float64(const Value& value) {
  switch (value.kind) {
    case Kind::String:
      return try_parse_go_float(value.text()).value_or(0);
    case Kind::Float:
      return value.real;
    case Kind::Bool:
    case Kind::Int:
    case Kind::Int64:
    case Kind::Byte:
      return static_cast<double>(value.integer);
    default:
      return 0;
  }
}

}  // namespace lokilib::logql::go_template
