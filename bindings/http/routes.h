// SPDX-License-Identifier: Apache-2.0
// routes.h: what every endpoint gets, and the endpoints by group. An endpoint decodes its parameters, asks
// the database, and encodes Loki's shape; nothing else.
#pragma once

#include <string>
#include <string_view>

#include <lokilib/database.h>
#include <lokilib/http.h>

#include "metrics.h"
#include "request_params.h"

namespace lokilib::http {

// Grafana derives what it may ask for from this version, so it is Loki's.
inline constexpr std::string_view kLokiVersion = "3.7.6";

struct RequestContext {
  const Request& request;
  const ApiOptions& options;
  Database& database;
  ApiMetrics& metrics;
  RequestParams params;
  std::string tenant;
  std::string path_value;  ///< the decoded {name} of the route, if it has one
  int64_t now_ns = 0;
};

/// Text with Go's http.Error form: a newline at the end.
Response text_error(int status, std::string_view message);
/// The query endpoints' form: no newline.
Response query_error(const Error& error);
Response json_response(std::string body);  ///< application/json; charset=UTF-8, as queries answer
Response plain_response(int status, std::string body);

/// Loki's status for an error of the query path.
int http_status(ErrorCode code);

// query.cc
Response handle_query(RequestContext& context);
Response handle_query_range(RequestContext& context);
Response handle_legacy_query(RequestContext& context);
Response handle_format_query(RequestContext& context);

// labels.cc
Response handle_labels(RequestContext& context);
Response handle_label_values(RequestContext& context);
Response handle_series(RequestContext& context);
Response handle_legacy_labels(RequestContext& context);

// push.cc
Response handle_push(RequestContext& context);
Response handle_legacy_push(RequestContext& context);

// otlp.cc
Response handle_otlp(RequestContext& context);

// volume.cc
Response handle_index_stats(RequestContext& context);
Response handle_volume(RequestContext& context);
Response handle_volume_range(RequestContext& context);

// detected.cc
Response handle_detected_labels(RequestContext& context);
Response handle_detected_fields(RequestContext& context);
Response handle_detected_field_values(RequestContext& context);

// tail.cc
Response handle_tail(RequestContext& context);

// tenant_limits.cc
Response handle_drilldown_limits(RequestContext& context);
Response handle_tenant_limits(RequestContext& context);

// features_off.cc
Response handle_patterns(RequestContext& context);
Response handle_rules(RequestContext& context);
Response handle_prometheus_rules(RequestContext& context);
Response handle_prometheus_alerts(RequestContext& context);

// status.cc
Response handle_ready(RequestContext& context);
Response handle_buildinfo(RequestContext& context);
Response handle_metrics(RequestContext& context);
Response handle_flush(RequestContext& context);
Response handle_services(RequestContext& context);
Response handle_log_level(RequestContext& context);
Response handle_ring(RequestContext& context);
Response handle_memberlist(RequestContext& context);

}  // namespace lokilib::http
