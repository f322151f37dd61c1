// SPDX-License-Identifier: Apache-2.0
// query_checks.cc: the request against its limits.
#include "logql/exec/query_checks.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "base/make_error.h"
#include "model/duration.h"

namespace lokilib::logql {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int64_t kDefaultPoints = 250;

// 11000 as "11,000".
std::string with_thousands(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, 1, ',');
  }
  return digits;
}

int64_t step_of(const QueryRequest& request) {
  if (request.step_ns != 0) return request.step_ns;
  const int64_t seconds =
      saturating_subtract(request.end_ns, request.start_ns) / kNsPerSecond / kDefaultPoints;
  return std::max<int64_t>(seconds, 1) * kNsPerSecond;
}

// Rounded down or up to a multiple of the step, also before 1970.
int64_t round_down(int64_t time_ns, int64_t step_ns) {
  const int64_t rest = time_ns % step_ns;
  return saturating_subtract(time_ns, rest < 0 ? rest + step_ns : rest);
}
int64_t round_up(int64_t time_ns, int64_t step_ns) {
  const int64_t down = round_down(time_ns, step_ns);
  return down == time_ns ? time_ns : saturating_add(down, step_ns);
}

Result<void> check_times(const QueryRequest& request) {
  if (request.kind == QueryRequest::Kind::Instant) return {};
  if (request.end_ns < request.start_ns) {
    return make_error(ErrorCode::InvalidArgument, "end timestamp must not be before or equal to start time");
  }
  if (request.step_ns < 0) {
    return make_error(
        ErrorCode::InvalidArgument,
        "zero or negative query resolution step widths are not accepted. Try a positive integer");
  }
  if (request.interval_ns < 0) return make_error(ErrorCode::InvalidArgument, "interval must be >= 0");
  const int64_t length_ns = saturating_subtract(request.end_ns, request.start_ns);
  const int64_t length_max = request.limits.length_ns_max;
  if (length_max > 0 && length_ns > length_max) {
    return make_error(ErrorCode::LimitExceeded,
                      "the query time range exceeds the limit (query length: {}, limit: {})",
                      format_go_duration(length_ns), format_prometheus_duration(length_max));
  }
  return {};
}

}  // namespace

Result<void> check_request(const QueryRequest& request, const Expr& expr) {
  const bool is_log = expr.as<LogExpr>() != nullptr;
  if (is_log && request.kind == QueryRequest::Kind::Instant) {
    return make_error(
        ErrorCode::InvalidQuery,
        "log queries are not supported as an instant query type, please change your query to a range "
        "query type");
  }
  if (!is_log && !request.after.empty()) {
    return make_error(ErrorCode::InvalidArgument, "only log queries have pages: a metric takes no cursor");
  }
  LOKILIB_TRY(check_times(request));
  const uint64_t entries_max = request.limits.entries_max;
  if (is_log && entries_max != 0 && request.limit > entries_max) {
    return make_error(ErrorCode::LimitExceeded,
                      "max entries limit per query exceeded, limit > max_entries_limit_per_query ({} > {})",
                      request.limit, entries_max);
  }
  return {};
}

Result<StepGrid> step_grid(const QueryRequest& request) {
  StepGrid grid;
  grid.first_ns = request.end_ns;
  if (request.kind == QueryRequest::Kind::Instant) return grid;
  grid.step_ns = step_of(request);
  grid.first_ns = request.start_ns;
  int64_t last_ns = request.end_ns;
  const uint64_t points_max = request.limits.points_max;
  const int64_t steps = saturating_subtract(last_ns, grid.first_ns) / grid.step_ns;
  const bool too_many = (points_max != 0 && static_cast<uint64_t>(steps) > points_max) ||
                        steps >= std::numeric_limits<int32_t>::max();
  if (too_many) {
    return make_error(
        ErrorCode::LimitExceeded,
        "exceeded maximum resolution of {} points per time series. Try increasing the value of the "
        "step parameter",
        with_thousands(points_max));
  }
  if (request.align_to_step) {
    grid.first_ns = round_down(grid.first_ns, grid.step_ns);
    last_ns = round_up(last_ns, grid.step_ns);
  }
  grid.count = static_cast<uint32_t>(saturating_subtract(last_ns, grid.first_ns) / grid.step_ns) + 1;
  return grid;
}

Result<void> check_series_count(size_t series_count, const QueryLimits& limits) {
  if (limits.series_max == 0 || series_count <= limits.series_max) return {};
  return make_error(
      ErrorCode::LimitExceeded,
      "maximum number of series ({}) reached for a single query; consider reducing query cardinality by "
      "adding more specific stream selectors, reducing the time range, or aggregating results with "
      "functions like sum(), count() or topk()",
      limits.series_max);
}

}  // namespace lokilib::logql
