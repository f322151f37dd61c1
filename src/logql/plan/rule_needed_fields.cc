// SPDX-License-Identifier: Apache-2.0
// rule_needed_fields.cc: which labels a metric query reads. Where its series are `by` given labels, nothing
// else need be extracted, and with nothing needed parsers do not run at all.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logql/pipeline/label_reads.h"
#include "logql/plan/rules.h"

namespace lokilib::logql {
namespace {

constexpr std::string_view kExtractedSuffix = "_extracted";

// The labels that stages, unwrap and grouping read; nothing where all may be read.
std::optional<std::vector<std::string>> labels_read(const RangePlan& range) {
  const bool ignores_labels = range.op == RangeOp::AbsentOverTime;
  if (!ignores_labels && (!range.grouping || range.grouping->without)) return std::nullopt;
  std::vector<std::string> names;
  const auto add = [&names](const LabelReads& reads) {
    names.insert(names.end(), reads.reads.begin(), reads.reads.end());
  };
  for (const Stage& stage : range.scan.stages) {
    const LabelReads reads = label_reads(stage);
    if (reads.reads_all) return std::nullopt;
    add(reads);
  }
  if (range.unwrap) add(label_reads(*range.unwrap));
  if (!ignores_labels) {
    names.insert(names.end(), range.grouping->labels.begin(), range.grouping->labels.end());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// A parsed label is renamed when structured metadata has its name, so that metadata decides, too. Metadata
// can also set the error state.
MetadataNeeds metadata_needs(const std::vector<std::string>& labels) {
  MetadataNeeds needs;
  needs.all = false;
  needs.names = labels;
  for (const std::string& label : labels) {
    if (label.ends_with(kExtractedSuffix)) {
      needs.names.push_back(label.substr(0, label.size() - kExtractedSuffix.size()));
    }
  }
  needs.names.emplace_back("__error__");
  needs.names.emplace_back("__error_details__");
  std::sort(needs.names.begin(), needs.names.end());
  needs.names.erase(std::unique(needs.names.begin(), needs.names.end()), needs.names.end());
  return needs;
}

}  // namespace

void find_needed_fields(RangePlan& range) {
  auto names = labels_read(range);
  if (!names) return;
  range.keeps_parser_errors = std::binary_search(names->begin(), names->end(), "__error__");
  range.scan.metadata = metadata_needs(*names);
  range.scan.pipeline.hints.needed = std::move(names);
  range.scan.pipeline.hints.stop_early = true;
}

}  // namespace lokilib::logql
