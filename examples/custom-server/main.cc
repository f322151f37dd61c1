// SPDX-License-Identifier: Apache-2.0
// main.cc: Loki's HTTP API mounted in a program of one's own. An Api knows no socket: whatever server a
// program has turns its requests into http::Request. Here two requests are made by hand; with the argument
// `serve`, lokilib's own server serves the same Api until standard input ends.
#include <iostream>
#include <string>
#include <string_view>

#include <lokilib/http.h>

namespace {

namespace http = lokilib::http;

/// What a handler of the host's server does: its own routes first, Loki's below /logs.
http::Response handle(http::Api& api, const http::Request& request) {
  if (request.target == "/hello") return {200, {{"Content-Type", "text/plain"}}, "hello\n"};
  return api.handle(request);
}

int print(const http::Response& response) {
  std::cout << response.status << ' ' << response.body << '\n';
  return response.status < 300 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  auto db = lokilib::Database::open({});  // in memory
  if (!db) return std::cerr << db.error().to_string() << '\n', 1;
  http::Api api(*db, {.path_prefix = "/logs"});

  if (argc == 2 && std::string_view(argv[1]) == "serve") {
    const auto server = http::Server::start(api, {.port = 0});
    if (!server) return std::cerr << server.error().to_string() << '\n', 1;
    std::cout << "http://127.0.0.1:" << (*server)->port() << "/logs/loki/api/v1/labels" << std::endl;
    std::cin.ignore(1 << 30, '\0');
    return 0;
  }

  const std::string now = std::to_string(lokilib::system_clock().now_ns());
  http::Request push{"POST", "/logs/loki/api/v1/push", {{"Content-Type", "application/json"}}, {}};
  push.body = R"({"streams":[{"stream":{"app":"shop"},"values":[[")" + now + R"(","order placed"]]}]})";
  int failures = print(handle(api, {"GET", "/hello", {}, {}}));
  failures += print(handle(api, push));
  failures +=
      print(handle(api, {"GET", "/logs/loki/api/v1/query_range?query=%7Bapp%3D%22shop%22%7D", {}, {}}));
  return failures;
}
