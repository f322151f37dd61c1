// SPDX-License-Identifier: Apache-2.0
// sample_functions.h: range functions that need every sample of a window, not a merged state.
#pragma once

#include <memory>

#include "logql/exec/range_functions.h"

namespace lokilib::logql {

std::unique_ptr<RangeAccumulator> create_quantile_accumulator(double quantile, const Windows& windows);
std::unique_ptr<RangeAccumulator> create_rate_counter_accumulator(const Windows& windows);

}  // namespace lokilib::logql
