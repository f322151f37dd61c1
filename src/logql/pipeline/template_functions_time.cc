// SPDX-License-Identifier: Apache-2.0
// template_functions_time.cc: functions of times, and the methods of Go's time.Time that a template may call.
// The server's local zone is UTC: an embedded library does not look at its host's settings.
#include <fmt/format.h>

#include "logql/pipeline/go_time.h"
#include "logql/pipeline/go_time_layout.h"
#include "logql/pipeline/template_execution.h"
#include "logql/pipeline/template_functions.h"
#include "logql/pipeline/time_zone.h"
#include "model/go_number.h"

namespace lokilib::logql::go_template {
namespace {

// In bytes that take about as long to look at.
constexpr size_t kLoadWork = size_t{256} << 10;
constexpr size_t kOwnZoneWork = size_t{4} << 10;

struct PreparedZone final : Prepared {
  std::shared_ptr<const TimeZone> zone;  // null: UTC
};

std::unique_ptr<const Prepared> prepare_zone(std::string_view constant) {
  auto prepared = std::make_unique<PreparedZone>();
  prepared->zone = TimeZone::load(constant);
  return prepared;
}

Value parse(Call& call, std::string_view layout, std::string_view text, const TimeZone* zone) {
  auto parsed = parse_time(layout, text, zone);
  if (!parsed) return call.time({kZeroTimeSeconds, 0, nullptr});
  if (parsed->own_zone != nullptr) {
    if (!call.has_time(kOwnZoneWork)) return {};
    parsed->time.zone = call.execution().keep(std::unique_ptr<const TimeZone>(std::move(parsed->own_zone)));
  }
  return call.time(parsed->time);
}

Value run_line(Call& call) {
  return Value::of_string(call.execution().scope().line());
}

Value run_timestamp(Call& call) {
  return call.time(time_from_nanoseconds(call.execution().scope().timestamp_ns()));
}

Value run_now(Call& call) {
  return call.time(time_from_nanoseconds(call.execution().scope().now_ns()));
}

// A time, or seconds as an integer; anything else is now.
Value run_date(Call& call) {
  const Value& value = call[1];
  GoTime time;
  if (value.kind == Kind::Time) {
    time = *value.time;
    time.zone = nullptr;
  } else if (value.kind == Kind::Int || value.kind == Kind::Int64) {
    time.seconds = value.integer;
  } else {
    time = time_from_nanoseconds(call.execution().scope().now_ns());
  }
  append_time(call.buffer(), time, call.text(0));
  return call.buffered();
}

Value run_to_date(Call& call) {
  return parse(call, call.text(0), call.text(1), nullptr);
}

Value run_to_date_in_zone(Call& call) {
  const TimeZone* zone = nullptr;
  if (call.prepared() != nullptr) {
    zone = static_cast<const PreparedZone*>(call.prepared())->zone.get();
  } else {
    if (!call.has_time(kLoadWork)) return {};
    zone = call.execution().keep(TimeZone::load(call.text(1)));
  }
  return parse(call, call.text(0), call.text(2), zone);
}

// Wraps around, as Go's integers do.
int64_t scale(int64_t number, uint64_t factor) {
  return static_cast<int64_t>(static_cast<uint64_t>(number) * factor);
}

// The number of digits tells the unit.
Value run_unix_to_time(Call& call) {
  const std::string_view text = call.text(0);
  auto number = parse_go_int(text);
  if (!number) {
    return call.fail(fmt::format("unable to parse time '{}': {}", text, number.error().message));
  }
  switch (text.size()) {
    case 5:
      return call.time({*number * 86'400, 0, nullptr});
    case 10:
      return call.time({*number, 0, nullptr});
    case 13:
      return call.time(time_from_nanoseconds(scale(*number, 1'000'000)));
    case 16:
      return call.time(time_from_nanoseconds(scale(*number, 1'000)));
    case 19:
      return call.time(time_from_nanoseconds(*number));
    default:
      return call.fail(fmt::format("unable to parse time '{}': %!w(<nil>)", text));
  }
}

Value run_unix_epoch(Call& call) {
  return call.string(std::to_string(call.time(0).seconds));
}

Value run_unix_epoch_millis(Call& call) {
  const GoTime& time = call.time(0);
  const uint64_t millis = static_cast<uint64_t>(time.seconds) * 1000;
  return call.string(
      std::to_string(static_cast<int64_t>(millis + static_cast<uint64_t>(time.nanoseconds / 1'000'000))));
}

Value run_unix_epoch_nanos(Call& call) {
  return call.string(std::to_string(to_nanoseconds(call.time(0))));
}

// --- methods of time.Time ---

Value int64_value(int64_t value) {
  return Value::of_integer(Kind::Int64, value);
}

Value run_unix(Call& call) {
  return int64_value(call.time(0).seconds);
}

Value run_unix_milli(Call& call) {
  const GoTime& time = call.time(0);
  const uint64_t millis = static_cast<uint64_t>(time.seconds) * 1000;
  return int64_value(static_cast<int64_t>(millis + static_cast<uint64_t>(time.nanoseconds / 1'000'000)));
}

Value run_unix_micro(Call& call) {
  const GoTime& time = call.time(0);
  const uint64_t micros = static_cast<uint64_t>(time.seconds) * 1'000'000;
  return int64_value(static_cast<int64_t>(micros + static_cast<uint64_t>(time.nanoseconds / 1'000)));
}

Value run_unix_nano(Call& call) {
  return int64_value(to_nanoseconds(call.time(0)));
}

Value run_format(Call& call) {
  append_time(call.buffer(), call.time(0), call.text(1));
  return call.buffered();
}

Value run_string(Call& call) {
  append_time(call.buffer(), call.time(0));
  return call.buffered();
}

Value run_year(Call& call) {
  return Value::of_int(to_civil(call.time(0)).year);
}

Value run_month(Call& call) {
  return Value::of_integer(Kind::Month, to_civil(call.time(0)).month);
}

Value run_day(Call& call) {
  return Value::of_int(to_civil(call.time(0)).day);
}

Value run_hour(Call& call) {
  return Value::of_int(to_civil(call.time(0)).hour);
}

Value run_minute(Call& call) {
  return Value::of_int(to_civil(call.time(0)).minute);
}

Value run_second(Call& call) {
  return Value::of_int(to_civil(call.time(0)).second);
}

Value run_nanosecond(Call& call) {
  return Value::of_int(call.time(0).nanoseconds);
}

Value run_weekday(Call& call) {
  return Value::of_integer(Kind::Weekday, to_civil(call.time(0)).weekday);
}

Value run_year_day(Call& call) {
  return Value::of_int(to_civil(call.time(0)).year_day);
}

Value run_is_zero(Call& call) {
  return Value::of_bool(call.time(0).seconds == kZeroTimeSeconds && call.time(0).nanoseconds == 0);
}

Value run_utc(Call& call) {
  GoTime time = call.time(0);
  time.zone = nullptr;
  return call.time(time);
}

bool is_before(const GoTime& a, const GoTime& b) {
  return a.seconds != b.seconds ? a.seconds < b.seconds : a.nanoseconds < b.nanoseconds;
}

Value run_before(Call& call) {
  return Value::of_bool(is_before(call.time(0), call.time(1)));
}

Value run_after(Call& call) {
  return Value::of_bool(is_before(call.time(1), call.time(0)));
}

Value run_equal(Call& call) {
  return Value::of_bool(!is_before(call.time(0), call.time(1)) && !is_before(call.time(1), call.time(0)));
}

constexpr Parameter kAny = Parameter::Any;
constexpr Parameter kString = Parameter::String;
constexpr Parameter kTime = Parameter::Time;

constexpr Function kFunctions[] = {
    {"__line__", {}, 0, false, run_line},
    {"__timestamp__", {}, 0, false, run_timestamp},
    {"now", {}, 0, false, run_now},
    {"date", {kString, kAny}, 2, false, run_date},
    {"toDate", {kString, kString}, 2, false, run_to_date},
    {"toDateInZone", {kString, kString, kString}, 3, false, run_to_date_in_zone, prepare_zone, 1},
    {"unixToTime", {kString}, 1, false, run_unix_to_time},
    {"unixEpoch", {kTime}, 1, false, run_unix_epoch},
    {"unixEpochMillis", {kTime}, 1, false, run_unix_epoch_millis},
    {"unixEpochNanos", {kTime}, 1, false, run_unix_epoch_nanos},
};

constexpr Function kMethods[] = {
    {"After", {kTime, kTime}, 2, false, run_after},
    {"Before", {kTime, kTime}, 2, false, run_before},
    {"Day", {kTime}, 1, false, run_day},
    {"Equal", {kTime, kTime}, 2, false, run_equal},
    {"Format", {kTime, kString}, 2, false, run_format},
    {"Hour", {kTime}, 1, false, run_hour},
    {"IsZero", {kTime}, 1, false, run_is_zero},
    {"Local", {kTime}, 1, false, run_utc},
    {"Minute", {kTime}, 1, false, run_minute},
    {"Month", {kTime}, 1, false, run_month},
    {"Nanosecond", {kTime}, 1, false, run_nanosecond},
    {"Second", {kTime}, 1, false, run_second},
    {"String", {kTime}, 1, false, run_string},
    {"UTC", {kTime}, 1, false, run_utc},
    {"Unix", {kTime}, 1, false, run_unix},
    {"UnixMicro", {kTime}, 1, false, run_unix_micro},
    {"UnixMilli", {kTime}, 1, false, run_unix_milli},
    {"UnixNano", {kTime}, 1, false, run_unix_nano},
    {"Weekday", {kTime}, 1, false, run_weekday},
    {"Year", {kTime}, 1, false, run_year},
    {"YearDay", {kTime}, 1, false, run_year_day},
};

}  // namespace

std::span<const Function> time_functions() {
  return kFunctions;
}

const Function* find_time_method(std::string_view name) {
  for (const Function& method : kMethods) {
    if (method.name == name) return &method;
  }
  return nullptr;
}

}  // namespace lokilib::logql::go_template
