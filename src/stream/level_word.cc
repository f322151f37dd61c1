// SPDX-License-Identifier: Apache-2.0
// level_word.cc: finds words like ERROR in plain text. A candidate is a place whose byte before is a boundary
// and whose two bytes begin a level's name; 16 places are tested at once, and few are left to look at.
#include <array>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "stream/detected_level.h"

namespace lokilib::stream {
namespace {

struct LevelWord {
  std::string_view word;
  std::string_view level;
};

// Of the names that begin alike only one can end at a boundary, so their order does not matter.
constexpr std::array<LevelWord, 9> kWords = {{{"trace", "trace"},
                                              {"debug", "debug"},
                                              {"fatal", "fatal"},
                                              {"critical", "critical"},
                                              {"error", "error"},
                                              {"err", "error"},
                                              {"warning", "warn"},
                                              {"warn", "warn"},
                                              {"info", "info"}}};

constexpr size_t kWordBytesMin = 3;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

constexpr std::array<bool, 256> table_of(std::string_view bytes) {
  std::array<bool, 256> table{};
  for (const char c : bytes) table[static_cast<unsigned char>(c)] = true;
  return table;
}
constexpr auto kBefore = table_of(" \t\n[({\"=");
constexpr auto kBehind = table_of(" \t\n[](){}:,!\"=");

bool is_before(char c) {
  return kBefore[static_cast<unsigned char>(c)];
}

// The level of the word that begins at `start`, or "".
std::string_view word_at(std::string_view text, size_t start) {
  const std::string_view rest = text.substr(start);
  for (const LevelWord& candidate : kWords) {
    const std::string_view word = candidate.word;
    if (rest.size() < word.size()) continue;
    if (rest.size() > word.size() && !kBehind[static_cast<unsigned char>(rest[word.size()])]) continue;
    size_t same = 0;
    while (same < word.size() && lower(rest[same]) == word[same]) ++same;
    if (same == word.size()) return candidate.level;
  }
  return {};
}

std::string_view scan(std::string_view text, size_t begin) {
  for (size_t i = begin; i + kWordBytesMin <= text.size(); ++i) {
    if (i != 0 && !is_before(text[i - 1])) continue;
    if (const std::string_view level = word_at(text, i); !level.empty()) return level;
  }
  return {};
}

#ifdef __SSE2__
__m128i load(const char* bytes) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
}
__m128i is(__m128i bytes, char c) {
  return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

// Bit i: a level's name may begin at bytes[i]. Reads bytes[-1] to bytes[16].
unsigned candidates(const char* bytes) {
  const __m128i case_bit = _mm_set1_epi8(0x20);
  const __m128i before = load(bytes - 1);
  const __m128i before_folded = _mm_or_si128(before, case_bit);  // '[' becomes '{'
  const __m128i from_tab = _mm_sub_epi8(before, _mm_set1_epi8('\t'));
  __m128i boundary = _mm_cmpeq_epi8(_mm_min_epu8(from_tab, _mm_set1_epi8(1)), from_tab);  // tab, newline
  boundary = _mm_or_si128(boundary, _mm_or_si128(is(before, ' '), is(before, '"')));
  boundary = _mm_or_si128(boundary, _mm_or_si128(is(before, '('), is(before, '=')));
  boundary = _mm_or_si128(boundary, is(before_folded, '{'));

  const __m128i first = _mm_or_si128(load(bytes), case_bit);
  const __m128i second = _mm_or_si128(load(bytes + 1), case_bit);
  const __m128i r = _mm_and_si128(is(second, 'r'),
                                  _mm_or_si128(is(first, 't'), _mm_or_si128(is(first, 'c'), is(first, 'e'))));
  const __m128i a = _mm_and_si128(is(second, 'a'), _mm_or_si128(is(first, 'f'), is(first, 'w')));
  const __m128i de = _mm_and_si128(is(second, 'e'), is(first, 'd'));
  const __m128i in = _mm_and_si128(is(second, 'n'), is(first, 'i'));
  const __m128i begins = _mm_or_si128(_mm_or_si128(r, a), _mm_or_si128(de, in));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(boundary, begins)));
}
#endif

}  // namespace

std::string_view find_level_word_scalar(std::string_view text) {
  const std::string_view level = scan(text, 0);
  return level.empty() ? "unknown" : level;
}

std::string_view find_level_word(std::string_view text) {
#ifdef __SSE2__
  constexpr size_t kStep = 16;
  if (text.size() < kStep + 2) return find_level_word_scalar(text);
  if (const std::string_view level = word_at(text, 0); !level.empty()) return level;
  const size_t last = text.size() - kStep - 1;  // where the last step begins; it looks one byte further
  for (size_t i = 1;; i = i + kStep < last ? i + kStep : last) {
    for (unsigned places = candidates(text.data() + i); places != 0; places &= places - 1) {
      const std::string_view level = word_at(text, i + static_cast<size_t>(std::countr_zero(places)));
      if (!level.empty()) return level;
    }
    if (i >= last) return "unknown";
  }
#else
  return find_level_word_scalar(text);
#endif
}

}  // namespace lokilib::stream
