// SPDX-License-Identifier: Apache-2.0
// binary_op.h: arithmetic, comparison and set operations of series with series and with numbers.
#pragma once

#include <lokilib/result.h>

#include "logql/exec/steps.h"
#include "logql/plan/plan.h"

namespace lokilib::logql {

/// The operation on two numbers. Loki: division and modulo by zero are NaN (recorded, 3.7.6). Comparisons
/// give 1 or 0. Pre: not a set operation.
double apply(BinaryOp op, double lhs, double rhs);

/// Errors: `VectorMatching` with Loki's texts.
Result<StepVector> combine(const BinaryPlan& plan, StepVector lhs, StepVector rhs, const StepGrid& grid);

/// An operand that is a number. Comparisons without bool keep the series' value, on whichever side it is.
StepVector combine(const BinaryPlan& plan, StepVector lhs, double rhs);
StepVector combine(const BinaryPlan& plan, double lhs, StepVector rhs);

}  // namespace lokilib::logql
