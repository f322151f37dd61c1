// SPDX-License-Identifier: Apache-2.0
// extraction_key.h: the expression of `| logfmt name="expression"`: one identifier, or one quoted text.
#pragma once

#include <string>
#include <string_view>

#include <lokilib/result.h>

namespace lokilib::logql {

/// The key to look for. Errors: `InvalidQuery` with Loki's text, e.g. "cannot parse expression [a.b]:
/// unexpected char .".
Result<std::string> parse_extraction_key(std::string_view expression);

}  // namespace lokilib::logql
