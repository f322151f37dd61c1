// SPDX-License-Identifier: Apache-2.0
// binary_op.cc: series are brought together by signature (the labels that must agree) once; within a
// signature they meet step by step, since a series may be there at one step and not at another.
#include "logql/exec/binary_op.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/make_error.h"
#include "logql/exec/label_keys.h"

namespace lokilib::logql {
namespace {

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

// One signature's series on both sides.
struct Meeting {
  std::vector<uint32_t> lhs;
  std::vector<uint32_t> rhs;
};

LabelChoice signature_labels(const VectorMatching& matching) {
  LabelChoice choice;
  choice.kind = matching.is_on ? LabelChoice::Kind::Only : LabelChoice::Kind::AllBut;
  choice.names = matching.labels;
  std::sort(choice.names.begin(), choice.names.end());
  return choice;
}

std::vector<Meeting> bring_together(const VectorMatching& matching, const StepVector& lhs,
                                    const StepVector& rhs) {
  const LabelChoice choice = signature_labels(matching);
  LabelSetTable signatures;
  std::vector<Meeting> meetings;
  const auto meeting_of = [&](const StepSeries& series) -> Meeting& {
    const uint32_t number = signatures.intern(choice.apply(series.labels));
    if (number == meetings.size()) meetings.emplace_back();
    return meetings[number];
  };
  for (uint32_t i = 0; i < lhs.size(); ++i) meeting_of(lhs[i]).lhs.push_back(i);
  for (uint32_t i = 0; i < rhs.size(); ++i) meeting_of(rhs[i]).rhs.push_back(i);
  return meetings;
}

// Which of some series has a sample at each step, and its value. Fails if two have one at the same step.
struct OneSide {
  explicit OneSide(uint32_t step_count) : series(step_count, kNone), values(step_count) {}

  bool fill(const StepVector& all, const std::vector<uint32_t>& members) {
    std::fill(series.begin(), series.end(), kNone);
    for (const uint32_t member : members) {
      for (size_t i = 0; i < all[member].steps.size(); ++i) {
        const uint32_t step = all[member].steps[i];
        if (series[step] != kNone) return false;
        series[step] = member;
        values[step] = all[member].values[i];
      }
    }
    return true;
  }

  std::vector<uint32_t> series;
  std::vector<double> values;
};

// The labels of a result: those of the "many" side, or what both must share.
LabelSet result_labels(const VectorMatching& matching, const LabelSet& many, const LabelSet& one) {
  if (matching.cardinality == VectorMatching::Cardinality::OneToOne) {
    return signature_labels(matching).apply(many);
  }
  if (matching.include.empty()) return many;
  std::map<std::string, std::string, std::less<>> labels;
  for (const Label& label : many.labels()) labels[label.name] = label.value;
  for (const std::string& name : matching.include) {
    if (const auto value = one.find(name); value && !value->empty()) {
      labels[name] = std::string(*value);
    } else {
      labels.erase(name);
    }
  }
  std::vector<Label> sorted;
  for (auto& [name, value] : labels) sorted.push_back({name, std::move(value)});
  return LabelSet::from_sorted(std::move(sorted));
}

// A sample's outcome: nothing where a comparison filters it out.
std::optional<double> outcome(BinaryOp op, bool return_bool, double lhs, double rhs) {
  const double value = apply(op, lhs, rhs);
  if (!is_comparison(op) || return_bool) return value;
  if (value == 0) return std::nullopt;
  return lhs;
}

class Join {
 public:
  Join(const BinaryPlan& plan, const StepVector& lhs, const StepVector& rhs, const StepGrid& grid)
      : plan_(plan),
        one_is_lhs_(plan.matching.cardinality == VectorMatching::Cardinality::OneToMany),
        many_(one_is_lhs_ ? rhs : lhs),
        one_(one_is_lhs_ ? lhs : rhs),
        one_side_(grid.count),
        taken_(grid.count) {}

  Result<StepVector> run(const std::vector<Meeting>& meetings) {
    // Duplicates on the "one" side are an error also where nothing meets them.
    for (const Meeting& meeting : meetings) {
      if (one_members(meeting).size() < 2) continue;
      if (!one_side_.fill(one_, one_members(meeting))) {
        return make_error(
            ErrorCode::VectorMatching,
            "found duplicate series on the {} hand-side;many-to-many matching not allowed: matching "
            "labels must be unique on one side",
            one_is_lhs_ ? "left" : "right");
      }
    }
    for (const Meeting& meeting : meetings) {
      if (!meeting.lhs.empty() && !meeting.rhs.empty()) LOKILIB_TRY(meet(meeting));
    }
    return std::move(result_);
  }

 private:
  const std::vector<uint32_t>& one_members(const Meeting& meeting) const {
    return one_is_lhs_ ? meeting.lhs : meeting.rhs;
  }
  const std::vector<uint32_t>& many_members(const Meeting& meeting) const {
    return one_is_lhs_ ? meeting.rhs : meeting.lhs;
  }

  Result<void> meet(const Meeting& meeting) {
    one_side_.fill(one_, one_members(meeting));
    std::fill(taken_.begin(), taken_.end(), uint8_t{0});
    const size_t result_begin = result_.size();
    for (const uint32_t member : many_members(meeting)) LOKILIB_TRY(meet(many_[member]));
    if (plan_.matching.cardinality == VectorMatching::Cardinality::OneToOne) return {};
    return check_unique(result_begin);
  }

  // One series of the "many" side with what is there at its steps. With several series on the "one" side (at
  // different steps) the labels copied from them may differ, so there may be several results.
  Result<void> meet(const StepSeries& many) {
    uint32_t current = kNone;
    size_t current_result = 0;
    for (size_t i = 0; i < many.steps.size(); ++i) {
      const uint32_t step = many.steps[i];
      const uint32_t one = one_side_.series[step];
      if (one == kNone) continue;
      if (plan_.matching.cardinality == VectorMatching::Cardinality::OneToOne) {
        if (taken_[step] != 0) {
          return make_error(ErrorCode::VectorMatching,
                            "multiple matches for labels: many-to-one matching must be explicit "
                            "(group_left/group_right)");
        }
        taken_[step] = 1;
      }
      const double lhs = one_is_lhs_ ? one_side_.values[step] : many.values[i];
      const double rhs = one_is_lhs_ ? many.values[i] : one_side_.values[step];
      const auto value = outcome(plan_.op, plan_.return_bool, lhs, rhs);
      if (!value) continue;
      if (one != current) {
        current = one;
        current_result = result_.size();
        result_.push_back({result_labels(plan_.matching, many.labels, one_[one].labels), {}, {}});
      }
      result_[current_result].add(step, *value);
    }
    return {};
  }

  // group_left and group_right may make the labels of two series equal.
  Result<void> check_unique(size_t result_begin) const {
    std::map<LabelSet, std::vector<uint8_t>> seen;
    if (result_.size() - result_begin < 2) return {};
    for (size_t i = result_begin; i < result_.size(); ++i) {
      auto& steps = seen[result_[i].labels];
      steps.resize(taken_.size());
      for (const uint32_t step : result_[i].steps) {
        if (std::exchange(steps[step], uint8_t{1}) != 0) {
          return make_error(ErrorCode::VectorMatching,
                            "multiple matches for labels: grouping labels must ensure unique matches");
        }
      }
    }
    return {};
  }

  const BinaryPlan& plan_;
  bool one_is_lhs_;
  const StepVector& many_;
  const StepVector& one_;
  OneSide one_side_;
  std::vector<uint8_t> taken_;  // by step: a series of the "many" side was matched (one to one only)
  StepVector result_;
};

// The samples of some series at steps where `other` has none (keep_present: where it has one).
void keep_steps(StepSeries& series, const std::vector<uint8_t>& other, bool keep_present) {
  size_t kept = 0;
  for (size_t i = 0; i < series.steps.size(); ++i) {
    if ((other[series.steps[i]] != 0) != keep_present) continue;
    series.steps[kept] = series.steps[i];
    series.values[kept] = series.values[i];
    ++kept;
  }
  series.steps.resize(kept);
  series.values.resize(kept);
}

StepVector combine_sets(const BinaryPlan& plan, StepVector lhs, StepVector rhs, const StepGrid& grid) {
  const std::vector<Meeting> meetings = bring_together(plan.matching, lhs, rhs);
  std::vector<uint8_t> present(grid.count);
  for (const Meeting& meeting : meetings) {
    const bool is_or = plan.op == BinaryOp::Or;
    StepVector& marking = is_or ? lhs : rhs;
    StepVector& filtered = is_or ? rhs : lhs;
    std::fill(present.begin(), present.end(), uint8_t{0});
    for (const uint32_t member : is_or ? meeting.lhs : meeting.rhs) {
      for (const uint32_t step : marking[member].steps) present[step] = 1;
    }
    for (const uint32_t member : is_or ? meeting.rhs : meeting.lhs) {
      keep_steps(filtered[member], present, plan.op == BinaryOp::And);
    }
  }
  if (plan.op == BinaryOp::Or) {
    lhs.insert(lhs.end(), std::make_move_iterator(rhs.begin()), std::make_move_iterator(rhs.end()));
  }
  std::erase_if(lhs, [](const StepSeries& series) { return series.steps.empty(); });
  return lhs;
}

// Series that got equal labels at different steps are one series.
void join_equal_labels(StepVector& series) {
  LabelSetTable labels;
  StepVector joined;
  for (StepSeries& one : series) {
    const uint32_t number = labels.intern(one.labels);
    if (number == joined.size()) {
      joined.push_back(std::move(one));
      continue;
    }
    StepSeries& into = joined[number];
    const size_t middle = into.steps.size();
    into.steps.insert(into.steps.end(), one.steps.begin(), one.steps.end());
    into.values.insert(into.values.end(), one.values.begin(), one.values.end());
    if (into.steps[middle - 1] < into.steps[middle]) continue;
    std::vector<std::pair<uint32_t, double>> samples;
    for (size_t i = 0; i < into.steps.size(); ++i) samples.emplace_back(into.steps[i], into.values[i]);
    std::stable_sort(samples.begin(), samples.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (size_t i = 0; i < samples.size(); ++i) {
      into.steps[i] = samples[i].first;
      into.values[i] = samples[i].second;
    }
  }
  series = std::move(joined);
}

// Applies `operation` to each sample, which gives nothing where the sample goes.
template <typename Operation>
StepVector for_each_sample(StepVector series, Operation operation) {
  for (StepSeries& one : series) {
    size_t kept = 0;
    for (size_t i = 0; i < one.steps.size(); ++i) {
      const std::optional<double> value = operation(one.values[i]);
      if (!value) continue;
      one.steps[kept] = one.steps[i];
      one.values[kept] = *value;
      ++kept;
    }
    one.steps.resize(kept);
    one.values.resize(kept);
  }
  std::erase_if(series, [](const StepSeries& one) { return one.steps.empty(); });
  return series;
}

}  // namespace

double apply(BinaryOp op, double lhs, double rhs) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  switch (op) {
    case BinaryOp::Equal:
      return lhs == rhs ? 1 : 0;
    case BinaryOp::NotEqual:
      return lhs != rhs ? 1 : 0;
    case BinaryOp::Greater:
      return lhs > rhs ? 1 : 0;
    case BinaryOp::GreaterEqual:
      return lhs >= rhs ? 1 : 0;
    case BinaryOp::Less:
      return lhs < rhs ? 1 : 0;
    case BinaryOp::LessEqual:
      return lhs <= rhs ? 1 : 0;
    case BinaryOp::Add:
      return lhs + rhs;
    case BinaryOp::Subtract:
      return lhs - rhs;
    case BinaryOp::Multiply:
      return lhs * rhs;
    case BinaryOp::Divide:
      return rhs == 0 ? nan : lhs / rhs;
    case BinaryOp::Modulo:
      return rhs == 0 ? nan : std::fmod(lhs, rhs);
    case BinaryOp::Power:
      return std::pow(lhs, rhs);
    case BinaryOp::Or:
    case BinaryOp::And:
    case BinaryOp::Unless:
      break;
  }
  return nan;
}

Result<StepVector> combine(const BinaryPlan& plan, StepVector lhs, StepVector rhs, const StepGrid& grid) {
  if (is_set_op(plan.op)) return combine_sets(plan, std::move(lhs), std::move(rhs), grid);
  const std::vector<Meeting> meetings = bring_together(plan.matching, lhs, rhs);
  LOKILIB_TRY_ASSIGN(auto result, Join(plan, lhs, rhs, grid).run(meetings));
  join_equal_labels(result);
  return result;
}

StepVector combine(const BinaryPlan& plan, StepVector lhs, double rhs) {
  return for_each_sample(std::move(lhs),
                         [&](double value) { return outcome(plan.op, plan.return_bool, value, rhs); });
}

StepVector combine(const BinaryPlan& plan, double lhs, StepVector rhs) {
  return for_each_sample(std::move(rhs), [&](double value) {
    const auto result = outcome(plan.op, plan.return_bool, lhs, value);
    return result && is_comparison(plan.op) && !plan.return_bool ? std::optional<double>(value) : result;
  });
}

}  // namespace lokilib::logql
