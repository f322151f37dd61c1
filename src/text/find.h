// SPDX-License-Identifier: Apache-2.0
// find.h: substring search. Picks its instruction set once per needle, at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lokilib::text {

/// A needle as the search functions see it. Two of its bytes, chosen to be rare in logs, are compared first.
struct NeedleView {
  const char* bytes = nullptr;
  size_t size = 0;
  size_t rare_first = 0;  ///< place of the rarest byte
  size_t rare_second = 0;
  /// OR-ed to bytes of the text before the compare at the two places: 0x20 makes letters lower case.
  char fold_first = 0;
  char fold_second = 0;
};

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
  size_t (*search_)(std::string_view, size_t, const NeedleView&) = nullptr;
};

/// The same where A to Z and a to z are equal; other bytes, those above 0x7f too, must be the same.
class CaseInsensitiveFinder {
 public:
  explicit CaseInsensitiveFinder(std::string needle);

  /// In lower case.
  const std::string& needle() const { return needle_; }
  size_t find(std::string_view text, size_t from = 0) const;
  bool contains(std::string_view text) const { return find(text) != std::string_view::npos; }

  static constexpr size_t npos = std::string_view::npos;

 private:
  std::string needle_;
  size_t rare_first_ = 0;
  size_t rare_second_ = 0;
  size_t (*search_)(std::string_view, size_t, const NeedleView&) = nullptr;
};

}  // namespace lokilib::text
