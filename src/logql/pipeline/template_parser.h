// SPDX-License-Identifier: Apache-2.0
// template_parser.h: tokens to trees, with Go's error texts.
#pragma once

#include <string>
#include <string_view>

#include <lokilib/result.h>

#include "logql/pipeline/template_ast.h"

namespace lokilib::logql::go_template {

/// Parentheses, branches and else-ifs inside of one another.
inline constexpr int kNestingMax = 100;

/// Errors: `InvalidQuery`, "template: <name>:<line>: <problem>". `source` must outlive the trees.
Result<TemplateSet> parse_template(std::string_view name, std::string_view source);

}  // namespace lokilib::logql::go_template
