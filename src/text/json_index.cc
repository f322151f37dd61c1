// SPDX-License-Identifier: Apache-2.0
// json_index.cc: makes the bitmaps, 64 bytes at a time, without reading outside of the line.
#include "text/json_index.h"

#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace lokilib::text {
namespace {

struct Bitmaps {
  uint64_t quotes = 0;
  uint64_t brackets = 0;
  uint64_t specials = 0;
};

#if defined(__SSE2__)
Bitmaps bitmaps_of(const char* bytes) {
  Bitmaps result;
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i open = _mm_set1_epi8('{');
  const __m128i close = _mm_set1_epi8('}');
  const __m128i fold = _mm_set1_epi8(0x20);  // makes [ { and ] }
  for (unsigned i = 0; i < 4; ++i) {
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * i));
    const __m128i folded = _mm_or_si128(text, fold);
    const __m128i bracket = _mm_or_si128(_mm_cmpeq_epi8(folded, open), _mm_cmpeq_epi8(folded, close));
    const __m128i special =
        _mm_or_si128(_mm_cmpeq_epi8(text, backslash), text);  // the top bit is what counts
    const auto bits = [](__m128i mask) { return static_cast<uint64_t>(_mm_movemask_epi8(mask)); };
    result.quotes |= bits(_mm_cmpeq_epi8(text, quote)) << (16 * i);
    result.brackets |= bits(bracket) << (16 * i);
    result.specials |= bits(special) << (16 * i);
  }
  return result;
}
#else
Bitmaps bitmaps_of(const char* bytes) {
  Bitmaps result;
  for (unsigned i = 0; i < 64; ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    const uint64_t bit = uint64_t{1} << i;
    if (c == '"') result.quotes |= bit;
    if ((c | 0x20) == '{' || (c | 0x20) == '}') result.brackets |= bit;
    if (c == '\\' || c >= 0x80) result.specials |= bit;
  }
  return result;
}
#endif

}  // namespace

JsonIndex::JsonIndex(std::string_view line, Arena& arena) : line_(line) {
  const size_t words = line.size() / 64 + 1;
  uint64_t* memory = inline_words_;
  if (words > kInlineWords) {
    memory = reinterpret_cast<uint64_t*>(arena.allocate(3 * words * sizeof(uint64_t), alignof(uint64_t)));
  }
  quotes_ = memory;
  brackets_ = memory + words;
  specials_ = memory + 2 * words;
}

void JsonIndex::build(size_t word) {
  for (; built_ <= word; ++built_) {
    const size_t begin = built_ * 64;
    const size_t left = line_.size() - begin;
    Bitmaps bitmaps;
    if (left >= 64) {
      bitmaps = bitmaps_of(line_.data() + begin);
    } else if (line_.size() >= 64) {  // the last 64 bytes of the line, of which the first are known already
      bitmaps = bitmaps_of(line_.data() + line_.size() - 64);
      const auto known = static_cast<unsigned>(64 - left);
      const auto drop = [known](uint64_t bits) { return known == 64 ? 0 : bits >> known; };
      bitmaps = {drop(bitmaps.quotes), drop(bitmaps.brackets), drop(bitmaps.specials)};
    } else {
      char copy[64] = {};
      std::memcpy(copy, line_.data() + begin, left);
      bitmaps = bitmaps_of(copy);
    }
    quotes_[built_] = bitmaps.quotes;
    brackets_[built_] = bitmaps.brackets;
    specials_[built_] = bitmaps.specials;
  }
}

size_t JsonIndex::block_end(size_t at, size_t limit) {
  const char open = line_[at];
  const char close = open == '{' ? '}' : ']';
  size_t level = 0;
  size_t bracket = at;
  size_t quote = next(quotes_, at, limit);
  while (bracket != npos) {
    while (quote < bracket) {  // a string: brackets in it do not count
      const size_t end = string_end(quote + 1, limit);
      if (end == npos) return npos;
      quote = next(quotes_, end + 1, limit);
      if (bracket < end) bracket = next(brackets_, end + 1, limit);
    }
    if (bracket == npos) return npos;
    if (line_[bracket] == open) ++level;
    if (line_[bracket] == close && --level == 0) return bracket + 1;
    bracket = next(brackets_, bracket + 1, limit);
  }
  return npos;
}

}  // namespace lokilib::text
