// SPDX-License-Identifier: Apache-2.0
// vector_aggregate.cc: series are given groups once, then every group is worked on for all steps.
#include "logql/exec/vector_aggregate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "logql/exec/label_keys.h"
#include "logql/exec/partial_state.h"

namespace lokilib::logql {
namespace {

struct Groups {
  LabelSetTable labels;
  std::vector<std::vector<uint32_t>> members;  // by group: series, ascending
};

Groups group_series(const StepVector& series, const Grouping& grouping) {
  Groups groups;
  LabelChoice choice = LabelChoice::of(grouping, {});
  // Loki: `without ()` keeps all labels, also the metric's name.
  if (grouping.without && grouping.labels.empty()) choice = LabelChoice::all();
  for (uint32_t i = 0; i < series.size(); ++i) {
    const uint32_t group = groups.labels.intern(choice.apply(series[i].labels));
    if (group == groups.members.size()) groups.members.emplace_back();
    groups.members[group].push_back(i);
  }
  return groups;
}

void sort_by_labels(StepVector& series) {
  std::stable_sort(series.begin(), series.end(),
                   [](const StepSeries& a, const StepSeries& b) { return a.labels < b.labels; });
}

template <typename State>
StepVector reduce(const VectorPlan& plan, const StepVector& operand, const StepGrid& grid) {
  const Groups groups = group_series(operand, plan.grouping);
  StepVector result;
  std::vector<State> states(grid.count);
  std::vector<uint8_t> is_set(grid.count);
  for (uint32_t group = 0; group < groups.members.size(); ++group) {
    std::fill(states.begin(), states.end(), State{});
    std::fill(is_set.begin(), is_set.end(), uint8_t{0});
    for (const uint32_t member : groups.members[group]) {
      const StepSeries& series = operand[member];
      for (size_t i = 0; i < series.steps.size(); ++i) {
        states[series.steps[i]].add(0, series.values[i]);
        is_set[series.steps[i]] = 1;
      }
    }
    StepSeries reduced;
    reduced.labels = groups.labels.labels(group);
    for (uint32_t step = 0; step < grid.count; ++step) {
      if (is_set[step] != 0) reduced.add(step, states[step].value());
    }
    if (!reduced.steps.empty()) result.push_back(std::move(reduced));
  }
  sort_by_labels(result);
  return result;
}

// Whether `a` goes before `b`; numbers before NaN.
bool goes_before(double a, double b, bool largest_first) {
  if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
  return largest_first ? a > b : a < b;
}

struct Candidate {
  uint32_t step;
  uint32_t series;
  uint32_t index;  // of the sample within the series
};

StepVector select_k(const VectorPlan& plan, StepVector operand) {
  sort_by_labels(operand);
  const bool largest = plan.op != VectorOp::Bottomk;
  const Groups groups = group_series(operand, plan.grouping);
  std::vector<std::vector<uint8_t>> chosen(operand.size());
  for (size_t i = 0; i < operand.size(); ++i) chosen[i].resize(operand[i].steps.size());
  for (const std::vector<uint32_t>& members : groups.members) {
    std::vector<Candidate> candidates;
    for (const uint32_t member : members) {
      for (uint32_t i = 0; i < operand[member].steps.size(); ++i) {
        candidates.push_back({operand[member].steps[i], member, i});
      }
    }
    std::sort(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
      if (a.step != b.step) return a.step < b.step;
      const double x = operand[a.series].values[a.index];
      const double y = operand[b.series].values[b.index];
      if (goes_before(x, y, largest)) return true;
      if (goes_before(y, x, largest)) return false;
      return a.series < b.series;
    });
    int64_t taken = 0;
    for (size_t i = 0; i < candidates.size(); ++i) {
      taken = i > 0 && candidates[i].step == candidates[i - 1].step ? taken + 1 : 1;
      if (taken <= plan.parameter) chosen[candidates[i].series][candidates[i].index] = 1;
    }
  }
  StepVector result;
  for (size_t i = 0; i < operand.size(); ++i) {
    StepSeries kept;
    for (size_t j = 0; j < operand[i].steps.size(); ++j) {
      if (chosen[i][j] != 0) kept.add(operand[i].steps[j], operand[i].values[j]);
    }
    if (kept.steps.empty()) continue;
    kept.labels = std::move(operand[i].labels);
    result.push_back(std::move(kept));
  }
  return result;
}

StepVector sort_by_value(const VectorPlan& plan, StepVector operand, const StepGrid& grid) {
  if (grid.count != 1) return operand;  // a range result is sorted by labels, whatever was asked
  sort_by_labels(operand);
  const bool largest_first = plan.op == VectorOp::SortDesc;
  std::stable_sort(operand.begin(), operand.end(), [&](const StepSeries& a, const StepSeries& b) {
    return goes_before(a.values[0], b.values[0], largest_first);
  });
  return operand;
}

}  // namespace

StepVector aggregate(const VectorPlan& plan, StepVector operand, const StepGrid& grid) {
  switch (plan.op) {
    case VectorOp::Sum:
      return reduce<SumState>(plan, operand, grid);
    case VectorOp::Avg:
      return reduce<MeanState>(plan, operand, grid);
    case VectorOp::Min:
      return reduce<MinState>(plan, operand, grid);
    case VectorOp::Max:
      return reduce<MaxState>(plan, operand, grid);
    case VectorOp::Count:
      return reduce<CountState>(plan, operand, grid);
    case VectorOp::Stddev:
      return reduce<DeviationState>(plan, operand, grid);
    case VectorOp::Stdvar:
      return reduce<VarianceState>(plan, operand, grid);
    case VectorOp::Topk:
    case VectorOp::Bottomk:
    case VectorOp::ApproxTopk:
      return select_k(plan, std::move(operand));  // exact is a good approximation
    case VectorOp::Sort:
    case VectorOp::SortDesc:
      return sort_by_value(plan, std::move(operand), grid);
  }
  return {};
}

}  // namespace lokilib::logql
