// SPDX-License-Identifier: Apache-2.0
// logql.h: LogQL as text and as a tree: parse, print, walk, analyse. Evaluation is in query.h.
//
// The tree is symbolic: it holds what was written, in canonical form, and nothing compiled but matchers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <lokilib/export.h>
#include <lokilib/line_predicate.h>
#include <lokilib/matcher.h>
#include <lokilib/result.h>

namespace lokilib::logql {

// ---- stages ---------------------------------------------------------------------------------------------

/// `name="expression"` behind json or logfmt; a bare `name` is `name="name"`.
struct Extraction {
  std::string name;
  std::string expression;
};

struct LineFilterStage {
  LineFilter filter;
};
struct JsonStage {
  std::vector<Extraction> extractions;  ///< empty: all fields
};
struct LogfmtStage {
  bool strict = false;
  bool keep_empty = false;
  std::vector<Extraction> extractions;  ///< empty: all pairs
};
struct RegexpStage {
  std::string expression;
};
struct PatternStage {
  std::string pattern;
};
struct UnpackStage {};

enum class Comparison : uint8_t { Equal, NotEqual, Greater, GreaterEqual, Less, LessEqual };

/// A condition on labels of the pipeline, or a combination of two.
struct LabelFilter {
  enum class Kind : uint8_t {
    And,       ///< both children
    Or,        ///< either child
    Text,      ///< text matcher: name op "value"
    Number,    ///< name <comparison> number
    Duration,  ///< name <comparison> number, in nanoseconds
    Bytes,     ///< name <comparison> number, in bytes
    Ip,        ///< name = ip("value") (comparison Equal or NotEqual)
  };
  Kind kind = Kind::Text;
  std::vector<LabelFilter> children;  ///< two for And and Or, else none
  std::string name;
  MatchOp match_op =
      MatchOp::Equal;  ///< for Text. Regexes are compiled, and simplified as Loki does, by the stage
  std::string value;   ///< for Text and Ip
  Comparison comparison = Comparison::Equal;
  double number = 0;        ///< for Number
  int64_t duration_ns = 0;  ///< for Duration
  uint64_t bytes = 0;       ///< for Bytes
};

struct LabelFilterStage {
  LabelFilter filter;
};
struct LineFormatStage {
  std::string text;
};
struct LabelFormat {
  std::string name;
  std::string value;  ///< the label to rename, or the template
  bool is_rename = false;
};
struct LabelFormatStage {
  std::vector<LabelFormat> formats;
};
struct DecolorizeStage {};

/// A name, or a name with a condition, behind drop or keep.
struct NamedLabel {
  std::string name;
  std::optional<Matcher> matcher;
};
struct DropStage {
  std::vector<NamedLabel> labels;
};
struct KeepStage {
  std::vector<NamedLabel> labels;
};

using Stage =
    std::variant<LineFilterStage, JsonStage, LogfmtStage, RegexpStage, PatternStage, UnpackStage,
                 LabelFilterStage, LineFormatStage, LabelFormatStage, DecolorizeStage, DropStage, KeepStage>;

// ---- expressions ----------------------------------------------------------------------------------------

/// `{selector} stage stage ...`
struct LogExpr {
  std::vector<Matcher> matchers;
  std::vector<Stage> stages;
};

struct Unwrap {
  enum class Conversion : uint8_t { None, Bytes, Duration, DurationSeconds };
  std::string label;
  Conversion conversion = Conversion::None;
  std::vector<LabelFilter> filters;  ///< label filters behind unwrap; all must hold
};

/// `{selector} stages | unwrap x [range] offset o`
struct LogRange {
  LogExpr log;
  std::optional<Unwrap> unwrap;
  int64_t range_ns = 0;
  int64_t offset_ns = 0;  ///< positive looks into the past
};

struct Grouping {
  bool without = false;
  std::vector<std::string> labels;  ///< in the order written
};

enum class RangeOp : uint8_t {
  Rate,
  RateCounter,
  CountOverTime,
  BytesRate,
  BytesOverTime,
  AvgOverTime,
  SumOverTime,
  MinOverTime,
  MaxOverTime,
  StdvarOverTime,
  StddevOverTime,
  QuantileOverTime,
  FirstOverTime,
  LastOverTime,
  AbsentOverTime,
};
enum class VectorOp : uint8_t {
  Sum,
  Avg,
  Min,
  Max,
  Count,
  Stddev,
  Stdvar,
  Topk,
  Bottomk,
  Sort,
  SortDesc,
  ApproxTopk,
};
enum class BinaryOp : uint8_t {
  Or,
  And,
  Unless,
  Equal,
  NotEqual,
  Greater,
  GreaterEqual,
  Less,
  LessEqual,
  Add,
  Subtract,
  Multiply,
  Divide,
  Modulo,
  Power,
};

/// The word or sign as written in LogQL, e.g. "count_over_time", "sum", "==". Static storage.
LOKILIB_EXPORT const char* to_string(RangeOp op);
LOKILIB_EXPORT const char* to_string(VectorOp op);
LOKILIB_EXPORT const char* to_string(BinaryOp op);
LOKILIB_EXPORT const char* to_string(Comparison op);
constexpr bool is_set_op(BinaryOp op) {
  return op <= BinaryOp::Unless;
}
constexpr bool is_comparison(BinaryOp op) {
  return op >= BinaryOp::Equal && op <= BinaryOp::LessEqual;
}

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

struct RangeAggregation {
  RangeOp op = RangeOp::CountOverTime;
  std::optional<double> parameter;  ///< the quantile
  LogRange range;
  std::optional<Grouping> grouping;
};
struct VectorAggregation {
  VectorOp op = VectorOp::Sum;
  std::optional<int64_t> parameter;  ///< the k of topk and the like
  ExprPtr operand;
  std::optional<Grouping> grouping;
};

/// How series of two operands find each other.
struct VectorMatching {
  enum class Cardinality : uint8_t { OneToOne, ManyToOne, OneToMany };
  bool is_on = false;  ///< `on`, else `ignoring` (with no labels: the default, all labels)
  std::vector<std::string> labels;
  Cardinality cardinality = Cardinality::OneToOne;  ///< ManyToOne is group_left
  std::vector<std::string> include;                 ///< labels of group_left/group_right
};
struct BinaryOperation {
  BinaryOp op = BinaryOp::Add;
  ExprPtr lhs;
  ExprPtr rhs;
  bool return_bool = false;
  std::optional<VectorMatching> matching;  ///< where on or ignoring was written
};
struct Literal {
  double value = 0;
};
struct LabelReplace {
  ExprPtr operand;
  std::string destination;
  std::string replacement;
  std::string source;
  std::string regex;
};
struct VectorLiteral {
  double value = 0;
};
/// `variants(e1, e2) of ({...}[5m])`: parsed and printed; evaluation answers "disabled", as Loki does by
/// default.
struct Variants {
  std::vector<ExprPtr> variants;
  LogRange of;
};

struct LOKILIB_EXPORT Expr {
  using Node = std::variant<LogExpr, RangeAggregation, VectorAggregation, BinaryOperation, Literal,
                            LabelReplace, VectorLiteral, Variants>;
  Node node;

  template <typename T>
  const T* as() const {
    return std::get_if<T>(&node);
  }
  template <typename T>
  T* as() {
    return std::get_if<T>(&node);
  }
};

// ---- functions ------------------------------------------------------------------------------------------

/// Parses and checks (but not what only building a pipeline finds).
/// Errors: `InvalidQuery` with Loki's text, e.g. `parse error at line 1, col 2: syntax error: ...`.
LOKILIB_EXPORT Result<Expr> parse(std::string_view text);

/// Parses `{...}` alone, for label and series look-ups. Allows a selector that matches everything if asked
/// to. Errors: `InvalidQuery`; `only label matchers are supported` where there is a pipeline.
LOKILIB_EXPORT Result<std::vector<Matcher>> parse_matchers(std::string_view text, bool allow_match_all);

/// The canonical one-line form.
LOKILIB_EXPORT std::string print(const Expr& expr);
LOKILIB_EXPORT std::string print(const LogExpr& log);
LOKILIB_EXPORT std::string print(const Stage& stage);
LOKILIB_EXPORT std::string print(const std::vector<Matcher>& matchers);

/// The form of Loki's format_query: split over lines where a node is longer than 100 bytes.
LOKILIB_EXPORT std::string print_pretty(const Expr& expr);

/// Called for each node by walk(). Return false to leave the node's children out.
class LOKILIB_EXPORT Visitor {
 public:
  virtual ~Visitor() = default;
  virtual bool enter(const Expr&) { return true; }
  virtual void visit(const LogExpr&) {}
  virtual void visit(const LogRange&) {}
  virtual void visit(const Stage&) {}
};

/// Visits the tree depth first, operands from left to right.
LOKILIB_EXPORT void walk(const Expr& expr, Visitor& visitor);

/// What a query reads and makes, found from the tree alone.
struct LOKILIB_EXPORT Analysis {
  std::vector<std::vector<Matcher>> selectors;  ///< one per selector, in the order written
  int64_t lookback_ns = 0;                      ///< how far before an evaluation time entries are read
  int64_t lookahead_ns = 0;                     ///< how far after it (negative offsets)
  std::vector<std::string> labels_read;         ///< labels that stages, unwraps and groupings read; sorted
  std::vector<std::string> labels_created;  ///< labels that stages make under names known in advance; sorted
  bool creates_unknown_labels = false;      ///< a json, logfmt or unpack stage without a list of names
  bool is_metric = false;
};
LOKILIB_EXPORT Analysis analyse(const Expr& expr);

}  // namespace lokilib::logql
