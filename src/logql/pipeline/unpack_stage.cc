// SPDX-License-Identifier: Apache-2.0
// unpack_stage.cc: `| unpack` takes apart what an agent's pack stage has put together: `_entry` becomes the
// line, the other texts become labels.
#include <string_view>
#include <utility>
#include <vector>

#include "logql/pipeline/field_columns.h"
#include "logql/pipeline/stage.h"
#include "text/json_fields.h"

namespace lokilib::logql {
namespace {

constexpr std::string_view kEntryKey = "_entry";
constexpr std::string_view kNoObject = "expecting json object(6), but it is not";

struct PackedLabel {
  FieldColumns::Field* field;
  std::string_view value;
};

class UnpackRunner final : public PipelineStage {
 public:
  UnpackRunner(std::shared_ptr<const ParserRules> rules, bool reports_errors)
      : rules_(std::move(rules)), reports_errors_(reports_errors) {}

  Result<void> run(Batch& batch) const override {
    FieldColumns columns(batch, *rules_);
    std::vector<PackedLabel> labels;  // of one line, until its _entry is found
    keep_rows(batch, [&](size_t row) {
      columns.start_row(row);
      return unpack(batch, row, columns, labels);
    });
    return {};
  }

 private:
  bool unpack(Batch& batch, size_t row, FieldColumns& columns, std::vector<PackedLabel>& labels) const {
    std::string_view& line = batch.lines()[row];
    if (line.empty()) return true;
    if (line[0] != '{') {
      report(batch, row, kNoObject);
      return true;
    }
    labels.clear();
    std::string_view entry;
    const text::JsonProblem problem =
        text::scan_unpack_fields(line, batch.arena(), [&](std::string_view key, std::string_view value) {
          if (key == kEntryKey) {
            entry = value.data() == nullptr ? "" : value;
          } else if (FieldColumns::Field* const field = columns.find_packed(key)) {
            labels.push_back({field, value});
          }
          return true;
        });
    if (problem != nullptr) {
      report(batch, row, problem);
      return true;
    }
    if (entry.data() == nullptr) return true;
    line = entry;
    for (const PackedLabel& label : labels) {
      if (columns.store_packed(*label.field, label.value) == FieldColumns::Outcome::Reject) return false;
    }
    return true;
  }

  void report(Batch& batch, size_t row, std::string_view details) const {
    if (reports_errors_) set_row_error(batch, row, kJsonParserError, details);
  }

  std::shared_ptr<const ParserRules> rules_;
  bool reports_errors_;
};

}  // namespace

Result<StagePtr> build_unpack_stage(const UnpackStage&, const StageContext& context) {
  // Where no label is needed, parsers are left out and find no errors; this one stays for the line's sake.
  const bool reports_errors = context.rules->extract_all || !context.rules->needed.empty();
  return StagePtr(std::make_unique<UnpackRunner>(context.rules, reports_errors));
}

}  // namespace lokilib::logql
