// SPDX-License-Identifier: Apache-2.0
// label_replace.h: label_replace(v, destination, replacement, source, regex).
#pragma once

#include <string>
#include <string_view>

#include <lokilib/result.h>

#include "logql/exec/steps.h"
#include "logql/plan/plan.h"

namespace lokilib::logql {

/// Series whose labels become equal stay apart, as in Loki. Errors: `InvalidQuery` for a bad regex.
Result<StepVector> replace_labels(const LabelReplacePlan& plan, StepVector operand);

}  // namespace lokilib::logql
