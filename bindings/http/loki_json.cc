// SPDX-License-Identifier: Apache-2.0
#include "loki_json.h"

#include <algorithm>
#include <map>

#include "json_writer.h"
#include "query_stats_json.h"
#include "rfc3339.h"

namespace lokilib::http {
namespace {

/// Stream, structured metadata and parsed labels together; of one name parsed wins over metadata over stream.
LabelSet merge_labels(const EntryLabels& labels) {
  std::map<std::string_view, std::string_view> merged;
  for (const LabelSet* set : {&labels.stream, &labels.structured_metadata, &labels.parsed}) {
    for (const Label& label : set->labels()) merged[label.name] = label.value;
  }
  std::vector<Label> sorted;
  sorted.reserve(merged.size());
  for (const auto& [name, value] : merged) sorted.push_back({std::string(name), std::string(value)});
  return LabelSet::from_sorted(std::move(sorted));
}

void append_entry(const ResultEntry& entry, const EntryLabels* categories, std::string& out) {
  out += "[\"";
  append_integer(entry.timestamp_ns, out);
  out += "\",";
  append_json_string(entry.line, JsonEscape::Html, out);
  if (categories != nullptr) {
    out += ",{";
    if (!categories->structured_metadata.empty()) {
      out += "\"structuredMetadata\":";
      append_labels(categories->structured_metadata, out);
    }
    if (!categories->parsed.empty()) {
      if (!categories->structured_metadata.empty()) out.push_back(',');
      out += "\"parsed\":";
      append_labels(categories->parsed, out);
    }
    out.push_back('}');
  }
  out.push_back(']');
}

void append_streams(const LogResult& result, bool categorize_labels, std::string& out) {
  out.push_back('[');
  bool first_stream = true;
  for (const ResultStream& stream : group_by_stream(result, categorize_labels)) {
    if (!first_stream) out.push_back(',');
    first_stream = false;
    out += "{\"stream\":";
    append_labels(stream.labels, out);
    out += ",\"values\":[";
    bool first_entry = true;
    for (const ResultEntry* entry : stream.entries) {
      if (!first_entry) out.push_back(',');
      first_entry = false;
      append_entry(*entry, categorize_labels ? &result.label_sets[entry->labels] : nullptr, out);
    }
    out += "]}";
  }
  out.push_back(']');
}

void append_sample(const Sample& sample, std::string& out) {
  out.push_back('[');
  append_seconds(sample.timestamp_ns, out);
  out += ",\"";
  append_sample_value(sample.value, out);
  out += "\"]";
}

void append_series_list(const std::vector<Series>& series, bool is_vector, std::string& out) {
  out.push_back('[');
  bool first = true;
  for (const Series& one : series) {
    if (!first) out.push_back(',');
    first = false;
    out += "{\"metric\":";
    append_labels(one.labels, out);
    if (is_vector) {
      out += ",\"value\":";
      append_sample(one.samples.front(), out);
    } else {
      out += ",\"values\":[";
      for (size_t i = 0; i < one.samples.size(); ++i) {
        if (i > 0) out.push_back(',');
        append_sample(one.samples[i], out);
      }
      out.push_back(']');
    }
    out.push_back('}');
  }
  out.push_back(']');
}

void append_strings(const std::vector<std::string>& values, std::string& out) {
  out.push_back('[');
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_json_string(values[i], JsonEscape::Plain, out);
  }
  out.push_back(']');
}

const char* result_type(const QueryResult& result) {
  constexpr const char* kNames[] = {"streams", "vector", "matrix", "scalar"};
  return kNames[result.data.index()];
}

}  // namespace

void append_labels(const LabelSet& labels, std::string& out) {
  out.push_back('{');
  bool first = true;
  for (const Label& label : labels.labels()) {
    if (!first) out.push_back(',');
    first = false;
    append_json_string(label.name, JsonEscape::Plain, out);
    out.push_back(':');
    append_json_string(label.value, JsonEscape::Plain, out);
  }
  out.push_back('}');
}

std::vector<ResultStream> group_by_stream(const LogResult& result, bool categorize_labels) {
  std::map<LabelSet, size_t> known;
  std::vector<size_t> stream_of(result.label_sets.size());
  std::vector<ResultStream> streams;
  for (size_t i = 0; i < result.label_sets.size(); ++i) {
    LabelSet labels = categorize_labels ? result.label_sets[i].stream : merge_labels(result.label_sets[i]);
    const auto [at, is_new] = known.try_emplace(labels, streams.size());
    if (is_new) streams.push_back({std::move(labels), {}});
    stream_of[i] = at->second;
  }
  for (const ResultEntry& entry : result.entries) streams[stream_of[entry.labels]].entries.push_back(&entry);
  std::erase_if(streams, [](const ResultStream& stream) { return stream.entries.empty(); });
  std::vector<std::pair<std::string, size_t>> order;
  order.reserve(streams.size());
  for (size_t i = 0; i < streams.size(); ++i) order.emplace_back(streams[i].labels.to_string(), i);
  std::sort(order.begin(), order.end());
  std::vector<ResultStream> sorted;
  sorted.reserve(streams.size());
  for (const auto& item : order) sorted.push_back(std::move(streams[item.second]));
  return sorted;
}

std::string encode_query_result(const QueryResult& result, const StreamShape& shape) {
  std::string out = "{\"status\":\"success\",";
  if (!result.warnings.empty()) {
    out += "\"warnings\":";
    append_strings(result.warnings, out);
    out.push_back(',');
  }
  out += "\"data\":{\"resultType\":\"";
  out += result_type(result);
  out += "\",";
  if (!shape.encoding_flags.empty() && std::holds_alternative<LogResult>(result.data)) {
    out += "\"encodingFlags\":";
    append_strings(shape.encoding_flags, out);
    out.push_back(',');
  }
  out += "\"result\":";
  if (const auto* logs = std::get_if<LogResult>(&result.data)) {
    append_streams(*logs, shape.categorize_labels, out);
  } else if (const auto* vector = std::get_if<VectorResult>(&result.data)) {
    append_series_list(vector->series, true, out);
  } else if (const auto* matrix = std::get_if<MatrixResult>(&result.data)) {
    append_series_list(matrix->series, false, out);
  } else {
    append_sample(std::get<ScalarResult>(result.data).sample, out);
  }
  out += ",\"stats\":";
  append_query_stats(result.stats, out);
  out += "}}";
  return out;
}

std::string encode_string_list(const std::vector<std::string>& values) {
  std::string out = "{\"status\":\"success\"";
  if (!values.empty()) {
    out += ",\"data\":";
    append_strings(values, out);
  }
  out += "}\n";
  return out;
}

std::string encode_series(const std::vector<LabelSet>& series) {
  std::string out = "{\"status\":\"success\",\"data\":[";
  for (size_t i = 0; i < series.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_labels(series[i], out);
  }
  out += "]}\n";
  return out;
}

std::string encode_legacy_streams(const LogResult& result, const QueryStats& stats) {
  std::string out = "{\"streams\":[";
  bool first_stream = true;
  for (const ResultStream& stream : group_by_stream(result, false)) {
    if (!first_stream) out.push_back(',');
    first_stream = false;
    out += "{\"labels\":";
    append_json_string(stream.labels.to_string(), JsonEscape::Plain, out);
    out += ",\"entries\":[";
    bool first_entry = true;
    for (const ResultEntry* entry : stream.entries) {
      if (!first_entry) out.push_back(',');
      first_entry = false;
      out += "{\"ts\":\"" + format_rfc3339_nano(entry->timestamp_ns) + "\",\"line\":";
      append_json_string(entry->line, JsonEscape::Html, out);
      out.push_back('}');
    }
    out += "]}";
  }
  out += "],\"stats\":";
  append_query_stats(stats, out);
  out += "}\n";
  return out;
}

}  // namespace lokilib::http
