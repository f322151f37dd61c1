// SPDX-License-Identifier: Apache-2.0
// template_functions_strings.cc: functions of strings. Those that only cut give views of their argument.
#include <algorithm>
#include <bitset>
#include <vector>

#include <fmt/format.h>

#include "logql/pipeline/rune_case.h"
#include "logql/pipeline/template_functions.h"
#include "model/utf8.h"

namespace lokilib::logql::go_template {
namespace {

// The runes of a cutset, so that long texts and long sets do not multiply.
class RuneSet {
 public:
  explicit RuneSet(std::string_view runes) {
    for (size_t at = 0; at < runes.size();) {
      const DecodedRune rune = decode_rune(runes, at);
      at += rune.size;
      if (rune.rune < ascii_.size()) {
        ascii_.set(rune.rune);
      } else {
        others_.push_back(rune.rune);
      }
    }
    std::sort(others_.begin(), others_.end());
  }

  bool contains(char32_t rune) const {
    if (rune < ascii_.size()) return ascii_.test(rune);
    return std::binary_search(others_.begin(), others_.end(), rune);
  }

 private:
  std::bitset<128> ascii_;
  std::vector<char32_t> others_;
};

std::string_view trim_left(std::string_view text, const RuneSet& cutset) {
  while (!text.empty()) {
    const DecodedRune rune = decode_rune(text, 0);
    if (!cutset.contains(rune.rune)) break;
    text.remove_prefix(rune.size);
  }
  return text;
}

// Where the last rune begins.
size_t last_rune(std::string_view text) {
  size_t begin = text.size() - 1;
  const size_t lowest = text.size() >= 4 ? text.size() - 4 : 0;
  for (size_t at = begin; at + 1 > lowest; --at) {
    if ((static_cast<uint8_t>(text[at]) & 0xC0) != 0x80) {
      const DecodedRune rune = decode_rune(text, at);
      return rune.valid && at + rune.size == text.size() ? at : begin;
    }
    if (at == 0) break;
  }
  return begin;
}

std::string_view trim_right(std::string_view text, const RuneSet& cutset) {
  while (!text.empty()) {
    const size_t at = last_rune(text);
    if (!cutset.contains(decode_rune(text, at).rune)) break;
    text = text.substr(0, at);
  }
  return text;
}

std::string_view trim(std::string_view text, const RuneSet& cutset) {
  return trim_right(trim_left(text, cutset), cutset);
}

std::string_view trim_space(std::string_view text) {
  while (!text.empty()) {
    const DecodedRune rune = decode_rune(text, 0);
    if (!is_unicode_space(rune.rune)) break;
    text.remove_prefix(rune.size);
  }
  while (!text.empty()) {
    const size_t at = last_rune(text);
    if (!is_unicode_space(decode_rune(text, at).rune)) break;
    text = text.substr(0, at);
  }
  return text;
}

bool has_prefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool has_suffix(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

std::string_view trim_prefix(std::string_view text, std::string_view prefix) {
  return has_prefix(text, prefix) ? text.substr(prefix.size()) : text;
}

std::string_view trim_suffix(std::string_view text, std::string_view suffix) {
  return has_suffix(text, suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

Value run_lower(Call& call) {
  const std::string_view text = call.text(0);
  if (is_ascii(text)) {
    char* const bytes = call.scratch().allocate(text.size());
    if (bytes == nullptr) return {};
    std::transform(text.begin(), text.end(), bytes,
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return Value::of_string({bytes, text.size()});
  }
  append_lower(call.buffer(), text);
  return call.buffered();
}

Value run_upper(Call& call) {
  const std::string_view text = call.text(0);
  if (is_ascii(text)) {
    char* const bytes = call.scratch().allocate(text.size());
    if (bytes == nullptr) return {};
    std::transform(text.begin(), text.end(), bytes,
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return Value::of_string({bytes, text.size()});
  }
  append_upper(call.buffer(), text);
  return call.buffered();
}

Value run_title(Call& call) {
  append_title(call.buffer(), call.text(0));
  return call.buffered();
}

// The first `count` occurrences, all if it is negative. An empty text occurs before each rune and at the end.
Value replace(Call& call, std::string_view text, std::string_view from, std::string_view to, int64_t count) {
  std::string& out = call.buffer();
  size_t done = 0;
  size_t found = 0;
  for (size_t search = 0; count != 0; --count) {
    if (from.empty()) {
      if (found > 0 && search >= text.size()) break;
      if (found > 0) search += decode_rune(text, search).size;
    } else {
      search = text.find(from, search);
      if (search == std::string_view::npos) break;
    }
    ++found;
    if (!call.has_room(out.size() + search - done + to.size())) return {};
    out += text.substr(done, search - done);
    out += to;
    done = search + from.size();
    if (!from.empty()) search = done;
  }
  if (found == 0) return Value::of_string(text);
  out += text.substr(done);
  return call.buffered();
}

Value run_replace_n(Call& call) {
  return replace(call, call.text(0), call.text(1), call.text(2), call.integer(3));
}

Value run_replace(Call& call) {
  return replace(call, call.text(2), call.text(0), call.text(1), -1);
}

Value run_trim(Call& call) {
  return Value::of_string(trim(call.text(0), RuneSet(call.text(1))));
}

Value run_trim_all(Call& call) {
  return Value::of_string(trim(call.text(1), RuneSet(call.text(0))));
}

Value run_trim_left(Call& call) {
  return Value::of_string(trim_left(call.text(0), RuneSet(call.text(1))));
}

Value run_trim_right(Call& call) {
  return Value::of_string(trim_right(call.text(0), RuneSet(call.text(1))));
}

Value run_trim_space(Call& call) {
  return Value::of_string(trim_space(call.text(0)));
}

// The old names take the text first, sprig's take it last.
Value run_trim_prefix(Call& call) {
  return Value::of_string(trim_prefix(call.text(0), call.text(1)));
}

Value run_trim_suffix(Call& call) {
  return Value::of_string(trim_suffix(call.text(0), call.text(1)));
}

Value run_prefix_trimmed(Call& call) {
  return Value::of_string(trim_prefix(call.text(1), call.text(0)));
}

Value run_suffix_trimmed(Call& call) {
  return Value::of_string(trim_suffix(call.text(1), call.text(0)));
}

Value run_contains(Call& call) {
  return Value::of_bool(call.text(1).find(call.text(0)) != std::string_view::npos);
}

Value run_has_prefix(Call& call) {
  return Value::of_bool(has_prefix(call.text(1), call.text(0)));
}

Value run_has_suffix(Call& call) {
  return Value::of_bool(has_suffix(call.text(1), call.text(0)));
}

Value run_trunc(Call& call) {
  const std::string_view text = call.text(1);
  const int64_t count = call.integer(0);
  const auto size = static_cast<int64_t>(text.size());
  if (count < 0 && count > -size) return Value::of_string(text.substr(static_cast<size_t>(size + count)));
  if (count >= 0 && count < size) return Value::of_string(text.substr(0, static_cast<size_t>(count)));
  return Value::of_string(text);
}

// Go's slice expressions, and how they fail.
Value run_substr(Call& call) {
  const int64_t begin = call.integer(0);
  const int64_t end = call.integer(1);
  const std::string_view text = call.text(2);
  const auto size = static_cast<int64_t>(text.size());
  constexpr char kProblem[] = "runtime error: slice bounds out of range";
  if (begin < 0) {
    if (end < 0) return call.fail(fmt::format("{} [:{}]", kProblem, end));
    if (end > size) return call.fail(fmt::format("{} [:{}] with length {}", kProblem, end, size));
    return Value::of_string(text.substr(0, static_cast<size_t>(end)));
  }
  const int64_t stop = end < 0 || end > size ? size : end;
  if (begin > stop) return call.fail(fmt::format("{} [{}:{}]", kProblem, begin, stop));
  return Value::of_string(text.substr(static_cast<size_t>(begin), static_cast<size_t>(stop - begin)));
}

Value indent(Call& call, bool newline_first) {
  const int64_t count = call.integer(0);
  const std::string_view text = call.text(1);
  if (count < 0) return call.fail("strings: negative Repeat count");
  const auto lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  const auto width = static_cast<size_t>(count);
  if (width > Scratch::kBytesMax || !call.has_room(text.size() + width * lines)) {
    return width > Scratch::kBytesMax ? call.fail(fmt::format("indent of {} is too large", count)) : Value();
  }
  std::string& out = call.buffer();
  if (newline_first) out += '\n';
  out.append(width, ' ');
  for (const char c : text) {
    out += c;
    if (c == '\n') out.append(width, ' ');
  }
  return call.buffered();
}

Value run_indent(Call& call) {
  return indent(call, false);
}

Value run_nindent(Call& call) {
  return indent(call, true);
}

Value run_repeat(Call& call) {
  const int64_t count = call.integer(0);
  const std::string_view text = call.text(1);
  if (count < 0) return call.fail("strings: negative Repeat count");
  if (text.empty() || count == 0) return Value::of_string("");
  if (static_cast<uint64_t>(count) > Scratch::kBytesMax / text.size()) {
    return call.fail(fmt::format("result of {} times {} bytes is too large", count, text.size()));
  }
  const size_t size = static_cast<size_t>(count) * text.size();
  char* const bytes = call.scratch().allocate(size);
  if (bytes == nullptr) return {};
  for (size_t at = 0; at < size; at += text.size()) std::copy(text.begin(), text.end(), bytes + at);
  return Value::of_string({bytes, size});
}

size_t count_runes(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); at += decode_rune(text, at).size) ++count;
  return count;
}

size_t skip_runes(std::string_view text, size_t count) {
  size_t at = 0;
  for (; count > 0 && at < text.size(); --count) at += decode_rune(text, at).size;
  return at;
}

Value align(Call& call, bool left) {
  const int64_t width = call.integer(0);
  const std::string_view text = call.text(1);
  const auto runes = static_cast<int64_t>(count_runes(text));
  if (width < 0 || width == runes) return Value::of_string(text);
  if (width < runes) {
    const size_t cut = skip_runes(text, static_cast<size_t>(left ? width : runes - width));
    const std::string_view kept = left ? text.substr(0, cut) : text.substr(cut);
    return is_valid_utf8(kept) ? Value::of_string(kept) : call.string(replace_invalid_utf8(kept));
  }
  const auto blanks = static_cast<size_t>(width - runes);
  if (!call.has_room(blanks)) return {};
  char* const bytes = call.scratch().allocate(text.size() + blanks);
  if (bytes == nullptr) return {};
  std::copy(text.begin(), text.end(), bytes + (left ? 0 : blanks));
  std::fill_n(bytes + (left ? text.size() : 0), blanks, ' ');
  return Value::of_string({bytes, text.size() + blanks});
}

Value run_align_left(Call& call) {
  return align(call, true);
}

Value run_align_right(Call& call) {
  return align(call, false);
}

constexpr Parameter kString = Parameter::String;
constexpr Parameter kInt = Parameter::Int;

constexpr Function kFunctions[] = {
    {"ToLower", {kString}, 1, false, run_lower},
    {"ToUpper", {kString}, 1, false, run_upper},
    {"Replace", {kString, kString, kString, kInt}, 4, false, run_replace_n},
    {"Trim", {kString, kString}, 2, false, run_trim},
    {"TrimLeft", {kString, kString}, 2, false, run_trim_left},
    {"TrimRight", {kString, kString}, 2, false, run_trim_right},
    {"TrimPrefix", {kString, kString}, 2, false, run_trim_prefix},
    {"TrimSuffix", {kString, kString}, 2, false, run_trim_suffix},
    {"TrimSpace", {kString}, 1, false, run_trim_space},
    {"alignLeft", {kInt, kString}, 2, false, run_align_left},
    {"alignRight", {kInt, kString}, 2, false, run_align_right},
    {"lower", {kString}, 1, false, run_lower},
    {"upper", {kString}, 1, false, run_upper},
    {"title", {kString}, 1, false, run_title},
    {"trunc", {kInt, kString}, 2, false, run_trunc},
    {"substr", {kInt, kInt, kString}, 3, false, run_substr},
    {"contains", {kString, kString}, 2, false, run_contains},
    {"hasPrefix", {kString, kString}, 2, false, run_has_prefix},
    {"hasSuffix", {kString, kString}, 2, false, run_has_suffix},
    {"indent", {kInt, kString}, 2, false, run_indent},
    {"nindent", {kInt, kString}, 2, false, run_nindent},
    {"replace", {kString, kString, kString}, 3, false, run_replace},
    {"repeat", {kInt, kString}, 2, false, run_repeat},
    {"trim", {kString}, 1, false, run_trim_space},
    {"trimAll", {kString, kString}, 2, false, run_trim_all},
    {"trimPrefix", {kString, kString}, 2, false, run_prefix_trimmed},
    {"trimSuffix", {kString, kString}, 2, false, run_suffix_trimmed},
};

}  // namespace

std::span<const Function> string_functions() {
  return kFunctions;
}

}  // namespace lokilib::logql::go_template
