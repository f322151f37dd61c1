// SPDX-License-Identifier: Apache-2.0
// syntax_error.h: the frame that all error texts of this layer share.
#pragma once

#include <string_view>

#include <lokilib/result.h>

#include "logql/syntax/token.h"

namespace lokilib::logql::syntax {

/// `parse error at line 1, col 2: <message>`, or `parse error : <message>` where the position is 0, 0.
Error parse_error(Position position, std::string_view message);
inline Error parse_error(std::string_view message) {
  return parse_error({}, message);
}

}  // namespace lokilib::logql::syntax
