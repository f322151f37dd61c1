// SPDX-License-Identifier: Apache-2.0
// sliding_state.h: the merged state of a window that moves over cells. States cannot be taken away again (a
// minimum has no inverse, and subtracting floats loses digits), so the window is kept as two parts: merged
// states of every suffix of the older part, and one merged state of the newer part. Each cell is merged at
// most twice.
#pragma once

#include <cstddef>
#include <vector>

namespace lokilib::logql {

template <typename State>
class SlidingState {
 public:
  bool empty() const { return first_ == suffixes_.size() && newer_.empty(); }

  void push(const State& state) {
    if (newer_.empty()) {
      newer_merged_ = state;
    } else {
      newer_merged_.merge(state);
    }
    newer_.push_back(state);
  }

  /// Drops the oldest. Pre: not empty.
  void pop() {
    if (first_ == suffixes_.size()) turn_over();
    ++first_;
  }

  /// Pre: not empty.
  State merged() const {
    if (first_ == suffixes_.size()) return newer_merged_;
    State state = suffixes_[first_];
    if (!newer_.empty()) state.merge(newer_merged_);
    return state;
  }

 private:
  void turn_over() {
    suffixes_ = newer_;
    for (size_t i = suffixes_.size(); i-- > 1;) suffixes_[i - 1].merge(suffixes_[i]);
    first_ = 0;
    newer_.clear();
  }

  std::vector<State> suffixes_;  // suffixes_[i]: cells i and later of the older part
  size_t first_ = 0;             // the oldest that is left
  std::vector<State> newer_;
  State newer_merged_{};
};

}  // namespace lokilib::logql
