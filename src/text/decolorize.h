// SPDX-License-Identifier: Apache-2.0
// decolorize.h: takes the ANSI escape sequences (colours, cursor moves) out of a line.
#pragma once

#include <string_view>

#include <lokilib/arena.h>

namespace lokilib::text {

/// The line itself where it has none, else a copy in the arena.
std::string_view decolorize(std::string_view line, Arena& arena);

}  // namespace lokilib::text
