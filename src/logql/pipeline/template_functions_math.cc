// SPDX-License-Identifier: Apache-2.0
// template_functions_math.cc: functions of numbers. Arguments are of any type: what is no number counts as 0.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "logql/pipeline/big_decimal.h"
#include "logql/pipeline/template_functions.h"
#include "logql/pipeline/template_print.h"
#include "model/go_number.h"

namespace lokilib::logql::go_template {
namespace {

constexpr uint64_t kDecimalLimbsMax = 4096;

Value int64_value(int64_t value) {
  return Value::of_integer(Kind::Int64, value);
}

// Go's integers wrap around.
int64_t wrap(uint64_t value) {
  return static_cast<int64_t>(value);
}

uint64_t bits(const Value& value) {
  return static_cast<uint64_t>(to_int64(value));
}

Value run_int(Call& call) {
  return Value::of_int(to_int64(call[0]));
}

Value run_float64(Call& call) {
  return Value::of_float(to_float64(call[0]));
}

Value run_add(Call& call) {
  uint64_t result = 0;
  for (const Value& value : call.arguments()) result += bits(value);
  return int64_value(wrap(result));
}

Value run_sub(Call& call) {
  return int64_value(wrap(bits(call[0]) - bits(call[1])));
}

Value run_mul(Call& call) {
  uint64_t result = 1;
  for (const Value& value : call.arguments()) result *= bits(value);
  return int64_value(wrap(result));
}

Value run_div(Call& call) {
  const int64_t divisor = to_int64(call[1]);
  if (divisor == 0) return call.fail("runtime error: integer divide by zero");
  if (divisor == -1) return int64_value(wrap(0 - bits(call[0])));
  return int64_value(to_int64(call[0]) / divisor);
}

Value run_mod(Call& call) {
  const int64_t divisor = to_int64(call[1]);
  if (divisor == 0) return call.fail("runtime error: integer divide by zero");
  return int64_value(divisor == -1 ? 0 : to_int64(call[0]) % divisor);
}

Value run_max(Call& call) {
  int64_t result = to_int64(call[0]);
  for (const Value& value : call.arguments()) result = std::max(result, to_int64(value));
  return int64_value(result);
}

Value run_min(Call& call) {
  int64_t result = to_int64(call[0]);
  for (const Value& value : call.arguments()) result = std::min(result, to_int64(value));
  return int64_value(result);
}

// Go's math.Max and Min: NaN wins, and -0 is below 0.
Value run_maxf(Call& call) {
  double result = to_float64(call[0]);
  for (const Value& value : call.arguments()) {
    const double other = to_float64(value);
    if (std::isnan(result) || std::isnan(other)) {
      const bool infinite = std::isinf(result) || std::isinf(other);
      result = infinite && std::max(std::isnan(result) ? -HUGE_VAL : result,
                                    std::isnan(other) ? -HUGE_VAL : other) > 0
                   ? HUGE_VAL
                   : NAN;
    } else if (other > result || (other == result && std::signbit(result))) {
      result = other;
    }
  }
  return Value::of_float(result);
}

Value run_minf(Call& call) {
  double result = to_float64(call[0]);
  for (const Value& value : call.arguments()) {
    const double other = to_float64(value);
    if (std::isnan(result) || std::isnan(other)) {
      const bool infinite = std::isinf(result) || std::isinf(other);
      result = infinite && std::min(std::isnan(result) ? HUGE_VAL : result,
                                    std::isnan(other) ? HUGE_VAL : other) < 0
                   ? -HUGE_VAL
                   : NAN;
    } else if (other < result || (other == result && std::signbit(other))) {
      result = other;
    }
  }
  return Value::of_float(result);
}

// Folds the arguments from `first` on into `result`.
template <typename Operation>
Value fold_decimals(Call& call, bool from_zero, Operation operation) {
  BigDecimal result;
  bool first = !from_zero;
  for (const Value& value : call.arguments()) {
    const double number = to_float64(value);
    if (!std::isfinite(number)) {
      return call.fail("Cannot create a Decimal from " + format_go_float(number, FloatForm::General));
    }
    if (result.limb_count() > kDecimalLimbsMax) return call.fail("decimal number has too many digits");
    if (first) {
      result = BigDecimal(number);
    } else if (!operation(result, BigDecimal(number))) {
      return {};
    }
    first = false;
  }
  return Value::of_float(result.to_double());
}

Value run_addf(Call& call) {
  return fold_decimals(call, true, [](BigDecimal& a, const BigDecimal& b) {
    a = add(a, b);
    return true;
  });
}

Value run_subf(Call& call) {
  return fold_decimals(call, false, [](BigDecimal& a, const BigDecimal& b) {
    a = subtract(a, b);
    return true;
  });
}

Value run_mulf(Call& call) {
  return fold_decimals(call, false, [](BigDecimal& a, const BigDecimal& b) {
    a = multiply(a, b);
    return true;
  });
}

Value run_divf(Call& call) {
  return fold_decimals(call, false, [&](BigDecimal& a, const BigDecimal& b) {
    if (b.is_zero()) {
      call.fail("decimal division by 0");
      return false;
    }
    a = divide(a, b);
    return true;
  });
}

Value run_ceil(Call& call) {
  return Value::of_float(std::ceil(to_float64(call[0])));
}

Value run_floor(Call& call) {
  return Value::of_float(std::floor(to_float64(call[0])));
}

// The fraction of a negative number is negative, so it is never rounded up (recorded, 3.7.6).
Value run_round(Call& call) {
  const double round_on = call.arguments().size() > 2 ? call[2].real : 0.5;
  const double scale = std::pow(10.0, static_cast<double>(call.integer(1)));
  const double scaled = scale * to_float64(call[0]);
  double whole = 0;
  const double fraction = std::modf(scaled, &whole);
  return Value::of_float((fraction >= round_on ? std::ceil(scaled) : std::floor(scaled)) / scale);
}

constexpr Parameter kAny = Parameter::Any;
constexpr Parameter kInt = Parameter::Int;
constexpr Parameter kFloat = Parameter::Float;

constexpr Function kFunctions[] = {
    {"int", {kAny}, 1, false, run_int},        {"float64", {kAny}, 1, false, run_float64},
    {"add", {kAny}, 1, true, run_add},         {"sub", {kAny, kAny}, 2, false, run_sub},
    {"mul", {kAny, kAny}, 2, true, run_mul},   {"div", {kAny, kAny}, 2, false, run_div},
    {"mod", {kAny, kAny}, 2, false, run_mod},  {"addf", {kAny}, 1, true, run_addf},
    {"subf", {kAny, kAny}, 2, true, run_subf}, {"mulf", {kAny, kAny}, 2, true, run_mulf},
    {"divf", {kAny, kAny}, 2, true, run_divf}, {"max", {kAny, kAny}, 2, true, run_max},
    {"min", {kAny, kAny}, 2, true, run_min},   {"maxf", {kAny, kAny}, 2, true, run_maxf},
    {"minf", {kAny, kAny}, 2, true, run_minf}, {"ceil", {kAny}, 1, false, run_ceil},
    {"floor", {kAny}, 1, false, run_floor},    {"round", {kAny, kInt, kFloat}, 3, true, run_round},
};

}  // namespace

std::span<const Function> math_functions() {
  return kFunctions;
}

}  // namespace lokilib::logql::go_template
