// SPDX-License-Identifier: Apache-2.0
// label_index_property_test.cc: both indexes against a list of label sets and a loop.
#include <algorithm>
#include <cstring>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include <lokilib/label_index.h>

#include "support/aligned_bytes.h"
#include "support/random.h"

namespace lokilib {
namespace {

using test::AlignedBytes;
using test::for_each_seed;
using test::Random;

class NaiveIndex {
 public:
  void add(const LabelSet& labels) {
    if (std::find(series_.begin(), series_.end(), labels) == series_.end()) series_.push_back(labels);
  }
  std::vector<SeriesId> resolve(const std::vector<Matcher>& matchers) const {
    std::vector<SeriesId> found;
    for (SeriesId id = 0; id < series_.size(); ++id) {
      if (matches_all(matchers, series_[id])) found.push_back(id);
    }
    return found;
  }
  std::vector<std::string> values(const std::string& name) const {
    std::set<std::string> values;
    for (const LabelSet& labels : series_) {
      if (const auto value = labels.find(name)) values.emplace(*value);
    }
    return {values.begin(), values.end()};
  }
  std::vector<std::string> names() const {
    std::set<std::string> names;
    for (const LabelSet& labels : series_) {
      for (const Label& label : labels.labels()) names.insert(label.name);
    }
    return {names.begin(), names.end()};
  }
  const std::vector<LabelSet>& series() const { return series_; }

 private:
  std::vector<LabelSet> series_;
};

std::string random_value(Random& random) {
  if (random.one_in(4)) return random.text("ab\n\xff", 3);
  return "v" + std::to_string(random.below(random.one_in(3) ? 100 : 5));
}

LabelSet random_labels(Random& random) {
  std::vector<Label> labels;
  for (const char* name : {"app", "env", "pod", "v1"}) {
    if (!random.one_in(3)) labels.push_back({name, random_value(random)});
  }
  return *LabelSet::create(labels);
}

Matcher random_matcher(Random& random) {
  static const std::vector<std::string> kNames = {"app", "env", "pod", "v1", "none"};
  static const std::vector<std::string> kRegexes = {
      "",       ".*",    ".+",    "v.*",  "v1.+",      "v1|v2|x", "|v1",   "(v1|v2)?",
      "v[0-3]", "v\\d+", "[ab]+", "a.b?", "(?i)V1|v3", ".*1",     "v1.|a", "a.*|"};
  const auto op = static_cast<MatchOp>(random.below(4));
  const bool is_regex = op == MatchOp::Regex || op == MatchOp::NotRegex;
  std::string operand = is_regex ? random.pick(kRegexes) : (random.one_in(4) ? "" : random_value(random));
  auto matcher = Matcher::create(op, random.pick(kNames), operand);
  EXPECT_TRUE(matcher) << operand;
  return *matcher;
}

std::string describe(const std::vector<Matcher>& matchers) {
  std::string text;
  for (const Matcher& matcher : matchers) text += matcher.to_string() + " ";
  return text;
}

void expect_like_naive(const LabelIndex& index, const NaiveIndex& naive, Random& random) {
  ASSERT_EQ(index.series_count(), naive.series().size());
  ASSERT_EQ(index.label_names(), naive.names());
  for (const std::string name : {"app", "env", "pod", "v1", "none", ""}) {
    ASSERT_EQ(index.label_values(name), naive.values(name));
  }
  for (SeriesId id = 0; id < index.series_count(); ++id) {
    ASSERT_EQ(index.labels(id), naive.series()[id]);
    ASSERT_EQ(index.find(naive.series()[id]), id);
  }
  for (int i = 0; i < 10; ++i) {
    const LabelSet labels = random_labels(random);
    const auto known = std::find(naive.series().begin(), naive.series().end(), labels);
    const auto found = index.find(labels);
    ASSERT_EQ(found.has_value(), known != naive.series().end()) << labels.to_string();
  }
  for (int i = 0; i < 30; ++i) {
    std::vector<Matcher> matchers;
    for (size_t n = random.below(4); n > 0; --n) matchers.push_back(random_matcher(random));
    const auto resolved = index.resolve(matchers);
    ASSERT_TRUE(resolved);
    ASSERT_EQ(*resolved, naive.resolve(matchers)) << describe(matchers);
  }
}

TEST(LabelIndexProperty, ResolvesLikeAScanOverAllSeries) {
  for_each_seed(120, [](Random& random) {
    NaiveIndex naive;
    GrowingLabelIndex growing;
    const size_t count = random.below(random.one_in(5) ? 600 : 60);
    for (size_t i = 0; i < count; ++i) {
      const LabelSet labels = random_labels(random);
      naive.add(labels);
      ASSERT_EQ(naive.series()[growing.add(labels)], labels);
    }
    expect_like_naive(growing, naive, random);
    const AlignedBytes bytes(growing.encode());
    const auto sealed = SealedLabelIndex::open(bytes.view());
    ASSERT_TRUE(sealed) << sealed.error().to_string();
    expect_like_naive(**sealed, naive, random);
  });
}

}  // namespace
}  // namespace lokilib
