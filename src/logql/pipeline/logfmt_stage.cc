// SPDX-License-Identifier: Apache-2.0
// logfmt_stage.cc: `| logfmt` for all pairs of a line and `| logfmt a="b"` for the listed ones (sections 8.3
// and 8.4 of Loki's rules).
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/make_error.h"
#include "logql/pipeline/extraction_key.h"
#include "logql/pipeline/field_columns.h"
#include "logql/pipeline/stage.h"
#include "text/logfmt_fields.h"

namespace lokilib::logql {
namespace {

class LogfmtAllPairs final : public PipelineStage {
 public:
  LogfmtAllPairs(text::LogfmtOptions options, std::shared_ptr<const ParserRules> rules)
      : options_(options), rules_(std::move(rules)) {}

  Result<void> run(Batch& batch) const override {
    FieldColumns columns(batch, *rules_);
    keep_rows(batch, [&](size_t row) {
      columns.start_row(row);
      const std::string_view problem = text::scan_logfmt_fields(
          batch.lines()[row], options_, batch.arena(), [&](std::string_view name, std::string_view value) {
            return columns.store(name, value) == FieldColumns::Outcome::Continue;
          });
      if (columns.rejected()) return false;
      if (!problem.empty()) set_row_error(batch, row, kLogfmtParserError, problem);
      return true;
    });
    return {};
  }

 private:
  text::LogfmtOptions options_;
  std::shared_ptr<const ParserRules> rules_;
};

// Where few labels are needed: other pairs are passed over.
class LogfmtNeededPairs final : public PipelineStage {
 public:
  LogfmtNeededPairs(text::LogfmtOptions options, std::shared_ptr<const ParserRules> rules)
      : options_(options), wanted_(rules->needed), rules_(std::move(rules)) {}

  Result<void> run(Batch& batch) const override {
    FieldColumns columns(batch, *rules_);
    std::vector<FieldColumns::Field*> fields;
    for (const std::string& name : wanted_.names()) fields.push_back(&columns.field(name));
    for (const uint16_t row : batch.selection.rows()) {
      columns.start_row(row);
      const std::string_view problem = text::scan_wanted_logfmt_fields(
          batch.lines()[row], options_, wanted_, batch.arena(), [&](size_t number, std::string_view value) {
            return columns.store(*fields[number], value) == FieldColumns::Outcome::Continue;
          });
      if (!problem.empty()) set_row_error(batch, row, kLogfmtParserError, problem);
    }
    return {};
  }

 private:
  text::LogfmtOptions options_;
  text::WantedNames wanted_;
  std::shared_ptr<const ParserRules> rules_;
};

class LogfmtListedPairs final : public PipelineStage {
 public:
  static Result<StagePtr> build(const LogfmtStage& stage, const StageContext& context) {
    std::vector<Extraction> extractions;
    for (const Extraction& extraction : stage.extractions) {
      LOKILIB_TRY_ASSIGN(auto key, parse_extraction_key(extraction.expression));
      extractions.push_back({extraction.name, std::move(key)});
    }
    const text::LogfmtOptions options{
        .strict = stage.strict, .keep_empty = true, .invalid_utf8_empties_value = true};
    return StagePtr(std::make_unique<LogfmtListedPairs>(extractions, options, context));
  }

  LogfmtListedPairs(const std::vector<Extraction>& extractions, text::LogfmtOptions options,
                    const StageContext& context)
      : options_(options),
        wanted_(findable_keys(extractions)),
        rules_(context.rules),
        loki_quirks_(context.loki_quirks) {
    targets_.resize(wanted_.names().size());
    for (const Extraction& extraction : extractions) {
      const size_t target = names_.size();
      names_.push_back(extraction.name);
      for (size_t key = 0; key < wanted_.names().size(); ++key) {
        if (wanted_.names()[key] == extraction.expression) targets_[key].push_back(target);
      }
    }
  }

  Result<void> run(Batch& batch) const override {
    FieldColumns columns(batch, *rules_);
    std::vector<FieldColumns::Field*> fields;
    for (const std::string& name : names_) fields.push_back(&columns.field(name));
    std::vector<FieldColumns::Field*> skipped_if_extracted(wanted_.size());
    if (loki_quirks_) find_keys_of_others(columns, skipped_if_extracted);
    const auto on_pair = [&](size_t key, std::string_view value) {
      if (skipped_if_extracted[key] != nullptr && columns.is_extracted(*skipped_if_extracted[key]))
        return true;
      for (const size_t target : targets_[key]) columns.overwrite(*fields[target], value);
      return true;
    };
    for (const uint16_t row : batch.selection.rows()) {
      columns.start_row(row);
      for (FieldColumns::Field* const field : fields) columns.set_empty(*field);
      const std::string_view problem =
          text::scan_wanted_logfmt_fields(batch.lines()[row], options_, wanted_, batch.arena(), on_pair);
      if (!problem.empty()) set_row_error(batch, row, kLogfmtParserError, problem);
    }
    return {};
  }

 private:
  // Keys that a line can have, each once. Keys of lines are sanitised before they are compared.
  static std::vector<std::string> findable_keys(const std::vector<Extraction>& extractions) {
    std::vector<std::string> keys;
    for (const Extraction& extraction : extractions) {
      if (text::is_label_name(extraction.expression)) keys.push_back(extraction.expression);
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
  }

  // Loki does not look again at a key that an earlier parser has made a label, unless this list makes it
  // once more (recorded, 3.7.6).
  void find_keys_of_others(FieldColumns& columns, std::span<FieldColumns::Field*> result) const {
    for (size_t key = 0; key < result.size(); ++key) {
      const std::string& name = wanted_.names()[key];
      if (std::find(names_.begin(), names_.end(), name) == names_.end()) result[key] = &columns.field(name);
    }
  }

  text::LogfmtOptions options_;
  text::WantedNames wanted_;
  std::vector<std::string> names_;            // of the labels to make
  std::vector<std::vector<size_t>> targets_;  // by number of the wanted key: numbers into names_
  std::shared_ptr<const ParserRules> rules_;
  bool loki_quirks_ = false;
};

}  // namespace

Result<StagePtr> build_logfmt_stage(const LogfmtStage& stage, const StageContext& context) {
  if (stage.extractions.size() > text::WantedNames::kCountMax) {
    return make_error(ErrorCode::LimitExceeded, "more than {} extractions in one stage",
                      text::WantedNames::kCountMax);
  }
  if (!stage.extractions.empty()) return LogfmtListedPairs::build(stage, context);
  const text::LogfmtOptions options{.strict = stage.strict, .keep_empty = stage.keep_empty};
  const ParserRules& rules = *context.rules;
  if (!rules.extract_all && rules.needed.size() <= text::WantedNames::kCountMax) {
    return StagePtr(std::make_unique<LogfmtNeededPairs>(options, context.rules));
  }
  return StagePtr(std::make_unique<LogfmtAllPairs>(options, context.rules));
}

}  // namespace lokilib::logql
