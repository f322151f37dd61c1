// SPDX-License-Identifier: Apache-2.0
// id_table.h: a hash table of ids whose keys lie elsewhere: 4 bytes a slot, linear probing, at most 3/4 full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace lokilib {

class IdTable {
 public:
  /// The id for which `equals(id)` holds, among those with that hash.
  template <typename Equals>
  std::optional<uint32_t> find(uint64_t hash, const Equals& equals) const {
    if (slots_.empty()) return std::nullopt;
    const size_t mask = slots_.size() - 1;
    for (size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
      if (equals(slots_[slot] - 1)) return slots_[slot] - 1;
    }
    return std::nullopt;
  }

  /// Adds the next id: ids come as 0, 1, 2 and so on. `hash_of(id)` gives the hash of any id up to it.
  template <typename HashOf>
  void add(uint32_t id, const HashOf& hash_of) {
    if ((size_t{id} + 1) * 4 > slots_.size() * 3) {
      slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, 0);
      for (uint32_t earlier = 0; earlier < id; ++earlier) place(earlier, hash_of(earlier));
    }
    place(id, hash_of(id));
  }

 private:
  void place(uint32_t id, uint64_t hash) {
    const size_t mask = slots_.size() - 1;
    size_t slot = hash & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = id + 1;
  }

  std::vector<uint32_t> slots_;  // id + 1; 0 is free
};

}  // namespace lokilib
