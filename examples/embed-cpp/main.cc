// SPDX-License-Identifier: Apache-2.0
// main.cc: a log database inside a C++ program: open, append, ask.
#include <iostream>
#include <string>

#include <lokilib/database.h>

int main() {
  auto db = lokilib::Database::open({.directory = "./example-data"});
  if (!db) return std::cerr << db.error().to_string() << '\n', 1;
  const auto labels = lokilib::parse_labels(R"({app="shop", env="prod"})");
  const int64_t now_ns = lokilib::system_clock().now_ns();
  for (int i = 0; i < 5; ++i) {
    const std::string line = "level=info msg=\"order placed\" total=" + std::to_string(10 * i);
    const auto done = db->append(*labels, {.timestamp_ns = now_ns + i, .line = line});
    if (!done) return std::cerr << done.error().to_string() << '\n', 1;
  }
  const auto found =
      db->query({.query = R"({app="shop"} | logfmt | total > 20)", .start_ns = now_ns, .end_ns = now_ns + 5});
  if (!found) return std::cerr << found.error().to_string() << '\n', 1;
  const auto& logs = std::get<lokilib::LogResult>(found->data);
  for (const auto& entry : logs.entries) std::cout << entry.timestamp_ns << ' ' << entry.line << '\n';
}
