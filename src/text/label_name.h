// SPDX-License-Identifier: Apache-2.0
// label_name.h: turns any key of a line into a label name.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <lokilib/arena.h>

namespace lokilib::text {

/// Trims Unicode white space, puts '_' before a leading digit and in place of every other rune. "" if nothing
/// is left. Copies into the arena only where something changes.
std::string_view sanitize_label_name(std::string_view key, Arena& arena);

/// `prefix` + '_' + the sanitised key, in the arena; only the first byte of all may get a '_' before it. A
/// key that is blank adds nothing.
std::string_view join_label_name(std::string_view prefix, std::string_view key, Arena& arena);

/// 1 for the bytes that a label name may hold at any place but the first: letters, digits, '_'.
inline constexpr std::array<uint8_t, 256> kLabelNameBytes = [] {
  std::array<uint8_t, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<size_t>(c)] = 1;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<size_t>(c)] = 1;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<size_t>(c)] = 1;
  table['_'] = 1;
  return table;
}();

/// Whether sanitize_label_name would give `key` back as it is.
inline bool is_label_name(std::string_view key) {
  if (key.empty() || (key[0] >= '0' && key[0] <= '9')) return false;
  uint8_t all = 1;
  for (const char c : key) all &= kLabelNameBytes[static_cast<unsigned char>(c)];
  return all != 0;
}

}  // namespace lokilib::text
