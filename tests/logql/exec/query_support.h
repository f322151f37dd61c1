// SPDX-License-Identifier: Apache-2.0
// query_support.h: short ways to build sources, run queries and print their results in tests of the engine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <lokilib/log_source.h>
#include <lokilib/query.h>

#include "model/go_number.h"

namespace lokilib::test {

inline constexpr int64_t kSecond = 1'000'000'000;
/// A second after the epoch from which tests count: a multiple of all steps in use.
inline constexpr int64_t kBase = 1'767'225'600 * kSecond;

inline LabelSet labels(std::string_view text) {
  auto parsed = parse_labels(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed ? *parsed : LabelSet();
}

/// Entries at whole seconds after kBase.
struct LineAt {
  int64_t second;
  std::string line;
  std::vector<Label> metadata = {};
};

inline VectorStream stream(std::string_view label_text, const std::vector<LineAt>& lines) {
  VectorStream result{labels(label_text), {}};
  for (const LineAt& line : lines) {
    result.entries.push_back({kBase + line.second * kSecond, line.line, line.metadata});
  }
  return result;
}

inline QueryRequest instant(std::string query, int64_t time_ns) {
  QueryRequest request;
  request.query = std::move(query);
  request.kind = QueryRequest::Kind::Instant;
  request.end_ns = time_ns;
  return request;
}

inline QueryRequest range(std::string query, int64_t start_ns, int64_t end_ns, int64_t step_ns) {
  QueryRequest request;
  request.query = std::move(query);
  request.start_ns = start_ns;
  request.end_ns = end_ns;
  request.step_ns = step_ns;
  return request;
}

/// "{a="1"}=2 {}=3" for a vector; "{a="1"}=1@0,2@10" for a matrix with seconds after kBase; "time line
/// {labels}" per line of a log result; or "error: text".
inline std::string to_text(const Result<QueryResult>& result) {
  if (!result) return "error: " + result.error().message;
  const auto number = [](double value) { return format_go_float(value, FloatForm::Fixed); };
  std::string out;
  if (const auto* vector = std::get_if<VectorResult>(&result->data)) {
    for (const Series& series : vector->series) {
      if (!out.empty()) out += ' ';
      out += series.labels.to_string() + '=' + number(series.samples.at(0).value);
    }
  } else if (const auto* matrix = std::get_if<MatrixResult>(&result->data)) {
    for (const Series& series : matrix->series) {
      if (!out.empty()) out += ' ';
      out += series.labels.to_string() + '=';
      for (size_t i = 0; i < series.samples.size(); ++i) {
        if (i != 0) out += ',';
        out += number(series.samples[i].value) + '@' +
               number(static_cast<double>(series.samples[i].timestamp_ns - kBase) / 1e9);
      }
    }
  } else if (const auto* scalar = std::get_if<ScalarResult>(&result->data)) {
    out = number(scalar->sample.value);
  } else {
    const auto& logs = std::get<LogResult>(result->data);
    for (const ResultEntry& entry : logs.entries) {
      const EntryLabels& set = logs.label_sets.at(entry.labels);
      out += number(static_cast<double>(entry.timestamp_ns - kBase) / 1e9) + ' ' + entry.line + ' ' +
             set.stream.to_string();
      if (!set.structured_metadata.empty()) out += '+' + set.structured_metadata.to_string();
      if (!set.parsed.empty()) out += '|' + set.parsed.to_string();
      out += '\n';
    }
  }
  return out;
}

}  // namespace lokilib::test
