// SPDX-License-Identifier: Apache-2.0
// vector_aggregate.h: sum, avg, topk and the like over series, step by step.
#pragma once

#include "logql/exec/steps.h"
#include "logql/plan/plan.h"

namespace lokilib::logql {

/// Sums and the like: one series per group, sorted by labels. topk, bottomk: the operand's series with the
/// samples that were chosen; of equal values those of the series that comes first in label order. Sort: the
/// operand's series in order of value if there is one step, else as they are.
StepVector aggregate(const VectorPlan& plan, StepVector operand, const StepGrid& grid);

}  // namespace lokilib::logql
