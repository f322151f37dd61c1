// SPDX-License-Identifier: Apache-2.0
// range_scan.h: a range aggregation: one pass over the entries of all windows.
#pragma once

#include <lokilib/result.h>

#include "logql/exec/query_context.h"
#include "logql/exec/steps.h"

namespace lokilib::logql {

/// One series per group, sorted by labels.
///
/// Errors: `InvalidQuery` with Loki's four lines where an entry in a window is in an error state; limits,
/// cancellation and what the source reports.
Result<StepVector> scan_range(const RangePlan& plan, const StepGrid& grid, QueryContext& context);

}  // namespace lokilib::logql
