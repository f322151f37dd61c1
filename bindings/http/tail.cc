// SPDX-License-Identifier: Apache-2.0
// tail.cc: /tail as far as it goes without a WebSocket: the parameters are checked as Loki checks them.
#include <algorithm>

#include <lokilib/logql.h>

#include "query_params.h"
#include "routes.h"

namespace lokilib::http {
namespace {

Error bad_request(std::string text) {
  return Error{ErrorCode::InvalidArgument, std::move(text), {}, {}};
}

Result<void> check_tail_request(const RequestContext& context) {
  LOKILIB_TRY(logql::parse(context.params.get("query")));
  LOKILIB_TRY(parse_time_range(context.params, context.now_ns));
  LOKILIB_TRY(parse_limit(context.params));
  LOKILIB_TRY_ASSIGN(const int64_t delay_s, parse_count(context.params, "delay_for", 0));
  if (delay_s > 5) return bad_request("delay_for can't be greater than 5");
  return {};
}

}  // namespace

Response handle_tail(RequestContext& context) {
  if (const auto checked = check_tail_request(context); !checked) return query_error(checked.error());
  std::string upgrade(context.request.header("Upgrade"));
  std::transform(upgrade.begin(), upgrade.end(), upgrade.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (upgrade == "websocket") return text_error(501, "tailing over a WebSocket is not available");
  return text_error(400, "Bad Request");
}

}  // namespace lokilib::http
