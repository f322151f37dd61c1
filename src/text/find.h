// SPDX-License-Identifier: Apache-2.0
// find.h: substring search. Picks its instruction set once, at run time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lokilib::text {

/// Finds one needle in many texts. Owns the needle. Threads: const members from any.
class Finder {
 public:
  explicit Finder(std::string needle);

  const std::string& needle() const { return needle_; }
  /// Where the needle first occurs at or behind `from`, or npos. The empty needle occurs everywhere.
  size_t find(std::string_view text, size_t from = 0) const;
  bool contains(std::string_view text) const { return find(text) != std::string_view::npos; }

  static constexpr size_t npos = std::string_view::npos;

 private:
  std::string needle_;
  size_t rare_first_ = 0;  // two places of the needle whose bytes are compared first
  size_t rare_second_ = 0;
};

}  // namespace lokilib::text
