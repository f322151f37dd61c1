// SPDX-License-Identifier: Apache-2.0
// template_functions_regex.cc: functions of regular expressions. A constant expression is compiled when the
// template is parsed; one that comes from the data, for each call.
#include <algorithm>
#include <charconv>
#include <vector>

#include "logql/pipeline/rune_case.h"
#include "logql/pipeline/template_functions.h"
#include "model/regex.h"
#include "model/utf8.h"

namespace lokilib::logql::go_template {
namespace {

constexpr size_t kCompileWork = size_t{64} << 10;  // bytes that take about as long to look at

struct PreparedRegex final : Prepared {
  std::shared_ptr<const Regex> regex;
};

// A constant that does not compile fails when it is called, as in Go.
std::unique_ptr<const Prepared> prepare(std::string_view constant) {
  auto regex = Regex::compile(constant, {});
  if (!regex) return nullptr;
  auto prepared = std::make_unique<PreparedRegex>();
  prepared->regex = std::move(*regex);
  return prepared;
}

std::shared_ptr<const Regex> find_regex(Call& call) {
  if (call.prepared() != nullptr) return static_cast<const PreparedRegex*>(call.prepared())->regex;
  if (!call.has_time(kCompileWork)) return nullptr;
  auto regex = Regex::compile(call.text(0), {});
  if (regex) return std::move(*regex);
  call.fail(std::move(regex).error().message);
  return nullptr;
}

size_t rune_size(std::string_view text, size_t at) {
  return at < text.size() ? decode_rune(text, at).size : 1;
}

// Finds matches in one text. Where it is no UTF-8, each search looks at all of it, which counts as work.
class Finder {
 public:
  Finder(Call& call, const Regex& regex, std::string_view text)
      : call_(call),
        regex_(regex),
        text_(text.data() == nullptr ? "" : text),
        is_utf8_(is_valid_utf8(text)) {}

  std::string_view text() const { return text_; }
  bool find(size_t offset, std::span<std::string_view> groups) {
    if (offset > text_.size()) return false;
    if (is_utf8_) return call_.has_time(1) && regex_.find_in_utf8(text_, offset, groups);
    return call_.has_time(text_.size()) && regex_.find(text_, offset, groups);
  }

 private:
  Call& call_;
  const Regex& regex_;
  std::string_view text_;
  bool is_utf8_;
};

// Appends the replacement with $1, ${1}, $name and $$ resolved.
class Expansion {
 public:
  Expansion(const Regex& regex, std::string_view replacement) {
    while (!replacement.empty()) {
      const size_t dollar = std::min(replacement.find('$'), replacement.size());
      add_literal(replacement.substr(0, dollar));
      replacement.remove_prefix(dollar);
      if (replacement.empty()) break;
      read_reference(regex, replacement);
    }
  }

  void append(std::string& out, std::span<const std::string_view> groups) const {
    for (const Part& part : parts_) {
      out += part.group < 0 ? part.literal : groups[static_cast<size_t>(part.group)];
    }
  }

 private:
  struct Part {
    std::string_view literal;
    int group = -1;
  };

  void add_literal(std::string_view text) {
    if (!text.empty()) parts_.push_back({text, -1});
  }

  // At a '$'. One that names nothing stays as it is.
  void read_reference(const Regex& regex, std::string_view& text) {
    if (text.substr(1, 1) == "$") {
      add_literal(text.substr(0, 1));
      text.remove_prefix(2);
      return;
    }
    const bool braces = text.substr(1, 1) == "{";
    const size_t begin = braces ? 2 : 1;
    size_t end = begin;
    while (end < text.size()) {
      const DecodedRune rune = decode_rune(text, end);
      if (!is_letter_or_digit(rune.rune) && rune.rune != '_') break;
      end += rune.size;
    }
    const std::string_view name = text.substr(begin, end - begin);
    if (name.empty() || (braces && text.substr(end, 1) != "}")) {
      add_literal(text.substr(0, 1));
      text.remove_prefix(1);
      return;
    }
    text.remove_prefix(end + (braces ? 1 : 0));
    if (const int group = find_group(regex, name); group >= 0) parts_.push_back({{}, group});
  }

  // -1 if there is no such group: it stands for the empty text.
  static int find_group(const Regex& regex, std::string_view name) {
    const std::vector<std::string>& names = regex.group_names();
    if (name.find_first_not_of("0123456789") == std::string_view::npos) {
      int number = -1;
      const auto result = std::from_chars(name.data(), name.data() + name.size(), number);
      const bool plain = result.ec == std::errc() && (name[0] != '0' || name.size() == 1);
      return plain && number <= regex.group_count() ? number : -1;
    }
    // Of two groups of one name the last counts.
    for (size_t i = names.size(); i > 0; --i) {
      if (names[i - 1] == name) return static_cast<int>(i);
    }
    return -1;
  }

  std::vector<Part> parts_;
};

// Calls append(out, groups) for each match, which never touches the one before unless it has text of its own.
template <typename Append>
Value replace_all(Call& call, const Regex& regex, size_t group_count, Append append) {
  Finder finder(call, regex, call.text(1));
  const std::string_view text = finder.text();
  std::vector<std::string_view> groups(group_count + 1);
  std::string& out = call.buffer();
  size_t done = 0;
  size_t search = 0;
  bool any = false;
  while (finder.find(search, groups)) {
    const auto begin = static_cast<size_t>(groups[0].data() - text.data());
    const size_t end = begin + groups[0].size();
    if (!call.has_room(out.size() + begin - done + call.text(2).size())) return {};
    out += text.substr(done, begin - done);
    if (end > done || begin == 0) append(out, groups);
    any = true;
    done = end;
    const size_t next = search + rune_size(text, search);
    search = next > end ? next : end;
  }
  if (!any) return Value::of_string(text);
  out += text.substr(done);
  if (!call.has_room(out.size())) return {};
  return call.buffered();
}

Value run_replace_all(Call& call) {
  const auto regex = find_regex(call);
  if (regex == nullptr) return {};
  const Expansion expansion(*regex, call.text(2));
  return replace_all(
      call, *regex, static_cast<size_t>(regex->group_count()),
      [&](std::string& out, std::span<const std::string_view> groups) { expansion.append(out, groups); });
}

Value run_replace_all_literal(Call& call) {
  const auto regex = find_regex(call);
  if (regex == nullptr) return {};
  return replace_all(call, *regex, 0,
                     [&](std::string& out, std::span<const std::string_view>) { out += call.text(2); });
}

// An empty match right behind another match does not count.
Value run_count(Call& call) {
  const auto regex = find_regex(call);
  if (regex == nullptr) return {};
  Finder finder(call, *regex, call.text(1));
  const std::string_view text = finder.text();
  int64_t count = 0;
  size_t previous_end = std::string_view::npos;
  std::string_view match;
  for (size_t search = 0; finder.find(search, {&match, 1});) {
    const auto begin = static_cast<size_t>(match.data() - text.data());
    const size_t end = begin + match.size();
    if (end != search || begin != previous_end) ++count;
    search = end == search ? search + rune_size(text, search) : end;
    previous_end = end;
  }
  return Value::of_int(count);
}

constexpr Parameter kString = Parameter::String;

constexpr Function kFunctions[] = {
    {"regexReplaceAll", {kString, kString, kString}, 3, false, run_replace_all, prepare, 0},
    {"regexReplaceAllLiteral", {kString, kString, kString}, 3, false, run_replace_all_literal, prepare, 0},
    {"count", {kString, kString}, 2, false, run_count, prepare, 0},
};

}  // namespace

std::span<const Function> regex_functions() {
  return kFunctions;
}

}  // namespace lokilib::logql::go_template
