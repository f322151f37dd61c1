// SPDX-License-Identifier: Apache-2.0
// label_reads.cc: one function per stage, none of which compiles more than it has to.
#include "logql/pipeline/label_reads.h"

#include <algorithm>
#include <string_view>

#include "logql/pipeline/template.h"
#include "model/regex.h"
#include "text/pattern.h"

namespace lokilib::logql {
namespace {

void sort_unique(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

void add_filter(const LabelFilter& filter, LabelReads& result) {
  if (filter.children.empty()) result.reads.push_back(filter.name);
  for (const LabelFilter& child : filter.children) add_filter(child, result);
}

void add_template(std::string_view name, const std::string& source, LabelReads& result) {
  const auto parsed = Template::parse(name, source);
  if (!parsed) return;
  const std::vector<std::string>& labels = parsed->labels_read();
  result.reads.insert(result.reads.end(), labels.begin(), labels.end());
  result.reads_all = result.reads_all || parsed->reads_all_labels();
  if (source.find("__line__") != std::string::npos) result.reads_line = true;
}

void add_names(const std::vector<Extraction>& extractions, LabelReads& result) {
  result.reads_line = true;
  result.creates_unknown = extractions.empty();
  for (const Extraction& extraction : extractions) result.creates.push_back(extraction.name);
}

struct Collect {
  LabelReads& result;

  void operator()(const LineFilterStage&) { result.reads_line = true; }
  void operator()(const JsonStage& stage) { add_names(stage.extractions, result); }
  void operator()(const LogfmtStage& stage) { add_names(stage.extractions, result); }
  void operator()(const RegexpStage& stage) {
    result.reads_line = true;
    const auto regex = Regex::compile(stage.expression, {});
    if (!regex) return;
    for (const std::string& name : (*regex)->group_names()) {
      if (!name.empty()) result.creates.push_back(name);
    }
  }
  void operator()(const PatternStage& stage) {
    result.reads_line = true;
    const auto pattern = text::Pattern::parse_for_captures(stage.pattern);
    if (pattern) result.creates = pattern->names();
  }
  void operator()(const UnpackStage&) {
    result.reads_line = true;
    result.changes_line = true;
    result.creates_unknown = true;
  }
  void operator()(const LabelFilterStage& stage) { add_filter(stage.filter, result); }
  void operator()(const LineFormatStage& stage) {
    result.changes_line = true;
    add_template("line", stage.text, result);
  }
  void operator()(const LabelFormatStage& stage) {
    for (const LabelFormat& format : stage.formats) {
      result.creates.push_back(format.name);
      if (format.is_rename) {
        result.reads.push_back(format.value);
      } else {
        add_template("label", format.value, result);
      }
    }
  }
  void operator()(const DecolorizeStage&) {
    result.reads_line = true;
    result.changes_line = true;
  }
  void operator()(const DropStage&) {}
  void operator()(const KeepStage&) {}
};

}  // namespace

LabelReads label_reads(const Stage& stage) {
  LabelReads result;
  std::visit(Collect{result}, stage);
  sort_unique(result.reads);
  sort_unique(result.creates);
  return result;
}

LabelReads label_reads(const Unwrap& unwrap) {
  LabelReads result;
  result.reads.push_back(unwrap.label);
  for (const LabelFilter& filter : unwrap.filters) add_filter(filter, result);
  sort_unique(result.reads);
  return result;
}

}  // namespace lokilib::logql
