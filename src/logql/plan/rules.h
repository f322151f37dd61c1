// SPDX-License-Identifier: Apache-2.0
// rules.h: the planner's rules, one file each. A rule changes what is done, never what comes out, except
// where Loki's own rule is visible (named at each).
#pragma once

#include "logql/plan/plan.h"

namespace lokilib::logql {

/// Moves line filters before stages that leave the line alone, and gives the leading ones to the source if it
/// applies them. Loki: with quirks they also cross decolorize.
void push_line_filters(ScanPlan& scan, const PlanOptions& options);

/// Removes a line_format that nothing after it reads. Loki: its template errors vanish with it (12.3, 3).
void drop_line_format(RangePlan& range);

/// Works out which labels anybody reads, so that parsers extract only those and the source may leave out the
/// other structured metadata. Loki: damage that a parser then does not see is no error (12.4).
void find_needed_fields(RangePlan& range);

/// Works out whether lines, their sizes, or neither are needed.
void find_line_needs(RangePlan& range);

}  // namespace lokilib::logql
