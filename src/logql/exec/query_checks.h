// SPDX-License-Identifier: Apache-2.0
// query_checks.h: what is refused before anything is read, with Loki's texts, and
// the steps of a metric query.
#pragma once

#include <cstddef>

#include <lokilib/logql.h>
#include <lokilib/query.h>
#include <lokilib/result.h>

#include "logql/exec/steps.h"

namespace lokilib::logql {

/// Errors: `InvalidQuery` for a log query as an instant query, `InvalidArgument` for times that make no
/// sense, `LimitExceeded`.
Result<void> check_request(const QueryRequest& request, const Expr& expr);

/// The times at which the metric is evaluated. Pre: check_request passed.
Result<StepGrid> step_grid(const QueryRequest& request);

Result<void> check_series_count(size_t series_count, const QueryLimits& limits);

}  // namespace lokilib::logql
