// SPDX-License-Identifier: Apache-2.0
// rule_drop_line_format.cc: a metric that does not count bytes has no use for a line that nothing reads.
#include <cstddef>

#include "logql/pipeline/label_reads.h"
#include "logql/plan/rules.h"

namespace lokilib::logql {

void drop_line_format(RangePlan& range) {
  if (range.op == RangeOp::BytesOverTime || range.op == RangeOp::BytesRate) return;
  std::vector<Stage>& stages = range.scan.stages;
  bool line_is_read = false;
  for (size_t i = stages.size(); i-- > 0;) {
    if (std::holds_alternative<LineFormatStage>(stages[i]) && !line_is_read) {
      stages.erase(stages.begin() + static_cast<std::ptrdiff_t>(i));
      continue;
    }
    // decolorize only hands the line on.
    line_is_read = line_is_read ||
                   (!std::holds_alternative<DecolorizeStage>(stages[i]) && label_reads(stages[i]).reads_line);
  }
}

}  // namespace lokilib::logql
