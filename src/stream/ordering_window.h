// SPDX-License-Identifier: Apache-2.0
// ordering_window.h: how far behind its stream's newest entry one may arrive.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace lokilib::stream {

/// Threads: one at a time.
class OrderingWindow {
 public:
  /// `window_ns` -1: any order.
  explicit OrderingWindow(int64_t window_ns) : window_ns_(window_ns) {}

  /// The earliest time that is accepted now; the smallest there is where any is.
  int64_t oldest_acceptable_ns() const {
    constexpr int64_t kFirst = std::numeric_limits<int64_t>::min();
    if (window_ns_ < 0 || !newest_ns_ || *newest_ns_ < kFirst + window_ns_) return kFirst;
    return *newest_ns_ - window_ns_;
  }
  bool accepts(int64_t timestamp_ns) const { return timestamp_ns >= oldest_acceptable_ns(); }
  /// An entry of that time was stored.
  void advance(int64_t timestamp_ns) {
    if (!newest_ns_ || timestamp_ns > *newest_ns_) newest_ns_ = timestamp_ns;
  }
  std::optional<int64_t> newest_ns() const { return newest_ns_; }

 private:
  int64_t window_ns_;
  std::optional<int64_t> newest_ns_;  // of all that were ever stored
};

}  // namespace lokilib::stream
