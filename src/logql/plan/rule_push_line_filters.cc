// SPDX-License-Identifier: Apache-2.0
// rule_push_line_filters.cc: line filters as early as possible. A filter only looks at the line, so it
// commutes with every stage that leaves the line alone; a line that it refuses costs nothing further on.
#include <cstddef>
#include <utility>
#include <vector>

#include "logql/pipeline/line_filter_order.h"
#include "logql/plan/rules.h"

namespace lokilib::logql {
namespace {

// Moves every line filter to the front of the run of stages that it may cross; filters keep their order.
template <typename MayCross>
void hoist(std::vector<Stage>& stages, MayCross may_cross) {
  std::vector<Stage> hoisted;
  hoisted.reserve(stages.size());
  size_t run_begin = 0;  // where the next filter goes, at the earliest
  for (Stage& stage : stages) {
    if (std::holds_alternative<LineFilterStage>(stage)) {
      size_t place = run_begin;
      while (place < hoisted.size() && std::holds_alternative<LineFilterStage>(hoisted[place])) ++place;
      hoisted.insert(hoisted.begin() + static_cast<std::ptrdiff_t>(place), std::move(stage));
      continue;
    }
    const bool crossable = may_cross(stage);
    hoisted.push_back(std::move(stage));
    if (!crossable) run_begin = hoisted.size();
  }
  stages = std::move(hoisted);
}

}  // namespace

void push_line_filters(ScanPlan& scan, const PlanOptions& options) {
  if (options.loki_quirks) {
    hoist(scan.stages, [](const Stage& stage) { return commutes_with_line_filters(stage, true); });
  }
  hoist(scan.stages, [](const Stage& stage) { return commutes_with_line_filters(stage, false); });
  if (!options.source_applies_predicate) return;
  size_t leading = 0;
  while (leading < scan.stages.size()) {
    auto* stage = std::get_if<LineFilterStage>(&scan.stages[leading]);
    if (stage == nullptr) break;
    scan.predicate.filters.push_back(options.loki_quirks ? with_loki_quirks(std::move(stage->filter))
                                                         : std::move(stage->filter));
    ++leading;
  }
  scan.stages.erase(scan.stages.begin(), scan.stages.begin() + static_cast<std::ptrdiff_t>(leading));
}

}  // namespace lokilib::logql
