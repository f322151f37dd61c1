// SPDX-License-Identifier: Apache-2.0
// naive_pipeline.h: Loki's rules for stages, one entry at a time, over maps and strings: the dumbest thing
// that is right. Fields of a line come from the parsers in src/text, which have tests of their own;
// everything about labels is written here a second time.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <lokilib/logql.h>

#include "model/byte_size.h"
#include "model/duration.h"
#include "model/go_number.h"
#include "model/regex.h"
#include "support/batch_builder.h"
#include "text/ip_filter.h"
#include "text/json_fields.h"
#include "text/logfmt_fields.h"
#include "text/pattern.h"

namespace lokilib::test {

/// One entry on its way through the stages.
struct NaiveEntry {
  std::string line;
  LabelMap original_stream;
  LabelMap stream;
  LabelMap metadata;
  LabelMap parsed;
  std::set<std::string> extracted;  // every parsed label that ever was
  std::string error;
  std::string error_details;

  std::optional<std::string> get(const std::string& name) const {
    for (const LabelMap* labels : {&parsed, &metadata, &stream}) {
      if (const auto found = labels->find(name); found != labels->end()) return found->second;
    }
    return std::nullopt;
  }
  void set(const std::string& name, const std::string& value) {
    erase(name);
    parsed[name] = value;
    extracted.insert(name);
  }
  void erase(const std::string& name) {
    stream.erase(name);
    metadata.erase(name);
    parsed.erase(name);
  }
  LabelMap all() const {
    LabelMap result = parsed;
    result.insert(metadata.begin(), metadata.end());
    result.insert(stream.begin(), stream.end());
    if (!error.empty()) result["__error__"] = error;
    if (!error_details.empty()) result["__error_details__"] = error_details;
    return result;
  }
  std::string name_for(const std::string& key) const {
    const bool taken = original_stream.count(key) != 0 || metadata.count(key) != 0;
    return taken ? key + "_extracted" : key;
  }
};

inline NaiveEntry make_naive_entry(const LabelSet& stream, const Entry& entry) {
  NaiveEntry result;
  result.line = entry.line;
  for (const Label& label : stream.labels()) result.stream[label.name] = label.value;
  result.original_stream = result.stream;
  for (const Label& label : entry.metadata) {
    if (label.name == "__error__") {
      result.error = label.value;
    } else if (label.name == "__error_details__") {
      result.error_details = label.value;
    } else {
      const bool taken = result.stream.count(label.name) != 0;
      result.metadata[taken ? label.name + "_extracted" : label.name] = label.value;
    }
  }
  return result;
}

/// Runs the stages of a query; with `loki_quirks` those that PipelineOptions::loki_quirks names.
class NaivePipeline {
 public:
  NaivePipeline(std::vector<logql::Stage> stages, bool loki_quirks)
      : stages_(std::move(stages)), loki_quirks_(loki_quirks) {}

  /// Nothing if the entry is dropped.
  std::optional<NaiveEntry> run(NaiveEntry entry) const {
    for (const logql::Stage& stage : stages_) {
      const bool kept = std::visit([&](const auto& s) { return apply(s, entry); }, stage);
      if (!kept) return std::nullopt;
    }
    return entry;
  }

 private:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  bool apply(const logql::LineFilterStage& stage, NaiveEntry& entry) const {
    const LineFilter& filter = stage.filter;
    const bool negative = filter.op == LineFilterOp::NotContains || filter.op == LineFilterOp::NotRegex ||
                          filter.op == LineFilterOp::NotPattern;
    const size_t count = filter.alternatives.size();
    bool any = false;
    for (const LineFilterOperand& operand : filter.alternatives) {
      if (count > 1 && operand.text.empty()) continue;
      any = any || matches(filter.op, operand, count > 1 && !negative, entry.line);
    }
    return any != negative;
  }

  bool matches(LineFilterOp op, const LineFilterOperand& operand, bool in_positive_chain,
               const std::string& line) const {
    if (operand.is_ip && !(loki_quirks_ && in_positive_chain)) {
      return text::IpFilter::parse(operand.text).value().matches(line);
    }
    switch (op) {
      case LineFilterOp::Contains:
      case LineFilterOp::NotContains:
        return line.find(operand.text) != std::string::npos;
      case LineFilterOp::Regex:
      case LineFilterOp::NotRegex:
        return Regex::compile(operand.text, {}).value()->matches(line);
      default:
        return text::Pattern::parse_for_filter(operand.text).value().matches(line);
    }
  }

  // Stores what a parser found; false if a later label filter drops the line at once.
  bool store(const Fields& fields, NaiveEntry& entry) const {
    for (const auto& [key, value] : fields) {
      const std::string name = entry.name_for(key);
      if (entry.extracted.count(name) != 0) continue;
      entry.set(name, value);
      if (!passes_early(name, entry)) return false;
    }
    return true;
  }

  // Only the first condition on a label is asked.
  bool passes_early(const std::string& name, NaiveEntry& entry) const {
    if (!loki_quirks_) return true;
    for (const logql::Stage& stage : stages_) {
      const auto* const filter = std::get_if<logql::LabelFilterStage>(&stage);
      if (filter != nullptr && filter->filter.children.empty() && filter->filter.name == name) {
        return holds(filter->filter, entry);
      }
    }
    return true;
  }

  bool apply(const logql::JsonStage& stage, NaiveEntry& entry) const {
    if (!stage.extractions.empty()) return apply_paths(stage, entry);
    struct Sink final : text::JsonFieldSink {
      Fields fields;
      bool field(std::string_view name, std::string_view value) override {
        fields.emplace_back(name, value);
        return true;
      }
    } sink;
    Arena arena;
    const text::JsonProblem problem = text::parse_json_fields(entry.line, arena, sink);
    if (!store(sink.fields, entry)) return false;
    if (problem != nullptr) {
      entry.error = "JSONParserErr";
      entry.error_details = problem;
    }
    return true;
  }

  static bool apply_paths(const logql::JsonStage& stage, NaiveEntry& entry) {
    if (entry.line.empty()) return true;
    std::vector<text::JsonPath> paths;
    for (const auto& e : stage.extractions) paths.push_back(text::JsonPath::parse(e.expression).value());
    std::vector<std::string_view> values(paths.size());
    Arena arena;
    text::JsonProblem problem = nullptr;
    if (!text::find_json_paths(entry.line, paths, arena, values, &problem)) {
      entry.error = "JSONParserErr";
      return true;
    }
    if (problem != nullptr) {
      entry.error = "JSONParserErr";
      entry.error_details = problem;
    }
    bool missing = false;
    for (size_t i = 0; i < paths.size(); ++i) {
      missing = missing || values[i].data() == nullptr;
      if (values[i].data() == nullptr) continue;
      entry.set(entry.name_for(stage.extractions[i].name), std::string(values[i]));
    }
    if (!missing) return true;
    for (const auto& extraction : stage.extractions) {  // not only the missing ones
      if (!entry.get(extraction.name)) entry.set(extraction.name, "");
    }
    return true;
  }

  static std::pair<Fields, std::string> logfmt_fields(const std::string& line, bool strict, bool keep_empty) {
    struct Sink final : text::LogfmtFieldSink {
      Fields fields;
      bool field(std::string_view name, std::string_view value) override {
        fields.emplace_back(name, value);
        return true;
      }
    } sink;
    Arena arena;
    const std::string_view problem = text::parse_logfmt_fields(line, {strict, keep_empty}, arena, sink);
    return {sink.fields, std::string(problem)};
  }

  bool apply(const logql::LogfmtStage& stage, NaiveEntry& entry) const {
    const bool listed = !stage.extractions.empty();
    const auto [fields, problem] = logfmt_fields(entry.line, stage.strict, stage.keep_empty || listed);
    if (listed) {
      store_listed(stage, fields, entry);
    } else if (!store(fields, entry)) {
      return false;
    }
    if (!problem.empty()) {
      entry.error = "LogfmtParserErr";
      entry.error_details = problem;
    }
    return true;
  }

  void store_listed(const logql::LogfmtStage& stage, const Fields& fields, NaiveEntry& entry) const {
    std::set<std::string> names;
    for (const auto& extraction : stage.extractions) {
      names.insert(extraction.name);
      if (entry.name_for(extraction.name) == extraction.name) entry.set(extraction.name, "");
    }
    for (const auto& [key, value] : fields) {
      if (loki_quirks_ && names.count(key) == 0 && entry.extracted.count(key) != 0) continue;
      for (const auto& extraction : stage.extractions) {
        if (extraction.expression == key) entry.set(entry.name_for(extraction.name), value);
      }
    }
  }

  bool apply(const logql::RegexpStage& stage, NaiveEntry& entry) const {
    const auto regex = Regex::compile(stage.expression, {}).value();
    std::vector<std::string_view> groups(static_cast<size_t>(regex->group_count()) + 1);
    if (!regex->find(entry.line, 0, groups)) return true;
    Fields fields;
    for (size_t i = 1; i < groups.size(); ++i) {
      const std::string& name = regex->group_names()[i - 1];
      if (!name.empty()) fields.emplace_back(name, groups[i]);
    }
    return store(fields, entry);
  }

  bool apply(const logql::PatternStage& stage, NaiveEntry& entry) const {
    const auto pattern = text::Pattern::parse_for_captures(stage.pattern).value();
    std::vector<std::string_view> values(pattern.names().size());
    pattern.capture(entry.line, values);
    Fields fields;
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i].data() != nullptr) fields.emplace_back(pattern.names()[i], values[i]);
    }
    return store(fields, entry);
  }

  bool apply(const logql::UnpackStage&, NaiveEntry&) const { return true; }  // not in random pipelines

  bool apply(const logql::LabelFilterStage& stage, NaiveEntry& entry) const {
    return holds(stage.filter, entry);
  }

  static bool holds(const logql::LabelFilter& filter, NaiveEntry& entry) {
    using Kind = logql::LabelFilter::Kind;
    if (filter.kind == Kind::Or) return holds(filter.children[0], entry) || holds(filter.children[1], entry);
    if (filter.kind == Kind::And) {
      const bool left = holds(filter.children[0], entry);
      const bool right = holds(filter.children[1], entry);
      return left && right;
    }
    if (filter.kind == Kind::Text) return text_holds(filter, entry);
    if (filter.kind == Kind::Ip && !entry.error.empty()) return true;
    const std::optional<std::string> value = entry.get(filter.name);
    if (!value) return false;
    switch (filter.kind) {
      case Kind::Number:
        return compare(filter.comparison, parse_go_float(*value), filter.number, entry);
      case Kind::Duration:
        return compare(filter.comparison, parse_go_duration(*value), filter.duration_ns, entry);
      case Kind::Bytes:
        return compare(filter.comparison, parse_byte_size(*value), filter.bytes, entry);
      default: {
        const bool inside = text::IpFilter::parse(filter.value).value().matches(*value);
        return inside == (filter.comparison == logql::Comparison::Equal);
      }
    }
  }

  static bool text_holds(const logql::LabelFilter& filter, const NaiveEntry& entry) {
    const std::string value =
        filter.name == "__error__" ? entry.error : entry.get(filter.name).value_or(std::string());
    switch (filter.match_op) {
      case MatchOp::Equal:
        return value == filter.value;
      case MatchOp::NotEqual:
        return value != filter.value;
      default:
        // Expressions of random pipelines keep their anchors with quirks and without.
        return Regex::compile(filter.value, {true, false}).value()->matches(value) ==
               (filter.match_op == MatchOp::Regex);
    }
  }

  template <typename T>
  static bool compare(logql::Comparison comparison, const Result<T>& value, T operand, NaiveEntry& entry) {
    if (!value) {
      if (!entry.error.empty()) return true;
      entry.error = "LabelFilterErr";
      entry.error_details = value.error().message;
      return true;
    }
    switch (comparison) {
      case logql::Comparison::Equal:
        return *value == operand;
      case logql::Comparison::NotEqual:
        return *value != operand;
      case logql::Comparison::Greater:
        return *value > operand;
      case logql::Comparison::GreaterEqual:
        return *value >= operand;
      case logql::Comparison::Less:
        return *value < operand;
      default:
        return *value <= operand;
    }
  }

  // Templates of random pipelines are text with {{.name}} in it.
  static std::string fill_in(const std::string& source, const LabelMap& labels) {
    std::string result;
    size_t at = 0;
    while (at < source.size()) {
      if (source.compare(at, 3, "{{.") != 0) {
        result += source[at++];
        continue;
      }
      const size_t end = source.find("}}", at);
      const auto found = labels.find(source.substr(at + 3, end - at - 3));
      if (found != labels.end()) result += found->second;
      at = end + 2;
    }
    return result;
  }

  bool apply(const logql::LineFormatStage& stage, NaiveEntry& entry) const {
    entry.line = fill_in(stage.text, entry.all());
    return true;
  }

  bool apply(const logql::LabelFormatStage& stage, NaiveEntry& entry) const {
    std::optional<LabelMap> snapshot;
    for (const logql::LabelFormat& format : stage.formats) {
      if (format.is_rename) {
        const std::optional<std::string> value = entry.get(format.value);
        if (!value || (format.name == format.value && !loki_quirks_)) continue;
        entry.set(format.name, *value);
        entry.erase(format.value);
        continue;
      }
      if (!snapshot) snapshot = entry.all();
      entry.set(format.name, fill_in(format.value, *snapshot));
    }
    return true;
  }

  bool apply(const logql::DropStage& stage, NaiveEntry& entry) const {
    for (const logql::NamedLabel& label : stage.labels) {
      const std::string name = label.matcher ? label.matcher->name() : label.name;
      std::string* const state = name == "__error__"           ? &entry.error
                                 : name == "__error_details__" ? &entry.error_details
                                                               : nullptr;
      const std::string value = state != nullptr ? *state : entry.get(name).value_or("");
      if (label.matcher && !label.matcher->matches(value)) continue;
      if (state != nullptr) {
        state->clear();
      } else {
        entry.erase(name);
      }
    }
    return true;
  }

  bool apply(const logql::KeepStage& stage, NaiveEntry& entry) const {
    for (const auto& [name, value] : entry.all()) {
      if (name == "__error__" || name == "__error_details__") continue;
      bool kept = false;
      for (const logql::NamedLabel& label : stage.labels) {
        kept = kept || (label.matcher ? label.matcher->name() == name && label.matcher->matches(value)
                                      : label.name == name);
      }
      if (!kept) entry.erase(name);
    }
    return true;
  }

  // Colours of random lines are ESC [ digits m.
  bool apply(const logql::DecolorizeStage&, NaiveEntry& entry) const {
    size_t at = 0;
    while ((at = entry.line.find("\x1b[", at)) != std::string::npos) {
      size_t end = at + 2;
      while (end < entry.line.size() && entry.line[end] >= '0' && entry.line[end] <= '9') ++end;
      if (end < entry.line.size() && entry.line[end] == 'm') {
        entry.line.erase(at, end + 1 - at);
      } else {
        at = end;
      }
    }
    return true;
  }

  std::vector<logql::Stage> stages_;
  bool loki_quirks_;
};

}  // namespace lokilib::test
