// SPDX-License-Identifier: Apache-2.0
// find_avx2.cc: compares two rare bytes of the needle at 32 places at a time; only where both fit, the whole
// needle. The tail that does not fill a vector goes to the scalar search.
#include <cstring>

#include "text/find_functions.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LOKILIB_AVX2 __attribute__((target("avx2,bmi")))

namespace lokilib::text {
namespace {

struct RareBytes {
  __m256i first, second, fold_first, fold_second;
};

// Bit i: both rare bytes are where they would be if the needle stood at `at` + i.
template <bool kFold>
LOKILIB_AVX2 inline __m256i candidates(const char* at, const NeedleView& needle, const RareBytes& rare) {
  __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + needle.rare_first));
  __m256i second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + needle.rare_second));
  if constexpr (kFold) {
    first = _mm256_or_si256(first, rare.fold_first);
    second = _mm256_or_si256(second, rare.fold_second);
  }
  return _mm256_and_si256(_mm256_cmpeq_epi8(first, rare.first), _mm256_cmpeq_epi8(second, rare.second));
}

template <bool kFold>
LOKILIB_AVX2 inline size_t verify(std::string_view text, size_t at, __m256i hits, const NeedleView& needle) {
  auto mask = static_cast<uint32_t>(_mm256_movemask_epi8(hits));
  for (; mask != 0; mask &= mask - 1) {
    const size_t place = at + static_cast<size_t>(__builtin_ctz(mask));
    if (place + needle.size > text.size()) return Finder::npos;
    const char* const here = text.data() + place;
    if (kFold ? equals_folded(here, needle.bytes, needle.size)
              : std::memcmp(here, needle.bytes, needle.size) == 0) {
      return place;
    }
  }
  return Finder::npos;
}

template <bool kFold>
LOKILIB_AVX2 size_t search(std::string_view text, size_t from, const NeedleView& needle) {
  const size_t reach = (needle.rare_first > needle.rare_second ? needle.rare_first : needle.rare_second) + 32;
  RareBytes rare;
  rare.first = _mm256_set1_epi8(needle.bytes[needle.rare_first]);
  rare.second = _mm256_set1_epi8(needle.bytes[needle.rare_second]);
  rare.fold_first = _mm256_set1_epi8(needle.fold_first);
  rare.fold_second = _mm256_set1_epi8(needle.fold_second);
  size_t at = from;
  // Four vectors a round: an absent needle costs one branch per 128 bytes.
  for (; at + reach + 96 <= text.size(); at += 128) {
    const char* const here = text.data() + at;
    const __m256i hits[4] = {
        candidates<kFold>(here, needle, rare), candidates<kFold>(here + 32, needle, rare),
        candidates<kFold>(here + 64, needle, rare), candidates<kFold>(here + 96, needle, rare)};
    const __m256i any = _mm256_or_si256(_mm256_or_si256(hits[0], hits[1]), _mm256_or_si256(hits[2], hits[3]));
    if (_mm256_testz_si256(any, any)) continue;
    for (size_t i = 0; i < 4; ++i) {
      const size_t found = verify<kFold>(text, at + 32 * i, hits[i], needle);
      if (found != Finder::npos) return found;
    }
  }
  for (; at + reach <= text.size(); at += 32) {
    const __m256i hits = candidates<kFold>(text.data() + at, needle, rare);
    const size_t found = verify<kFold>(text, at, hits, needle);
    if (found != Finder::npos) return found;
  }
  if (text.size() - from >= reach) {  // the last vector again, moved back so that it ends with the text
    const size_t last = text.size() - reach;
    const __m256i hits = candidates<kFold>(text.data() + last, needle, rare);
    const size_t found = verify<kFold>(text, last, hits, needle);
    if (found != Finder::npos) return found;
    at = last + 32;
  }
  return kFold ? find_folded_scalar(text, at, needle) : find_scalar(text, at, needle);
}

}  // namespace

bool has_avx2() {
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0;
}

LOKILIB_AVX2 size_t find_avx2(std::string_view text, size_t from, const NeedleView& needle) {
  return search<false>(text, from, needle);
}

LOKILIB_AVX2 size_t find_folded_avx2(std::string_view text, size_t from, const NeedleView& needle) {
  return search<true>(text, from, needle);
}

}  // namespace lokilib::text

#else

namespace lokilib::text {

bool has_avx2() {
  return false;
}
size_t find_avx2(std::string_view text, size_t from, const NeedleView& needle) {
  return find_scalar(text, from, needle);
}
size_t find_folded_avx2(std::string_view text, size_t from, const NeedleView& needle) {
  return find_folded_scalar(text, from, needle);
}

}  // namespace lokilib::text

#endif
