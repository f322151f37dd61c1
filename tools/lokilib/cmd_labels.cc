// SPDX-License-Identifier: Apache-2.0
// cmd_labels.cc: `lokilib labels [TARGET] [NAME]`: label names, or the values of one.
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "commands.h"
#include "target.h"
#include "target_flags.h"

namespace lokilib::tool {
namespace {

struct LabelsFlags {
  TargetFlags target;
  TimeFlags time;
  std::vector<std::string> words;
  std::string selector;
};

Result<void> run_labels(LabelsFlags& flags) {
  // One word is a label's name unless it can only be a target.
  const bool first_is_target =
      !flags.words.empty() && (is_url(flags.words[0]) || flags.words[0].find('/') != std::string::npos);
  const size_t names = flags.words.size() - (first_is_target ? 1 : 0);
  if (names > 1) {
    return Error{ErrorCode::InvalidArgument, "usage: lokilib labels [DIRECTORY|URL] [NAME]", {}, {}};
  }
  LOKILIB_TRY(flags.target.take_target(flags.words, names, "lokilib labels [DIRECTORY|URL] [NAME]"));
  LOKILIB_TRY_ASSIGN(TimeRange range, flags.time.range(system_clock().now_ns(), 0));
  if (!flags.target.target.url.empty() && flags.time.from.empty() && flags.time.since.empty()) {
    range.begin_ns = range.end_ns - 30LL * 86'400 * 1'000'000'000;  // Loki takes no longer range
  }
  LOKILIB_TRY_ASSIGN(const auto target, open_target(flags.target.target, false));
  const auto found = flags.words.empty() ? target->label_names(range, flags.selector)
                                         : target->label_values(flags.words[0], range, flags.selector);
  if (!found) return found.error();
  for (const std::string& item : *found) std::printf("%s\n", item.c_str());
  return target->close();
}

}  // namespace

void add_labels(CLI::App& app, Action& chosen) {
  auto flags = std::make_shared<LabelsFlags>();
  CLI::App* const command = app.add_subcommand("labels", "List label names, or the values of a label");
  command->add_option("words", flags->words, "[DIRECTORY|URL] [NAME]");
  flags->target.add_to(*command);
  flags->time.add_to(*command);
  command->add_option("--selector", flags->selector, "Only of streams that match, e.g. {app=\"api\"}");
  command->callback([flags, &chosen] {
    chosen = [flags] {
      const auto done = run_labels(*flags);
      return done ? 0 : fail(done.error());
    };
  });
}

}  // namespace lokilib::tool
