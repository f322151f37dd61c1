// SPDX-License-Identifier: Apache-2.0
// rule_line_needs.cc: what of a line is looked at. A source that need not give lines need not decompress
// them.
#include "logql/pipeline/label_reads.h"
#include "logql/plan/rules.h"

namespace lokilib::logql {
namespace {

bool is_parser(const Stage& stage) {
  return std::holds_alternative<JsonStage>(stage) || std::holds_alternative<LogfmtStage>(stage) ||
         std::holds_alternative<RegexpStage>(stage) || std::holds_alternative<PatternStage>(stage) ||
         std::holds_alternative<UnpackStage>(stage);
}

}  // namespace

void find_line_needs(RangePlan& range) {
  const auto& needed = range.scan.pipeline.hints.needed;
  const bool parsers_run = !needed || !needed->empty();
  const bool counts_bytes = range.op == RangeOp::BytesOverTime || range.op == RangeOp::BytesRate;
  range.scan.lines = counts_bytes ? LineNeeds::Sizes : LineNeeds::None;
  for (const Stage& stage : range.scan.stages) {
    if (is_parser(stage) && !parsers_run) continue;
    const LabelReads reads = label_reads(stage);
    if (reads.reads_line || reads.changes_line) {
      range.scan.lines = LineNeeds::Text;
      return;
    }
  }
}

}  // namespace lokilib::logql
