// SPDX-License-Identifier: Apache-2.0
// json_stage.cc: `| json` for all fields of a line and `| json a="b.c"` for the listed ones (sections 8.1
// and 8.2 of Loki's rules).
#include <string>
#include <utility>
#include <vector>

#include "logql/pipeline/field_columns.h"
#include "logql/pipeline/stage.h"
#include "text/json_fields.h"

namespace lokilib::logql {
namespace {

class JsonAllFields final : public PipelineStage {
 public:
  explicit JsonAllFields(std::shared_ptr<const ParserRules> rules) : rules_(std::move(rules)) {}

  Result<void> run(Batch& batch) const override {
    FieldColumns columns(batch, *rules_);
    keep_rows(batch, [&](size_t row) {
      columns.start_row(row);
      const text::JsonProblem problem = text::scan_json_fields(
          batch.lines()[row], batch.arena(), [&](std::string_view name, std::string_view value) {
            return columns.store(name, value) == FieldColumns::Outcome::Continue;
          });
      if (columns.rejected()) return false;
      if (problem != nullptr) set_row_error(batch, row, kJsonParserError, problem);
      return true;
    });
    return {};
  }

 private:
  std::shared_ptr<const ParserRules> rules_;
};

// Where few labels are needed and nobody asks whether the rest of the line is sound.
class JsonNeededFields final : public PipelineStage {
 public:
  explicit JsonNeededFields(std::shared_ptr<const ParserRules> rules)
      : wanted_(rules->needed), rules_(std::move(rules)) {}

  Result<void> run(Batch& batch) const override {
    FieldColumns columns(batch, *rules_);
    std::vector<FieldColumns::Field*> fields;
    for (const std::string& name : wanted_.names()) fields.push_back(&columns.field(name));
    for (const uint16_t row : batch.selection.rows()) {
      columns.start_row(row);
      const text::JsonProblem problem = text::scan_wanted_json_fields(
          batch.lines()[row], wanted_, batch.arena(), [&](size_t number, std::string_view value) {
            return columns.store(*fields[number], value) == FieldColumns::Outcome::Continue;
          });
      if (problem != nullptr) set_row_error(batch, row, kJsonParserError, problem);
    }
    return {};
  }

 private:
  text::WantedNames wanted_;
  std::shared_ptr<const ParserRules> rules_;
};

class JsonPaths final : public PipelineStage {
 public:
  static Result<StagePtr> build(const JsonStage& stage, const StageContext& context) {
    auto paths = std::make_unique<JsonPaths>();
    for (const Extraction& extraction : stage.extractions) {
      LOKILIB_TRY_ASSIGN(auto path, text::JsonPath::parse(extraction.expression));
      paths->names_.push_back(extraction.name);
      paths->paths_.push_back(std::move(path));
    }
    paths->rules_ = context.rules;
    return StagePtr(std::move(paths));
  }

  Result<void> run(Batch& batch) const override {
    FieldColumns columns(batch, *rules_);
    std::vector<FieldColumns::Field*> fields;
    for (const std::string& name : names_) fields.push_back(&columns.field(name));
    std::vector<std::string_view> values(paths_.size());
    for (const uint16_t row : batch.selection.rows()) {
      const std::string_view line = batch.lines()[row];
      if (line.empty()) continue;
      columns.start_row(row);
      text::JsonProblem problem = nullptr;
      if (text::find_json_paths(line, paths_, batch.arena(), values, &problem)) {
        if (problem != nullptr) set_row_error(batch, row, kJsonParserError, problem);
        store(columns, fields, values);
      } else {
        set_row_error(batch, row, kJsonParserError, {});
      }
    }
    return {};
  }

 private:
  static void store(FieldColumns& columns, std::span<FieldColumns::Field* const> fields,
                    std::span<const std::string_view> values) {
    bool missing = false;
    for (size_t i = 0; i < fields.size(); ++i) {
      if (values[i].data() == nullptr) {
        missing = true;
      } else {
        columns.overwrite(*fields[i], values[i]);
      }
    }
    if (!missing) return;
    for (FieldColumns::Field* const field : fields) columns.set_missing(*field);
  }

  std::vector<std::string> names_;
  std::vector<text::JsonPath> paths_;
  std::shared_ptr<const ParserRules> rules_;
};

}  // namespace

Result<StagePtr> build_json_stage(const JsonStage& stage, const StageContext& context) {
  if (!stage.extractions.empty()) return JsonPaths::build(stage, context);
  const ParserRules& rules = *context.rules;
  if (rules.stop_early && rules.needed.size() <= text::WantedNames::kCountMax) {
    return StagePtr(std::make_unique<JsonNeededFields>(context.rules));
  }
  return StagePtr(std::make_unique<JsonAllFields>(context.rules));
}

}  // namespace lokilib::logql
