// SPDX-License-Identifier: Apache-2.0
// label_name.h: turns any key of a line into a label name (section 6.3 of Loki's rules).
#pragma once

#include <string_view>

#include <lokilib/arena.h>

namespace lokilib::text {

/// Trims Unicode white space, puts '_' before a leading digit and in place of every other rune. "" if nothing
/// is left. Copies into the arena only where something changes.
std::string_view sanitize_label_name(std::string_view key, Arena& arena);

}  // namespace lokilib::text
