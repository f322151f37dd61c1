// SPDX-License-Identifier: Apache-2.0
// sample_functions.cc: quantile_over_time and rate_counter. The samples of a group are sorted by time once;
// then two ends of a window move over them.
#include "logql/exec/sample_functions.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

namespace lokilib::logql {
namespace {

struct TimedValue {
  int64_t timestamp_ns;
  uint32_t first_step;  // of the windows that hold it
  uint32_t last_step;
  double value;
};

// Values of a window by rank: a Fenwick tree over the ranks that values have among all of the group.
class RankedWindow {
 public:
  explicit RankedWindow(const std::vector<TimedValue>& samples)
      : ranks_(samples.size()), tree_(samples.size() + 1) {
    std::vector<uint32_t> order(samples.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      const double x = samples[a].value;
      const double y = samples[b].value;
      if (std::isnan(x) != std::isnan(y)) return std::isnan(x);  // NaN first
      if (x != y && !std::isnan(x)) return x < y;
      return a < b;
    });
    sorted_.reserve(order.size());
    for (uint32_t rank = 0; rank < order.size(); ++rank) {
      ranks_[order[rank]] = rank;
      sorted_.push_back(samples[order[rank]].value);
    }
    while (top_ * 2 < tree_.size()) top_ *= 2;
  }

  void add(size_t sample) { change(sample, 1); }
  void remove(size_t sample) { change(sample, -1); }

  // The value at `index` of those that are in, ascending.
  double at(size_t index) const {
    auto left = static_cast<int64_t>(index);
    size_t node = 0;
    for (size_t width = top_; width > 0; width /= 2) {
      if (node + width < tree_.size() && tree_[node + width] <= left) {
        node += width;
        left -= tree_[node];
      }
    }
    return sorted_[node];
  }

 private:
  void change(size_t sample, int32_t by) {
    for (size_t node = size_t{ranks_[sample]} + 1; node < tree_.size(); node += node & (~node + 1))
      tree_[node] += by;
  }

  std::vector<uint32_t> ranks_;  // by sample
  std::vector<double> sorted_;   // by rank
  std::vector<int32_t> tree_;
  size_t top_ = 1;  // the largest power of two below the tree's size
};

// Linear interpolation between the two values around the rank. Loki: -Inf below 0, +Inf above 1
// (recorded, 3.7.6).
class QuantileWindow {
 public:
  QuantileWindow(double quantile, const std::vector<TimedValue>& samples)
      : quantile_(quantile), ranked_(samples) {}

  void add(size_t sample) {
    ranked_.add(sample);
    ++count_;
  }
  void remove(size_t sample) {
    ranked_.remove(sample);
    --count_;
  }
  double value() const {
    if (quantile_ < 0) return -std::numeric_limits<double>::infinity();
    if (quantile_ > 1) return std::numeric_limits<double>::infinity();
    const double rank = quantile_ * (static_cast<double>(count_) - 1);
    if (std::isnan(rank)) return rank;
    const double whole = std::floor(rank);
    const auto lower = static_cast<size_t>(whole);
    const size_t upper = std::min(lower + 1, count_ - 1);
    const double weight = rank - whole;
    return ranked_.at(lower) * (1 - weight) + ranked_.at(upper) * weight;
  }

 private:
  double quantile_;
  RankedWindow ranked_;
  size_t count_ = 0;
};

// The increase of a counter per second, with Loki's extrapolation.
class CounterWindow {
 public:
  CounterWindow(double range_seconds, const std::vector<TimedValue>& samples)
      : range_seconds_(range_seconds), samples_(samples) {}

  void add(size_t sample) {
    if (first_ == end_) first_ = sample;
    if (sample > first_ && samples_[sample].value < samples_[sample - 1].value) resets_.push_back(sample);
    end_ = sample + 1;
  }
  void remove(size_t sample) {
    first_ = sample + 1;
    while (!resets_.empty() && resets_.front() <= first_) resets_.pop_front();
  }
  double value() const {
    const size_t count = end_ - first_;
    if (count < 2) return 0;
    const TimedValue& first = samples_[first_];
    const TimedValue& last = samples_[end_ - 1];
    double increase = last.value - first.value;
    for (const size_t reset : resets_) increase += samples_[reset - 1].value;

    // Loki mixes units here: nanoseconds divided by 1000 against seconds (its rule, recorded, 3.7.6).
    const double sampled = static_cast<double>(last.timestamp_ns - first.timestamp_ns) / 1000;
    double to_start = range_seconds_;
    if (increase > 0 && first.value >= 0) to_start = std::min(to_start, sampled * (first.value / increase));
    const double average = sampled / static_cast<double>(count - 1);
    const double extra = to_start < average * 1.1 ? to_start : average / 2;
    return increase * ((sampled + extra) / sampled) / range_seconds_;
  }

 private:
  double range_seconds_;
  const std::vector<TimedValue>& samples_;
  size_t first_ = 0;
  size_t end_ = 0;
  std::deque<size_t> resets_;  // samples in the window that are less than the one before, which is in it, too
};

template <typename MakeWindow>
class SampleAccumulator final : public RangeAccumulator {
 public:
  SampleAccumulator(const Windows& windows, MakeWindow make_window)
      : windows_(windows), make_window_(std::move(make_window)) {}

  void add(const GroupedRows& rows) override {
    WindowCell window;
    for (const uint16_t row : rows.rows) {
      const int64_t timestamp_ns = rows.timestamps_ns[row];
      if (!window.contains(timestamp_ns)) window = windows_.cell(timestamp_ns);
      if (window.in_no_window()) continue;
      group(rows.groups.empty() ? rows.group : rows.groups[row])
          .push_back({timestamp_ns, window.first_step, window.last_step, rows.values[row]});
      ++sample_count_;
    }
  }

  void merge(RangeAccumulator& later, std::span<const uint32_t> groups) override {
    auto& other = static_cast<SampleAccumulator&>(later);
    for (size_t i = 0; i < other.groups_.size(); ++i) {
      std::vector<TimedValue>& samples = group(groups[i]);
      samples.insert(samples.end(), other.groups_[i].begin(), other.groups_[i].end());
      other.groups_[i] = {};
    }
    sample_count_ += std::exchange(other.sample_count_, 0);
  }

  void finish(uint32_t number, StepSeries& out) override {
    if (number >= groups_.size()) return;
    const std::vector<TimedValue> samples = sorted(std::exchange(groups_[number], {}));
    auto window = make_window_(samples);
    size_t oldest = 0;
    size_t next = 0;
    while (next < samples.size() || oldest < next) {
      const uint32_t step = oldest == next ? samples[next].first_step : out.steps.back() + 1;
      while (next < samples.size() && samples[next].first_step <= step) window.add(next++);
      while (oldest < next && samples[oldest].last_step < step) window.remove(oldest++);
      if (oldest < next) out.add(step, window.value());
    }
  }

  size_t memory_bytes() const override { return sample_count_ * sizeof(TimedValue) * 2; }

 private:
  static std::vector<TimedValue> sorted(std::vector<TimedValue> samples) {
    const auto earlier = [](const TimedValue& a, const TimedValue& b) {
      return a.timestamp_ns < b.timestamp_ns;
    };
    if (!std::is_sorted(samples.begin(), samples.end(), earlier)) {
      std::stable_sort(samples.begin(), samples.end(), earlier);
    }
    return samples;
  }

  std::vector<TimedValue>& group(uint32_t number) {
    if (number >= groups_.size()) groups_.resize(size_t{number} + 1);
    return groups_[number];
  }

  const Windows& windows_;
  MakeWindow make_window_;
  std::vector<std::vector<TimedValue>> groups_;
  size_t sample_count_ = 0;
};

template <typename MakeWindow>
std::unique_ptr<RangeAccumulator> create(const Windows& windows, MakeWindow make_window) {
  return std::make_unique<SampleAccumulator<MakeWindow>>(windows, std::move(make_window));
}

}  // namespace

std::unique_ptr<RangeAccumulator> create_quantile_accumulator(double quantile, const Windows& windows) {
  return create(windows, [quantile](const std::vector<TimedValue>& samples) {
    return QuantileWindow(quantile, samples);
  });
}

std::unique_ptr<RangeAccumulator> create_rate_counter_accumulator(const Windows& windows) {
  const double range_seconds = static_cast<double>(windows.range_ns()) / 1e9;
  return create(windows, [range_seconds](const std::vector<TimedValue>& samples) {
    return CounterWindow(range_seconds, samples);
  });
}

}  // namespace lokilib::logql
