// SPDX-License-Identifier: Apache-2.0
#include "detected_fields.h"

#include <algorithm>

#include <simdjson.h>

#include <lokilib/log_source.h>

#include "json_writer.h"
#include "loki_json.h"
#include "value_type.h"

namespace lokilib::http {
namespace {

namespace dom = simdjson::dom;

constexpr int kJsonDepthMax = 64;

/// Selects all lines that are parsed once more; a name that no stream has.
constexpr std::string_view kMarker = "__detect__";

/// One entry of the result on its way to its fields, in the order of streams.
struct Line {
  const ResultEntry* entry = nullptr;
  const EntryLabels* labels = nullptr;
  LabelSet parsed;               // by `parser`
  const char* parser = nullptr;  // null: neither could read it
};

std::vector<Line> lines_by_stream(const LogResult& logs) {
  std::vector<Line> lines;
  lines.reserve(logs.entries.size());
  for (const ResultStream& stream : group_by_stream(logs, true)) {
    for (const ResultEntry* entry : stream.entries) {
      lines.push_back({entry, &logs.label_sets[entry->labels], {}, nullptr});
    }
  }
  return lines;
}

LabelSet with_marker(const LabelSet& labels) {
  std::vector<Label> all(labels.labels().begin(), labels.labels().end());
  all.push_back({std::string(kMarker), "1"});
  std::sort(all.begin(), all.end());
  return LabelSet::from_sorted(std::move(all));
}

bool has_error(const LabelSet& parsed) {
  return parsed.find("__error__").has_value();
}

/// Runs LogQL's own parser stage over the lines that no parser has read yet, so that names and values are
/// what a query would get. A line's time is its number.
Result<void> parse_lines(const char* stage, std::vector<Line>& lines) {
  std::map<LabelSet, std::vector<Entry>> streams;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].parser != nullptr) continue;
    streams[with_marker(lines[i].labels->stream)].push_back(
        {static_cast<int64_t>(i), lines[i].entry->line, {}});
  }
  if (streams.empty()) return {};
  std::vector<VectorStream> source;
  for (auto& [labels, entries] : streams) source.push_back({labels, std::move(entries)});
  QueryRequest request;
  request.query = "{" + std::string(kMarker) + "=\"1\"} | " + stage;
  request.start_ns = 0;
  request.end_ns = static_cast<int64_t>(lines.size());
  request.limit = 0;
  LOKILIB_TRY_ASSIGN(const QueryResult result, evaluate(request, VectorLogSource(std::move(source))));
  const LogResult& logs = std::get<LogResult>(result.data);
  for (const ResultEntry& entry : logs.entries) {
    const LabelSet& parsed = logs.label_sets[entry.labels].parsed;
    if (has_error(parsed)) continue;
    Line& line = lines[static_cast<size_t>(entry.timestamp_ns)];
    line.parser = stage;
    line.parsed = parsed;
  }
  return {};
}

/// A key as the json stage writes it in a label's name.
std::string sanitise(std::string_view key, bool is_first) {
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!key.empty() && is_space(key.front())) key.remove_prefix(1);
  while (!key.empty() && is_space(key.back())) key.remove_suffix(1);
  std::string name;
  if (is_first && !key.empty() && key[0] >= '0' && key[0] <= '9') name = "_";
  while (!key.empty()) {
    const char c = key[0];
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    name.push_back(plain ? c : '_');
    key.remove_prefix(static_cast<unsigned char>(c) < 0x80 ? 1 : std::max<size_t>(utf8_sequence(key), 1));
  }
  return name;
}

/// Label names to the paths of the JSON values that they are made of.
class JsonPaths {
 public:
  /// Reads the line's paths, where some of `parsed` are not known yet.
  void learn(const LabelSet& parsed, std::string_view line) {
    const bool all_known = std::all_of(parsed.labels().begin(), parsed.labels().end(),
                                       [&](const Label& label) { return find(label.name) != nullptr; });
    if (all_known) return;
    dom::element root;
    dom::object object;
    if (parser_.parse(line.data(), line.size()).get(root) != simdjson::SUCCESS) return;
    if (root.get_object().get(object) == simdjson::SUCCESS) walk(object, "", 0);
  }

  const std::vector<std::string>* find(std::string_view label) const {
    constexpr std::string_view kSuffix = "_extracted";
    if (const auto at = paths_.find(label); at != paths_.end()) return &at->second;
    if (label.size() <= kSuffix.size() || label.substr(label.size() - kSuffix.size()) != kSuffix) {
      return nullptr;
    }
    const auto at = paths_.find(label.substr(0, label.size() - kSuffix.size()));
    return at == paths_.end() ? nullptr : &at->second;
  }

 private:
  void walk(dom::object object, const std::string& prefix, int depth) {
    if (depth > kJsonDepthMax) return;
    for (const auto field : object) {
      const std::string part = sanitise(field.key, prefix.empty());
      if (part.empty()) continue;
      const std::string name = prefix.empty() ? part : prefix + "_" + part;
      path_.emplace_back(field.key);
      if (dom::object inner; field.value.get_object().get(inner) == simdjson::SUCCESS) {
        walk(inner, name, depth + 1);
      } else {
        paths_.try_emplace(name, path_);
      }
      path_.pop_back();
    }
  }

  dom::parser parser_;
  std::map<std::string, std::vector<std::string>, std::less<>> paths_;
  std::vector<std::string> path_;
};

class Collector {
 public:
  explicit Collector(size_t fields_max) : fields_max_(fields_max) {}

  void add(const Line& line) {
    for (const Label& pair : line.labels->structured_metadata.labels()) add_value(pair, nullptr, true);
    const bool is_json = line.parser != nullptr && std::string_view(line.parser) == "json";
    if (is_json) paths_.learn(line.parsed, line.entry->line);
    for (const Label& pair : line.labels->parsed.labels()) add_value(pair, line.parser, true);
    for (const Label& pair : line.parsed.labels()) {
      // Of two values in one line, the one that the query has parsed says the type.
      const bool is_known = line.labels->parsed.find(pair.name).has_value();
      DetectedField* const field = add_value(pair, line.parser, !is_known);
      if (field == nullptr || !is_json || !field->json_path.empty()) continue;
      if (const auto* path = paths_.find(pair.name)) field->json_path = *path;
    }
  }

  DetectedFields take() { return std::move(fields_); }

 private:
  DetectedField* add_value(const Label& pair, const char* parser, bool says_type) {
    if (pair.name.rfind("__error", 0) == 0) return nullptr;
    auto known = fields_.find(pair.name);
    if (known == fields_.end()) {
      if (fields_.size() >= fields_max_) return nullptr;
      known = fields_.try_emplace(pair.name).first;
    }
    DetectedField& field = known->second;
    if (parser != nullptr &&
        std::find(field.parsers.begin(), field.parsers.end(), parser) == field.parsers.end()) {
      field.parsers.emplace_back(parser);
    }
    if (says_type) field.type = detect_value_type(pair.value);
    field.values.insert(pair.value);
    return &field;
  }

  const size_t fields_max_;
  DetectedFields fields_;
  JsonPaths paths_;
};

}  // namespace

Result<DetectedFields> detect_fields(const LogResult& logs, size_t fields_max) {
  std::vector<Line> lines = lines_by_stream(logs);
  LOKILIB_TRY(parse_lines("json", lines));
  LOKILIB_TRY(parse_lines("logfmt", lines));
  Collector collector(fields_max);
  for (const Line& line : lines) collector.add(line);
  return collector.take();
}

}  // namespace lokilib::http
