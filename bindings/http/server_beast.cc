// SPDX-License-Identifier: Apache-2.0
// server_beast.cc: the only file that knows a socket. One coroutine per connection on a small pool of
// threads; requests are handled on the pool, so a slow query holds up no other connection as long as threads
// are left.
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <lokilib/http.h>

namespace lokilib::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;

constexpr size_t kHeaderBytesMax = 1 << 20;  // a query in a URL may be 128 KiB, three times that when escaped
constexpr size_t kReadBytes = 64 << 10;
constexpr std::chrono::seconds kStopPatience(30);  // for requests that run when the server stops
constexpr size_t kBodyBytesMax = 256ULL << 20;     // the Api has its own, smaller bounds

constexpr std::chrono::seconds kDrainPatience(2);
constexpr size_t kDrainBytesMax = 4 << 20;

/// Requests between their header and the end of their answer: stop() waits for them.
class RequestGauge {
 public:
  explicit RequestGauge(std::atomic<int>& count) : count_(count) { ++count_; }
  ~RequestGauge() { --count_; }
  RequestGauge(const RequestGauge&) = delete;
  RequestGauge& operator=(const RequestGauge&) = delete;

 private:
  std::atomic<int>& count_;
};

struct Shared {
  Api& api;
  std::chrono::nanoseconds idle_timeout;
  std::atomic<int> active_requests{0};
};

Request to_request(bhttp::request<bhttp::string_body>&& message) {
  Request request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) {
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());
  return request;
}

bhttp::response<bhttp::string_body> to_message(Response&& response, unsigned version, bool keep_alive,
                                               bool is_head) {
  bhttp::response<bhttp::string_body> message;
  message.version(version);
  message.result(static_cast<unsigned>(response.status));
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  message.body() = std::move(response.body);
  message.keep_alive(keep_alive);
  message.prepare_payload();
  if (is_head) message.body().clear();
  return message;
}

/// The answer to what is no request, or too large a one; nothing where there is nobody to answer.
std::optional<Response> refusal(const beast::error_code& error) {
  const auto text = [](int status, const char* body) {
    return Response{status, {{"Content-Type", "text/plain; charset=utf-8"}}, body};
  };
  if (error == bhttp::error::body_limit) return text(413, "request body too large\n");
  if (error == bhttp::error::header_limit) return text(431, "request header too large\n");
  const bool is_cut = error == bhttp::error::end_of_stream || error == bhttp::error::partial_message;
  if (is_cut || error.category() != bhttp::make_error_code(bhttp::error::bad_method).category())
    return std::nullopt;
  return text(400, "400 Bad Request\n");
}

asio::awaitable<void> write_response(beast::tcp_stream& stream, Response response, unsigned version,
                                     bool keep_alive, bool is_head, beast::error_code& error) {
  auto message = to_message(std::move(response), version, keep_alive, is_head);
  bhttp::response_serializer<bhttp::string_body> serializer(message);
  auto token = asio::redirect_error(asio::use_awaitable, error);
  if (is_head) {
    co_await bhttp::async_write_header(stream, serializer, token);
  } else {
    co_await bhttp::async_write(stream, serializer, token);
  }
}

/// Reads what the client still sends for a moment: closing with unread bytes would make the system throw the
/// answer away before the client has read it.
asio::awaitable<void> drain(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
  beast::error_code error;
  stream.socket().shutdown(tcp::socket::shutdown_send, error);
  stream.expires_after(kDrainPatience);
  for (size_t drained = 0; !error && drained < kDrainBytesMax;) {
    buffer.clear();
    drained += co_await stream.async_read_some(buffer.prepare(kReadBytes),
                                               asio::redirect_error(asio::use_awaitable, error));
  }
}

asio::awaitable<void> serve_connection(tcp::socket socket, Shared& shared) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;
  buffer.reserve(kReadBytes);  // Beast reads as much as there is room for, 512 bytes at least
  beast::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  for (;;) {
    bhttp::request_parser<bhttp::string_body> parser;
    parser.header_limit(kHeaderBytesMax);
    parser.body_limit(kBodyBytesMax);
    stream.expires_after(shared.idle_timeout);
    co_await bhttp::async_read_header(stream, buffer, parser, token);
    const RequestGauge gauge(shared.active_requests);
    if (!error && beast::iequals(parser.get()[bhttp::field::expect], "100-continue")) {
      bhttp::response<bhttp::empty_body> go_on(bhttp::status::continue_, parser.get().version());
      co_await bhttp::async_write(stream, go_on, token);
    }
    if (!error) co_await bhttp::async_read(stream, buffer, parser, token);
    if (error) {
      if (auto answer = refusal(error)) {
        error = {};
        co_await write_response(stream, std::move(*answer), 11, false, false, error);
        if (!error) co_await drain(stream, buffer);
      }
      break;
    }
    const unsigned version = parser.get().version();
    const bool is_head = parser.get().method() == bhttp::verb::head;
    const bool keep_alive = parser.get().keep_alive();
    stream.expires_never();
    Response response = shared.api.handle(to_request(parser.release()));
    stream.expires_after(shared.idle_timeout);
    co_await write_response(stream, std::move(response), version, keep_alive, is_head, error);
    if (error || !keep_alive) break;
  }
  stream.socket().shutdown(tcp::socket::shutdown_send, error);
}

asio::awaitable<void> accept_connections(tcp::acceptor& acceptor, asio::thread_pool& pool, Shared& shared) {
  for (;;) {
    beast::error_code error;
    tcp::socket socket(pool);
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted || !acceptor.is_open()) co_return;
    if (error) continue;  // e.g. too many open files: the next one may do
    socket.set_option(tcp::no_delay(true), error);
    asio::co_spawn(pool, serve_connection(std::move(socket), shared), asio::detached);
  }
}

Error cannot_listen(const ServerOptions& options, const std::string& why) {
  return Error{ErrorCode::Io,
               "cannot listen on " + options.address + ":" + std::to_string(options.port) + ": " + why,
               {},
               {}};
}

}  // namespace

struct Server::Impl {
  Impl(Api& api, const ServerOptions& options, unsigned threads)
      : shared{api, std::chrono::nanoseconds(options.idle_timeout_ns)}, pool(threads), acceptor(*pool) {}

  Shared shared;
  std::optional<asio::thread_pool> pool;  // both empty once stopped
  std::optional<tcp::acceptor> acceptor;
  uint16_t port = 0;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() {
  stop();
}

Result<std::unique_ptr<Server>> Server::start(Api& api, const ServerOptions& options) {
  beast::error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) {
    return Error{
        ErrorCode::InvalidArgument, "'" + options.address + "' is not an IP address to listen on", {}, {}};
  }
  const unsigned threads =
      options.threads > 0 ? options.threads : std::max(8U, 2 * std::thread::hardware_concurrency());
  auto impl = std::make_unique<Impl>(api, options, threads);
  const tcp::endpoint endpoint(address, options.port);
  tcp::acceptor& acceptor = *impl->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return cannot_listen(options, error.message());
  impl->port = acceptor.local_endpoint().port();
  asio::co_spawn(*impl->pool, accept_connections(acceptor, *impl->pool, impl->shared), asio::detached);
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

uint16_t Server::port() const {
  return impl_->port;
}

void Server::stop() {
  if (impl_ == nullptr || !impl_->pool) return;
  asio::post(*impl_->pool, [&] {
    beast::error_code ignored;
    impl_->acceptor->close(ignored);
  });
  const auto give_up = std::chrono::steady_clock::now() + kStopPatience;
  while (impl_->shared.active_requests > 0 && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  impl_->pool->stop();
  impl_->pool->join();
  impl_->acceptor.reset();
  impl_->pool.reset();  // with it the idle connections
}

}  // namespace lokilib::http
