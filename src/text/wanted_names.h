// SPDX-License-Identifier: Apache-2.0
// wanted_names.h: the few label names that a query needs of a line. Keys of the line are held against them as
// raw bytes, so that the fields nobody wants cost a look at their key and a skip over their value.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace lokilib::text {

/// Immutable. Threads: any number at once.
class WantedNames {
 public:
  static constexpr size_t kCountMax = 64;

  /// `names` are sanitised label names, all different, at most kCountMax of them (more: take all fields).
  explicit WantedNames(std::vector<std::string> names);

  const std::vector<std::string>& names() const { return names_; }
  size_t size() const { return names_.size(); }
  /// One bit per name.
  uint64_t all() const { return all_; }

  struct Match {
    uint64_t whole = 0;   ///< names that end with the key
    uint64_t inside = 0;  ///< names that go on with '_' behind the key
  };

  /// Whether a key that begins with this byte can be, or begin, a wanted name at the line's top level.
  bool may_begin_with(char c) const { return first_bytes_[static_cast<unsigned char>(c)] != 0; }

  /// Which of the `candidates` have `key`, byte for byte, at `offset` of their name.
  Match match(std::string_view key, uint64_t candidates, size_t offset) const {
    Match result;
    for (uint64_t left = candidates; left != 0; left &= left - 1) {
      const auto i = static_cast<size_t>(__builtin_ctzll(left));
      const std::string& name = names_[i];
      if (name.size() < offset + key.size()) continue;
      if (std::memcmp(name.data() + offset, key.data(), key.size()) != 0) continue;
      const uint64_t bit = uint64_t{1} << i;
      if (name.size() == offset + key.size()) {
        result.whole |= bit;
      } else if (name[offset + key.size()] == '_') {
        result.inside |= bit;
      }
    }
    return result;
  }

 private:
  std::vector<std::string> names_;
  std::array<uint8_t, 256> first_bytes_{};
  uint64_t all_ = 0;
};

}  // namespace lokilib::text
