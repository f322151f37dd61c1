// SPDX-License-Identifier: Apache-2.0
// duration.h: durations in Go's form (`1.5h`, `1m0s`) and in Prometheus' form (`1d12h`); LogQL uses both.
// Values are nanoseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <lokilib/result.h>

namespace lokilib {

/// Go's time.ParseDuration: decimal and unit pairs, units ns us µs μs ms s m h, any order; `0`.
///
/// Errors: `InvalidQuery`: `time: invalid duration "x"`, `time: missing unit in duration "1"`,
/// `time: unknown unit "d" in duration "1d"`.
Result<int64_t> parse_go_duration(std::string_view text);

/// The same without an error text, for loops over rows: nothing where parse_go_duration has an error.
std::optional<int64_t> try_parse_go_duration(std::string_view text);

/// Prometheus' form: integer and unit pairs, units y w d h m s ms, each at most once, largest first; `0`.
///
/// Errors: `InvalidQuery`: `empty duration string`, `not a valid duration string: "5"`,
/// `unknown unit "." in duration "1.5h"`, `duration out of range`.
Result<int64_t> parse_prometheus_duration(std::string_view text);

/// Go's Duration.String(): `5m0s`, `1h30m0s`, `1.5s`, `0s`.
std::string format_go_duration(int64_t duration_ns);

/// Prometheus' form, `1d12h`; years and weeks only where they leave no rest; below a millisecond is cut off.
std::string format_prometheus_duration(int64_t duration_ns);

}  // namespace lokilib
