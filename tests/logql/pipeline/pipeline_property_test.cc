// SPDX-License-Identifier: Apache-2.0
// Stages over batches against the naive interpreter, one entry at a time.
#include <algorithm>

#include <gtest/gtest.h>

#include "logql/pipeline/pipeline_text.h"
#include "logql/pipeline/template.h"
#include "support/naive_pipeline.h"
#include "support/random.h"

namespace lokilib::test {
namespace {

bool have_templates() {
  return logql::Template::parse("line", "x").has_value();
}

// Few names and values, so that stages meet.
std::string random_name(Random& random) {
  static const std::vector<std::string> names = {"a",   "b",           "c",           "a_b",
                                                 "app", "a_extracted", "b_extracted", "__error__"};
  return random.pick(names);
}

std::string random_value(Random& random) {
  static const std::vector<std::string> values = {"1",   "2", "10",  "2.5", "x",    "xy",       "",
                                                  "10s", "1", "2KB", "-3",  "NaN1", "10.0.0.7", "a b"};
  return random.pick(values);
}

std::string random_json(Random& random) {
  if (random.one_in(12)) return random.text("{}\":,[]ab1 \\", 30);
  std::string line = "{";
  for (uint64_t i = 0, count = random.below(5); i < count; ++i) {
    if (i > 0) line += ",";
    line += '"' + random_name(random) + "\":";
    switch (random.below(4)) {
      case 0:
        line += R"({"b":")" + random_value(random) + "\"}";
        break;
      case 1:
        line += "12";
        break;
      default:
        line += '"' + random_value(random) + '"';
    }
  }
  return line + (random.one_in(15) ? "" : "}");
}

std::string random_logfmt(Random& random) {
  std::string line;
  for (uint64_t i = 0, count = random.below(6); i < count; ++i) {
    line += random_name(random) + "=";
    const std::string value = random_value(random);
    line += random.one_in(3) ? '"' + value + '"' : value;
    line += random.one_in(15) ? "=" : " ";
  }
  return line;
}

std::string random_line(Random& random) {
  std::string line = random.one_in(2) ? random_json(random) : random_logfmt(random);
  if (random.one_in(6)) line.insert(random.below(line.size() + 1), "\x1b[31m");
  return line;
}

std::string random_comparison(Random& random) {
  static const std::vector<std::string> text_ops = {"=", "!=", "=~", "!~"};
  static const std::vector<std::string> ops = {"==", "!=", ">", ">=", "<", "<="};
  static const std::vector<std::string> operands = {"1", "2.5", "10s", "2KB", "0"};
  // Regexes that keep their anchors with quirks and without.
  static const std::vector<std::string> regexes = {"x.", "1|x", "[0-9]+s?", "x|10"};
  const std::string name = random_name(random);
  if (random.one_in(10)) return name + (random.one_in(2) ? "=" : "!=") + "ip(\"10.0.0.0/8\")";
  if (random.one_in(2)) return name + random.pick(ops) + random.pick(operands);
  const std::string op = random.pick(text_ops);
  return name + op + '"' + (op.ends_with('~') ? random.pick(regexes) : random_value(random)) + '"';
}

std::string random_filter(Random& random, int depth) {
  if (depth == 0 || random.one_in(2)) return random_comparison(random);
  const std::string left = random_filter(random, depth - 1);
  const std::string right = random_filter(random, depth - 1);
  return "(" + left + (random.one_in(2) ? " and " : " or ") + right + ")";
}

std::string random_extractions(Random& random) {
  std::string result = " ";
  for (uint64_t i = 0, count = 1 + random.below(3); i < count; ++i) {
    if (i > 0) result += ", ";
    result += random_name(random) + "=\"" + random_name(random) + "\"";
  }
  return result;
}

std::string random_template(Random& random) {
  std::string result;
  for (uint64_t i = 0, count = 1 + random.below(3); i < count; ++i) {
    // The error state inside a template that is nothing else is a rule of its own, tested elsewhere.
    const std::string name = random_name(random);
    result += name == "__error__" ? "z {{.__error__}}" : random.one_in(3) ? "a=1 " : "{{." + name + "}}";
  }
  return result;
}

std::string random_names(Random& random) {
  std::string result;
  for (uint64_t i = 0, count = 1 + random.below(3); i < count; ++i) {
    if (i > 0) result += ", ";
    result += random_name(random);
    if (random.one_in(3)) result += "=~\"[0-9x].*\"";
  }
  return result;
}

std::string random_label_format(Random& random) {
  std::string result;
  std::vector<std::string> names;
  for (uint64_t i = 0, count = 1 + random.below(3); i < count; ++i) {
    const std::string name = random_name(random);
    if (name == "__error__" || std::find(names.begin(), names.end(), name) != names.end()) continue;
    result += names.empty() ? "" : ", ";
    names.push_back(name);
    result += name + "=";
    result +=
        random.one_in(2) && have_templates() ? "\"" + random_template(random) + "\"" : random_name(random);
  }
  return result.empty() ? "d=a" : result;
}

std::string random_line_filter(Random& random) {
  static const std::vector<std::string> filters = {"|= \"1\"",
                                                   "!= \"xy\"",
                                                   "|~ \"[ab]=.\"",
                                                   "!~ \"x+y\"",
                                                   "|= \"a\" or \"2\"",
                                                   "!= \"q\" or \"10s\"",
                                                   "|> \"<_>1<_>\"",
                                                   "|= ip(\"10.0.0.0/8\")",
                                                   "|= \"zz\" or ip(\"10.0.0.0/8\")"};
  return random.pick(filters);
}

std::string random_stage(Random& random) {
  switch (random.below(12)) {
    case 0:
    case 1:
      return random.one_in(3) ? "| json" + random_extractions(random) : "| json";
    case 2:
    case 3: {
      std::string stage = "| logfmt";
      if (random.one_in(3)) stage += " --strict";
      if (random.one_in(3)) stage += " --keep-empty";
      return random.one_in(3) ? stage + random_extractions(random) : stage;
    }
    case 4:
      return random.one_in(2) ? "| regexp `(?P<a>x)?(?P<b>[0-9]+)`" : "| pattern `<_>a<b> <a>`";
    case 5:
    case 6:
      return "| " + random_filter(random, 2);
    case 7:
      return "| label_format " + random_label_format(random);
    case 8:
      return "| drop " + random_names(random);
    case 9:
      return "| keep " + random_names(random);
    case 10:
      return have_templates() ? "| line_format \"" + random_template(random) + "\"" : "| decolorize";
    default:
      return random_line_filter(random);
  }
}

std::string random_stages(Random& random) {
  std::string text;
  bool names_before = false;
  for (uint64_t i = 0, count = 1 + random.below(5); i < count; ++i) {
    const std::string stage = random_stage(random);
    if (names_before && stage.starts_with('!')) continue;  // `drop a != "b"` is a condition on a
    names_before = stage.starts_with("| drop") || stage.starts_with("| keep");
    text += stage + " ";
  }
  return text;
}

BatchBuilder random_entries(Random& random) {
  std::vector<Label> stream = {{"app", "x"}};
  if (random.one_in(3)) stream.push_back({"a", "s"});
  BatchBuilder builder(std::move(stream));
  for (uint64_t i = 0, count = 1 + random.below(30); i < count; ++i) {
    std::vector<Label> metadata;
    if (random.one_in(4)) metadata.push_back({random.one_in(2) ? "b" : "c", random_value(random)});
    builder.add(random_line(random), std::move(metadata));
  }
  return builder;
}

std::vector<PlainRow> run_naively(const std::vector<logql::Stage>& stages, bool quirks,
                                  const BatchBuilder& builder) {
  const NaivePipeline naive(stages, quirks);
  std::vector<PlainRow> result;
  for (size_t i = 0; i < builder.entries().size(); ++i) {
    const auto entry = naive.run(make_naive_entry(builder.labels(), builder.entries()[i]));
    if (entry) result.push_back({i, entry->line, entry->all()});
  }
  return result;
}

TEST(PipelineProperty, EqualsTheNaiveInterpreter) {
  for_each_seed(1500, [](Random& random) {
    const std::string text = random_stages(random);
    const bool quirks = random.one_in(2);
    const std::vector<logql::Stage> stages = parse_stages(text);
    logql::PipelineOptions options;
    options.loki_quirks = quirks;
    const auto pipeline = logql::Pipeline::build(stages, options);
    ASSERT_TRUE(pipeline.has_value()) << pipeline.error().message;
    const BatchBuilder builder = random_entries(random);
    Batch batch;
    for (int round = 0; round < 2; ++round) {  // the second time the batch is not fresh
      builder.fill(batch);
      ASSERT_TRUE(pipeline->run(batch).has_value());
      const std::vector<PlainRow> found = plain_rows(batch);
      const std::vector<PlainRow> expected = run_naively(stages, quirks, builder);
      for (size_t i = 0; i < std::min(found.size(), expected.size()); ++i) {
        ASSERT_EQ(found[i], expected[i]) << text << (quirks ? "(quirks)" : "");
      }
      ASSERT_EQ(found.size(), expected.size()) << text << (quirks ? "(quirks)" : "");
    }
  });
}

// What is needed is as without hints where lines are sound.
TEST(PipelineProperty, HintsDoNotChangeNeededLabels) {
  for_each_seed(1000, [](Random& random) {
    const std::string parser = random.one_in(2) ? "| json" : "| logfmt";
    const std::vector<logql::Stage> stages = parse_stages(parser);
    logql::PipelineOptions options;
    options.hints.needed = {random_name(random), random_name(random)};
    options.hints.stop_early = random.one_in(2);
    const auto hinted = logql::Pipeline::build(stages, options);
    const auto plain = logql::Pipeline::build(stages, {});
    ASSERT_TRUE(hinted.has_value() && plain.has_value());
    const BatchBuilder builder = random_entries(random);
    Batch with_hints;
    Batch without;
    builder.fill(with_hints);
    builder.fill(without);
    ASSERT_TRUE(hinted->run(with_hints).has_value());
    ASSERT_TRUE(plain->run(without).has_value());
    for (size_t row = 0; row < builder.entries().size(); ++row) {
      for (const std::string& name : *options.hints.needed) {
        const LabelColumn* const expected = without.find_column(name);
        const LabelColumn* const found = with_hints.find_column(name);
        EXPECT_EQ(found == nullptr ? "" : found->get(row), expected == nullptr ? "" : expected->get(row))
            << parser << " " << name << " in " << builder.entries()[row].line;
      }
    }
  });
}

}  // namespace
}  // namespace lokilib::test
