// SPDX-License-Identifier: Apache-2.0
// The real server on a free port: what only a socket can show.
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "api_fixture.h"

namespace lokilib::http::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// A plain client; reads give up after ten seconds, so that a fault is a failure and no hang.
class Client {
 public:
  explicit Client(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(count));
    }
  }

  /// The next answer: header and body by its Content-Length; "" where the server has closed.
  std::string receive() {
    while (pending_.find("\r\n\r\n") == std::string::npos) {
      if (!fill()) return std::exchange(pending_, "");
    }
    const size_t header_size = pending_.find("\r\n\r\n") + 4;
    const size_t at = pending_.find("Content-Length: ");
    const size_t body_size = at < header_size ? std::stoul(pending_.substr(at + 16)) : 0;
    while (pending_.size() < header_size + body_size && fill()) {
    }
    std::string answer = pending_.substr(0, header_size + body_size);
    pending_.erase(0, answer.size());
    return answer;
  }
  bool is_closed() { return pending_.empty() && !fill(); }

 private:
  bool fill() {
    char buffer[4096];
    const ssize_t count = ::recv(socket_, buffer, sizeof(buffer), 0);
    if (count > 0) pending_.append(buffer, static_cast<size_t>(count));
    return count > 0;
  }

  int socket_;
  bool connected_ = false;
  std::string pending_;
};

class ServerOverSocket : public ApiFixture {
 protected:
  ServerOverSocket() {
    auto started = Server::start(*api_, {.port = 0, .threads = 2});
    EXPECT_TRUE(started) << started.error().message;
    if (started) server_ = std::move(*started);
  }
  const std::string push_body_ = R"({"streams":[{"stream":{"app":"x"},"values":[[")" +
                                 std::to_string(kNow - kSecond) + R"(","hello"]]}]})";
  std::unique_ptr<Server> server_;
};

TEST_F(ServerOverSocket, KeepsConnectionsAlive) {
  Client client(server_->port());
  ASSERT_TRUE(client.connected());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /ready HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client.receive();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nready\n"));
  }
  client.send("GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerOverSocket, AnswersRequestsSentAtOnceInOrder) {
  Client client(server_->port());
  client.send("GET /ready HTTP/1.1\r\nHost: x\r\n\r\nGET /nope HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 404 Not Found\r\n"));
}

TEST_F(ServerOverSocket, SendsNoBodyAfterHeadAndNoLengthWith204) {
  Client client(server_->port());
  client.send("HEAD /ready HTTP/1.1\r\nHost: x\r\n\r\nGET /loki/api/v1/push HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string head = client.receive();
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, testing::Not(HasSubstr("ready")));
}

TEST_F(ServerOverSocket, ReadsChunkedBodies) {
  Client client(server_->port());
  client.send(
      "POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  char size[32];
  for (size_t at = 0; at < push_body_.size(); at += 10) {
    const std::string part = push_body_.substr(at, 10);
    std::snprintf(size, sizeof(size), "%zx\r\n", part.size());
    client.send(size + part + "\r\n");
  }
  client.send("0\r\n\r\n");
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(query_result(R"({app="x"})"), HasSubstr("hello"));
}

TEST_F(ServerOverSocket, SaysContinueWhereAsked) {
  Client client(server_->port());
  client.send(
      "POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(push_body_.size()) + "\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 100 Continue\r\n"));
  client.send(push_body_);
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 204 No Content\r\n"));
}

TEST_F(ServerOverSocket, RefusesHugeBodiesAndHeaders) {
  Client body(server_->port());
  body.send("POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
  EXPECT_THAT(body.receive(), StartsWith("HTTP/1.1 413 "));
  EXPECT_TRUE(body.is_closed());
  Client header(server_->port());
  header.send("GET /ready HTTP/1.1\r\nHost: x\r\nX: " + std::string(1100 * 1024, 'y') + "\r\n\r\n");
  EXPECT_THAT(header.receive(), StartsWith("HTTP/1.1 431 "));
}

TEST_F(ServerOverSocket, RefusesWhatIsNotHttp) {
  Client client(server_->port());
  client.send("hello, is this a server?\r\n\r\n");
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 400 "));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerOverSocket, TakesLongUrls) {
  Client client(server_->port());
  client.send("GET /loki/api/v1/labels?query=" + escape_url("{a=\"" + std::string(100'000, 'b') + "\"}") +
              " HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(ServerOverSocket, LetsARunningRequestEndWhenItStops) {
  Client client(server_->port());
  // The header is there, so the request runs; its body comes while the server stops.
  client.send(
      "POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(push_body_.size()) + "\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 100 Continue\r\n"));
  std::thread stopper([&] { server_->stop(); });
  client.send(push_body_);
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 204 No Content\r\n"));
  stopper.join();
  EXPECT_TRUE(client.is_closed());
  EXPECT_FALSE(Client(server_->port()).connected());
  EXPECT_THAT(query_result(R"({app="x"})"), HasSubstr("hello"));
}

TEST_F(ServerOverSocket, StopsWithIdleConnections) {
  Client idle(server_->port());
  idle.send("GET /ready HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(idle.receive(), StartsWith("HTTP/1.1 200 OK\r\n"));
  server_->stop();
  server_->stop();  // a second time does nothing
  EXPECT_TRUE(idle.is_closed());
}

TEST_F(ServerOverSocket, SaysWhyItCannotListen) {
  const auto taken = Server::start(*api_, {.port = server_->port()});
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error().message,
              StartsWith("cannot listen on 127.0.0.1:" + std::to_string(server_->port()) + ": "));
  const auto bad = Server::start(*api_, {.address = "nowhere", .port = 0});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "'nowhere' is not an IP address to listen on");
}

}  // namespace
}  // namespace lokilib::http::test
