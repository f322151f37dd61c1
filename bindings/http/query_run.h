// SPDX-License-Identifier: Apache-2.0
// query_run.h: a query for a request, within the API's time limit.
#pragma once

#include <lokilib/query.h>

#include "routes.h"

namespace lokilib::http {

/// Asks the request's tenant. Errors: those of evaluate(); `DeadlineExceeded` after options.query_timeout_ns.
Result<QueryResult> run_query(const RequestContext& context, QueryRequest& request);

}  // namespace lokilib::http
