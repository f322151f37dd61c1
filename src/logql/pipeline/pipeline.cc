// SPDX-License-Identifier: Apache-2.0
// pipeline.cc: builds the stages of a query and runs them one after another over a batch.
#include "logql/pipeline/pipeline.h"

#include <algorithm>
#include <utility>

#include "base/make_error.h"
#include "logql/pipeline/line_filter_order.h"
#include "logql/pipeline/stage.h"

namespace lokilib::logql {
namespace {

constexpr std::string_view kExtractedSuffix = "_extracted";

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

bool is_parser(const Stage& stage) {
  return std::holds_alternative<JsonStage>(stage) || std::holds_alternative<LogfmtStage>(stage) ||
         std::holds_alternative<RegexpStage>(stage) || std::holds_alternative<PatternStage>(stage) ||
         std::holds_alternative<UnpackStage>(stage);
}

// A label that is needed with the suffix stands in lines without it.
std::vector<std::string> with_plain_names(std::vector<std::string> names) {
  for (size_t i = 0, count = names.size(); i < count; ++i) {
    const std::string_view name = names[i];
    if (name.size() > kExtractedSuffix.size() && name.ends_with(kExtractedSuffix)) {
      names.emplace_back(name.substr(0, name.size() - kExtractedSuffix.size()));
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Result<std::shared_ptr<const ParserRules>> make_rules(std::span<const Stage> stages,
                                                      const PipelineOptions& options) {
  auto rules = std::make_shared<ParserRules>();
  if (options.hints.needed) {
    rules->extract_all = false;
    rules->needed = with_plain_names(*options.hints.needed);
    rules->stop_early = options.hints.stop_early && !rules->needed.empty();
  } else if (options.loki_quirks) {
    for (const Stage& stage : stages) {
      const auto* const filter = std::get_if<LabelFilterStage>(&stage);
      if (filter == nullptr || !filter->filter.children.empty()) continue;
      LOKILIB_TRY_ASSIGN(auto condition, LabelCondition::build(filter->filter, options.loki_quirks));
      rules->early_conditions.push_back(std::move(condition));
    }
  }
  return std::shared_ptr<const ParserRules>(std::move(rules));
}

Result<StagePtr> build_stage(const Stage& stage, const StageContext& context) {
  return std::visit(Overloaded{
                        [&](const LineFilterStage& s) { return build_line_filter(s, context); },
                        [&](const JsonStage& s) { return build_json_stage(s, context); },
                        [&](const LogfmtStage& s) { return build_logfmt_stage(s, context); },
                        [&](const RegexpStage& s) { return build_regexp_stage(s, context); },
                        [&](const PatternStage& s) { return build_pattern_stage(s, context); },
                        [&](const UnpackStage& s) { return build_unpack_stage(s, context); },
                        [&](const LabelFilterStage& s) { return build_label_filter(s.filter, context); },
                        [&](const LineFormatStage& s) { return build_line_format(s, context); },
                        [&](const LabelFormatStage& s) { return build_label_format(s, context); },
                        [&](const DecolorizeStage& s) { return build_decolorize_stage(s, context); },
                        [&](const DropStage& s) { return build_drop_stage(s, context); },
                        [&](const KeepStage& s) { return build_keep_stage(s, context); },
                    },
                    stage);
}

// The line filters that Loki gathers into one stage with number `i`, as it prints them in errors: all of its
// run between two stages that filters do not cross.
std::string print_line_filters(std::span<const Stage> stages, size_t i) {
  size_t first = i;
  while (first > 0 && commutes_with_line_filters(stages[first - 1], true)) --first;
  std::string text;
  for (; first < stages.size(); ++first) {
    if (std::holds_alternative<LineFilterStage>(stages[first])) {
      text += text.empty() ? "" : " ";
      text += print(stages[first]);
    } else if (!commutes_with_line_filters(stages[first], true)) {
      break;
    }
  }
  return text;
}

Error stage_error(std::span<const Stage> stages, size_t i, const Error& cause) {
  const Stage& stage = stages[i];
  // Loki finds these two when it parses the query, and names no stage.
  if (std::holds_alternative<RegexpStage>(stage)) {
    return make_error(cause.code, "parse error : invalid regexp parser: {}", cause.message);
  }
  if (std::holds_alternative<PatternStage>(stage)) {
    return make_error(cause.code, "parse error : invalid pattern parser: {}", cause.message);
  }
  const bool is_line_filter = std::holds_alternative<LineFilterStage>(stage);
  return make_error(cause.code, "parse error : stage '{}' : {}",
                    is_line_filter ? print_line_filters(stages, i) : print(stage), cause.message);
}

// The order in which Loki builds the stages: line filters come first in their run.
// Only the first error of a query is reported, so this is visible.
std::vector<size_t> build_order(std::span<const Stage> stages) {
  std::vector<size_t> order;
  for (size_t i = 0; i < stages.size();) {
    size_t end = i;
    while (end < stages.size() && commutes_with_line_filters(stages[end], true)) ++end;
    for (size_t k = i; k < end; ++k) {
      if (std::holds_alternative<LineFilterStage>(stages[k])) order.push_back(k);
    }
    for (size_t k = i; k < end; ++k) {
      if (!std::holds_alternative<LineFilterStage>(stages[k])) order.push_back(k);
    }
    if (end < stages.size()) order.push_back(end);
    i = end + 1;
  }
  return order;
}

}  // namespace

Result<Pipeline> Pipeline::build(std::span<const Stage> stages, const PipelineOptions& options) {
  // A bad condition among the early ones is reported below, with its stage.
  auto rules = make_rules(stages, options);
  StageContext context;
  context.rules = rules ? std::move(rules).value() : std::make_shared<const ParserRules>();
  context.clock = options.clock != nullptr ? options.clock : &system_clock();
  context.loki_quirks = options.loki_quirks;

  std::vector<StagePtr> built(stages.size());
  for (const size_t i : build_order(stages)) {
    auto stage = build_stage(stages[i], context);
    if (!stage) return stage_error(stages, i, stage.error());
    built[i] = std::move(stage).value();
  }
  const bool nothing_needed = !context.rules->extract_all && context.rules->needed.empty();
  Pipeline pipeline;
  for (size_t i = 0; i < stages.size(); ++i) {
    // unpack also changes the line; Loki leaves it out all the same.
    const bool only_labels = !std::holds_alternative<UnpackStage>(stages[i]) || options.loki_quirks;
    if (nothing_needed && is_parser(stages[i]) && only_labels) continue;
    pipeline.stages_.push_back(std::move(built[i]));
    pipeline.stage_numbers_.push_back(i);
  }
  return pipeline;
}

Result<void> Pipeline::run(Batch& batch) const {
  for (const StagePtr& stage : stages_) {
    if (batch.selection.empty()) break;
    LOKILIB_TRY(stage->run(batch));
  }
  return {};
}

Result<void> Pipeline::run(Batch& batch, std::span<StageCounts> counts) const {
  if (stages_.empty()) return {};
  int64_t begin_ns = system_clock().monotonic_ns();
  for (size_t i = 0; i < stages_.size() && !batch.selection.empty(); ++i) {
    counts[i].lines_in += batch.selection.size();
    LOKILIB_TRY(stages_[i]->run(batch));
    counts[i].lines_out += batch.selection.size();
    const int64_t end_ns = system_clock().monotonic_ns();
    counts[i].duration_ns += end_ns - begin_ns;
    begin_ns = end_ns;
  }
  return {};
}

}  // namespace lokilib::logql
