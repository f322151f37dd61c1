// SPDX-License-Identifier: Apache-2.0
// cmd_push.cc: `lokilib push --label app=x [FILE...]`: lines of files or standard input become entries.
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <istream>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "commands.h"
#include "line_time.h"
#include "target.h"
#include "target_flags.h"

namespace lokilib::tool {
namespace {

constexpr size_t kBatchEntries = 5000;
constexpr size_t kBatchBytes = 1 << 20;

struct PushFlags {
  TargetFlags target;
  std::vector<std::string> labels;
  std::vector<std::string> files;
  bool time_from_line = false;
};

struct PushSums {
  uint64_t entries = 0;
  uint64_t bytes = 0;
};

Result<LabelSet> parse_label_flags(const std::vector<std::string>& flags) {
  std::vector<Label> labels;
  for (const std::string& flag : flags) {
    const size_t equals = flag.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error{
          ErrorCode::InvalidArgument, "--label '" + flag + "' is not of the form name=value", {}, {}};
    }
    labels.push_back({flag.substr(0, equals), flag.substr(equals + 1)});
  }
  if (labels.empty()) {
    return Error{
        ErrorCode::InvalidArgument, "give the stream at least one label, e.g. --label app=api", {}, {}};
  }
  return LabelSet::create(std::move(labels));
}

/// Gathers lines and sends them by the batch. Lines without a time of their own take that of the line before.
class Pusher {
 public:
  Pusher(Target& target, const LabelSet& labels, bool time_from_line)
      : target_(target),
        labels_(labels),
        time_from_line_(time_from_line),
        last_time_ns_(system_clock().now_ns()) {}

  Result<void> add(std::string line) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (time_from_line_) {
      last_time_ns_ = find_line_time(line).value_or(last_time_ns_);
    } else {
      last_time_ns_ = std::max(last_time_ns_ + 1, system_clock().now_ns());
    }
    pending_bytes_ += line.size();
    pending_.push_back({last_time_ns_, std::move(line), {}});
    if (pending_.size() >= kBatchEntries || pending_bytes_ >= kBatchBytes) return send();
    return {};
  }

  Result<void> send() {
    if (pending_.empty()) return {};
    std::vector<EntryView> views;
    views.reserve(pending_.size());
    for (const Entry& entry : pending_) views.push_back({entry.timestamp_ns, entry.line, {}});
    LOKILIB_TRY(target_.push(labels_, views));
    sums_.entries += pending_.size();
    sums_.bytes += pending_bytes_;
    pending_.clear();
    pending_bytes_ = 0;
    return {};
  }

  const PushSums& sums() const { return sums_; }

 private:
  Target& target_;
  const LabelSet& labels_;
  const bool time_from_line_;
  int64_t last_time_ns_;
  std::vector<Entry> pending_;
  size_t pending_bytes_ = 0;
  PushSums sums_;
};

Result<void> push_stream(std::istream& in, Pusher& pusher) {
  std::string line;
  while (std::getline(in, line)) LOKILIB_TRY(pusher.add(std::move(line)));
  return pusher.send();
}

Result<void> run_push(PushFlags& flags) {
  LOKILIB_TRY_ASSIGN(const LabelSet labels, parse_label_flags(flags.labels));
  LOKILIB_TRY_ASSIGN(const auto target, open_target(flags.target.target, true));
  Pusher pusher(*target, labels, flags.time_from_line);
  const int64_t begin_ns = system_clock().monotonic_ns();
  if (flags.files.empty()) LOKILIB_TRY(push_stream(std::cin, pusher));
  for (const std::string& file : flags.files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return Error{ErrorCode::NotFound, "cannot be read", file, {}};
    LOKILIB_TRY(push_stream(in, pusher));
  }
  LOKILIB_TRY(target->close());
  const double seconds = static_cast<double>(system_clock().monotonic_ns() - begin_ns) / 1e9;
  std::fprintf(stderr, "%" PRIu64 " lines, %.1f MB pushed to %s in %.2f s\n", pusher.sums().entries,
               static_cast<double>(pusher.sums().bytes) / 1e6, labels.to_string().c_str(), seconds);
  return {};
}

}  // namespace

void add_push(CLI::App& app, Action& chosen) {
  auto flags = std::make_shared<PushFlags>();
  CLI::App* const command =
      app.add_subcommand("push", "Append lines of files or standard input as one stream");
  command->add_option("files", flags->files, "Files; standard input if none is given");
  flags->target.add_to(*command);
  command->add_option("-l,--label", flags->labels, "A label of the stream, name=value; may be repeated")
      ->allow_extra_args(false);
  command->add_flag(
      "--time-from-line", flags->time_from_line,
      "Take the time that a line begins with (RFC 3339, 2026-11-24 13:00:00, 24/Nov/2026:13:00:00 +0000); "
      "else lines are of now");
  command->callback([flags, &chosen] {
    chosen = [flags] {
      const auto done = run_push(*flags);
      return done ? 0 : fail(done.error());
    };
  });
}

}  // namespace lokilib::tool
