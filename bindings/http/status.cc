// SPDX-License-Identifier: Apache-2.0
// status.cc: is it up, what is it, what has it counted, and please flush. Pages about a cluster say that
// there is none.
#include <algorithm>
#include <array>

#include <lokilib/version.h>

#include "json_writer.h"
#include "routes.h"

namespace lokilib::http {
namespace {

Response message_json(int status, std::string_view body_start, std::string_view message) {
  std::string body(body_start);
  append_json_string(message, JsonEscape::Plain, body);
  return {status, {{"Content-Type", "application/json"}}, body + "}\n"};
}

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

Response handle_log_level(RequestContext& context) {
  constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warn", "error"};
  if (context.request.method != "POST") {
    return message_json(200, R"({"message":)", "Current log level is info");
  }
  const std::string& level = context.params.get("log_level");
  std::string why = "the log level cannot be changed while the server runs";
  if (std::find(kLevels.begin(), kLevels.end(), level) == kLevels.end()) {
    why = "unrecognized log level \"" + level + "\"";
  }
  return message_json(400, R"({"status":"failed","message":)", why);
}

Response handle_ring(RequestContext& context) {
  if (context.request.header("Accept") == "application/json") {
    return {200, {{"Content-Type", "application/json"}}, "{\"shards\":[]}\n"};
  }
  return {200, {{"Content-Type", "text/html; charset=utf-8"}}, "<p>One node: there is no ring.</p>\n"};
}

Response handle_memberlist(RequestContext&) {
  return plain_response(200, "This instance doesn't use memberlist.\n");
}

}  // namespace lokilib::http
