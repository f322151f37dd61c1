// SPDX-License-Identifier: Apache-2.0
// api.cc: from a request to its endpoint: path, method, tenant, parameters.
#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>

#include <lokilib/http.h>

#include "request_params.h"
#include "routes.h"

namespace lokilib::http {
namespace {

using Handler = Response (*)(RequestContext&);

/// Loki's router answers HEAD only where it asks for no method at all; ours does also where probes use it.
enum Methods : unsigned { kGet = 1, kPost = 2, kHead = 4, kRead = kGet | kPost };

enum class TenantFrom : uint8_t {
  Header,        ///< X-Scope-OrgID where auth is on, else the default one
  HeaderAlways,  ///< X-Scope-OrgID also where auth is off (recorded, 3.7.6)
  Nowhere,       ///< the endpoint is not about a tenant
};

struct Route {
  std::string_view path;  ///< "{}" stands for one segment
  unsigned methods;
  Handler handler;
  std::string_view metric;  ///< the route's name in metrics (Loki's)
  TenantFrom tenant = TenantFrom::Header;
};

constexpr Route kRoutes[] = {
    {"/loki/api/v1/push", kPost, handle_push, "loki_api_v1_push"},
    {"/api/prom/push", kPost, handle_legacy_push, "api_prom_push"},
    {"/loki/api/v1/query", kRead, handle_query, "loki_api_v1_query"},
    {"/loki/api/v1/query_range", kRead, handle_query_range, "loki_api_v1_query_range"},
    {"/loki/api/v1/labels", kRead, handle_labels, "loki_api_v1_labels"},
    {"/loki/api/v1/label", kRead, handle_labels, "loki_api_v1_label"},
    {"/loki/api/v1/label/{}/values", kRead, handle_label_values, "loki_api_v1_label_name_values"},
    {"/loki/api/v1/series", kRead, handle_series, "loki_api_v1_series"},
    {"/loki/api/v1/index/stats", kRead, handle_index_stats, "loki_api_v1_index_stats"},
    {"/loki/api/v1/index/volume", kRead, handle_volume, "loki_api_v1_index_volume"},
    {"/loki/api/v1/index/volume_range", kRead, handle_volume_range, "loki_api_v1_index_volume_range"},
    {"/loki/api/v1/format_query", kRead, handle_format_query, "loki_api_v1_format_query",
     TenantFrom::Nowhere},
    {"/loki/api/v1/detected_labels", kRead, handle_detected_labels, "loki_api_v1_detected_labels"},
    {"/loki/api/v1/detected_fields", kRead, handle_detected_fields, "loki_api_v1_detected_fields"},
    {"/loki/api/v1/detected_field/{}/values", kRead, handle_detected_field_values,
     "loki_api_v1_detected_field_name_values"},
    {"/loki/api/v1/patterns", kRead, handle_patterns, "loki_api_v1_patterns"},
    {"/loki/api/v1/tail", kRead, handle_tail, "loki_api_v1_tail"},
    {"/loki/api/v1/rules", kGet, handle_rules, "loki_api_v1_rules"},
    {"/loki/api/v1/rules/{}", kGet, handle_rules, "loki_api_v1_rules_namespace"},
    {"/loki/api/v1/drilldown-limits", kGet, handle_drilldown_limits, "loki_api_v1_drilldown_limits",
     TenantFrom::HeaderAlways},
    {"/config/tenant/v1/limits", kGet, handle_tenant_limits, "config_tenant_v1_limits",
     TenantFrom::HeaderAlways},
    {"/otlp/v1/logs", kPost, handle_otlp, "otlp_v1_logs"},
    {"/prometheus/api/v1/rules", kGet, handle_prometheus_rules, "prometheus_api_v1_rules"},
    {"/prometheus/api/v1/alerts", kGet, handle_prometheus_alerts, "prometheus_api_v1_alerts"},
    {"/loki/api/v1/status/buildinfo", kGet, handle_buildinfo, "loki_api_v1_status_buildinfo",
     TenantFrom::Nowhere},
    {"/api/prom/query", kRead, handle_legacy_query, "api_prom_query"},
    {"/api/prom/label", kRead, handle_legacy_labels, "api_prom_label"},
    {"/api/prom/label/{}/values", kRead, handle_legacy_labels, "api_prom_label_name_values"},
    {"/api/prom/series", kRead, handle_series, "api_prom_series"},
    {"/api/prom/tail", kRead, handle_tail, "api_prom_tail"},
    {"/api/prom/rules", kGet, handle_rules, "api_prom_rules"},
    {"/api/prom/rules/{}", kGet, handle_rules, "api_prom_rules_namespace"},
    {"/ready", kGet | kHead, handle_ready, "ready", TenantFrom::Nowhere},
    {"/metrics", kGet | kHead, handle_metrics, "metrics", TenantFrom::Nowhere},
    {"/flush", kRead, handle_flush, "flush", TenantFrom::Nowhere},
    {"/services", kGet, handle_services, "services", TenantFrom::Nowhere},
    {"/log_level", kRead, handle_log_level, "log_level", TenantFrom::Nowhere},
    {"/ring", kRead, handle_ring, "ring", TenantFrom::Nowhere},
    {"/distributor/ring", kRead, handle_ring, "distributor_ring", TenantFrom::Nowhere},
    {"/compactor/ring", kRead, handle_ring, "compactor_ring", TenantFrom::Nowhere},
    {"/scheduler/ring", kRead, handle_ring, "scheduler_ring", TenantFrom::Nowhere},
    {"/pattern/ring", kRead, handle_ring, "pattern_ring", TenantFrom::Nowhere},
    {"/ruler/ring", kRead, handle_ring, "ruler_ring", TenantFrom::Nowhere},
    {"/memberlist", kGet, handle_memberlist, "memberlist", TenantFrom::Nowhere},
};

/// Whether `path` has the route's form; the segment at "{}" comes back in `value`.
bool matches_route(std::string_view pattern, std::string_view path, std::string_view& value) {
  const size_t hole = pattern.find("{}");
  if (hole == std::string_view::npos) return pattern == path;
  const std::string_view tail = pattern.substr(hole + 2);
  if (path.size() < hole + tail.size() || path.substr(0, hole) != pattern.substr(0, hole)) return false;
  if (path.substr(path.size() - tail.size()) != tail) return false;
  value = path.substr(hole, path.size() - tail.size() - hole);
  return !value.empty() && value.find('/') == std::string_view::npos;
}

/// The path without repeated slashes, "." and ".."; Go's router redirects to it (301).
std::string clean_path(std::string_view path) {
  std::vector<std::string_view> segments;
  const bool ends_in_slash = !path.empty() && path.back() == '/';
  while (!path.empty()) {
    const size_t end = path.find('/');
    const std::string_view segment = path.substr(0, end);
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      segments.push_back(segment);
    } else if (!segments.empty()) {
      segments.pop_back();
    }
  }
  std::string out;
  for (const std::string_view segment : segments) out.append("/").append(segment);
  if (out.empty() || ends_in_slash) out.push_back('/');
  return out;
}

Error bad_tenant(std::string text) {
  return Error{ErrorCode::InvalidArgument, std::move(text), {}, {}};
}

/// The tenant that an X-Scope-OrgID header names, by Loki's rules; "" where it names none.
Result<std::string> parse_tenant(std::string_view header) {
  constexpr std::string_view kSpecial = "!-_.*'()";
  if (header.find('|') != std::string_view::npos) {
    const std::string_view first = header.substr(0, header.find('|'));
    std::string_view rest = header;
    while (!rest.empty()) {
      const size_t end = rest.find('|');
      if (rest.substr(0, end) != first) return bad_tenant("multiple org IDs present");
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    header = first;
  }
  const std::string_view tenant = header.substr(0, header.find(':'));
  if (tenant == "." || tenant == "..") return bad_tenant("tenant ID is '.' or '..'");
  if (tenant.size() > 150) return bad_tenant("tenant ID is too long: max 150 characters");
  for (const char c : tenant) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!is_plain && kSpecial.find(c) == std::string_view::npos) {
      return bad_tenant("tenant ID '" + std::string(tenant) + "' contains unsupported character '" + c + "'");
    }
  }
  return std::string(tenant);
}

bool allows(const Route& route, std::string_view method) {
  return (method == "GET" && (route.methods & kGet) != 0) ||
         (method == "POST" && (route.methods & kPost) != 0) ||
         (method == "HEAD" && (route.methods & kHead) != 0);
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  const auto same = [](char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(a) == lower(b);
  };
  for (const auto& [key, value] : headers) {
    if (std::equal(key.begin(), key.end(), name.begin(), name.end(), same)) return value;
  }
  return {};
}

struct Api::Impl {
  Impl(Database& db, ApiOptions api_options) : database(db), options(std::move(api_options)) {}

  Database& database;
  ApiOptions options;
  ApiMetrics metrics;

  Response route(const Request& request, std::string_view& metric);
  Response run(const Route& route, const Request& request, std::string_view value);
  int64_t now_ns() const {
    const Clock* const clock = database.options().clock;
    return (clock == nullptr ? system_clock() : *clock).now_ns();
  }
};

Response Api::Impl::run(const Route& route, const Request& request, std::string_view value) {
  std::string tenant(kDefaultTenant);
  const bool from_header = route.tenant == TenantFrom::HeaderAlways ||
                           (options.auth_enabled && route.tenant == TenantFrom::Header);
  if (from_header) {
    auto parsed = parse_tenant(request.header("X-Scope-OrgID"));
    if (!parsed) return text_error(400, parsed.error().message);
    if (parsed->empty()) return text_error(401, "no org id");
    tenant = std::move(*parsed);
  }
  // The body of a push is no form, whatever it calls itself.
  const bool is_push = route.methods == kPost;
  auto params = is_push ? Result<RequestParams>(RequestParams()) : RequestParams::parse(request);
  if (!params) return query_error(params.error());
  RequestContext context{request, options, database, metrics, std::move(*params), tenant, std::string(value),
                         now_ns()};
  return route.handler(context);
}

Response Api::Impl::route(const Request& request, std::string_view& metric) {
  std::string_view raw_path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (!options.path_prefix.empty()) {
    if (raw_path.substr(0, options.path_prefix.size()) != options.path_prefix)
      return text_error(404, "404 page not found");
    raw_path.remove_prefix(options.path_prefix.size());
  }
  if (std::string cleaned = clean_path(raw_path); cleaned != raw_path && !raw_path.empty()) {
    std::string location = options.path_prefix + cleaned;
    if (const size_t mark = request.target.find('?'); mark != std::string::npos)
      location += request.target.substr(mark);
    return {301, {{"Location", std::move(location)}}, ""};
  }
  const auto path = decode_path(raw_path);
  if (!path) return text_error(400, "400 Bad Request");
  bool known_path = false;
  for (const Route& route : kRoutes) {
    std::string_view value;
    if (!matches_route(route.path, *path, value)) continue;
    known_path = true;
    metric = route.metric;
    if (allows(route, request.method)) return run(route, request, value);
  }
  return known_path ? Response{405, {}, ""} : text_error(404, "404 page not found");
}

Api::Api(Database& database, ApiOptions options)
    : impl_(std::make_unique<Impl>(database, std::move(options))) {}
Api::~Api() = default;

Response Api::handle(const Request& request) {
  const auto start = std::chrono::steady_clock::now();
  std::string_view metric = "other";
  std::optional<Response> response;
  try {
    response = impl_->route(request, metric);
  } catch (const std::exception& problem) {
    response = text_error(500, std::string("internal error: ") + problem.what());
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  impl_->metrics.count_request(request.method, metric, response->status, seconds.count());
  return std::move(*response);
}

}  // namespace lokilib::http
