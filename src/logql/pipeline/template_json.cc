// SPDX-License-Identifier: Apache-2.0
// template_json.cc: a strict JSON reader for fromJson: a text is JSON as a whole, or it is nothing. (The
// readers in src/text follow Loki's lenient one and look for fields.)
#include <algorithm>
#include <vector>

#include "logql/pipeline/template_functions.h"
#include "model/go_number.h"
#include "model/utf8.h"

namespace lokilib::logql::go_template {
namespace {

constexpr int kDepthMax = 500;

class JsonReader {
 public:
  JsonReader(std::string_view text, Scratch& scratch) : text_(text), scratch_(scratch) {}

  Value read() {
    Value value = read_value(0);
    skip_blanks();
    return ok_ && at_ == text_.size() ? value : Value::nil();
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }
  Value fail() {
    ok_ = false;
    return {};
  }

  Value read_value(int depth) {
    skip_blanks();
    if (depth > kDepthMax) return fail();
    Value value;
    switch (peek()) {
      case '{':
        value = read_object(depth);
        break;
      case '[':
        value = read_array(depth);
        break;
      case '"':
        value = read_string();
        break;
      case 't':
        value = read_word("true", Value::of_bool(true));
        break;
      case 'f':
        value = read_word("false", Value::of_bool(false));
        break;
      case 'n':
        value = read_word("null", Value::nil());
        break;
      default:
        value = read_number();
        break;
    }
    value.boxed = depth > 0;
    return value;
  }

  Value read_word(std::string_view word, const Value& value) {
    if (text_.substr(at_, word.size()) != word) return fail();
    at_ += word.size();
    return value;
  }

  Value read_number() {
    const size_t begin = at_;
    const auto digits = [&] {
      const size_t first = at_;
      while (peek() >= '0' && peek() <= '9') ++at_;
      if (at_ == first) ok_ = false;
    };
    take('-');
    if (!take('0')) digits();
    if (take('.')) digits();
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      digits();
    }
    if (!ok_) return {};
    const auto number = try_parse_go_float(text_.substr(begin, at_ - begin));
    return number ? Value::of_float(*number) : Value::nil();  // out of range: Go leaves nil in its place
  }

  // The bytes between the quotes as they are, if nothing in them needs a change.
  Value read_string() {
    const size_t begin = ++at_;
    bool plain = true;
    while (at_ < text_.size() && text_[at_] != '"') {
      const char c = text_[at_];
      if (static_cast<uint8_t>(c) < ' ') return fail();
      if (c == '\\') {
        plain = false;
        ++at_;
      } else if (static_cast<uint8_t>(c) >= 0x80) {
        plain = false;
      }
      ++at_;
    }
    if (at_ >= text_.size()) return fail();
    const std::string_view raw = text_.substr(begin, at_ - begin);
    ++at_;
    return Value::of_string(plain ? raw : unescape(raw));
  }

  std::string_view unescape(std::string_view raw) {
    std::string text;
    for (size_t at = 0; at < raw.size() && ok_;) {
      if (raw[at] != '\\') {
        const DecodedRune rune = decode_rune(raw, at);
        append_rune(text, rune.rune);
        at += rune.size;
        continue;
      }
      const char kind = raw[at + 1];  // a string never ends behind a backslash
      at += 2;
      constexpr std::string_view kLetters = "\"\\/bfnrt";
      constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
      if (kind == 'u') {
        append_rune(text, read_unit(raw, at));
      } else if (const size_t i = kLetters.find(kind); i != std::string_view::npos) {
        text += kMeanings[i];
      } else {
        ok_ = false;
      }
    }
    return scratch_.copy(text);
  }

  // \uD83D\uDE00 is one rune; half a pair is U+FFFD.
  char32_t read_unit(std::string_view raw, size_t& at) {
    const char32_t first = read_hex(raw, at);
    if (first < 0xD800 || first >= 0xE000) return first;
    if (first < 0xDC00 && raw.substr(at, 2) == "\\u") {
      size_t next = at + 2;
      const char32_t second = read_hex(raw, next);
      if (second >= 0xDC00 && second < 0xE000) {
        at = next;
        return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
      }
    }
    return kReplacementRune;
  }

  char32_t read_hex(std::string_view raw, size_t& at) {
    char32_t value = 0;
    for (size_t end = at + 4; at < end; ++at) {
      const char c = at < raw.size() ? raw[at] : '\0';
      const char lower = static_cast<char>(c | 32);
      if (c >= '0' && c <= '9') {
        value = value * 16 + static_cast<char32_t>(c - '0');
      } else if (lower >= 'a' && lower <= 'f') {
        value = value * 16 + static_cast<char32_t>(lower - 'a' + 10);
      } else {
        ok_ = false;
        at = raw.size();
        return 0;
      }
    }
    return value;
  }

  Value read_array(int depth) {
    ++at_;
    std::vector<Value> items;
    skip_blanks();
    if (!take(']')) {
      do {
        items.push_back(read_value(depth + 1));
        skip_blanks();
      } while (ok_ && take(','));
      if (!take(']')) ok_ = false;
    }
    Value* const kept = ok_ ? scratch_.allocate_array<Value>(items.size()) : nullptr;
    if (kept == nullptr) return fail();
    std::copy(items.begin(), items.end(), kept);
    Value list;
    list.kind = Kind::List;
    list.items = kept;
    list.size = items.size();
    return list;
  }

  Value read_object(int depth) {
    ++at_;
    std::vector<MapEntry> entries;
    skip_blanks();
    if (!take('}')) {
      do {
        skip_blanks();
        if (peek() != '"') return fail();
        const Value key = read_string();
        skip_blanks();
        if (!ok_ || !take(':')) return fail();
        entries.push_back({key.text(), read_value(depth + 1)});
        skip_blanks();
      } while (ok_ && take(','));
      if (!take('}')) ok_ = false;
    }
    sort_by_key(entries);
    MapEntry* const kept = ok_ ? scratch_.allocate_array<MapEntry>(entries.size()) : nullptr;
    if (kept == nullptr) return fail();
    std::copy(entries.begin(), entries.end(), kept);
    Value map;
    map.kind = Kind::Map;
    map.entries = kept;
    map.size = entries.size();
    return map;
  }

  // Of equal keys the last stays.
  static void sort_by_key(std::vector<MapEntry>& entries) {
    std::stable_sort(entries.begin(), entries.end(),
                     [](const MapEntry& a, const MapEntry& b) { return a.key < b.key; });
    size_t kept = 0;
    for (size_t i = 0; i < entries.size(); ++i) {
      if (i + 1 < entries.size() && entries[i + 1].key == entries[i].key) continue;
      entries[kept++] = entries[i];
    }
    entries.resize(kept);
  }

  std::string_view text_;
  Scratch& scratch_;
  size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace

Value parse_json(std::string_view text, Scratch& scratch) {
  return JsonReader(text, scratch).read();
}

}  // namespace lokilib::logql::go_template
