// SPDX-License-Identifier: Apache-2.0
// analyse.cc: what a query reads and makes, as far as its text tells.
//
// Labels read by a template cannot all be known (`{{ . }}`), so only names behind a dot are found; who needs
// to be sure must ask the pipeline.
#include <algorithm>
#include <set>
#include <string>

#include <lokilib/logql.h>

#include "model/regex.h"

namespace lokilib::logql {
namespace {

bool is_name_start(char c) {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_name_part(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9');
}

class Analyser final : public Visitor {
 public:
  bool enter(const Expr& expr) override {
    if (expr.as<LogExpr>() == nullptr) result.is_metric = true;
    if (const auto* aggregation = expr.as<RangeAggregation>(); aggregation != nullptr) {
      read(aggregation->grouping);
    } else if (const auto* vector = expr.as<VectorAggregation>(); vector != nullptr) {
      read(vector->grouping);
    } else if (const auto* replace = expr.as<LabelReplace>(); replace != nullptr) {
      read_.insert(replace->source);
      created_.insert(replace->destination);
    } else if (const auto* operation = expr.as<BinaryOperation>();
               operation != nullptr && operation->matching) {
      read_.insert(operation->matching->labels.begin(), operation->matching->labels.end());
      read_.insert(operation->matching->include.begin(), operation->matching->include.end());
    }
    return true;
  }

  void visit(const LogExpr& log) override { result.selectors.push_back(log.matchers); }

  void visit(const LogRange& range) override {
    result.lookback_ns = std::max(result.lookback_ns, saturated_sum(range.range_ns, range.offset_ns));
    result.lookahead_ns = std::max(result.lookahead_ns, saturated_sum(0, -range.offset_ns));
    if (!range.unwrap) return;
    read_.insert(range.unwrap->label);
    for (const LabelFilter& filter : range.unwrap->filters) read(filter);
  }

  void visit(const Stage& stage) override {
    std::visit([this](const auto& s) { read_stage(s); }, stage);
  }

  Analysis take() {
    result.labels_read.assign(read_.begin(), read_.end());
    result.labels_created.assign(created_.begin(), created_.end());
    return std::move(result);
  }

 private:
  static int64_t saturated_sum(int64_t a, int64_t b) {
    int64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
  }

  void read(const std::optional<Grouping>& grouping) {
    if (grouping) read_.insert(grouping->labels.begin(), grouping->labels.end());
  }
  void read(const LabelFilter& filter) {
    for (const LabelFilter& child : filter.children) read(child);
    if (filter.children.empty()) read_.insert(filter.name);
  }
  void read_template(std::string_view text) {
    for (size_t i = 0; i + 1 < text.size(); ++i) {
      if (text[i] != '.' || !is_name_start(text[i + 1])) continue;
      size_t end = i + 1;
      while (end < text.size() && is_name_part(text[end])) ++end;
      read_.insert(std::string(text.substr(i + 1, end - i - 1)));
    }
  }
  void create(const std::vector<Extraction>& extractions) {
    result.creates_unknown_labels |= extractions.empty();
    for (const Extraction& extraction : extractions) created_.insert(extraction.name);
  }
  void read(const std::vector<NamedLabel>& labels) {
    for (const NamedLabel& label : labels) read_.insert(label.name);
  }

  void read_stage(const LineFilterStage&) {}
  void read_stage(const JsonStage& stage) { create(stage.extractions); }
  void read_stage(const LogfmtStage& stage) { create(stage.extractions); }
  void read_stage(const UnpackStage&) { result.creates_unknown_labels = true; }
  void read_stage(const RegexpStage& stage) {
    const auto regex = Regex::compile(stage.expression, {});
    if (!regex) return;
    for (const std::string& name : (*regex)->group_names()) {
      if (!name.empty()) created_.insert(name);
    }
  }
  void read_stage(const PatternStage& stage) {
    const std::string& text = stage.pattern;
    for (size_t begin = text.find('<'); begin != std::string::npos; begin = text.find('<', begin + 1)) {
      size_t end = begin + 1;
      while (end < text.size() && is_name_part(text[end])) ++end;
      if (end >= text.size() || text[end] != '>' || !is_name_start(text[begin + 1])) continue;
      if (std::string name = text.substr(begin + 1, end - begin - 1); name != "_")
        created_.insert(std::move(name));
    }
  }
  void read_stage(const LabelFilterStage& stage) { read(stage.filter); }
  void read_stage(const LineFormatStage& stage) { read_template(stage.text); }
  void read_stage(const LabelFormatStage& stage) {
    for (const LabelFormat& format : stage.formats) {
      created_.insert(format.name);
      if (format.is_rename) {
        read_.insert(format.value);
      } else {
        read_template(format.value);
      }
    }
  }
  void read_stage(const DecolorizeStage&) {}
  void read_stage(const DropStage& stage) { read(stage.labels); }
  void read_stage(const KeepStage& stage) { read(stage.labels); }

  Analysis result;
  std::set<std::string> read_;
  std::set<std::string> created_;
};

}  // namespace

Analysis analyse(const Expr& expr) {
  Analyser analyser;
  walk(expr, analyser);
  return analyser.take();
}

}  // namespace lokilib::logql
