// SPDX-License-Identifier: Apache-2.0
// Any bytes as a request target and as a form body, sent through the whole Api; and as times and durations.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <lokilib/database.h>
#include <lokilib/http.h>

#include "query_params.h"
#include "rfc3339.h"

namespace {

struct Server {
  lokilib::Database database;
  lokilib::http::Api api;

  explicit Server(lokilib::Database opened) : database(std::move(opened)), api(database, {}) {}
};

Server& server() {
  static Server* const instance = [] {
    auto opened = lokilib::Database::open({.background_thread = false});
    return opened ? new Server(std::move(*opened)) : nullptr;
  }();
  return *instance;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto answer = server().api.handle({"GET", text, {}, ""});
  if (answer.status < 200 || answer.status > 599) std::abort();
  server().api.handle({"GET", "/loki/api/v1/series?" + text, {}, ""});
  server().api.handle(
      {"POST", "/loki/api/v1/labels", {{"Content-Type", "application/x-www-form-urlencoded"}}, text});
  static_cast<void>(lokilib::http::parse_time(text));
  static_cast<void>(lokilib::http::parse_step(text));
  if (const auto time = lokilib::http::parse_rfc3339(text)) {
    const auto again = lokilib::http::parse_rfc3339(lokilib::http::format_rfc3339_nano(*time));
    if (again != time) std::abort();
  }
  return 0;
}
