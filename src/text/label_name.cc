// SPDX-License-Identifier: Apache-2.0
// label_name.cc: the common key is a label name already and is only looked at.
#include "text/label_name.h"

#include <cstring>

#include "text/runes.h"

namespace lokilib::text {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The sanitised runes of `key`, without a look at the first byte. Returns the bytes written: at most
// key.size().
size_t write_sanitized(std::string_view key, char* out) {
  size_t size = 0;
  for (size_t i = 0; i < key.size();) {
    const char c = key[i];
    if (kLabelNameBytes[static_cast<unsigned char>(c)] != 0) {
      out[size++] = c;
      ++i;
      continue;
    }
    out[size++] = '_';
    i += decode_rune(key, i).size;
  }
  return size;
}

}  // namespace

std::string_view trim_space(std::string_view text) {
  while (!text.empty()) {
    const DecodedRune rune = decode_rune(text, 0);
    if (!is_space(rune.rune)) break;
    text.remove_prefix(rune.size);
  }
  while (!text.empty()) {
    size_t back = 1;  // a rune ends here; it begins at most three bytes before
    while (back < 4 && back < text.size() &&
           (static_cast<unsigned char>(text[text.size() - back]) & 0xc0U) == 0x80) {
      ++back;
    }
    const DecodedRune rune = decode_rune(text, text.size() - back);
    if (rune.size != back || !is_space(rune.rune)) break;
    text.remove_suffix(back);
  }
  return text;
}

std::string_view sanitize_label_name(std::string_view key, Arena& arena) {
  if (is_label_name(key)) return key;
  key = trim_space(key);
  if (key.empty() || is_label_name(key)) return key;
  char* const out = arena.allocate(key.size() + 1);
  size_t size = 0;
  if (is_digit(key[0])) out[size++] = '_';
  size += write_sanitized(key, out + size);
  return {out, size};
}

std::string_view join_label_name(std::string_view prefix, std::string_view key, Arena& arena) {
  if (prefix.empty()) return sanitize_label_name(key, arena);
  key = trim_space(key);
  if (key.empty()) return prefix;
  char* const out = arena.allocate(prefix.size() + 1 + key.size());
  std::memcpy(out, prefix.data(), prefix.size());
  out[prefix.size()] = '_';
  const size_t size = prefix.size() + 1 + write_sanitized(key, out + prefix.size() + 1);
  return {out, size};
}

}  // namespace lokilib::text
