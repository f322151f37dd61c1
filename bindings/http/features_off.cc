// SPDX-License-Identifier: Apache-2.0
// features_off.cc: endpoints of features that are not there, answered as Loki answers where they are off, so
// that its clients show nothing instead of an error.
#include <lokilib/logql.h>

#include "query_params.h"
#include "routes.h"

namespace lokilib::http {
namespace {

Result<void> check_patterns_request(const RequestContext& context) {
  LOKILIB_TRY_ASSIGN(const TimeRange range, parse_time_range(context.params, context.now_ns));
  LOKILIB_TRY_ASSIGN(const int64_t step_ns, parse_query_step(context.params, range));
  LOKILIB_TRY(check_range_and_step(range, step_ns));
  LOKILIB_TRY(logql::parse_matchers(context.params.get("query"), false));
  return {};
}

Response rules_json(std::string_view list) {
  std::string body = R"({"status":"success","data":{")";
  body.append(list).append(R"(":[]},"errorType":"","error":""})");
  return {200, {{"Content-Type", "application/json"}}, std::move(body)};
}

}  // namespace

Response handle_patterns(RequestContext& context) {
  if (const auto checked = check_patterns_request(context); !checked) return query_error(checked.error());
  return {404, {}, ""};
}

Response handle_rules(RequestContext&) {
  return text_error(404, "no rule groups found");
}

Response handle_prometheus_rules(RequestContext&) {
  return rules_json("groups");
}

Response handle_prometheus_alerts(RequestContext&) {
  return rules_json("alerts");
}

}  // namespace lokilib::http
