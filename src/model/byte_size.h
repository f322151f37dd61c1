// SPDX-License-Identifier: Apache-2.0
// byte_size.h: sizes as people write them, `5KB`, `1.5 GiB`, `1,000`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <lokilib/result.h>

namespace lokilib {

/// A number and a unit in any case: none, b, k/kb (1000), ki/kib (1024), and m g t p e likewise. Blanks
/// before the unit and commas in the number are allowed. The result is rounded down.
///
/// Errors: `InvalidQuery`: `unhandled size name: xx`, `too large: 99EB`, or
/// `strconv.ParseFloat: parsing "": invalid syntax`.
Result<uint64_t> parse_byte_size(std::string_view text);

/// The same without an error text, for loops over rows: nothing where parse_byte_size has an error.
std::optional<uint64_t> try_parse_byte_size(std::string_view text);

/// `5B`, `1.0kB`, `15MB`: powers of 1000, two digits, so digits may be lost.
std::string format_byte_size(uint64_t bytes);

}  // namespace lokilib
