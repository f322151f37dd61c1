// SPDX-License-Identifier: Apache-2.0
// http.h: Loki's HTTP API over a Database: Api turns a request into a response and knows no socket; Server
// brings the socket. A custom server mounts an Api on its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <lokilib/database.h>
#include <lokilib/export.h>
#include <lokilib/result.h>

namespace lokilib::http {

using Header = std::pair<std::string, std::string>;

struct Request {
  std::string method;  ///< upper case
  std::string target;  ///< as in the request line: path, and behind '?' the raw query
  std::vector<Header> headers;
  std::string body;

  /// The first header of that name (case-insensitive), or "".
  std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::vector<Header> headers;  ///< without Content-Length
  std::string body;
};

struct ApiOptions {
  bool auth_enabled = false;               ///< require X-Scope-OrgID; otherwise the tenant is kDefaultTenant
  std::string path_prefix;                 ///< e.g. "/loki-api"; in front of every route
  uint64_t body_bytes_max = 100ULL << 20;  ///< as sent
  uint64_t body_decompressed_bytes_max = 1ULL << 30;
  int64_t query_timeout_ns = 60'000'000'000;
  /// entries_max of log queries over HTTP: a limit above it is refused with Loki's text. 0: no bound.
  uint64_t entries_per_query_max = 5000;
  uint64_t volume_series_max = 1000;
};

/// Threads: handle() may be called from any number of threads.
class LOKILIB_EXPORT Api {
 public:
  /// The database outlives the Api.
  Api(Database& database, ApiOptions options);
  ~Api();

  /// Never throws; answers 500 for a mistake of ours.
  Response handle(const Request& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 3100;  ///< 0: any free one, see Server::port()
  unsigned threads = 0;  ///< for requests, each of which holds one while it runs; 0: two per core, at least 8
  int64_t idle_timeout_ns = 120'000'000'000;
};

/// HTTP/1.1 over TCP. Its threads run until stop() or destruction.
class LOKILIB_EXPORT Server {
 public:
  /// Binds and starts. The Api outlives the server. Errors: `Io` (address in use, no permission),
  /// `InvalidArgument`.
  static Result<std::unique_ptr<Server>> start(Api& api, const ServerOptions& options);
  ~Server();

  uint16_t port() const;
  /// Stops accepting, lets running requests end, joins the threads.
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lokilib::http
