// SPDX-License-Identifier: Apache-2.0
// line_filter_order.h: which line filters may run before what is written in front of them, and as what.
// The planner and the pipeline both go by these rules, so that a filter pushed down into the source gives
// the same lines as one that stays.
#pragma once

#include <lokilib/logql.h>

namespace lokilib::logql {

/// Whether a line filter written behind `stage` may run before it. With `loki_quirks` by Loki's rule, which
/// moves filters before decolorize and changes the result.
bool commutes_with_line_filters(const Stage& stage, bool loki_quirks);

/// The filter as Loki runs it: in a positive chain, `|= "a" or ip("10.0.0.0/8")`, the address is plain text.
/// To be applied, where quirks are wanted, before a filter is compiled or pushed down.
LineFilter with_loki_quirks(LineFilter filter);

}  // namespace lokilib::logql
