// SPDX-License-Identifier: Apache-2.0
// parser.cc: runs the LALR(1) tables. A state whose only action is its default reduction reduces without
// asking for the next token, so that a mistake in what is complete is found before one in what follows.
#include "logql/syntax/parser.h"

#include "base/make_error.h"
#include "logql/syntax/checks.h"
#include "logql/syntax/lexer.h"

namespace lokilib::logql::syntax {
namespace {

constexpr size_t kExpectedMax = 4;  // more expected tokens than this are not told

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {}

  Result<QueryValue> run();

 private:
  int find_action(size_t state) const;
  Error syntax_error(size_t state) const;
  Result<void> reduce(size_t rule_number);

  Lexer lexer_;
  std::optional<Token> token_;
  std::vector<uint16_t> states_ = {0};
  std::vector<Value> values_;
};

std::span<const Entry> entries_of(const Entry* entries, Span span) {
  return {entries + span.begin, static_cast<size_t>(span.end - span.begin)};
}

// The action for the next token: see grammar_tables.h; 0 is an error.
int Parser::find_action(size_t state) const {
  for (const Entry& entry : entries_of(kActionEntries, kActionSpans[state])) {
    if (entry.symbol == static_cast<uint8_t>(token_->kind)) return entry.action;
  }
  return -kDefaultRules[state];
}

Error Parser::syntax_error(size_t state) const {
  std::string message =
      fmt::format("syntax error: unexpected {}", kTokenNames[static_cast<size_t>(token_->kind)]);
  std::string expected;
  size_t count = 0;
  for (const Entry& entry : entries_of(kActionEntries, kActionSpans[state])) {
    if (entry.symbol == static_cast<uint8_t>(TokenKind::End)) continue;
    expected += count++ == 0 ? ", expecting " : " or ";
    expected += kTokenNames[entry.symbol];
  }
  if (count <= kExpectedMax) message += expected;
  return parse_error(token_->position, message);
}

Result<Value> carry_out(Action action, Parts& parts) {
  if (action == Action::Pass) return parts.take_any(0);
  if (action == Action::Second) return parts.take_any(1);
  if (action <= kLastSelectorAction) return reduce_selector(action, parts);
  if (action <= kLastPipelineAction) return reduce_pipeline(action, parts);
  return reduce_metric(action, parts);
}

Result<void> Parser::reduce(size_t rule_number) {
  const Rule& rule = kRules[rule_number];
  const size_t kept = values_.size() - rule.size;
  Parts parts(std::span<Value>(values_).subspan(kept));
  LOKILIB_TRY_ASSIGN(Value value, carry_out(rule.action, parts));
  values_.resize(kept);
  values_.push_back(std::move(value));
  states_.resize(states_.size() - rule.size);
  const size_t state = states_.back();
  for (const Entry& entry : entries_of(kGotoEntries, kGotoSpans[state])) {
    if (entry.symbol == rule.left) {
      states_.push_back(static_cast<uint16_t>(entry.action));
      return {};
    }
  }
  return make_error(ErrorCode::Internal, "the LogQL tables have no way from state {} with symbol {}", state,
                    rule.left);
}

Result<QueryValue> Parser::run() {
  for (;;) {
    const size_t state = states_.back();
    const bool asks = kActionSpans[state].begin != kActionSpans[state].end;
    if (asks && !token_) {
      LOKILIB_TRY_ASSIGN(token_, lexer_.next());
    }
    const int action = asks ? find_action(state) : -kDefaultRules[state];
    if (action == kAccept) return std::get<QueryValue>(std::move(values_.back()));
    if (action == 0) return syntax_error(state);
    if (action > 0) {
      states_.push_back(static_cast<uint16_t>(action - 1));
      values_.emplace_back(std::move(*token_));
      token_.reset();
    } else {
      LOKILIB_TRY(reduce(static_cast<size_t>(-action)));
    }
  }
}

}  // namespace

Result<QueryValue> parse_query(std::string_view text) {
  if (text.size() >= kQueryBytesMax) {
    return parse_error(fmt::format("input size too long ({} > {})", text.size(), kQueryBytesMax));
  }
  return Parser(text).run();
}

}  // namespace lokilib::logql::syntax

namespace lokilib::logql {

Result<Expr> parse(std::string_view text) {
  LOKILIB_TRY_ASSIGN(auto query, syntax::parse_query(text));
  if (query.error) return std::move(*query.error);
  return std::move(query.expr);
}

Result<std::vector<Matcher>> parse_matchers(std::string_view text, bool allow_match_all) {
  LOKILIB_TRY_ASSIGN(auto query, syntax::parse_query(text));
  LogExpr* log = query.expr.as<LogExpr>();
  if (log == nullptr || !log->stages.empty()) {
    if (query.error) return std::move(*query.error);
    return make_error(ErrorCode::InvalidQuery, "only label matchers are supported");
  }
  if (query.error && !allow_match_all) return std::move(*query.error);
  return std::move(log->matchers);
}

}  // namespace lokilib::logql
