// SPDX-License-Identifier: Apache-2.0
// index_format.h: the constants that writer and reader of a sealed index share.
#pragma once

#include <cstdint>

namespace lokilib {

inline constexpr uint32_t kIndexFormat = 1;

/// Lists up to here are stored as plain numbers: a bitmap's header would be as long.
inline constexpr uint32_t kPlainPostingsMax = 32;

/// What FlatBuffers can address.
inline constexpr uint64_t kIndexBytesMax = (uint64_t{1} << 31) - 1;

}  // namespace lokilib
