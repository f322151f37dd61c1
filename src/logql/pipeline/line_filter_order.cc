// SPDX-License-Identifier: Apache-2.0
// line_filter_order.cc: the order of line filters and other stages.
#include "logql/pipeline/line_filter_order.h"

#include <utility>

namespace lokilib::logql {

bool commutes_with_line_filters(const Stage& stage, bool loki_quirks) {
  // These change the line, or may.
  if (std::holds_alternative<LineFormatStage>(stage) || std::holds_alternative<UnpackStage>(stage))
    return false;
  if (std::holds_alternative<DecolorizeStage>(stage)) return loki_quirks;
  // A label filter never sees the line. It stops Loki's reordering all the same, which shows where a
  // decolorize stands before it.
  if (std::holds_alternative<LabelFilterStage>(stage)) return !loki_quirks;
  return true;
}

LineFilter with_loki_quirks(LineFilter filter) {
  if (filter.op == LineFilterOp::Contains && filter.alternatives.size() > 1) {
    for (LineFilterOperand& alternative : filter.alternatives) alternative.is_ip = false;
  }
  return filter;
}

}  // namespace lokilib::logql
