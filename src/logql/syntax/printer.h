// SPDX-License-Identifier: Apache-2.0
// printer.h: the pieces of canonical text that the one-line form and the pretty form share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <lokilib/logql.h>

namespace lokilib::logql::syntax {

/// Stops somewhere behind `size_max` bytes, for callers who only want to know whether a text is short: asking
/// this of every node of a deep tree must not cost the square of its size.
void append_expr(std::string& out, const Expr& expr, size_t size_max = std::string::npos);
void append_log(std::string& out, const LogExpr& log);
void append_matchers(std::string& out, const std::vector<Matcher>& matchers);
void append_stage(std::string& out, const Stage& stage);
void append_label_filter(std::string& out, const LabelFilter& filter);
/// One alternative of a negative filter, or all alternatives of a positive one: what one operator stands for.
/// The text has a filter for each negative alternative, because that is what it means.
std::vector<std::string> line_filter_parts(const LineFilter& filter);

/// `| unwrap bytes(x)`, without the filters behind it.
void append_unwrap(std::string& out, const Unwrap& unwrap);

/// ` by (a,b)`; nothing where there is no grouping.
void append_grouping(std::string& out, const std::optional<Grouping>& grouping, std::string_view separator);

/// The sign and what stands between it and the right operand, e.g. `/ on (a) group_left (b)`. If the right
/// operand's text begins with a bracket, it must not be taken for the labels of a group.
void append_operator(std::string& out, const BinaryOperation& operation, std::string_view separator,
                     bool rhs_has_bracket);

/// `topk` or `topk by (a)`.
void append_vector_op(std::string& out, const VectorAggregation& aggregation, std::string_view separator);

}  // namespace lokilib::logql::syntax
