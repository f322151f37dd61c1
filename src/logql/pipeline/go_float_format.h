// SPDX-License-Identifier: Apache-2.0
// go_float_format.h: floats as Go's strconv.FormatFloat writes them, in every form that printf has.
#pragma once

#include <string>

namespace lokilib::logql {

/// `form` is one of e E f g G b x X. Precision -1 is as few digits as read back the same. `NaN`, `+Inf`,
/// `-Inf`.
std::string format_float(double value, char form, int precision);

}  // namespace lokilib::logql
