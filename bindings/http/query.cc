// SPDX-License-Identifier: Apache-2.0
// query.cc: /query, /query_range, their legacy form, and /format_query.
#include <algorithm>

#include <fmt/format.h>

#include <lokilib/logql.h>

#include "json_writer.h"
#include "loki_json.h"
#include "query_params.h"
#include "query_run.h"
#include "routes.h"

namespace lokilib::http {
namespace {

StreamShape stream_shape(const Request& request) {
  StreamShape shape;
  std::string_view flags = request.header("X-Loki-Response-Encoding-Flags");
  while (!flags.empty()) {
    const size_t end = flags.find(',');
    std::string_view flag = flags.substr(0, end);
    flags = end == std::string_view::npos ? std::string_view() : flags.substr(end + 1);
    while (!flag.empty() && flag.front() == ' ') flag.remove_prefix(1);
    while (!flag.empty() && flag.back() == ' ') flag.remove_suffix(1);
    if (flag.empty()) continue;
    shape.encoding_flags.emplace_back(flag);
    if (flag == "categorize-labels") shape.categorize_labels = true;
  }
  return shape;
}

Error bad_request(std::string text) {
  return Error{ErrorCode::InvalidArgument, std::move(text), {}, {}};
}

bool is_log_query(const logql::Expr& expr) {
  return expr.as<logql::LogExpr>() != nullptr;
}

Result<void> check_entries_limit(const RequestContext& context, uint64_t limit) {
  const uint64_t bound = context.options.entries_per_query_max;
  if (bound == 0 || limit <= bound) return {};
  return bad_request(fmt::format(
      "max entries limit per query exceeded, limit > max_entries_limit_per_query ({} > {})", limit, bound));
}

/// `shards` is how Loki's own processes share a query; none is left out here, but each must be readable.
Result<void> check_shards(const RequestContext& context) {
  for (const std::string& shard : context.params.all("shards")) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const size_t mark = shard.find("_of_");
    const std::string digits =
        mark == std::string::npos ? "" : shard.substr(0, mark) + shard.substr(mark + 4);
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) {
      // Loki's status for it is 500 (recorded, 3.7.6).
      return Error{
          ErrorCode::Internal, "failed to parse shard: Invalid ShardLabel value: [" + shard + "]", {}, {}};
    }
  }
  return {};
}

/// Loki checks parameters before it parses the query.
Result<QueryRequest> parse_range_request(const RequestContext& context) {
  QueryRequest request;
  request.query = context.params.get("query");
  LOKILIB_TRY_ASSIGN(const TimeRange range, parse_time_range(context.params, context.now_ns));
  request.start_ns = range.begin_ns;
  request.end_ns = range.end_ns;
  if (range.end_ns < range.begin_ns) {
    return bad_request("end timestamp must not be before or equal to start time");
  }
  LOKILIB_TRY_ASSIGN(request.limit, parse_limit(context.params));
  LOKILIB_TRY_ASSIGN(request.direction, parse_direction(context.params));
  LOKILIB_TRY_ASSIGN(request.step_ns, parse_query_step(context.params, range));
  LOKILIB_TRY(check_range_and_step(range, request.step_ns));
  LOKILIB_TRY(check_shards(context));
  if (const std::string& interval = context.params.get("interval"); !interval.empty()) {
    LOKILIB_TRY_ASSIGN(request.interval_ns, parse_step(interval));
    if (request.interval_ns < 0) return bad_request("interval must be >= 0");
  }
  return request;
}

Result<QueryRequest> parse_instant_request(const RequestContext& context) {
  QueryRequest request;
  request.kind = QueryRequest::Kind::Instant;
  request.query = context.params.get("query");
  request.end_ns = context.now_ns;
  if (const std::string& time = context.params.get("time"); !time.empty()) {
    LOKILIB_TRY_ASSIGN(request.end_ns, parse_time(time));
  }
  LOKILIB_TRY_ASSIGN(request.limit, parse_limit(context.params));
  LOKILIB_TRY_ASSIGN(request.direction, parse_direction(context.params));
  return request;
}

}  // namespace

Result<QueryResult> run_query(const RequestContext& context, QueryRequest& request) {
  const Clock* const clock = context.database.options().clock;
  const Clock& time = clock == nullptr ? system_clock() : *clock;
  const int64_t timeout_ns = context.options.query_timeout_ns;
  const Cancellation cancellation(time, timeout_ns > 0 ? time.monotonic_ns() + timeout_ns : 0);
  request.cancellation = &cancellation;
  auto result = context.database.query(request, context.tenant);
  request.cancellation = nullptr;
  return result;
}

Response handle_query(RequestContext& context) {
  auto request = parse_instant_request(context);
  if (!request) return query_error(request.error());
  const auto result = run_query(context, *request);
  if (!result) return query_error(result.error());
  return json_response(encode_query_result(*result, stream_shape(context.request)));
}

Response handle_query_range(RequestContext& context) {
  auto request = parse_range_request(context);
  if (!request) return query_error(request.error());
  const auto expr = logql::parse(request->query);
  if (!expr) return query_error(expr.error());
  if (is_log_query(*expr)) {
    if (const auto checked = check_entries_limit(context, request->limit); !checked)
      return query_error(checked.error());
  }
  const auto result = run_query(context, *request);
  if (!result) return query_error(result.error());
  return json_response(encode_query_result(*result, stream_shape(context.request)));
}

Response handle_legacy_query(RequestContext& context) {
  auto request = parse_range_request(context);
  if (!request) return query_error(request.error());
  if (const std::string& regexp = context.params.get("regexp"); !regexp.empty()) {
    request->query += " |~ " + quote(regexp);
  }
  const auto expr = logql::parse(request->query);
  if (!expr) return query_error(expr.error());
  if (!is_log_query(*expr)) {
    return query_error(
        bad_request("rpc error: code = Code(400) desc = legacy endpoints only support streams result type"));
  }
  if (const auto checked = check_entries_limit(context, request->limit); !checked)
    return query_error(checked.error());
  const auto result = run_query(context, *request);
  if (!result) return query_error(result.error());
  return json_response(encode_legacy_streams(std::get<LogResult>(result->data), result->stats));
}

Response handle_format_query(RequestContext& context) {
  const auto expr = logql::parse(context.params.get("query"));
  std::string body;
  if (!expr) {
    body = R"({"status":"invalid-query","error":)";
    append_json_string(expr.error().message, JsonEscape::Html, body);
  } else {
    body = R"({"status":"success","data":)";
    append_json_string(logql::print_pretty(*expr), JsonEscape::Html, body);
  }
  return {expr ? 200 : 400, {{"Content-Type", "application/json; charset=utf-8"}}, body + "}\n"};
}

}  // namespace lokilib::http
