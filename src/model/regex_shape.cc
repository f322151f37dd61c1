// SPDX-License-Identifier: Apache-2.0
// regex_shape.cc: joining literals and factoring alternations.
#include "model/regex_shape.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "model/utf8.h"

namespace lokilib {

namespace {

RegexNode node_of(RegexOp op) {
  RegexNode node;
  node.op = op;
  return node;
}

bool is_letter(char32_t rune) {
  return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z');
}

void add_literal(RegexNode& to, const RegexNode& literal) {
  const char32_t rune = literal.runes.front();
  to.ranges.emplace_back(rune, rune);
  if (!literal.fold_case) return;
  if (is_letter(rune)) to.ranges.emplace_back(rune ^ 0x20, rune ^ 0x20);
  if (rune >= 0x80) {
    to.opaque = true;
    append_rune(to.source, rune);
  }
}

void add_ranges(RegexNode& to, const RegexNode& single) {
  if (single.op == RegexOp::Literal) {
    add_literal(to, single);
  } else if (single.op == RegexOp::AnyExceptNewline) {
    to.ranges.emplace_back(0, '\n' - 1);
    to.ranges.emplace_back('\n' + 1, kRuneMax);
  } else {
    to.ranges.insert(to.ranges.end(), single.ranges.begin(), single.ranges.end());
    to.opaque |= single.opaque;
    to.source += single.source;
  }
}

/// Makes `into` match what `other` matches too. Both are single runes. The class is cleaned later, once for
/// all branches that join it.
void merge_single_runes(RegexNode& into, const RegexNode& other) {
  if (into.op == RegexOp::Literal && into == other) return;
  if (into.op == RegexOp::Any || other.op == RegexOp::Any) {
    into = node_of(RegexOp::Any);
    return;
  }
  if (into.op != RegexOp::Class) {
    RegexNode merged = node_of(RegexOp::Class);
    add_ranges(merged, into);
    into = std::move(merged);
  }
  add_ranges(into, other);
}

/// The class of an alternation's branch, as a dot where it is one.
void clean_branch(RegexNode& node) {
  if (node.op != RegexOp::Class) return;
  clean_class(node);
  if (node.opaque) return;
  using Ranges = std::vector<std::pair<char32_t, char32_t>>;
  if (node.ranges == Ranges{{0, kRuneMax}}) node = node_of(RegexOp::Any);
  if (node.ranges == Ranges{{0, '\n' - 1}, {'\n' + 1, kRuneMax}}) node = node_of(RegexOp::AnyExceptNewline);
}

const RegexNode* leading_literal(const RegexNode& node) {
  const RegexNode* first = node.op == RegexOp::Concat ? &node.subs.front() : &node;
  return first->op == RegexOp::Literal ? first : nullptr;
}

const RegexNode* leading_part(const RegexNode& node) {
  const RegexNode* first = node.op == RegexOp::Concat ? &node.subs.front() : &node;
  return first->op == RegexOp::Empty ? nullptr : first;
}

/// Takes the first part off a concatenation; anything else becomes empty.
RegexNode without_first_part(RegexNode node) {
  if (node.op != RegexOp::Concat) return node_of(RegexOp::Empty);
  node.subs.erase(node.subs.begin());
  if (node.subs.size() == 1) {
    RegexNode only = std::move(node.subs.front());
    return only;
  }
  return node;
}

RegexNode without_leading_runes(RegexNode node, size_t count) {
  RegexNode& literal = node.op == RegexOp::Concat ? node.subs.front() : node;
  if (literal.runes.size() == count) return without_first_part(std::move(node));
  literal.runes.erase(0, count);
  return node;
}

RegexNode pair_of(RegexNode first, RegexNode second) {
  RegexNode node = node_of(RegexOp::Concat);
  node.subs.push_back(std::move(first));
  node.subs.push_back(std::move(second));
  return node;
}

std::vector<RegexNode> factor_literals(std::vector<RegexNode> branches) {
  std::vector<RegexNode> out;
  for (size_t begin = 0; begin < branches.size();) {
    size_t end = begin + 1;
    size_t shared = 0;
    if (const RegexNode* first = leading_literal(branches[begin]); first != nullptr) {
      shared = first->runes.size();
      for (; end < branches.size(); ++end) {
        const RegexNode* next = leading_literal(branches[end]);
        if (next == nullptr || next->fold_case != first->fold_case) break;
        const auto differs =
            std::mismatch(first->runes.begin(), first->runes.begin() + static_cast<ptrdiff_t>(shared),
                          next->runes.begin(), next->runes.end());
        const auto same = static_cast<size_t>(differs.first - first->runes.begin());
        if (same == 0) break;
        shared = same;
      }
    }
    if (end == begin + 1) {
      out.push_back(std::move(branches[begin]));
    } else {
      RegexNode prefix = node_of(RegexOp::Literal);
      prefix.fold_case = leading_literal(branches[begin])->fold_case;
      prefix.runes = leading_literal(branches[begin])->runes.substr(0, shared);
      std::vector<RegexNode> rest;
      for (size_t i = begin; i < end; ++i)
        rest.push_back(without_leading_runes(std::move(branches[i]), shared));
      out.push_back(pair_of(std::move(prefix), alternate_of(std::move(rest))));
    }
    begin = end;
  }
  return out;
}

/// Only single runes, or a fixed number of one: taking out more would change which branch is preferred.
bool may_be_factored(const RegexNode& part) {
  return is_single_rune(part) ||
         (part.op == RegexOp::Repeat && part.min == part.max && is_single_rune(part.subs.front()));
}

std::vector<RegexNode> factor_parts(std::vector<RegexNode> branches) {
  std::vector<RegexNode> out;
  for (size_t begin = 0; begin < branches.size();) {
    size_t end = begin + 1;
    if (const RegexNode* first = leading_part(branches[begin]); first != nullptr && may_be_factored(*first)) {
      while (end < branches.size() && leading_part(branches[end]) != nullptr &&
             *leading_part(branches[end]) == *first) {
        ++end;
      }
    }
    if (end == begin + 1) {
      out.push_back(std::move(branches[begin]));
    } else {
      RegexNode prefix = *leading_part(branches[begin]);
      std::vector<RegexNode> rest;
      for (size_t i = begin; i < end; ++i) rest.push_back(without_first_part(std::move(branches[i])));
      out.push_back(pair_of(std::move(prefix), alternate_of(std::move(rest))));
    }
    begin = end;
  }
  return out;
}

}  // namespace

bool is_single_rune(const RegexNode& node) {
  return (node.op == RegexOp::Literal && node.runes.size() == 1) || node.op == RegexOp::Class ||
         node.op == RegexOp::AnyExceptNewline || node.op == RegexOp::Any;
}

void clean_class(RegexNode& node) {
  std::sort(node.ranges.begin(), node.ranges.end());
  size_t kept = 0;
  for (const auto& range : node.ranges) {
    if (kept > 0 && range.first <= node.ranges[kept - 1].second + 1) {
      node.ranges[kept - 1].second = std::max(node.ranges[kept - 1].second, range.second);
    } else {
      node.ranges[kept++] = range;
    }
  }
  node.ranges.resize(kept);
}

void negate_class(RegexNode& node) {
  std::vector<std::pair<char32_t, char32_t>> gaps;
  char32_t next = 0;
  for (const auto& [first, last] : node.ranges) {
    if (first > next) gaps.emplace_back(next, first - 1);
    next = last + 1;
  }
  if (next <= kRuneMax) gaps.emplace_back(next, kRuneMax);
  node.ranges = std::move(gaps);
  if (node.opaque) node.source += '^';
}

RegexNode class_or_literal(RegexNode node) {
  if (node.op != RegexOp::Class || node.opaque || node.ranges.empty() || node.ranges.size() > 2) return node;
  const auto single = [](const auto& range) { return range.first == range.second; };
  if (!std::all_of(node.ranges.begin(), node.ranges.end(), single)) return node;
  const char32_t rune = node.ranges.front().first;
  RegexNode literal = node_of(RegexOp::Literal);
  if (node.ranges.size() == 2) {
    // 'k' and 's' have third cases outside ASCII, so [kK] is not the same as (?i:k).
    const bool both_cases =
        is_letter(rune) && node.ranges.back().first == (rune ^ 0x20) && rune != 'K' && rune != 'S';
    if (!both_cases) return node;
    literal.fold_case = true;
    literal.runes.push_back(rune | 0x20);
    return literal;
  }
  literal.runes.push_back(rune);
  return literal;
}

RegexNode concat_of(std::vector<RegexNode> parts) {
  std::vector<RegexNode> joined;
  for (RegexNode& part : parts) {
    if (!joined.empty() && part.op == RegexOp::Literal && joined.back().op == RegexOp::Literal &&
        part.fold_case == joined.back().fold_case) {
      joined.back().runes += part.runes;
    } else {
      joined.push_back(std::move(part));
    }
  }
  if (joined.empty()) return node_of(RegexOp::Empty);
  if (joined.size() == 1) return std::move(joined.front());
  RegexNode node = node_of(RegexOp::Concat);
  for (RegexNode& part : joined) {
    if (part.op == RegexOp::Concat) {
      std::move(part.subs.begin(), part.subs.end(), std::back_inserter(node.subs));
    } else {
      node.subs.push_back(std::move(part));
    }
  }
  return node;
}

void add_branch(std::vector<RegexNode>& branches, RegexNode branch) {
  if (!branches.empty() && is_single_rune(branches.back()) && is_single_rune(branch)) {
    merge_single_runes(branches.back(), branch);
  } else {
    if (!branches.empty()) clean_branch(branches.back());
    branches.push_back(std::move(branch));
  }
}

RegexNode alternate_of(std::vector<RegexNode> branches) {
  if (branches.empty()) return node_of(RegexOp::NoMatch);
  clean_branch(branches.back());
  if (branches.size() == 1) {
    return class_or_literal(std::move(branches.front()));
  }
  std::vector<RegexNode> flat;
  for (RegexNode& branch : branches) {
    if (branch.op == RegexOp::Alternate) {
      std::move(branch.subs.begin(), branch.subs.end(), std::back_inserter(flat));
    } else {
      flat.push_back(std::move(branch));
    }
  }
  std::vector<RegexNode> factored = factor_parts(factor_literals(std::move(flat)));
  RegexNode node = node_of(RegexOp::Alternate);
  for (RegexNode& branch : factored) {
    if (!node.subs.empty() && branch.op == RegexOp::Empty && node.subs.back().op == RegexOp::Empty) continue;
    add_branch(node.subs, std::move(branch));
  }
  clean_branch(node.subs.back());
  if (node.subs.size() > 1) return node;
  RegexNode only = std::move(node.subs.front());
  return only;
}

RegexNode simplify_repetitions(RegexNode node) {
  for (RegexNode& sub : node.subs) sub = simplify_repetitions(std::move(sub));
  const bool repeats = node.op == RegexOp::Star || node.op == RegexOp::Plus || node.op == RegexOp::Quest ||
                       node.op == RegexOp::Repeat;
  if (!repeats) return node;
  if (node.op == RegexOp::Repeat) {
    if (node.max == 0) return node_of(RegexOp::Empty);
    const bool once = node.min == 1 && node.max == 1;
    if (once) {
      RegexNode only = std::move(node.subs.front());
      return only;
    }
    if (node.min <= 1 && node.max == -1) node.op = node.min == 0 ? RegexOp::Star : RegexOp::Plus;
    if (node.min == 0 && node.max == 1) node.op = RegexOp::Quest;
  }
  RegexNode& sub = node.subs.front();
  const bool idempotent =
      node.op != RegexOp::Repeat && node.op == sub.op && node.non_greedy == sub.non_greedy;
  if (idempotent || sub.op == RegexOp::Empty) {
    RegexNode only = std::move(sub);
    return only;
  }
  return node;
}

}  // namespace lokilib
