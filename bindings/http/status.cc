// SPDX-License-Identifier: Apache-2.0
// status.cc: is it up, what is it, what has it counted, and please flush.
#include <lokilib/version.h>

#include "routes.h"

namespace lokilib::http {
namespace {

// Grafana derives what it may ask for from this version, so it is Loki's.
constexpr std::string_view kLokiVersion = "3.7.6";

}  // namespace

Response handle_ready(RequestContext&) {
  return plain_response(200, "ready\n");
}

Response handle_buildinfo(RequestContext&) {
  std::string body = R"({"version":")";
  body.append(kLokiVersion).append(R"(","revision":"lokilib )").append(version());
  body += R"(","branch":"","buildUser":"","buildDate":"","goVersion":""})";
  return {200, {{"Content-Type", "application/json"}}, body + "\n"};
}

Response handle_metrics(RequestContext& context) {
  return {200,
          {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
          context.metrics.text(context.database.stats())};
}

Response handle_flush(RequestContext& context) {
  if (const auto flushed = context.database.flush(); !flushed)
    return text_error(500, flushed.error().to_string());
  return {204, {}, ""};
}

Response handle_services(RequestContext&) {
  return plain_response(200, "server => Running\nstore => Running\n");
}

}  // namespace lokilib::http
