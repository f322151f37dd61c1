// SPDX-License-Identifier: Apache-2.0
// query_params.h: times, durations, limits and directions as Loki reads them from request parameters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <lokilib/result.h>
#include <lokilib/time_range.h>

#include "request_params.h"

namespace lokilib::http {

/// a + b, at the end of the range where it does not fit: times of clients may be any.
int64_t saturating_add(int64_t a, int64_t b);
/// end - begin, likewise.
int64_t length_ns(const TimeRange& range);

/// Seconds with a point, whole seconds (up to 10 digits), nanoseconds (more), or RFC 3339.
/// Errors: `InvalidArgument`: strconv.ParseInt: parsing "x": invalid syntax.
Result<int64_t> parse_time(std::string_view text);

/// Seconds as a number, or a Prometheus duration; nanoseconds. Errors: cannot parse "x" to a valid duration.
Result<int64_t> parse_step(std::string_view text);

/// `start`, `end` and `since`, with Loki's defaults (the last hour).
Result<TimeRange> parse_time_range(const RequestParams& params, int64_t now_ns);

/// Go's Atoi of a parameter, `fallback` where it is absent.
Result<int64_t> parse_count(const RequestParams& params, std::string_view name, int64_t fallback);

/// `limit` of queries: 100 unless given. Errors: limit must be a positive value.
Result<uint64_t> parse_limit(const RequestParams& params);

Result<Direction> parse_direction(const RequestParams& params);

/// `step`, or max(floor((end - start) / 250 s), 1 s). Errors for zero, negative and unreadable ones.
Result<int64_t> parse_query_step(const RequestParams& params, const TimeRange& range);

/// Errors: end timestamp must not be before or equal to start time; exceeded maximum resolution ...
Result<void> check_range_and_step(const TimeRange& range, int64_t step_ns);

}  // namespace lokilib::http
