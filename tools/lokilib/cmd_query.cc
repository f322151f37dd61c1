// SPDX-License-Identifier: Apache-2.0
// cmd_query.cc: `lokilib query [TARGET] QUERY`.
#include <cinttypes>
#include <cstdio>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include <lokilib/logql.h>

#include "commands.h"
#include "output.h"
#include "target.h"
#include "target_flags.h"

namespace lokilib::tool {
namespace {

constexpr int64_t kHour = 3'600'000'000'000;

struct QueryFlags {
  TargetFlags target;
  TimeFlags time;
  std::vector<std::string> words;
  uint64_t limit = 30;
  bool forward = false;
  bool instant = false;
  bool timing = false;
  std::string step;
  OutputFormat output = OutputFormat::Default;
};

Result<QueryRequest> make_request(const QueryFlags& flags, const std::string& query) {
  LOKILIB_TRY_ASSIGN(const auto expr, logql::parse(query));
  QueryRequest request;
  request.query = query;
  request.limit = flags.limit;
  request.direction = flags.forward ? Direction::Forward : Direction::Backward;
  LOKILIB_TRY_ASSIGN(const TimeRange range, flags.time.range(system_clock().now_ns(), kHour));
  request.start_ns = range.begin_ns;
  request.end_ns = range.end_ns;
  const bool is_log = expr.as<logql::LogExpr>() != nullptr;
  if (flags.instant && !is_log) request.kind = QueryRequest::Kind::Instant;
  if (!flags.step.empty()) {
    LOKILIB_TRY_ASSIGN(request.step_ns, parse_duration_flag(flags.step));
  }
  return request;
}

Result<void> run_query(QueryFlags& flags) {
  LOKILIB_TRY(flags.target.take_target(flags.words, 1, "lokilib query [DIRECTORY|URL] 'QUERY'"));
  LOKILIB_TRY_ASSIGN(const QueryRequest request, make_request(flags, flags.words[0]));
  LOKILIB_TRY_ASSIGN(const auto target, open_target(flags.target.target, false));
  const int64_t begin_ns = system_clock().monotonic_ns();
  LOKILIB_TRY_ASSIGN(const QueryResult result, target->query(request));
  const int64_t took_ns = system_clock().monotonic_ns() - begin_ns;
  print_result(result, flags.output, stdout);
  for (const std::string& place : result.stats.scan.damage)
    std::fprintf(stderr, "lokilib: damaged: %s\n", place.c_str());
  for (const std::string& warning : result.warnings)
    std::fprintf(stderr, "lokilib: warning: %s\n", warning.c_str());
  if (flags.timing) {
    std::fprintf(stderr, "%.2f ms, %" PRIu64 " lines and %.1f MB of lines scanned\n",
                 static_cast<double>(took_ns) / 1e6, result.stats.scan.lines_scanned,
                 static_cast<double>(result.stats.scan.line_bytes_scanned) / 1e6);
  }
  return target->close();
}

}  // namespace

void add_query(CLI::App& app, Action& chosen) {
  auto flags = std::make_shared<QueryFlags>();
  CLI::App* const command = app.add_subcommand("query", "Ask a data directory or a server in LogQL");
  command->add_option("words", flags->words, "[DIRECTORY|URL] QUERY");
  flags->target.add_to(*command);
  flags->time.add_to(*command);
  command->add_option("--limit", flags->limit, "Entries of a log query at most; 0: all")
      ->capture_default_str();
  command->add_flag("--forward", flags->forward, "Oldest entries first");
  command->add_flag("--instant", flags->instant, "Evaluate a metric query once, at the end");
  command->add_option("--step", flags->step, "Step of a metric query, e.g. 1m");
  command->add_flag("--timing", flags->timing, "Print on stderr how long it took and what was scanned");
  const std::map<std::string, OutputFormat> formats = {
      {"default", OutputFormat::Default}, {"raw", OutputFormat::Raw}, {"jsonl", OutputFormat::Jsonl}};
  command->add_option("-o,--output", flags->output, "default, raw or jsonl")
      ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case));
  command->callback([flags, &chosen] {
    chosen = [flags] {
      const auto done = run_query(*flags);
      return done ? 0 : fail(done.error());
    };
  });
}

}  // namespace lokilib::tool
