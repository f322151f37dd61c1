// SPDX-License-Identifier: Apache-2.0
// utf8.cc: decoding and checking of UTF-8.
#include "model/utf8.h"

#include <cstring>

namespace lokilib {

namespace {

bool is_continuation(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

}  // namespace

DecodedRune decode_rune(std::string_view text, size_t offset) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, true};
  uint32_t size = 0;
  char32_t rune = 0;
  char32_t smallest = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    size = 2, rune = first & 0x1Fu, smallest = 0x80;
  } else if (first >= 0xE0 && first <= 0xEF) {
    size = 3, rune = first & 0x0Fu, smallest = 0x800;
  } else if (first >= 0xF0 && first <= 0xF4) {
    size = 4, rune = first & 0x07u, smallest = 0x10000;
  } else {
    return {};
  }
  if (text.size() - offset < size) return {};
  for (uint32_t i = 1; i < size; ++i) {
    if (!is_continuation(byte(i))) return {};
    rune = (rune << 6) | (byte(i) & 0x3Fu);
  }
  if (rune < smallest || rune > kRuneMax || (rune >= 0xD800 && rune <= 0xDFFF)) return {};
  return {rune, size, true};
}

void append_rune(std::string& out, char32_t rune) {
  if (rune > kRuneMax || (rune >= 0xD800 && rune <= 0xDFFF)) rune = kReplacementRune;
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (rune < 0x80) {
    put(rune);
  } else if (rune < 0x800) {
    put(0xC0 | (rune >> 6));
    put(0x80 | (rune & 0x3F));
  } else if (rune < 0x10000) {
    put(0xE0 | (rune >> 12));
    put(0x80 | ((rune >> 6) & 0x3F));
    put(0x80 | (rune & 0x3F));
  } else {
    put(0xF0 | (rune >> 18));
    put(0x80 | ((rune >> 12) & 0x3F));
    put(0x80 | ((rune >> 6) & 0x3F));
    put(0x80 | (rune & 0x3F));
  }
}

bool is_ascii(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  size_t i = 0;
  for (; i + 32 <= text.size(); i += 32) {
    uint64_t words[4];
    std::memcpy(words, text.data() + i, sizeof(words));
    if (((words[0] | words[1] | words[2] | words[3]) & kHighBits) != 0) return false;
  }
  uint64_t rest = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, sizeof(word));
    rest |= word;
  }
  for (; i < text.size(); ++i) rest |= static_cast<unsigned char>(text[i]);
  return (rest & kHighBits) == 0;
}

bool is_valid_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  for (size_t i = 0; i < text.size();) {
    const DecodedRune decoded = decode_rune(text, i);
    if (!decoded.valid) return false;
    i += decoded.size;
  }
  return true;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size() + 16);
  for (size_t i = 0; i < text.size();) {
    const DecodedRune decoded = decode_rune(text, i);
    append_rune(result, decoded.rune);
    i += decoded.size;
  }
  return result;
}

}  // namespace lokilib
