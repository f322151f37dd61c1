// SPDX-License-Identifier: Apache-2.0
// main.cc: LogQL without a database: over the lines of a text file, or over entries in memory.
//
//   logql_over_a_file FILE '{job="file"} |= "error"'
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <lokilib/query.h>
#include <lokilib/text_log_source.h>

namespace {

/// Evaluates over everything that the source has. A log query prints lines, a metric its value at the end.
int run(const std::string& logql, const lokilib::LogSource& source) {
  const auto tree = lokilib::logql::parse(logql);
  if (!tree) return std::cerr << tree.error().to_string() << '\n', 1;
  lokilib::QueryRequest request{.query = logql};
  request.end_ns = 1'000'000'000'000;
  request.limit = 0;
  request.direction = lokilib::Direction::Forward;
  if (tree->as<lokilib::logql::LogExpr>() == nullptr) request.kind = lokilib::QueryRequest::Kind::Instant;
  const auto result = lokilib::evaluate(request, source);
  if (!result) return std::cerr << result.error().to_string() << '\n', 1;
  if (const auto* logs = std::get_if<lokilib::LogResult>(&result->data)) {
    for (const auto& entry : logs->entries) std::cout << entry.line << '\n';
  } else if (const auto* vector = std::get_if<lokilib::VectorResult>(&result->data)) {
    for (const auto& series : vector->series)
      std::cout << series.labels.to_string() << ' ' << series.samples.front().value << '\n';
  }
  return 0;
}

int run_over_memory() {
  const auto labels = lokilib::parse_labels(R"({job="memory"})");
  std::vector<lokilib::Entry> entries;
  for (int i = 0; i < 10; ++i) {
    entries.push_back({i * 1'000'000'000LL, "took=" + std::to_string(i * 15) + "ms path=/cart", {}});
  }
  const lokilib::VectorLogSource source({{*labels, std::move(entries)}});
  const int logs = run(R"({job="memory"} | logfmt | took > 100ms)", source);
  return logs != 0 ? logs
                   : run(R"(sum by (path) (count_over_time({job="memory"} | logfmt [1000s])))", source);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 1) return run_over_memory();
  if (argc != 3) return std::cerr << "usage: logql_over_a_file [FILE QUERY]\n", 2;
  // Without a function that reads the time of a line, line n has the time of n nanoseconds.
  const auto source = lokilib::TextLogSource::open(lokilib::posix_file_system(), argv[1],
                                                   *lokilib::parse_labels(R"({job="file"})"));
  if (!source) return std::cerr << source.error().to_string() << '\n', 1;
  return run(argv[2], **source);
}
