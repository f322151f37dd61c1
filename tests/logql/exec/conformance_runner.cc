// SPDX-License-Identifier: Apache-2.0
// conformance_runner.cc: answers recorded queries in this process, without a server: entries and queries come
// in on stdin, answers in Loki's JSON go out on stdout. For development: run_conformance.py drives it and
// compares.
//
// Lines of input; texts are in hex, parts are separated by blanks:
//   stream <name> <value> ...            the entries that follow are of this stream
//   entry <timestamp_ns> <line> <name> <value> ...
//   query instant|range <start_ns> <end_ns> <step_ns> <interval_ns> <limit> forward|backward <quirks> <flags>
//   <text>
#include <cstdint>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <lokilib/arena.h>
#include <lokilib/ingest_limits.h>
#include <lokilib/log_source.h>
#include <lokilib/query.h>

#include "model/go_number.h"
#include "stream/detected_level.h"
#include "stream/metadata_names.h"
#include "stream/service_name.h"

namespace lokilib {
namespace {

int hex_digit(char c) {
  return c <= '9' ? c - '0' : c - 'a' + 10;
}

// "-" is the empty text.
std::string from_hex(std::string_view hex) {
  std::string text;
  if (hex == "-") return text;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    text.push_back(static_cast<char>(hex_digit(hex[i]) * 16 + hex_digit(hex[i + 1])));
  }
  return text;
}

std::vector<Label> read_labels(std::istringstream& in) {
  std::vector<Label> labels;
  std::string name;
  std::string value;
  while (in >> name >> value) labels.push_back({from_hex(name), from_hex(value)});
  return labels;
}

std::string json_text(std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

void append_members(const LabelSet& labels, bool& first, std::string& out) {
  for (const Label& label : labels.labels()) {
    if (!std::exchange(first, false)) out += ',';
    out += json_text(label.name) + ':' + json_text(label.value);
  }
}

std::string json_labels(const std::vector<const LabelSet*>& sets) {
  std::string out = "{";
  bool first = true;
  for (const LabelSet* set : sets) append_members(*set, first, out);
  return out + '}';
}

std::string json_seconds(int64_t timestamp_ns) {
  int64_t ms = timestamp_ns / 1'000'000;
  if (timestamp_ns % 1'000'000 < 0) --ms;
  return format_go_float(static_cast<double>(ms) / 1000, FloatForm::Fixed);
}

std::string json_sample(const Sample& sample) {
  return '[' + json_seconds(sample.timestamp_ns) + ",\"" + format_go_float(sample.value, FloatForm::Fixed) +
         "\"]";
}

std::string streams_json(const LogResult& result, bool categorize) {
  std::map<std::string, std::string> streams;
  for (const ResultEntry& entry : result.entries) {
    const EntryLabels& labels = result.label_sets[entry.labels];
    std::string value = "[\"" + std::to_string(entry.timestamp_ns) + "\"," + json_text(entry.line);
    std::string stream;
    if (categorize) {
      stream = json_labels({&labels.stream});
      value += ",{";
      if (!labels.structured_metadata.empty()) {
        value += "\"structuredMetadata\":" + json_labels({&labels.structured_metadata});
      }
      if (!labels.parsed.empty()) {
        value += labels.structured_metadata.empty() ? "" : ",";
        value += "\"parsed\":" + json_labels({&labels.parsed});
      }
      value += '}';
    } else {
      stream = json_labels({&labels.stream, &labels.structured_metadata, &labels.parsed});
    }
    std::string& values = streams[stream];
    if (!values.empty()) values += ',';
    values += value + ']';
  }
  std::string out;
  for (const auto& [stream, values] : streams) {
    if (!out.empty()) out += ',';
    out += "{\"stream\":" + stream + ",\"values\":[" + values + "]}";
  }
  return '[' + out + ']';
}

std::string series_json(const std::vector<Series>& all, bool is_matrix) {
  std::string out;
  for (const Series& series : all) {
    if (!out.empty()) out += ',';
    out += "{\"metric\":" + json_labels({&series.labels}) + (is_matrix ? ",\"values\":[" : ",\"value\":");
    for (size_t i = 0; i < series.samples.size(); ++i) {
      if (i != 0) out += ',';
      out += json_sample(series.samples[i]);
    }
    out += is_matrix ? "]}" : "}";
  }
  return '[' + out + ']';
}

std::string answer(const QueryResult& result, bool categorize) {
  std::string type;
  std::string data;
  if (const auto* logs = std::get_if<LogResult>(&result.data)) {
    type = "streams";
    data = streams_json(*logs, categorize);
  } else if (const auto* vector = std::get_if<VectorResult>(&result.data)) {
    type = "vector";
    data = series_json(vector->series, false);
  } else if (const auto* matrix = std::get_if<MatrixResult>(&result.data)) {
    type = "matrix";
    data = series_json(matrix->series, true);
  } else {
    type = "scalar";
    data = json_sample(std::get_if<ScalarResult>(&result.data)->sample);
  }
  return "{\"status\":200,\"content_type\":\"application/json; "
         "charset=UTF-8\",\"body\":{\"status\":\"success\","
         "\"data\":{\"resultType\":\"" +
         type + "\"," +
         (categorize && type == "streams" ? "\"encodingFlags\":[\"categorize-labels\"]," : "") +
         "\"result\":" + data + "}}}";
}

std::string answer(const Error& error) {
  const bool is_server_error = error.code == ErrorCode::VectorMatching || error.code == ErrorCode::Internal ||
                               error.code == ErrorCode::Unsupported;
  return std::string("{\"status\":") + (is_server_error ? "500" : "400") +
         ",\"content_type\":\"text/plain; charset=utf-8\",\"body\":" + json_text(error.message) + '}';
}

// The entries as Loki's push stores them: with service_name and detected_level, equal ones once.
class Store {
 public:
  void begin_stream(std::vector<Label> labels) {
    auto set = LabelSet::create(std::move(labels));
    if (!set) return;
    streams_.push_back({stream::add_service_name(std::move(*set), limits_), {}});
    seen_.clear();
  }

  void add(int64_t timestamp_ns, std::string line, const std::vector<Label>& metadata) {
    VectorStream& stream = streams_.back();
    std::vector<MetadataView> given;
    for (const Label& label : metadata) given.push_back({label.name, label.value});
    Arena arena;
    const auto normalised = stream::normalise_metadata(given, arena);
    if (!normalised) return;
    std::vector<MetadataView> views(normalised->begin(), normalised->end());
    const std::string level(detector_.detect(detector_.from_labels(stream.labels), views, line));
    std::vector<Label> stored;
    for (const MetadataView& view : views) {
      if (view.name != stream::kDetectedLevel)
        stored.push_back({std::string(view.name), std::string(view.value)});
    }
    stored.push_back({std::string(stream::kDetectedLevel), level});
    if (!seen_.emplace(timestamp_ns, line, stored).second) return;
    stream.entries.push_back({timestamp_ns, std::move(line), std::move(stored)});
  }

  VectorLogSource source() { return VectorLogSource(std::exchange(streams_, {})); }

 private:
  IngestLimits limits_ = IngestLimits::loki();
  stream::LevelDetector detector_{limits_};
  std::vector<VectorStream> streams_;
  std::set<std::tuple<int64_t, std::string, std::vector<Label>>> seen_;
};

std::string run_query(std::istringstream& in, const LogSource& source) {
  QueryRequest request;
  std::string kind;
  std::string direction;
  std::string text;
  std::string flags;
  int quirks = 0;
  in >> kind >> request.start_ns >> request.end_ns >> request.step_ns >> request.interval_ns >>
      request.limit >> direction >> quirks >> flags >> text;
  request.kind = kind == "instant" ? QueryRequest::Kind::Instant : QueryRequest::Kind::Range;
  request.direction = direction == "forward" ? Direction::Forward : Direction::Backward;
  request.loki_quirks = quirks != 0;
  request.query = from_hex(text);
  request.limits.series_max = 500;
  request.limits.entries_max = 5000;
  const auto result = evaluate(request, source);
  return result ? answer(*result, flags == "categorize-labels") : answer(result.error());
}

int run() {
  Store store;
  std::optional<VectorLogSource> source;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream in(line);
    std::string word;
    in >> word;
    if (word == "stream") {
      store.begin_stream(read_labels(in));
    } else if (word == "entry") {
      int64_t timestamp_ns = 0;
      std::string text;
      in >> timestamp_ns >> text;
      store.add(timestamp_ns, from_hex(text), read_labels(in));
    } else if (word == "query") {
      if (!source) source.emplace(store.source());
      std::cout << run_query(in, *source) << std::endl;
    }
  }
  return 0;
}

}  // namespace
}  // namespace lokilib

int main() {
  return lokilib::run();
}
