// SPDX-License-Identifier: Apache-2.0
// log_query.h: entries in the order of the query, up to its limit.
#pragma once

#include <lokilib/query.h>
#include <lokilib/result.h>

#include "logql/exec/query_context.h"
#include "logql/plan/plan.h"

namespace lokilib::logql {

/// Errors: limits, cancellation and what the source reports. Entries in an error state are results like
/// others.
Result<LogResult> run_log_query(const LogPlan& plan, QueryContext& context);

}  // namespace lokilib::logql
