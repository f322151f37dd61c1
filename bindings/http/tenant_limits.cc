// SPDX-License-Identifier: Apache-2.0
// tenant_limits.cc: a tenant's limits under Loki's names, as JSON for Grafana's drilldown and as YAML.
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "json_writer.h"
#include "routes.h"

namespace lokilib::http {
namespace {

constexpr int64_t kMillisecond = 1'000'000;

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(text, JsonEscape::Plain, out);
  return out;
}

/// A Prometheus duration, e.g. "30d1h"; below a millisecond nothing is shown.
std::string duration_text(int64_t duration_ns) {
  constexpr std::array<std::pair<const char*, int64_t>, 5> kUnits = {
      {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};
  int64_t rest = duration_ns / kMillisecond;
  std::string out;
  for (const auto& [unit, size] : kUnits) {
    if (rest >= size) out += fmt::format("{}{}", rest / size, unit);
    rest %= size;
  }
  return out.empty() ? "0s" : out;
}

/// In the largest unit that leaves no fraction, e.g. "256KB".
std::string size_text(uint64_t bytes) {
  constexpr std::array<const char*, 4> kUnits = {"B", "KB", "MB", "GB"};
  size_t unit = 0;
  while (unit + 1 < kUnits.size() && bytes > 0 && bytes % 1024 == 0) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{}{}", bytes, kUnits[unit]);
}

std::string list_text(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out.push_back(',');
    append_json_string(item, JsonEscape::Plain, out);
  }
  return out + "]";
}

/// Names and values, the values as JSON (which is YAML too); sorted by name.
std::vector<std::pair<std::string_view, std::string>> limits_of(const RequestContext& context) {
  const TenantLimits& limits = context.database.options().limits;
  const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
  return {
      {"discover_log_levels", flag(limits.ingest.discover_log_levels)},
      {"discover_service_name", list_text(limits.ingest.discover_service_name)},
      {"log_level_fields", list_text(limits.ingest.log_level_fields)},
      {"max_entries_limit_per_query", fmt::format("{}", context.options.entries_per_query_max)},
      {"max_line_size_truncate", flag(limits.ingest.truncate_long_lines)},
      {"max_query_bytes_read", quoted(size_text(limits.query.bytes_scanned_max))},
      {"max_query_length", quoted(duration_text(limits.query.length_ns_max))},
      {"max_query_lookback", quoted("0s")},
      {"max_query_range", quoted("0s")},
      {"max_query_series", fmt::format("{}", limits.query.series_max)},
      {"metric_aggregation_enabled", "false"},
      {"otlp_config", "{}"},
      {"pattern_persistence_enabled", "false"},
      {"query_timeout", quoted(duration_text(context.options.query_timeout_ns))},
      {"retention_period", quoted("0s")},
      {"volume_enabled", "true"},
      {"volume_max_series", fmt::format("{}", context.options.volume_series_max)},
  };
}

}  // namespace

Response handle_drilldown_limits(RequestContext& context) {
  std::string body = "{\"limits\":{";
  for (const auto& [name, value] : limits_of(context)) {
    if (body.back() != '{') body.push_back(',');
    body += fmt::format("\"{}\":{}", name, value);
  }
  body += fmt::format("}},\"pattern_ingester_enabled\":false,\"version\":\"{}\"}}\n", kLokiVersion);
  return {200, {{"Content-Type", "application/json"}}, std::move(body)};
}

Response handle_tenant_limits(RequestContext& context) {
  std::string body;
  for (const auto& [name, value] : limits_of(context)) body += fmt::format("{}: {}\n", name, value);
  return plain_response(200, std::move(body));
}

}  // namespace lokilib::http
