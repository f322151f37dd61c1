// SPDX-License-Identifier: Apache-2.0
// regex_simplify.cc: which expressions have a simple test, and which test. The rule works on the factored
// tree (regex_syntax.h), so `foo|foobar` is "foo, then nothing or bar", a concatenation, and those lose their
// anchors.
#include "model/regex_simplify.h"

#include <algorithm>

#include "model/regex_shape.h"
#include "model/utf8.h"

namespace lokilib {

namespace {

constexpr size_t kConcatPartsMax = 3;

/// A beginning that the parts behind it are added to.
struct Base {
  std::string text;
  bool ignore_case = false;
};

const RegexNode& without_captures(const RegexNode& node) {
  const RegexNode* inner = &node;
  while (inner->op == RegexOp::Capture) inner = &inner->subs.front();
  return *inner;
}

bool is_dot_star(const RegexNode& node) {
  return node.op == RegexOp::Star && node.subs.front().op == RegexOp::AnyExceptNewline;
}

std::string text_of(const RegexNode& literal) {
  std::string text;
  for (const char32_t rune : literal.runes) append_rune(text, rune);
  return text;
}

std::optional<RegexTest> test_of(RegexTestKind kind, std::string text, bool ignore_case) {
  RegexTest test;
  test.kind = kind;
  test.text = std::move(text);
  test.ignore_case = ignore_case;
  if (ignore_case) {
    std::string source = "(?i:";
    for (const char c : test.text) {
      const bool plain = static_cast<unsigned char>(c) >= 0x80 || c == ' ' || (c >= '0' && c <= '9') ||
                         (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!plain && c > 0x20 && c < 0x7F) source += '\\';
      source += c;
    }
    source += ')';
    auto folded =
        Regex::compile(source, {.anchored = kind == RegexTestKind::Equals, .dot_matches_newline = true});
    if (!folded) return std::nullopt;
    test.folded = std::move(*folded);
  }
  return test;
}

/// Adds an alternative. "Always" is no alternative but the beginning of the list: it goes when another comes
/// (Loki's rule: `foo|` does not accept the empty value).
void add_alternative(std::optional<RegexTest>& sum, RegexTest test) {
  if (!sum || sum->kind == RegexTestKind::Always) {
    sum = std::move(test);
    return;
  }
  if (test.kind == RegexTestKind::Always) return;
  if (sum->kind != RegexTestKind::Or) {
    RegexTest both;
    both.kind = RegexTestKind::Or;
    both.alternatives.push_back(std::move(*sum));
    sum = std::move(both);
  }
  if (test.kind == RegexTestKind::Or) {
    for (RegexTest& alternative : test.alternatives) sum->alternatives.push_back(std::move(alternative));
  } else {
    sum->alternatives.push_back(std::move(test));
  }
}

std::optional<RegexTest> simplify(const RegexNode& node);
std::optional<RegexTest> simplify_concat(const RegexNode& node, const Base& before);

/// Adds "contains base + branch" for each branch of an alternation behind a literal; false if one does not
/// fit.
bool add_branches(const RegexNode& alternation, const Base& base, std::optional<RegexTest>& sum) {
  for (const RegexNode& sub : alternation.subs) {
    const RegexNode& branch = without_captures(sub);
    if (branch.fold_case && !base.ignore_case) return false;
    std::optional<RegexTest> test;
    if (branch.op == RegexOp::Empty || is_dot_star(branch)) {
      test = test_of(RegexTestKind::Contains, base.text, base.ignore_case);
    } else if (branch.op == RegexOp::Literal) {
      test = test_of(RegexTestKind::Contains, base.text + text_of(branch), base.ignore_case);
    } else if (branch.op == RegexOp::Concat) {
      test = simplify_concat(branch, base);
    }
    if (!test) return false;
    add_alternative(sum, std::move(*test));
  }
  return true;
}

/// At most three parts: one literal, `.*` around it, an alternation behind it.
std::optional<RegexTest> simplify_concat(const RegexNode& node, const Base& before) {
  Base base = before;
  base.ignore_case = false;
  bool has_literal = false;
  size_t part_count = 0;
  std::optional<RegexTest> sum;
  for (const RegexNode& sub : node.subs) {
    const RegexNode& part = without_captures(sub);
    if (part.op == RegexOp::Empty) continue;
    if (++part_count > kConcatPartsMax) return std::nullopt;
    if (part.op == RegexOp::Literal) {
      if (has_literal) return std::nullopt;
      has_literal = true;
      base.text += text_of(part);
      base.ignore_case = part.fold_case;
    } else if (part.op == RegexOp::Alternate && !base.text.empty()) {
      if (!add_branches(part, base, sum)) return std::nullopt;
    } else if (!is_dot_star(part)) {
      return std::nullopt;
    }
  }
  if (sum) return sum;
  if (base.text.empty()) return std::nullopt;
  return test_of(RegexTestKind::Contains, base.text, base.ignore_case);
}

std::optional<RegexTest> simplify_alternation(const RegexNode& node) {
  std::optional<RegexTest> sum;
  for (const RegexNode& branch : node.subs) {
    auto test = simplify(branch);
    if (!test) return std::nullopt;
    add_alternative(sum, std::move(*test));
  }
  return sum;
}

std::optional<RegexTest> simplify(const RegexNode& captured) {
  const RegexNode& node = without_captures(captured);
  switch (node.op) {
    case RegexOp::Empty:
      return RegexTest{};
    case RegexOp::Literal:
      return test_of(RegexTestKind::Equals, text_of(node), node.fold_case);
    case RegexOp::Star:
      if (is_dot_star(node)) return RegexTest{};
      return std::nullopt;
    case RegexOp::Plus: {
      if (node.subs.front().op != RegexOp::AnyExceptNewline) return std::nullopt;
      RegexTest test;
      test.kind = RegexTestKind::NonEmpty;
      return test;
    }
    case RegexOp::Concat:
      return simplify_concat(node, {});
    case RegexOp::Alternate:
      return simplify_alternation(node);
    default:
      return std::nullopt;
  }
}

}  // namespace

bool RegexTest::matches(std::string_view value) const {
  switch (kind) {
    case RegexTestKind::Always:
      return true;
    case RegexTestKind::NonEmpty:
      return !value.empty();
    case RegexTestKind::Equals:
      return ignore_case ? folded->matches(value) : value == text;
    case RegexTestKind::Contains:
      return ignore_case ? folded->matches(value) : value.find(text) != std::string_view::npos;
    case RegexTestKind::Or:
      return std::any_of(alternatives.begin(), alternatives.end(),
                         [&](const RegexTest& alternative) { return alternative.matches(value); });
  }
  return false;
}

std::optional<RegexTest> simplify_label_regex(std::string_view source) {
  auto syntax = parse_regex_syntax(source, false);
  if (!syntax) return std::nullopt;
  return simplify(simplify_repetitions(std::move(syntax->root)));
}

}  // namespace lokilib
