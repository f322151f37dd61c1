// SPDX-License-Identifier: Apache-2.0
// parser_selector.cc: selectors, and log queries as whole queries.
#include "base/make_error.h"
#include "logql/syntax/checks.h"
#include "logql/syntax/parser.h"

namespace lokilib::logql::syntax {
namespace {

MatchOp match_op(TokenKind kind) {
  switch (kind) {
    case TokenKind::Neq:
      return MatchOp::NotEqual;
    case TokenKind::Re:
      return MatchOp::Regex;
    case TokenKind::Nre:
      return MatchOp::NotRegex;
    default:
      return MatchOp::Equal;
  }
}

QueryValue log_query(LogExpr log) {
  QueryValue query;
  query.error = check_selector(log.matchers);
  query.expr.node = std::move(log);
  return query;
}

}  // namespace

Result<Value> reduce_selector(Action action, Parts& parts) {
  switch (action) {
    case Action::QueryFromLog:
      return Value(log_query(parts.take<LogExpr>(0)));
    case Action::LogSelector:
      return Value(LogExpr{parts.take<std::vector<Matcher>>(0), {}});
    case Action::LogPipeline:
      return Value(LogExpr{parts.take<std::vector<Matcher>>(0), parts.take<std::vector<Stage>>(1)});
    case Action::EmptySelector:
      return Value(std::vector<Matcher>());
    case Action::FirstMatcher:
      return Value(parts.first<Matcher>(0));
    case Action::AddMatcher:
      return Value(parts.appended<Matcher>(0, 2));
    case Action::MakeMatcher: {
      auto matcher = Matcher::create(match_op(parts.token(1).kind), parts.text(0), parts.text(2));
      if (!matcher) return parse_error(matcher.error().message);
      return Value(std::move(*matcher));
    }
    default:
      return make_error(ErrorCode::Internal, "no rule for selector action {}", static_cast<int>(action));
  }
}

}  // namespace lokilib::logql::syntax
