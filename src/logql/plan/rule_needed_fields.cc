// SPDX-License-Identifier: Apache-2.0
// rule_needed_fields.cc: which labels a metric query reads. Where its series are `by` given labels, nothing else
// need be extracted, and with nothing needed parsers do not run at all.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logql/pipeline/template.h"
#include "logql/plan/rules.h"

namespace lokilib::logql {
namespace {

constexpr std::string_view kExtractedSuffix = "_extracted";

void add_names(const LabelFilter& filter, std::vector<std::string>& names) {
  for (const LabelFilter& child : filter.children) add_names(child, names);
  if (filter.children.empty()) names.push_back(filter.name);
}

// False where it cannot be known which labels the template reads.
bool add_names(std::string_view template_name, const std::string& text, std::vector<std::string>& names) {
  const auto parsed = Template::parse(template_name, text);
  if (!parsed.has_value() || parsed->reads_all_labels()) return false;  // the pipeline reports what is wrong
  names.insert(names.end(), parsed->labels_read().begin(), parsed->labels_read().end());
  return true;
}

bool add_names(const Stage& stage, std::vector<std::string>& names) {
  if (const auto* label_filter = std::get_if<LabelFilterStage>(&stage)) {
    add_names(label_filter->filter, names);
  } else if (const auto* line_format = std::get_if<LineFormatStage>(&stage)) {
    return add_names("line", line_format->text, names);
  } else if (const auto* label_format = std::get_if<LabelFormatStage>(&stage)) {
    for (const LabelFormat& format : label_format->formats) {
      if (format.is_rename) {
        names.push_back(format.value);
      } else if (!add_names("label", format.value, names)) {
        return false;
      }
    }
  }
  return true;
}

// The labels that stages, unwrap and grouping read; nothing where all may be read.
std::optional<std::vector<std::string>> labels_read(const RangePlan& range) {
  const bool ignores_labels = range.op == RangeOp::AbsentOverTime;
  if (!ignores_labels && (!range.grouping || range.grouping->without)) return std::nullopt;
  std::vector<std::string> names;
  for (const Stage& stage : range.scan.stages) {
    if (!add_names(stage, names)) return std::nullopt;
  }
  if (range.unwrap) {
    names.push_back(range.unwrap->label);
    for (const LabelFilter& filter : range.unwrap->filters) add_names(filter, names);
  }
  if (!ignores_labels) {
    names.insert(names.end(), range.grouping->labels.begin(), range.grouping->labels.end());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// A parsed label is renamed when structured metadata has its name, so that metadata decides, too. Metadata can
// also set the error state.
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
