// SPDX-License-Identifier: Apache-2.0
// partial_state.h: what a range aggregation remembers of some entries of a window. States merge, so that a
// window is put together from cells and, later, a query from parts. Merging is in order of time: `this` holds
// the earlier entries, or of streams that come first.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace lokilib::logql {

struct CountState {
  uint64_t count = 0;

  void add(int64_t, double) { ++count; }
  void merge(const CountState& later) { count += later.count; }
  double value() const { return static_cast<double>(count); }
};

struct SumState {
  double sum = 0;

  void add(int64_t, double value) { sum += value; }
  void merge(const SumState& later) { sum += later.sum; }
  double value() const { return sum; }
};

/// A number takes the place of NaN (Loki's rule, recorded, 3.7.6).
struct MinState {
  double min = std::numeric_limits<double>::quiet_NaN();

  void add(int64_t, double value) {
    if (value < min || std::isnan(min)) min = value;
  }
  void merge(const MinState& later) { add(0, later.min); }
  double value() const { return min; }
};

struct MaxState {
  double max = std::numeric_limits<double>::quiet_NaN();

  void add(int64_t, double value) {
    if (value > max || std::isnan(max)) max = value;
  }
  void merge(const MaxState& later) { add(0, later.max); }
  double value() const { return max; }
};

/// The mean as a running mean, so that it does not overflow where a sum would.
struct MeanState {
  double count = 0;
  double mean = 0;

  void add(int64_t, double value) { merge({1, value}); }
  void merge(const MeanState& later) {
    const double total = count + later.count;
    if (count == 0) {
      mean = later.mean;
    } else if (std::isfinite(mean) && std::isfinite(later.mean)) {
      const double weight = later.count / total;
      mean += later.mean * weight - mean * weight;
    } else {
      mean += later.mean;  // an infinity stays, opposite ones and NaN give NaN
    }
    count = total;
  }
  double value() const { return mean; }
};

/// Mean and sum of squared differences from it (Welford; Chan et al. for the merge).
struct VarianceState {
  double count = 0;
  double mean = 0;
  double squares = 0;

  void add(int64_t, double value) {
    count += 1;
    const double delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }
  void merge(const VarianceState& later) {
    if (later.count == 0) return;
    if (count == 0) {
      *this = later;
      return;
    }
    const double total = count + later.count;
    const double delta = later.mean - mean;
    mean += delta * (later.count / total);
    squares += later.squares + delta * delta * (count * later.count / total);
    count = total;
  }
  double value() const { return squares / count; }  // of the population
};

struct DeviationState : VarianceState {
  double value() const { return std::sqrt(VarianceState::value()); }
};

struct FirstState {
  int64_t timestamp_ns = std::numeric_limits<int64_t>::max();
  bool empty = true;
  double first = 0;

  void add(int64_t timestamp, double value) {
    if (!empty && timestamp >= timestamp_ns) return;
    *this = {timestamp, false, value};
  }
  void merge(const FirstState& later) {
    if (!later.empty) add(later.timestamp_ns, later.first);
  }
  double value() const { return first; }
};

struct LastState {
  int64_t timestamp_ns = std::numeric_limits<int64_t>::min();
  double last = 0;

  void add(int64_t timestamp, double value) {
    if (timestamp < timestamp_ns) return;
    *this = {timestamp, value};
  }
  void merge(const LastState& later) { add(later.timestamp_ns, later.last); }
  double value() const { return last; }
};

}  // namespace lokilib::logql
