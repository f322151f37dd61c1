// SPDX-License-Identifier: Apache-2.0
// label_filter.cc: `| status >= 500 and level = "error"`. A single condition runs as a loop over its column;
// combinations are evaluated row by row, since conversions on the left can change what the right sees.
#include <span>
#include <utility>
#include <vector>

#include "base/make_error.h"
#include "logql/pipeline/label_condition.h"
#include "logql/pipeline/stage.h"

namespace lokilib::logql {
namespace {

class SingleLabelFilter final : public PipelineStage {
 public:
  explicit SingleLabelFilter(LabelCondition condition) : condition_(std::move(condition)) {}

  Result<void> run(Batch& batch) const override {
    condition_.filter(batch);
    return {};
  }

 private:
  LabelCondition condition_;
};

class CombinedLabelFilter final : public PipelineStage {
 public:
  static Result<StagePtr> build(const LabelFilter& filter, bool loki_quirks) {
    auto stage = std::make_unique<CombinedLabelFilter>();
    LOKILIB_TRY(stage->add(filter, loki_quirks));
    return StagePtr(std::move(stage));
  }

  Result<void> run(Batch& batch) const override {
    const LabelColumn** const columns = batch.arena().allocate_array<const LabelColumn*>(conditions_.size());
    for (size_t i = 0; i < conditions_.size(); ++i) columns[i] = batch.find_column(conditions_[i].name());
    keep_rows(batch, [&](size_t row) { return test(batch, columns, nodes_.size() - 1, row); });
    return {};
  }

 private:
  // Children stand before their parents, the root is the last.
  struct Node {
    LabelFilter::Kind kind = LabelFilter::Kind::Text;
    size_t left = 0;
    size_t right = 0;
    size_t condition = 0;  // where kind is neither And nor Or
  };

  Result<size_t> add(const LabelFilter& filter, bool loki_quirks) {
    Node node;
    node.kind = filter.kind;
    if (filter.kind == LabelFilter::Kind::And || filter.kind == LabelFilter::Kind::Or) {
      if (filter.children.size() != 2) {
        return make_error(ErrorCode::Internal, "a combination of label filters needs two of them");
      }
      LOKILIB_TRY_ASSIGN(node.left, add(filter.children[0], loki_quirks));
      LOKILIB_TRY_ASSIGN(node.right, add(filter.children[1], loki_quirks));
    } else {
      LOKILIB_TRY_ASSIGN(auto condition, LabelCondition::build(filter, loki_quirks));
      node.condition = conditions_.size();
      conditions_.push_back(std::move(condition));
    }
    nodes_.push_back(node);
    return nodes_.size() - 1;
  }

  // "and" asks both sides even if the left is false: the right may set an error (recorded, 3.7.6).
  bool test(Batch& batch, const LabelColumn* const* columns, size_t number, size_t row) const {
    const Node& node = nodes_[number];
    if (node.kind == LabelFilter::Kind::And) {
      const bool left = test(batch, columns, node.left, row);
      const bool right = test(batch, columns, node.right, row);
      return left && right;
    }
    if (node.kind == LabelFilter::Kind::Or) {
      return test(batch, columns, node.left, row) || test(batch, columns, node.right, row);
    }
    return conditions_[node.condition].test(batch, columns[node.condition], row);
  }

  std::vector<LabelCondition> conditions_;
  std::vector<Node> nodes_;
};

}  // namespace

Result<StagePtr> build_label_filter(const LabelFilter& filter, const StageContext& context) {
  if (filter.kind == LabelFilter::Kind::And || filter.kind == LabelFilter::Kind::Or) {
    return CombinedLabelFilter::build(filter, context.loki_quirks);
  }
  LOKILIB_TRY_ASSIGN(auto condition, LabelCondition::build(filter, context.loki_quirks));
  return StagePtr(std::make_unique<SingleLabelFilter>(std::move(condition)));
}

}  // namespace lokilib::logql
