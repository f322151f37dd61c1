// SPDX-License-Identifier: Apache-2.0
// crc32c.h: CRC-32C of bytes; "123456789" gives e3069283.
#pragma once

#include <cstdint>
#include <string_view>

namespace lokilib {

uint32_t crc32c(std::string_view bytes);
/// Continues: crc32c(ab) == crc32c_extend(crc32c(a), b).
uint32_t crc32c_extend(uint32_t crc, std::string_view bytes);

}  // namespace lokilib
