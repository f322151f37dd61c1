// SPDX-License-Identifier: Apache-2.0
// label_replace.cc: the replacement is Go's Regexp.Expand: $1, ${1}, $name, ${name} and $$; what does not
// read as one of these stays as it is, groups that do not exist are empty.
#include "logql/exec/label_replace.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>
#include <vector>

#include "model/regex.h"

namespace lokilib::logql {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A replacement in parts: text, then the number of a group (-1: none).
struct Part {
  std::string text;
  int group = -1;
};

// The number of the group that a reference means; -1 if there is none, so that it expands to nothing.
int group_number(std::string_view name, const Regex& regex) {
  const bool is_number = std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
                         (name.size() == 1 || name[0] != '0');
  if (is_number) {
    int number = -1;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    return error == std::errc() && number <= regex.group_count() ? number : -1;
  }
  const auto& names = regex.group_names();
  for (size_t i = names.size(); i-- > 0;) {
    if (names[i] == name) return static_cast<int>(i) + 1;
  }
  return -1;
}

std::vector<Part> parse_replacement(std::string_view text, const Regex& regex) {
  std::vector<Part> parts(1);
  size_t at = 0;
  while (at < text.size()) {
    if (text[at] != '$') {
      parts.back().text.push_back(text[at++]);
      continue;
    }
    if (at + 1 < text.size() && text[at + 1] == '$') {
      parts.back().text.push_back('$');
      at += 2;
      continue;
    }
    const bool braced = at + 1 < text.size() && text[at + 1] == '{';
    const size_t begin = at + (braced ? 2 : 1);
    size_t end = begin;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end == begin || (braced && (end == text.size() || text[end] != '}'))) {
      parts.back().text.push_back('$');
      ++at;
      continue;
    }
    parts.back().group = group_number(text.substr(begin, end - begin), regex);
    parts.emplace_back();
    at = end + (braced ? 1 : 0);
  }
  return parts;
}

LabelSet with_label(const LabelSet& labels, const std::string& name, std::string value) {
  std::vector<Label> all;
  for (const Label& label : labels.labels()) {
    if (label.name != name) all.push_back(label);
  }
  if (!value.empty()) {
    const auto place =
        std::lower_bound(all.begin(), all.end(), name,
                         [](const Label& label, const std::string& text) { return label.name < text; });
    all.insert(place, {name, std::move(value)});
  }
  return LabelSet::from_sorted(std::move(all));
}

}  // namespace

Result<StepVector> replace_labels(const LabelReplacePlan& plan, StepVector operand) {
  RegexOptions options;
  options.anchored = true;
  LOKILIB_TRY_ASSIGN(const auto regex, Regex::compile(plan.regex, options));
  const std::vector<Part> parts = parse_replacement(plan.replacement, *regex);
  std::vector<std::string_view> groups(static_cast<size_t>(regex->group_count()) + 1);
  for (StepSeries& series : operand) {
    const std::string source(series.labels.value_or_empty(plan.source));
    if (!regex->find(source, 0, groups)) continue;
    std::string value;
    for (const Part& part : parts) {
      value += part.text;
      if (part.group >= 0) value += groups[static_cast<size_t>(part.group)];
    }
    series.labels = with_label(series.labels, plan.destination, std::move(value));
  }
  return operand;
}

}  // namespace lokilib::logql
