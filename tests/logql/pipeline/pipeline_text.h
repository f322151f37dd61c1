// SPDX-License-Identifier: Apache-2.0
// pipeline_text.h: stages, entries and results as texts, for the table tests of this folder.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <lokilib/logql.h>

#include "logql/pipeline/pipeline.h"
#include "support/batch_builder.h"

namespace lokilib::test {

inline std::vector<logql::Stage> parse_stages(std::string_view text) {
  auto query = logql::parse("{app=\"x\"} " + std::string(text));
  if (!query) {
    ADD_FAILURE() << query.error().message << " in " << text;
    return {};
  }
  return std::move(query->as<logql::LogExpr>()->stages);
}

/// `{a="1", b="2"}` without the stream's label `app="x"`, and behind it `=> line` where the line has changed.
/// "dropped" if the entry is.
struct OneLine {
  std::string line;
  std::vector<Label> metadata = {};
  logql::PipelineOptions options = {};

  std::string through(std::string_view stages) const {
    const auto pipeline = logql::Pipeline::build(parse_stages(stages), options);
    if (!pipeline) return pipeline.error().message;
    BatchBuilder builder(std::vector<Label>{{"app", "x"}});
    builder.add(line, metadata);
    Batch batch;
    builder.fill(batch);
    if (const auto result = pipeline->run(batch); !result) return result.error().message;
    const std::vector<PlainRow> rows = plain_rows(batch);
    return rows.empty() ? "dropped" : show(rows[0]);
  }

  std::string show(PlainRow row) const {
    const auto app = row.labels.find("app");
    if (app == row.labels.end()) {
      row.labels["-app"] = "";
    } else if (app->second == "x") {
      row.labels.erase(app);
    }
    std::string text = "{";
    for (const auto& [name, value] : row.labels) {
      if (text.size() > 1) text += ", ";
      text += name == "-app" ? name : name + "=" + quote(value);
    }
    text += "}";
    return row.line == line ? text : text + " => " + row.line;
  }
};

inline std::string through(std::string line, std::string_view stages) {
  return OneLine{std::move(line)}.through(stages);
}

inline std::string build_error(std::string_view stages) {
  const auto pipeline = logql::Pipeline::build(parse_stages(stages), {});
  return pipeline ? "" : pipeline.error().message;
}

inline logql::PipelineOptions loki_quirks() {
  logql::PipelineOptions options;
  options.loki_quirks = true;
  return options;
}

}  // namespace lokilib::test
