// SPDX-License-Identifier: Apache-2.0
// index_view.h: the arrays of a sealed index where they lie. open_index_view() verifies every number that a
// member relies on, so that none of them checks: after it, arrays have the sizes they must have, everything
// that must be sorted is, every number is in range, and every bitmap is well formed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <lokilib/label_index.h>

#include "schema/index_generated.h"

namespace lokilib {

/// Views of the bytes; Pre of all members: the numbers are in range.
struct IndexView {
  uint32_t series_count = 0;
  std::span<const uint32_t> symbol_ends;
  std::string_view symbol_bytes;
  std::span<const fbs::LabelName> names;
  std::span<const uint32_t> pair_values;
  std::span<const fbs::PostingsRef> pair_series;
  std::span<const uint32_t> series_ends;
  std::span<const uint32_t> series_pairs;
  std::span<const uint32_t> series_order;  // empty: 0, 1, 2 and so on
  std::string_view postings;

  std::string_view symbol(uint32_t number) const {
    const uint32_t begin = number == 0 ? 0 : symbol_ends[number - 1];
    return symbol_bytes.substr(begin, symbol_ends[number] - begin);
  }
  uint32_t symbol_count() const { return static_cast<uint32_t>(symbol_ends.size()); }
  /// The first symbol that is not less than the text.
  uint32_t lower_symbol(std::string_view text) const {
    uint32_t low = 0;
    uint32_t high = symbol_count();
    while (low < high) {
      const uint32_t middle = low + (high - low) / 2;
      (symbol(middle) < text ? low = middle + 1 : high = middle);
    }
    return low;
  }
  std::optional<uint32_t> find_symbol(std::string_view text) const {
    const uint32_t found = lower_symbol(text);
    if (found == symbol_count() || symbol(found) != text) return std::nullopt;
    return found;
  }
  uint32_t pair_begin(uint32_t name) const { return name == 0 ? 0 : names[name - 1].pair_end(); }
  std::span<const uint32_t> pairs_of(SeriesId series) const {
    const uint32_t begin = series == 0 ? 0 : series_ends[series - 1];
    return series_pairs.subspan(begin, series_ends[series] - begin);
  }
  /// The ids of a list that is stored as plain numbers.
  std::span<const uint32_t> plain_ids(const fbs::PostingsRef& ref) const {
    return {reinterpret_cast<const uint32_t*>(postings.data() + ref.place()), ref.count()};
  }
  SeriesId in_order(uint32_t rank) const { return series_order.empty() ? rank : series_order[rank]; }
};

/// Errors: `InvalidArgument` (alignment), `Corrupt`, `Unsupported` (a newer format).
Result<IndexView> open_index_view(std::string_view bytes);

}  // namespace lokilib
