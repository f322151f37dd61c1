// SPDX-License-Identifier: Apache-2.0
// hash.h: 64-bit hashes for tables and routing. Not stable between versions: never stored.
#pragma once

#include <cstdint>
#include <string_view>

namespace lokilib {

uint64_t hash64(std::string_view bytes, uint64_t seed = 0);

}  // namespace lokilib
