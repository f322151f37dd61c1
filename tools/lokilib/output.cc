// SPDX-License-Identifier: Apache-2.0
#include "output.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <map>
#include <vector>

namespace lokilib::tool {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

std::string format_time(int64_t timestamp_ns) {
  int64_t seconds = timestamp_ns / kSecond;
  int64_t rest = timestamp_ns % kSecond;
  if (rest < 0) {
    rest += kSecond;
    --seconds;
  }
  const std::time_t time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[80];
  const size_t size = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
  std::string out(text, size);
  if (rest != 0) {
    std::string digits = std::to_string(rest + kSecond).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    out += "." + digits;
  }
  return out + "Z";
}

std::string format_value(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char buffer[400];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed);
  return std::string(buffer, end.ptr);
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += escape;
    } else {
      out.push_back(c);
    }
  }
  return out + "\"";
}

std::string json_labels(const LabelSet& labels) {
  std::string out = "{";
  for (const Label& label : labels.labels()) {
    if (out.size() > 1) out += ",";
    out += json_text(label.name) + ":" + json_text(label.value);
  }
  return out + "}";
}

LabelSet merged(const EntryLabels& labels) {
  std::map<std::string, std::string> all;
  for (const LabelSet* set : {&labels.stream, &labels.structured_metadata, &labels.parsed}) {
    for (const Label& label : set->labels()) all[label.name] = label.value;
  }
  std::vector<Label> sorted;
  for (auto& [name, value] : all) sorted.push_back({name, std::move(value)});
  return LabelSet::from_sorted(std::move(sorted));
}

/// The labels of `set` that not all of `sets` have.
LabelSet without_common(const LabelSet& set, const std::vector<LabelSet>& sets) {
  std::vector<Label> kept;
  for (const Label& label : set.labels()) {
    const bool is_common = std::all_of(sets.begin(), sets.end(), [&](const LabelSet& other) {
      return other.find(label.name) == std::optional<std::string_view>(label.value);
    });
    if (!is_common) kept.push_back(label);
  }
  return LabelSet::from_sorted(std::move(kept));
}

void print_logs(const LogResult& logs, OutputFormat format, std::FILE* out) {
  std::vector<LabelSet> sets;
  for (const EntryLabels& labels : logs.label_sets) sets.push_back(merged(labels));
  std::vector<std::string> texts;
  size_t width = 0;
  for (const LabelSet& set : sets) {
    texts.push_back(format == OutputFormat::Jsonl ? json_labels(set) : without_common(set, sets).to_string());
    width = std::max(width, texts.back().size());
  }
  for (const ResultEntry& entry : logs.entries) {
    const std::string& labels = texts[entry.labels];
    switch (format) {
      case OutputFormat::Raw:
        std::fprintf(out, "%s\n", entry.line.c_str());
        break;
      case OutputFormat::Jsonl:
        std::fprintf(out, "{\"labels\":%s,\"line\":%s,\"timestamp\":\"%s\"}\n", labels.c_str(),
                     json_text(entry.line).c_str(), format_time(entry.timestamp_ns).c_str());
        break;
      case OutputFormat::Default:
        std::fprintf(out, "%s %-*s %s\n", format_time(entry.timestamp_ns).c_str(), static_cast<int>(width),
                     labels.c_str(), entry.line.c_str());
        break;
    }
  }
}

void print_series(const std::vector<Series>& series, OutputFormat format, std::FILE* out) {
  for (const Series& one : series) {
    if (format == OutputFormat::Jsonl) {
      for (const Sample& sample : one.samples) {
        std::fprintf(out, "{\"metric\":%s,\"timestamp\":\"%s\",\"value\":\"%s\"}\n",
                     json_labels(one.labels).c_str(), format_time(sample.timestamp_ns).c_str(),
                     format_value(sample.value).c_str());
      }
    } else if (one.samples.size() == 1) {
      std::fprintf(out, "%s %s\n", one.labels.to_string().c_str(),
                   format_value(one.samples[0].value).c_str());
    } else {
      std::fprintf(out, "%s\n", one.labels.to_string().c_str());
      for (const Sample& sample : one.samples) {
        std::fprintf(out, "  %s %s\n", format_time(sample.timestamp_ns).c_str(),
                     format_value(sample.value).c_str());
      }
    }
  }
}

}  // namespace

void print_result(const QueryResult& result, OutputFormat format, std::FILE* out) {
  if (const auto* logs = std::get_if<LogResult>(&result.data)) {
    print_logs(*logs, format, out);
  } else if (const auto* vector = std::get_if<VectorResult>(&result.data)) {
    print_series(vector->series, format, out);
  } else if (const auto* matrix = std::get_if<MatrixResult>(&result.data)) {
    print_series(matrix->series, format, out);
  } else {
    std::fprintf(out, "%s\n", format_value(std::get<ScalarResult>(result.data).sample.value).c_str());
  }
}

}  // namespace lokilib::tool
