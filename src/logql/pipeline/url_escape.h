// SPDX-License-Identifier: Apache-2.0
// url_escape.h: the escapes of a URL's query: Go's url.QueryEscape and QueryUnescape.
#pragma once

#include <string>
#include <string_view>

#include <lokilib/result.h>

namespace lokilib::logql {

/// Letters, digits and -_.~ stay, a blank becomes '+', all else %XX.
void append_query_escaped(std::string& out, std::string_view text);

/// Errors: `InvalidQuery`, `invalid URL escape "%zz"`.
Result<void> append_query_unescaped(std::string& out, std::string_view text);

}  // namespace lokilib::logql
