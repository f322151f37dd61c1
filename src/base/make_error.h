// SPDX-License-Identifier: Apache-2.0
// make_error.h: builds an Error with a formatted text. Internal: fmt does not reach the public headers.
#pragma once

#include <utility>

#include <fmt/format.h>

#include <lokilib/result.h>

namespace lokilib {

template <typename... Args>
Error make_error(ErrorCode code, fmt::format_string<Args...> format, Args&&... args) {
  return Error{code, fmt::format(format, std::forward<Args>(args)...), {}, {}};
}

}  // namespace lokilib
