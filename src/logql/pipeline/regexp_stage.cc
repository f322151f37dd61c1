// SPDX-License-Identifier: Apache-2.0
// regexp_stage.cc: `| regexp "(?P<name>...)"`: the named groups of the first match become labels.
#include <string>
#include <utility>
#include <vector>

#include "base/make_error.h"
#include "logql/pipeline/field_columns.h"
#include "logql/pipeline/stage.h"
#include "model/regex.h"

namespace lokilib::logql {
namespace {

struct NamedGroup {
  size_t number = 0;
  std::string name;
};

class RegexpRunner final : public PipelineStage {
 public:
  RegexpRunner(std::shared_ptr<const Regex> regex, std::vector<NamedGroup> groups,
               std::shared_ptr<const ParserRules> rules)
      : regex_(std::move(regex)), groups_(std::move(groups)), rules_(std::move(rules)) {}

  Result<void> run(Batch& batch) const override {
    FieldColumns columns(batch, *rules_);
    const size_t count = groups_.back().number + 1;
    const std::span<std::string_view> found(batch.arena().allocate_array<std::string_view>(count), count);
    keep_rows(batch, [&](size_t row) {
      if (!regex_->find(batch.lines()[row], 0, found)) return true;
      columns.start_row(row);
      for (const NamedGroup& group : groups_) {
        const std::string_view value = found[group.number];
        const auto outcome = columns.store(group.name, value.data() == nullptr ? "" : value);
        if (outcome != FieldColumns::Outcome::Continue) break;
      }
      return !columns.rejected();
    });
    return {};
  }

 private:
  std::shared_ptr<const Regex> regex_;
  std::vector<NamedGroup> groups_;  // by number, at least one
  std::shared_ptr<const ParserRules> rules_;
};

}  // namespace

Result<StagePtr> build_regexp_stage(const RegexpStage& stage, const StageContext& context) {
  LOKILIB_TRY_ASSIGN(auto regex, Regex::compile(stage.expression, {}));
  std::vector<NamedGroup> groups;
  for (size_t i = 0; i < regex->group_names().size(); ++i) {
    const std::string& name = regex->group_names()[i];
    if (name.empty()) continue;
    for (const NamedGroup& group : groups) {
      if (group.name == name) {
        return make_error(ErrorCode::InvalidQuery, "duplicate extracted label name '{}'", name);
      }
    }
    groups.push_back({i + 1, name});
  }
  if (groups.empty()) {
    return make_error(ErrorCode::InvalidQuery, "at least one named capture must be supplied");
  }
  return StagePtr(std::make_unique<RegexpRunner>(std::move(regex), std::move(groups), context.rules));
}

}  // namespace lokilib::logql
