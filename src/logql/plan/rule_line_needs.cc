// SPDX-License-Identifier: Apache-2.0
// rule_line_needs.cc: what of a line is looked at. A source that need not give lines need not decompress them.
#include "logql/plan/rules.h"

namespace lokilib::logql {

void find_line_needs(RangePlan& range) {
  const auto& needed = range.scan.pipeline.hints.needed;
  const bool parsers_run = !needed || !needed->empty();
  const bool counts_bytes = range.op == RangeOp::BytesOverTime || range.op == RangeOp::BytesRate;
  range.scan.lines = counts_bytes ? LineNeeds::Sizes : LineNeeds::None;
  for (const Stage& stage : range.scan.stages) {
    const bool reads_line = std::holds_alternative<LineFilterStage>(stage) || (is_parser(stage) && parsers_run) ||
                            (changes_line(stage) && !is_parser(stage)) || template_reads_line(stage);
    if (reads_line) {
      range.scan.lines = LineNeeds::Text;
      return;
    }
  }
}

}  // namespace lokilib::logql
