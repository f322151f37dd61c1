// SPDX-License-Identifier: Apache-2.0
// labels.cc: /labels, /label/{name}/values and /series.
#include <algorithm>
#include <set>

#include <lokilib/logql.h>

#include "json_writer.h"
#include "loki_json.h"
#include "query_params.h"
#include "routes.h"

namespace lokilib::http {
namespace {

struct LookUp {
  TimeRange range;
  std::vector<Matcher> matchers;
};

Result<LookUp> parse_look_up(const RequestContext& context) {
  LookUp look_up;
  LOKILIB_TRY_ASSIGN(look_up.range, parse_time_range(context.params, context.now_ns));
  if (look_up.range.end_ns < look_up.range.begin_ns) {
    return Error{ErrorCode::InvalidArgument,
                 "this data is no longer available, it is past now - max_query_lookback (0s)",
                 {},
                 {}};
  }
  if (const std::string& query = context.params.get("query"); !query.empty()) {
    LOKILIB_TRY_ASSIGN(look_up.matchers, logql::parse_matchers(query, false));
  }
  return look_up;
}

bool is_match_all(std::string_view selector) {
  std::string compact(selector);
  std::erase(compact, ' ');
  return compact == "{}";
}

Result<std::vector<LabelSet>> find_series(const RequestContext& context) {
  LOKILIB_TRY_ASSIGN(const TimeRange range, parse_time_range(context.params, context.now_ns));
  std::vector<std::string> selectors = context.params.all("match[]");
  for (std::string& selector : context.params.all("match")) selectors.push_back(std::move(selector));
  if (selectors.empty() || (selectors.size() == 1 && is_match_all(selectors[0]))) {
    return context.database.series(range, {}, context.tenant);
  }
  std::vector<std::vector<Matcher>> parsed;
  for (const std::string& selector : selectors) {
    LOKILIB_TRY_ASSIGN(auto matchers, logql::parse_matchers(selector, false));
    parsed.push_back(std::move(matchers));
  }
  std::set<LabelSet> found;
  for (const auto& matchers : parsed) {
    LOKILIB_TRY_ASSIGN(auto series, context.database.series(range, matchers, context.tenant));
    found.insert(std::make_move_iterator(series.begin()), std::make_move_iterator(series.end()));
  }
  return std::vector<LabelSet>(found.begin(), found.end());
}

}  // namespace

Response handle_labels(RequestContext& context) {
  const auto look_up = parse_look_up(context);
  if (!look_up) return query_error(look_up.error());
  const auto names = context.database.label_names(look_up->range, look_up->matchers, context.tenant);
  if (!names) return query_error(names.error());
  return json_response(encode_string_list(*names));
}

Response handle_label_values(RequestContext& context) {
  const auto look_up = parse_look_up(context);
  if (!look_up) return query_error(look_up.error());
  const auto values =
      context.database.label_values(context.path_value, look_up->range, look_up->matchers, context.tenant);
  if (!values) return query_error(values.error());
  return json_response(encode_string_list(*values));
}

Response handle_series(RequestContext& context) {
  const auto series = find_series(context);
  if (!series) return query_error(series.error());
  return json_response(encode_series(*series));
}

Response handle_legacy_labels(RequestContext& context) {
  const auto look_up = parse_look_up(context);
  if (!look_up) return query_error(look_up.error());
  // Loki 3.7.6 answers the names of labels also where values of one were asked for. Ours does so under its
  // limits profile only, where its answers are wanted to the letter.
  const bool wants_names = context.path_value.empty() || context.database.options().limits.loki_quirks;
  const auto values = wants_names
                          ? context.database.label_names(look_up->range, look_up->matchers, context.tenant)
                          : context.database.label_values(context.path_value, look_up->range,
                                                          look_up->matchers, context.tenant);
  if (!values) return query_error(values.error());
  std::string body = "{\"values\":[";
  for (size_t i = 0; i < values->size(); ++i) {
    if (i > 0) body.push_back(',');
    append_json_string((*values)[i], JsonEscape::Plain, body);
  }
  return json_response(body + "]}\n");
}

}  // namespace lokilib::http
