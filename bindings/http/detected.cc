// SPDX-License-Identifier: Apache-2.0
// detected.cc: /detected_labels, /detected_fields and /detected_field/{name}/values. Counts are exact where
// Loki estimates.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <lokilib/logql.h>

#include "detected_fields.h"
#include "json_writer.h"
#include "query_params.h"
#include "query_run.h"
#include "routes.h"
#include "value_type.h"

namespace lokilib::http {
namespace {

constexpr int64_t kFieldsDefault = 1000;
constexpr int64_t kLinesDefault = 100;

Error bad_request(std::string text) {
  return Error{ErrorCode::InvalidArgument, std::move(text), {}, {}};
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (is_dash ? c != '-' : !is_hex) return false;
  }
  return true;
}

bool is_number(std::string_view text) {
  const std::string_view type = detect_value_type(text);
  return type == "int" || type == "float";
}

/// Labels all of whose values are numbers or ids say nothing to a reader; 0 and 1 may be a switch.
bool is_shown(std::string_view name, const std::set<std::string_view>& values) {
  constexpr std::array<std::string_view, 4> kAlways = {"cluster", "namespace", "instance", "pod"};
  if (std::find(kAlways.begin(), kAlways.end(), name) != kAlways.end()) return true;
  const auto is_switch = [](std::string_view value) { return value == "0" || value == "1"; };
  if (values.size() <= 2 && std::all_of(values.begin(), values.end(), is_switch)) return true;
  return !std::all_of(values.begin(), values.end(),
                      [](std::string_view value) { return is_number(value) || is_uuid(value); });
}

Result<std::vector<LabelSet>> find_streams(const RequestContext& context) {
  LOKILIB_TRY_ASSIGN(const TimeRange range, parse_time_range(context.params, context.now_ns));
  std::vector<Matcher> matchers;
  if (const std::string& query = context.params.get("query"); !query.empty()) {
    LOKILIB_TRY_ASSIGN(matchers, logql::parse_matchers(query, true));
  }
  return context.database.series(range, matchers, context.tenant);
}

struct FieldsRequest {
  QueryRequest query;
  int64_t limit = kFieldsDefault;
};

Result<FieldsRequest> parse_fields_request(const RequestContext& context) {
  FieldsRequest request;
  LOKILIB_TRY_ASSIGN(const TimeRange range, parse_time_range(context.params, context.now_ns));
  request.query.start_ns = range.begin_ns;
  request.query.end_ns = range.end_ns;
  const char* const name = context.params.get("limit").empty() ? "field_limit" : "limit";
  LOKILIB_TRY_ASSIGN(request.limit, parse_count(context.params, name, kFieldsDefault));
  if (request.limit <= 0) return bad_request("limit must be a positive value");
  LOKILIB_TRY_ASSIGN(const int64_t lines, parse_count(context.params, "line_limit", kLinesDefault));
  if (lines <= 0) return bad_request("limit must be a positive value");
  request.query.limit = static_cast<uint64_t>(lines);
  if (const uint64_t bound = context.options.entries_per_query_max; bound > 0) {
    request.query.limit = std::min(request.query.limit, bound);
  }
  LOKILIB_TRY_ASSIGN(const int64_t step_ns, parse_query_step(context.params, range));
  LOKILIB_TRY(check_range_and_step(range, step_ns));
  request.query.query = context.params.get("query");
  LOKILIB_TRY_ASSIGN(const auto expr, logql::parse(request.query.query));
  if (expr.as<logql::LogExpr>() == nullptr) return bad_request("only log selector is supported");
  return request;
}

Result<DetectedFields> find_fields(const RequestContext& context, FieldsRequest& request, size_t fields_max) {
  LOKILIB_TRY_ASSIGN(const QueryResult result, run_query(context, request.query));
  return detect_fields(std::get<LogResult>(result.data), fields_max);
}

void append_texts(const std::vector<std::string>& texts, std::string& out) {
  out.push_back('[');
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_json_string(texts[i], JsonEscape::Plain, out);
  }
  out.push_back(']');
}

void append_field(const std::string& name, const DetectedField& field, std::string& out) {
  out += "{\"label\":";
  append_json_string(name, JsonEscape::Plain, out);
  out.append(",\"type\":\"").append(field.type).append("\",\"cardinality\":");
  append_integer(static_cast<int64_t>(field.values.size()), out);
  out += ",\"parsers\":";
  if (field.parsers.empty()) {
    out += "null";
  } else {
    append_texts(field.parsers, out);
  }
  if (!field.json_path.empty()) {
    out += ",\"jsonPath\":";
    append_texts(field.json_path, out);
  }
  out.push_back('}');
}

}  // namespace

Response handle_detected_labels(RequestContext& context) {
  const auto streams = find_streams(context);
  if (!streams) return query_error(streams.error());
  std::map<std::string_view, std::set<std::string_view>> values;
  for (const LabelSet& stream : *streams) {
    for (const Label& label : stream.labels()) values[label.name].insert(label.value);
  }
  std::erase_if(values, [](const auto& item) { return !is_shown(item.first, item.second); });
  if (values.empty()) return json_response("{}\n");
  std::string body = "{\"detectedLabels\":[";
  for (const auto& [name, distinct] : values) {
    if (body.back() != '[') body.push_back(',');
    body += "{\"label\":";
    append_json_string(name, JsonEscape::Plain, body);
    body += ",\"cardinality\":";
    append_integer(static_cast<int64_t>(distinct.size()), body);
    body.push_back('}');
  }
  return json_response(body + "]}\n");
}

Response handle_detected_fields(RequestContext& context) {
  auto request = parse_fields_request(context);
  if (!request) return query_error(request.error());
  const auto fields = find_fields(context, *request, static_cast<size_t>(request->limit));
  if (!fields) return query_error(fields.error());
  if (fields->empty()) return json_response("{}\n");
  std::string body = "{\"fields\":[";
  for (const auto& [name, field] : *fields) {
    if (body.back() != '[') body.push_back(',');
    append_field(name, field, body);
  }
  body += "],\"limit\":";
  append_integer(request->limit, body);
  return json_response(body + "}\n");
}

Response handle_detected_field_values(RequestContext& context) {
  auto request = parse_fields_request(context);
  if (!request) return query_error(request.error());
  const auto fields = find_fields(context, *request, SIZE_MAX);
  if (!fields) return query_error(fields.error());
  const auto found = fields->find(context.path_value);
  if (found == fields->end()) return json_response("{}\n");
  std::set<std::string> values;
  for (const std::string& value : found->second.values) {
    if (values.size() == static_cast<size_t>(request->limit)) break;
    const bool is_size = std::string_view(detect_value_type(value)) == "bytes";
    values.insert(is_size ? format_human_size(parse_human_size(value).value_or(0)) : value);
  }
  std::string body = "{\"limit\":";
  append_integer(request->limit, body);
  body += ",\"values\":";
  append_texts({values.begin(), values.end()}, body);
  return json_response(body + "}\n");
}

}  // namespace lokilib::http
