// SPDX-License-Identifier: Apache-2.0
// regex_literals.cc: what a regular expression says of the texts that it matches, read from its tree. All
// answers are safe: "unknown" is always one of them.
//
// A literal U+FFFD also matches a byte that is no UTF-8, so it is no text to look for.
#include <algorithm>
#include <functional>

#include "model/regex.h"
#include "model/regex_syntax.h"
#include "model/utf8.h"

namespace lokilib {

namespace {

// A list of texts is worth more than a regex only while it is not too long.
constexpr size_t kLiteralsMax = 65'536;
constexpr size_t kLiteralBytesMax = 4 * 1024 * 1024;
constexpr size_t kClassRunesMax = 100;

bool append_runes(std::string& out, std::u32string_view runes) {
  for (const char32_t rune : runes) {
    if (rune == kReplacementRune) return false;
    append_rune(out, rune);
  }
  return true;
}

/// All texts that a tree matches; no value where they are too many or endless.
class LiteralLister {
 public:
  std::optional<std::vector<std::string>> list(const RegexNode& node) {
    switch (node.op) {
      case RegexOp::Empty:
        return std::vector<std::string>{""};
      case RegexOp::Literal:
        return list_literal(node);
      case RegexOp::Class:
        return list_class(node);
      case RegexOp::Capture:
        return list(node.subs.front());
      case RegexOp::Concat:
        return list_concat(node);
      case RegexOp::Alternate:
        return list_alternate(node);
      case RegexOp::Quest: {
        auto texts = list(node.subs.front());
        if (texts) texts->emplace_back();
        return texts;
      }
      default:
        return std::nullopt;
    }
  }

 private:
  static std::optional<std::vector<std::string>> list_literal(const RegexNode& node) {
    const auto has_cases = [](char32_t rune) { return (rune >= 'a' && rune <= 'z') || rune >= 0x80; };
    if (node.fold_case && std::any_of(node.runes.begin(), node.runes.end(), has_cases)) return std::nullopt;
    std::string text;
    if (!append_runes(text, node.runes)) return std::nullopt;
    return std::vector<std::string>{std::move(text)};
  }

  static std::optional<std::vector<std::string>> list_class(const RegexNode& node) {
    if (node.opaque) return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& [first, last] : node.ranges) {
      if (last - first > kClassRunesMax || texts.size() > kClassRunesMax) return std::nullopt;
      if (first <= 0xDFFF && last >= 0xD800) return std::nullopt;
      for (char32_t rune = first; rune <= last; ++rune) {
        if (!append_runes(texts.emplace_back(), {&rune, 1})) return std::nullopt;
      }
    }
    return texts;
  }

  std::optional<std::vector<std::string>> list_concat(const RegexNode& node) {
    std::vector<std::string> texts{""};
    for (const RegexNode& sub : node.subs) {
      const auto more = list(sub);
      if (!more || texts.size() * more->size() > kLiteralsMax) return std::nullopt;
      std::vector<std::string> longer;
      longer.reserve(texts.size() * more->size());
      size_t bytes = 0;
      for (const std::string& begin : texts) {
        for (const std::string& end : *more) {
          bytes += begin.size() + end.size();
          if (bytes > kLiteralBytesMax) return std::nullopt;
          longer.push_back(begin + end);
        }
      }
      texts = std::move(longer);
    }
    return texts;
  }

  std::optional<std::vector<std::string>> list_alternate(const RegexNode& node) {
    std::vector<std::string> texts;
    for (const RegexNode& sub : node.subs) {
      auto more = list(sub);
      if (!more || texts.size() + more->size() > kLiteralsMax) return std::nullopt;
      std::move(more->begin(), more->end(), std::back_inserter(texts));
    }
    return texts;
  }
};

/// Appends what every match begins with; true if that is all of the match.
bool append_prefix(const RegexNode& node, std::string& prefix) {
  switch (node.op) {
    case RegexOp::Empty:
    case RegexOp::BeginText:
      return true;
    case RegexOp::Capture:
      return append_prefix(node.subs.front(), prefix);
    case RegexOp::Literal: {
      for (const char32_t rune : node.runes) {
        const bool has_cases = node.fold_case && ((rune >= 'a' && rune <= 'z') || rune >= 0x80);
        if (has_cases || rune == kReplacementRune) return false;
        append_rune(prefix, rune);
      }
      return true;
    }
    case RegexOp::Concat:
      return std::all_of(node.subs.begin(), node.subs.end(),
                         [&](const RegexNode& sub) { return append_prefix(sub, prefix); });
    case RegexOp::Plus:
      append_prefix(node.subs.front(), prefix);
      return false;
    case RegexOp::Repeat:
      if (node.min > 0) append_prefix(node.subs.front(), prefix);
      return false;
    default:
      return false;
  }
}

/// Keeps the longest literal that every match contains.
void find_required(const RegexNode& node, std::string& longest) {
  switch (node.op) {
    case RegexOp::Literal: {
      std::string text;
      for (const char32_t rune : node.runes) {
        const bool has_cases = node.fold_case && ((rune >= 'a' && rune <= 'z') || rune >= 0x80);
        if (has_cases || rune == kReplacementRune) {
          text.clear();
          continue;
        }
        append_rune(text, rune);
        if (text.size() > longest.size()) longest = text;
      }
      break;
    }
    case RegexOp::Capture:
    case RegexOp::Concat:
    case RegexOp::Plus:
      for (const RegexNode& sub : node.subs) find_required(sub, longest);
      break;
    case RegexOp::Repeat:
      if (node.min > 0) find_required(node.subs.front(), longest);
      break;
    default:
      break;
  }
}

/// Anchors at the ends of an anchored expression say nothing new.
RegexNode without_outer_anchors(RegexNode node) {
  if (node.op == RegexOp::Concat) {
    while (!node.subs.empty() && node.subs.front().op == RegexOp::BeginText)
      node.subs.erase(node.subs.begin());
    while (!node.subs.empty() && node.subs.back().op == RegexOp::EndText) node.subs.pop_back();
  }
  return node;
}

}  // namespace

std::optional<std::vector<std::string>> regex_literals(std::string_view source) {
  auto syntax = parse_regex_syntax(source, false);
  if (!syntax) return std::nullopt;
  return LiteralLister().list(without_outer_anchors(std::move(syntax->root)));
}

std::string regex_prefix(std::string_view source) {
  std::string prefix;
  if (const auto syntax = parse_regex_syntax(source, false)) append_prefix(syntax->root, prefix);
  return prefix;
}

std::string regex_required_literal(std::string_view source) {
  std::string longest;
  if (const auto syntax = parse_regex_syntax(source, false)) find_required(syntax->root, longest);
  return longest;
}

}  // namespace lokilib
