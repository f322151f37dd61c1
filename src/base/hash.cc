// SPDX-License-Identifier: Apache-2.0
// hash.cc: XXH3, inlined because most keys are short.
#define XXH_INLINE_ALL
#include "base/hash.h"

#include <xxhash.h>

namespace lokilib {

uint64_t hash64(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace lokilib
