// SPDX-License-Identifier: Apache-2.0
// regex_syntax.cc: the parser of regular expressions. It accepts what Go's regexp/syntax accepts with Perl
// syntax and says what Go says where an expression is bad; names of Unicode classes are left to RE2 to check.
#include "model/regex_syntax.h"

#include <algorithm>

#include "base/make_error.h"
#include "model/regex_shape.h"
#include "model/utf8.h"

namespace lokilib {

namespace {

constexpr int kDepthMax = 1000;
constexpr int kRepeatMax = 1000;

struct Flags {
  bool fold_case = false;
  bool multi_line = false;
  bool dot_matches_newline = false;
  bool non_greedy = false;
};

struct NamedClass {
  std::string_view name;
  std::string_view ranges;  // pairs of first and last
};

constexpr NamedClass kPosixClasses[] = {
    {"alnum", "09AZaz"},
    {"alpha", "AZaz"},
    {"ascii", std::string_view("\0\x7f", 2)},
    {"blank", "\t\t  "},
    {"cntrl", std::string_view("\0\x1f\x7f\x7f", 4)},
    {"digit", "09"},
    {"graph", "!~"},
    {"lower", "az"},
    {"print", " ~"},
    {"punct", "!/:@[`{~"},
    {"space", "\t\r  "},
    {"upper", "AZ"},
    {"word", "09AZaz__"},
    {"xdigit", "09AFaf"},
};

bool is_alphanumeric(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool repeats_too_often(const RegexNode& node, int allowed) {
  if (node.op == RegexOp::Repeat) {
    const int times = node.max < 0 ? node.min : node.max;
    if (node.max == 0) return false;
    if (times > allowed) return true;
    if (times > 0) allowed /= times;
  }
  return std::any_of(node.subs.begin(), node.subs.end(),
                     [&](const RegexNode& sub) { return repeats_too_often(sub, allowed); });
}

class RegexParser {
 public:
  RegexParser(std::string_view source, bool dot_matches_newline) : text_(source) {
    flags_.dot_matches_newline = dot_matches_newline;
  }

  Result<RegexSyntax> parse() {
    LOKILIB_TRY_ASSIGN(RegexNode root, parse_alternation(0));
    if (position_ < text_.size()) return error("unexpected )", text_);
    RegexSyntax syntax;
    syntax.root = std::move(root);
    syntax.group_names = std::move(group_names_);
    unnamed_.append(text_.substr(copied_));
    syntax.unnamed_source = std::move(unnamed_);
    return syntax;
  }

 private:
  bool at_end() const { return position_ >= text_.size(); }
  char peek() const { return text_[position_]; }
  std::string_view rest() const { return text_.substr(position_); }
  std::string_view from(size_t begin) const { return text_.substr(begin, position_ - begin); }

  static Error error(std::string_view what, std::string_view where) {
    return make_error(ErrorCode::InvalidQuery, "error parsing regexp: {}: `{}`", what, where);
  }

  /// Up to the end or a closing parenthesis, which is left. Flags set inside end with it.
  Result<RegexNode> parse_alternation(int depth) {
    if (depth > kDepthMax) return error("expression nests too deeply", text_);
    std::vector<RegexNode> branches;
    std::vector<RegexNode> parts;
    bool after_repetition = false;
    size_t repetition_begin = 0;
    while (!at_end() && peek() != ')') {
      const char c = peek();
      if (c == '|') {
        ++position_;
        add_branch(branches, concat_of(std::move(parts)));
        parts.clear();
        after_repetition = false;
        continue;
      }
      const size_t begin = position_;
      LOKILIB_TRY_ASSIGN(const bool repeated,
                         parse_repetition(parts, after_repetition ? &repetition_begin : nullptr));
      if (repeated) {
        repetition_begin = begin;
        after_repetition = true;
        continue;
      }
      LOKILIB_TRY(parse_atom(parts, depth));
      after_repetition = false;
    }
    add_branch(branches, concat_of(std::move(parts)));
    return alternate_of(std::move(branches));
  }

  /// A repetition of the last part. False if there is none at this place. `previous` is where another one
  /// begins that ends here.
  Result<bool> parse_repetition(std::vector<RegexNode>& parts, const size_t* previous) {
    RegexNode node;
    const size_t begin = position_;
    switch (peek()) {
      case '*':
        node.op = RegexOp::Star;
        ++position_;
        break;
      case '+':
        node.op = RegexOp::Plus;
        ++position_;
        break;
      case '?':
        node.op = RegexOp::Quest;
        ++position_;
        break;
      case '{':
        node.op = RegexOp::Repeat;
        if (!parse_counts(node.min, node.max)) return false;
        if (node.min > kRepeatMax || node.max > kRepeatMax || (node.max >= 0 && node.min > node.max)) {
          return error("invalid repeat count", from(begin));
        }
        break;
      default:
        return false;
    }
    node.non_greedy = flags_.non_greedy;
    if (!at_end() && peek() == '?') {
      ++position_;
      node.non_greedy = !node.non_greedy;
    }
    if (previous != nullptr) return error("invalid nested repetition operator", from(*previous));
    if (parts.empty()) return error("missing argument to repetition operator", from(begin));
    node.subs.push_back(std::move(parts.back()));
    if (node.op == RegexOp::Repeat && (node.min >= 2 || node.max >= 2) &&
        repeats_too_often(node, kRepeatMax)) {
      return error("invalid repeat count", from(begin));
    }
    parts.back() = std::move(node);
    return true;
  }

  /// {n}, {n,} or {n,m}; anything else is literal text.
  bool parse_counts(int& min, int& max) {
    size_t i = position_ + 1;
    if (!parse_count(i, min)) return false;
    max = min;
    if (i < text_.size() && text_[i] == ',') {
      ++i;
      max = -1;
      if (i < text_.size() && text_[i] != '}' && !parse_count(i, max)) return false;
    }
    if (i >= text_.size() || text_[i] != '}') return false;
    position_ = i + 1;
    return true;
  }

  bool parse_count(size_t& i, int& count) const {
    const size_t begin = i;
    int64_t value = 0;
    for (; i < text_.size() && text_[i] >= '0' && text_[i] <= '9'; ++i) {
      value = std::min<int64_t>(value * 10 + (text_[i] - '0'), 100'000'000);
    }
    if (i == begin || (i - begin > 1 && text_[begin] == '0')) return false;
    count = static_cast<int>(value);
    return true;
  }

  Result<void> parse_atom(std::vector<RegexNode>& parts, int depth) {
    switch (peek()) {
      case '(':
        return parse_group(parts, depth);
      case '[':
        return parse_class(parts);
      case '\\':
        return parse_backslash(parts);
      case '^':
        return add_operator(parts, flags_.multi_line ? RegexOp::BeginLine : RegexOp::BeginText, 1);
      case '$':
        return add_operator(parts, flags_.multi_line ? RegexOp::EndLine : RegexOp::EndText, 1);
      case '.':
        return add_operator(parts, flags_.dot_matches_newline ? RegexOp::Any : RegexOp::AnyExceptNewline, 1);
      default:
        break;
    }
    LOKILIB_TRY_ASSIGN(const char32_t rune, next_rune());
    add_literal(parts, rune);
    return {};
  }

  Result<void> add_operator(std::vector<RegexNode>& parts, RegexOp op, size_t size) {
    parts.emplace_back().op = op;
    position_ += size;
    return {};
  }

  void add_literal(std::vector<RegexNode>& parts, char32_t rune) const {
    RegexNode& node = parts.emplace_back();
    node.op = RegexOp::Literal;
    node.fold_case = flags_.fold_case;
    if (flags_.fold_case && rune >= 'A' && rune <= 'Z') rune |= 0x20;
    node.runes.push_back(rune);
  }

  Result<char32_t> next_rune() {
    const DecodedRune decoded = decode_rune(text_, position_);
    if (!decoded.valid) return error("invalid UTF-8", rest());
    position_ += decoded.size;
    return decoded.rune;
  }

  Result<void> parse_group(std::vector<RegexNode>& parts, int depth) {
    const Flags outer = flags_;
    bool captures = true;
    if ((rest().starts_with("(?P<") && rest().size() > 4) ||
        (rest().starts_with("(?<") && rest().size() > 3)) {
      LOKILIB_TRY(parse_group_name());
    } else if (rest().starts_with("(?")) {
      captures = false;
      LOKILIB_TRY_ASSIGN(const bool opens, parse_flags());
      if (!opens) return {};  // they hold for the rest of the enclosing group
    } else {
      ++position_;
      group_names_.emplace_back();
    }
    LOKILIB_TRY_ASSIGN(RegexNode inside, parse_alternation(depth + 1));
    if (at_end()) return error("missing closing )", text_);
    ++position_;
    flags_ = outer;
    if (captures) {
      RegexNode& node = parts.emplace_back();
      node.op = RegexOp::Capture;
      node.subs.push_back(std::move(inside));
    } else {
      parts.push_back(std::move(inside));
    }
    return {};
  }

  Result<void> parse_group_name() {
    const size_t begin = position_;
    const size_t name_begin = begin + (text_[begin + 2] == 'P' ? 4 : 3);
    const size_t name_end = text_.find('>', begin);
    if (name_end == std::string_view::npos) return error("invalid named capture", rest());
    const std::string_view name = text_.substr(name_begin, name_end - name_begin);
    position_ = name_end + 1;
    if (!is_valid_utf8(name)) return error("invalid UTF-8", name);
    if (name.empty() || !std::all_of(name.begin(), name.end(), [](char c) {
          return c == '_' || is_alphanumeric(static_cast<unsigned char>(c));
        })) {
      return error("invalid named capture", from(begin));
    }
    group_names_.emplace_back(name);
    unnamed_.append(text_.substr(copied_, begin - copied_)).append("(");
    copied_ = position_;
    return {};
  }

  /// After "(?": true if the flags end in a colon, false if in a parenthesis.
  Result<bool> parse_flags() {
    const size_t begin = position_;
    position_ += 2;
    bool on = true;
    bool any = false;
    while (!at_end()) {
      LOKILIB_TRY_ASSIGN(const char32_t c, next_rune());
      switch (c) {
        case 'i':
          flags_.fold_case = on, any = true;
          continue;
        case 'm':
          flags_.multi_line = on, any = true;
          continue;
        case 's':
          flags_.dot_matches_newline = on, any = true;
          continue;
        case 'U':
          flags_.non_greedy = on, any = true;
          continue;
        case '-':
          if (!on) break;
          on = false, any = false;
          continue;
        case ':':
        case ')':
          if (!on && !any) break;
          return c == ':';
        default:
          break;
      }
      break;
    }
    return error("invalid or unsupported Perl syntax", from(begin));
  }

  Result<void> parse_backslash(std::vector<RegexNode>& parts) {
    const std::string_view left = rest();
    const char next = left.size() < 2 ? '\0' : left[1];
    switch (next) {
      case 'A':
        return add_operator(parts, RegexOp::BeginText, 2);
      case 'z':
        return add_operator(parts, RegexOp::EndText, 2);
      case 'b':
        return add_operator(parts, RegexOp::WordBoundary, 2);
      case 'B':
        return add_operator(parts, RegexOp::NoWordBoundary, 2);
      case 'C':
        return error("invalid escape sequence", left.substr(0, 2));
      case 'Q':
        return parse_quoted(parts);
      default:
        break;
    }
    RegexNode node;
    node.op = RegexOp::Class;
    LOKILIB_TRY_ASSIGN(const bool is_class, parse_class_escape(node));
    if (is_class) {
      clean_class(node);
      parts.push_back(std::move(node));
      return {};
    }
    LOKILIB_TRY_ASSIGN(const char32_t rune, parse_escape());
    add_literal(parts, rune);
    return {};
  }

  Result<void> parse_quoted(std::vector<RegexNode>& parts) {
    position_ += 2;
    while (!at_end() && !rest().starts_with("\\E")) {
      LOKILIB_TRY_ASSIGN(const char32_t rune, next_rune());
      add_literal(parts, rune);
    }
    position_ = std::min(position_ + 2, text_.size());
    return {};
  }

  /// \d, \pN and the like, added to a class; false if something else is there.
  Result<bool> parse_class_escape(RegexNode& node) {
    const std::string_view left = rest();
    if (left.size() < 2 || left[0] != '\\') return false;
    if (left[1] == 'p' || left[1] == 'P') {
      LOKILIB_TRY(parse_unicode_class(node));
      return true;
    }
    std::string_view ranges;
    switch (left[1]) {
      case 'd':
      case 'D':
        ranges = "09";
        break;
      case 's':
      case 'S':
        ranges = "\t\n\f\r  ";
        break;
      case 'w':
      case 'W':
        ranges = "09AZ__az";
        break;
      default:
        return false;
    }
    position_ += 2;
    add_ranges(node, ranges, left[1] < 'a');
    return true;
  }

  static void add_ranges(RegexNode& node, std::string_view ranges, bool negated) {
    RegexNode added;
    for (size_t i = 0; i + 1 < ranges.size(); i += 2) {
      added.ranges.emplace_back(static_cast<char32_t>(ranges[i]), static_cast<char32_t>(ranges[i + 1]));
    }
    if (negated) {
      clean_class(added);
      negate_class(added);
    }
    node.ranges.insert(node.ranges.end(), added.ranges.begin(), added.ranges.end());
  }

  Result<void> parse_unicode_class(RegexNode& node) {
    const size_t begin = position_;
    position_ += 2;
    if (at_end()) return error("invalid character class range", from(begin));
    LOKILIB_TRY_ASSIGN(const char32_t c, next_rune());
    if (c == '{') {
      const size_t end = text_.find('}', position_);
      if (end == std::string_view::npos) return error("invalid character class range", text_.substr(begin));
      position_ = end + 1;
    }
    node.opaque = true;
    node.source += from(begin);
    return {};
  }

  /// An escape that stands for one rune.
  Result<char32_t> parse_escape() {
    const size_t begin = position_++;
    if (at_end()) return error("trailing backslash at end of expression", "");
    LOKILIB_TRY_ASSIGN(const char32_t c, next_rune());
    const auto is_octal = [&] { return !at_end() && peek() >= '0' && peek() <= '7'; };
    if ((c >= '1' && c <= '7' && is_octal()) || c == '0') {  // \1 alone would be a back-reference
      char32_t value = c - '0';
      for (int i = 1; i < 3 && is_octal(); ++i)
        value = value * 8 + static_cast<char32_t>(text_[position_++] - '0');
      return value;
    }
    switch (c) {
      case 'a':
        return U'\a';
      case 'f':
        return U'\f';
      case 'n':
        return U'\n';
      case 'r':
        return U'\r';
      case 't':
        return U'\t';
      case 'v':
        return U'\v';
      case 'x':
        if (const int value = parse_hex(); value >= 0) return static_cast<char32_t>(value);
        break;
      default:
        if (c < 0x80 && !is_alphanumeric(c)) return c;
        break;
    }
    return error("invalid escape sequence", from(begin));
  }

  /// XX or {X...}; -1 if it is neither.
  int parse_hex() {
    if (at_end()) return -1;
    if (peek() != '{') {
      int value = 0;
      for (int i = 0; i < 2; ++i) {
        if (at_end()) return -1;
        const int digit = hex_value(text_[position_++]);
        if (digit < 0) return -1;
        value = value * 16 + digit;
      }
      return value;
    }
    ++position_;
    int value = 0;
    int digits = 0;
    while (!at_end()) {
      const char c = text_[position_++];
      if (c == '}') return digits > 0 ? value : -1;
      const int digit = hex_value(c);
      if (digit < 0) return -1;
      value = value * 16 + digit;
      ++digits;
      if (value > static_cast<int>(kRuneMax)) return -1;
    }
    return -1;
  }

  Result<void> parse_class(std::vector<RegexNode>& parts) {
    const size_t begin = position_++;
    RegexNode node;
    node.op = RegexOp::Class;
    bool negated = false;
    if (!at_end() && peek() == '^') {
      negated = true;
      ++position_;
    }
    for (bool first = true; first || at_end() || peek() != ']'; first = false) {
      LOKILIB_TRY_ASSIGN(const bool is_named, parse_posix_class(node));
      if (is_named) continue;
      LOKILIB_TRY_ASSIGN(const bool is_class, parse_class_escape(node));
      if (is_class) continue;
      const size_t range_begin = position_;
      LOKILIB_TRY_ASSIGN(const char32_t low, parse_class_rune(begin));
      char32_t high = low;
      if (rest().size() >= 2 && peek() == '-' && text_[position_ + 1] != ']') {
        ++position_;
        LOKILIB_TRY_ASSIGN(high, parse_class_rune(begin));
        if (high < low) return error("invalid character class range", from(range_begin));
      }
      add_range(node, low, high);
    }
    ++position_;
    clean_class(node);
    if (negated) negate_class(node);
    parts.push_back(class_or_literal(std::move(node)));
    return {};
  }

  void add_range(RegexNode& node, char32_t low, char32_t high) const {
    node.ranges.emplace_back(low, high);
    if (!flags_.fold_case) return;
    if (high >= 0x80) {  // other cases are RE2's business
      node.opaque = true;
      append_rune(node.source, low);
      append_rune(node.source, high);
    }
    for (const char32_t first : {U'a', U'A'}) {
      const char32_t from = std::max(low, first);
      const char32_t to = std::min<char32_t>(high, first + 25);
      if (from <= to) node.ranges.emplace_back(from ^ 0x20, to ^ 0x20);
    }
  }

  Result<bool> parse_posix_class(RegexNode& node) {
    if (!rest().starts_with("[:")) return false;
    const size_t end = text_.find(":]", position_ + 2);
    if (end == std::string_view::npos) return false;
    const std::string_view whole = text_.substr(position_, end + 2 - position_);
    std::string_view name = whole.substr(2, whole.size() - 4);
    const bool negated = name.starts_with('^');
    if (negated) name.remove_prefix(1);
    for (const NamedClass& known : kPosixClasses) {
      if (known.name != name) continue;
      position_ = end + 2;
      add_ranges(node, known.ranges, negated);
      if (flags_.fold_case) {
        node.opaque = true;
        node.source += whole;
      }
      return true;
    }
    return error("invalid character class range", whole);
  }

  Result<char32_t> parse_class_rune(size_t class_begin) {
    if (at_end()) return error("missing closing ]", text_.substr(class_begin));
    if (peek() == '\\') return parse_escape();
    return next_rune();
  }

  std::string_view text_;
  size_t position_ = 0;
  Flags flags_;
  std::vector<std::string> group_names_;
  std::string unnamed_;  // text_ up to copied_, without names
  size_t copied_ = 0;
};

}  // namespace

Result<RegexSyntax> parse_regex_syntax(std::string_view source, bool dot_matches_newline) {
  return RegexParser(source, dot_matches_newline).parse();
}

}  // namespace lokilib
