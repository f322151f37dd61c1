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

enum Methods : unsigned { kGet = 1, kPost = 2, kRead = kGet | kPost };

struct Route {
  std::string_view path;  ///< "{}" stands for one segment
  unsigned methods;
  Handler handler;
  std::string_view metric;  ///< the route's name in metrics (Loki's)
  bool needs_tenant = true;
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
    {"/loki/api/v1/format_query", kRead, handle_format_query, "loki_api_v1_format_query", false},
    {"/loki/api/v1/status/buildinfo", kGet, handle_buildinfo, "loki_api_v1_status_buildinfo", false},
    {"/api/prom/query", kRead, handle_legacy_query, "api_prom_query"},
    {"/api/prom/label", kRead, handle_legacy_labels, "api_prom_label"},
    {"/api/prom/label/{}/values", kRead, handle_legacy_labels, "api_prom_label_name_values"},
    {"/api/prom/series", kRead, handle_series, "api_prom_series"},
    {"/ready", kGet, handle_ready, "ready", false},
    {"/metrics", kGet, handle_metrics, "metrics", false},
    {"/flush", kRead, handle_flush, "flush", false},
    {"/services", kGet, handle_services, "services", false},
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

/// The path without repeated slashes; Go's router redirects to it (301).
std::string clean_path(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c != '/' || out.empty() || out.back() != '/') out.push_back(c);
  }
  return out;
}

Error bad_tenant(std::string text) {
  return Error{ErrorCode::InvalidArgument, std::move(text), {}, {}};
}

/// The tenant that an X-Scope-OrgID header names, by Loki's rules.
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
         (method == "HEAD" && (route.methods & kGet) != 0);
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
  if (options.auth_enabled && route.needs_tenant) {
    const std::string_view header = request.header("X-Scope-OrgID");
    if (header.empty()) return text_error(401, "no org id");
    auto parsed = parse_tenant(header);
    if (!parsed) return text_error(400, parsed.error().message);
    tenant = std::move(*parsed);
  }
  auto params = RequestParams::parse(request);
  if (!params) return query_error(params.error());
  auto path_value = decode_path_segment(value);
  if (!path_value) return query_error(path_value.error());
  RequestContext context{
      request, options, database, metrics, std::move(*params), tenant, std::move(*path_value), now_ns()};
  return route.handler(context);
}

Response Api::Impl::route(const Request& request, std::string_view& metric) {
  std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (!options.path_prefix.empty()) {
    if (path.substr(0, options.path_prefix.size()) != options.path_prefix)
      return text_error(404, "404 page not found");
    path.remove_prefix(options.path_prefix.size());
  }
  if (path.find("//") != std::string_view::npos) {
    std::string location = options.path_prefix + clean_path(path);
    if (const size_t mark = request.target.find('?'); mark != std::string::npos)
      location += request.target.substr(mark);
    return {301, {{"Location", std::move(location)}}, ""};
  }
  bool known_path = false;
  for (const Route& route : kRoutes) {
    std::string_view value;
    if (!matches_route(route.path, path, value)) continue;
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
