// SPDX-License-Identifier: Apache-2.0
// checks.h: what must hold of a query beyond its grammar, with Loki's error texts and in Loki's order.
// What only compiling a stage can find (a bad template, a bad JSON path) is found by the pipeline.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/logql.h>
#include <lokilib/result.h>

namespace lokilib::logql::syntax {

// Each returns the error, if there is one.

/// At least one matcher must refuse the empty value, else a selector would mean all streams.
std::optional<Error> check_selector(const std::vector<Matcher>& matchers);

/// `parameter` is the number as written.
std::optional<Error> check_range_aggregation(RangeOp op, const std::optional<std::string>& parameter,
                                             bool has_grouping, bool has_unwrap);
std::optional<Error> check_vector_aggregation(VectorOp op, const std::optional<std::string>& parameter,
                                              const std::optional<Grouping>& grouping);
std::optional<Error> check_operands(BinaryOp op, const Expr& lhs, const Expr& rhs);
std::optional<Error> check_label_replace(std::string_view regex);
std::optional<Error> check_regexp_stage(std::string_view expression);
std::optional<Error> check_pattern_stage(std::string_view pattern);

/// The k of topk as a number. Pre: check_vector_aggregation found nothing.
int64_t parameter_value(std::string_view parameter);

}  // namespace lokilib::logql::syntax
