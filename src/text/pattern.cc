// SPDX-License-Identifier: Apache-2.0
// pattern.cc: patterns are literals and captures in turn; matching never goes back.
#include "text/pattern.h"

#include <algorithm>

#include "base/make_error.h"

namespace lokilib::text {
namespace {

bool is_name_start(char c) {
  return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}
bool is_name_byte(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9');
}

// The size of `<name>` at the start of `text`, 0 if there is none.
size_t capture_size(std::string_view text) {
  if (text.size() < 3 || text[0] != '<' || !is_name_start(text[1])) return 0;
  size_t end = 2;
  while (end < text.size() && is_name_byte(text[end])) ++end;
  return end < text.size() && text[end] == '>' ? end + 1 : 0;
}

}  // namespace

Pattern Pattern::split(std::string_view source) {
  Pattern pattern;
  size_t at = 0;
  while (at < source.size()) {
    const size_t size = capture_size(source.substr(at));
    if (size == 0) {
      if (pattern.nodes_.empty() || !pattern.nodes_.back().is_literal)
        pattern.nodes_.push_back({{}, -1, true});
      pattern.nodes_.back().literal.push_back(source[at]);
      ++at;
      continue;
    }
    Node node;
    node.literal = source.substr(at + 1, size - 2);
    if (node.literal != "_") {
      node.capture = static_cast<int>(pattern.names_.size());
      pattern.names_.push_back(node.literal);
    }
    pattern.nodes_.push_back(std::move(node));
    at += size;
  }
  return pattern;
}

Result<void> Pattern::check_consecutive() const {
  for (size_t i = 1; i < nodes_.size(); ++i) {
    if (nodes_[i].is_literal || nodes_[i - 1].is_literal) continue;
    return make_error(ErrorCode::InvalidQuery, "found consecutive capture '<{}><{}>': invalid expression",
                      nodes_[i - 1].literal, nodes_[i].literal);
  }
  return {};
}

Result<Pattern> Pattern::parse_for_captures(std::string_view source) {
  if (source.empty()) {
    return make_error(
        ErrorCode::InvalidQuery,
        "parse error at line 1, col 1: syntax error: unexpected $end, expecting IDENTIFIER or LITERAL");
  }
  Pattern pattern = split(source);
  if (pattern.names_.empty()) return make_error(ErrorCode::InvalidQuery, "at least one capture is required");
  LOKILIB_TRY(pattern.check_consecutive());
  const std::vector<std::string>& names = pattern.names_;
  for (size_t i = 1; i < names.size(); ++i) {
    const auto end = names.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(names.begin(), end, names[i]) != end) {
      return make_error(ErrorCode::InvalidQuery, "duplicate capture name ({}): invalid expression", names[i]);
    }
  }
  return pattern;
}

Result<Pattern> Pattern::parse_for_filter(std::string_view source) {
  Pattern pattern = split(source);
  LOKILIB_TRY(pattern.check_consecutive());
  if (!pattern.names_.empty()) {
    return make_error(ErrorCode::InvalidQuery, "named captures are not allowed: found '<{}>'",
                      pattern.names_[0]);
  }
  return pattern;
}

void Pattern::capture(std::string_view line, std::span<std::string_view> values) const {
  std::fill(values.begin(), values.end(), std::string_view());
  if (line.empty()) return;
  size_t i = 0;
  if (nodes_[0].is_literal) {
    if (line.substr(0, nodes_[0].literal.size()) != nodes_[0].literal) return;
    line.remove_prefix(nodes_[0].literal.size());
    i = 1;
  }
  for (; i < nodes_.size(); i += 2) {  // a capture and, unless it is the last node, the literal behind it
    const size_t end = i + 1 < nodes_.size() ? line.find(nodes_[i + 1].literal) : std::string_view::npos;
    if (nodes_[i].capture >= 0) values[static_cast<size_t>(nodes_[i].capture)] = line.substr(0, end);
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + nodes_[i + 1].literal.size());
  }
}

bool Pattern::matches(std::string_view line) const {
  if (line.empty() || nodes_.empty()) return line.empty() && nodes_.empty();
  size_t at = 0;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i].is_literal) continue;
    const size_t found = line.find(nodes_[i].literal, at);
    if (found == std::string_view::npos) return false;
    if (i != 0 && found == at) return false;  // a capture is never empty
    at = found + nodes_[i].literal.size();
  }
  return nodes_.back().is_literal ? at == line.size() : at < line.size();
}

std::string_view Pattern::longest_literal() const {
  std::string_view longest;
  for (const Node& node : nodes_) {
    if (node.is_literal && node.literal.size() > longest.size()) longest = node.literal;
  }
  return longest;
}

}  // namespace lokilib::text
