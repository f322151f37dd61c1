// SPDX-License-Identifier: Apache-2.0
// parser.h: the table-driven parser. It needs no recursion, so brackets nest as deep as the text is long; the
// depth of the tree that comes out is limited, because everything that works on trees recurses.
//
// A mistake that is no syntax error comes in two kinds, as in Loki. What a rule cannot build at all (a bad
// regex) ends the parse at once. What builds, but means nothing (a parameter too much), is kept with the
// value and reported only if the whole text has the right syntax; the outermost one wins, then the leftmost.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <lokilib/logql.h>
#include <lokilib/result.h>

#include "logql/syntax/syntax_error.h"
#include "logql/syntax/token.h"

namespace lokilib::logql::syntax {

inline constexpr size_t kQueryBytesMax = 131'072;       ///< this size and above is refused (Loki's limit)
inline constexpr uint32_t kExprDepthMax = 500;          ///< nested operations and functions
inline constexpr uint32_t kLabelFilterDepthMax = 2000;  ///< a chain of `or` is as deep as it is long

// ---- values of the grammar's symbols --------------------------------------------------------------------

struct QueryValue {
  Expr expr;
  uint32_t depth = 1;
  std::optional<Error> error;
};
struct LogRangeValue {
  LogRange range;
  std::optional<Error> error;
};
struct LabelFilterValue {
  LabelFilter filter;
  uint32_t depth = 1;
};
struct LiteralValue {
  double value = 0;
  std::optional<Error> error;
};
struct LogfmtFlags {
  bool strict = false;
  bool keep_empty = false;
};
struct Modifier {
  bool return_bool = false;
  std::optional<VectorMatching> matching;
};

using Value = std::variant<std::monostate, Token, Matcher, std::vector<Matcher>, LogExpr, std::vector<Stage>,
                           LineFilter, Extraction, std::vector<Extraction>, LogfmtFlags, LabelFormat,
                           std::vector<LabelFormat>, NamedLabel, std::vector<NamedLabel>, LabelFilterValue,
                           LiteralValue, Unwrap, LogRangeValue, Grouping, std::vector<std::string>, Modifier,
                           QueryValue, std::vector<QueryValue>>;

/// The values of the symbols on a rule's right side; each is taken at most once.
class Parts {
 public:
  explicit Parts(std::span<Value> values) : values_(values) {}

  template <typename T>
  T take(size_t index) {
    return std::get<T>(std::move(values_[index]));
  }
  const Token& token(size_t index) const { return std::get<Token>(values_[index]); }
  std::string text(size_t index) { return std::move(std::get<Token>(values_[index]).text); }
  Value take_any(size_t index) { return std::move(values_[index]); }

  /// The first value of a type, for rules that differ only in what is left out; null if there is none.
  template <typename T>
  T* find() {
    for (Value& value : values_) {
      if (T* found = std::get_if<T>(&value); found != nullptr) return found;
    }
    return nullptr;
  }
  const Token* find_token(TokenKind kind) const {
    for (const Value& value : values_) {
      const auto* token = std::get_if<Token>(&value);
      if (token != nullptr && token->kind == kind) return token;
    }
    return nullptr;
  }

  /// Appends the value at `item` to the list at `list`, and returns the list.
  template <typename T>
  std::vector<T> appended(size_t list, size_t item) {
    auto items = take<std::vector<T>>(list);
    items.push_back(take<T>(item));
    return items;
  }
  template <typename T>
  std::vector<T> first(size_t item) {
    std::vector<T> items;
    items.push_back(take<T>(item));
    return items;
  }

 private:
  std::span<Value> values_;
};

/// Parses a whole query. Errors: `InvalidQuery`.
Result<QueryValue> parse_query(std::string_view text);

// What the rules do, by subject. Each gets an action of its own file.
Result<Value> reduce_selector(Action action, Parts& parts);
Result<Value> reduce_pipeline(Action action, Parts& parts);
Result<Value> reduce_metric(Action action, Parts& parts);

}  // namespace lokilib::logql::syntax
