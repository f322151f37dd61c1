// SPDX-License-Identifier: Apache-2.0
// label_index_test.cc: named cases of both indexes, and damaged bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <lokilib/label_index.h>

#include "support/aligned_bytes.h"

namespace lokilib {
namespace {

using test::AlignedBytes;
using testing::ElementsAre;
using testing::IsEmpty;

LabelSet labels_of(std::string_view text) {
  return *parse_labels(text);
}

Matcher matcher(MatchOp op, const char* name, const char* value) {
  return *Matcher::create(op, name, value);
}

GrowingLabelIndex three_series() {
  GrowingLabelIndex index;
  index.add(labels_of(R"({app="web", env="prod"})"));
  index.add(labels_of(R"({app="api", env="prod"})"));
  index.add(labels_of(R"({app="api"})"));
  return index;
}

TEST(GrowingLabelIndex, AddsALabelSetOnce) {
  GrowingLabelIndex index = three_series();
  EXPECT_EQ(index.add(labels_of(R"({env="prod", app="api"})")), 1u);
  EXPECT_EQ(index.series_count(), 3u);
}

TEST(GrowingLabelIndex, TakesAnEmptyValueForNoLabel) {
  GrowingLabelIndex index = three_series();
  EXPECT_EQ(index.add(LabelSet::from_sorted({{"app", "api"}, {"env", ""}})), 2u);
  EXPECT_THAT(index.label_values("env"), ElementsAre("prod"));
}

TEST(GrowingLabelIndex, KeepsASeriesWithoutLabels) {
  GrowingLabelIndex index;
  const SeriesId id = index.add(LabelSet());
  EXPECT_EQ(index.find(LabelSet()), id);
  EXPECT_THAT(*index.resolve({matcher(MatchOp::Equal, "app", "")}), ElementsAre(0));
}

TEST(LabelIndex, SelectsSeriesWithoutTheLabelWhereTheMatcherAcceptsTheEmptyValue) {
  const GrowingLabelIndex index = three_series();
  EXPECT_THAT(*index.resolve({matcher(MatchOp::Equal, "env", "")}), ElementsAre(2));
  EXPECT_THAT(*index.resolve({matcher(MatchOp::NotEqual, "env", "prod")}), ElementsAre(2));
  EXPECT_THAT(*index.resolve({matcher(MatchOp::Regex, "env", "dev|")}), ElementsAre(2));
  EXPECT_THAT(*index.resolve({matcher(MatchOp::NotRegex, "env", ".+")}), ElementsAre(2));
  EXPECT_THAT(*index.resolve({matcher(MatchOp::Regex, "env", ".*")}), ElementsAre(0, 1, 2));
  EXPECT_THAT(*index.resolve({matcher(MatchOp::NotRegex, "none", ".*")}), IsEmpty());
}

TEST(LabelIndex, SelectsAllWithoutMatchers) {
  EXPECT_THAT(*three_series().resolve({}), ElementsAre(0, 1, 2));
  EXPECT_THAT(*GrowingLabelIndex().resolve({}), IsEmpty());
}

TEST(LabelIndex, FindsOneOfManyValues) {
  GrowingLabelIndex growing;
  for (int i = 0; i < 20'000; ++i) {
    growing.add(labels_of("{pod=\"pod-" + std::to_string(i) + "\", app=\"a" + std::to_string(i % 3) + "\"}"));
  }
  const AlignedBytes bytes(growing.encode());
  const auto sealed = SealedLabelIndex::open(bytes.view());
  ASSERT_TRUE(sealed) << sealed.error().to_string();
  const LabelIndex* const both[] = {&growing, sealed->get()};
  for (const LabelIndex* index : both) {
    EXPECT_THAT(*index->resolve({matcher(MatchOp::Equal, "pod", "pod-777")}), ElementsAre(777));
    EXPECT_THAT(*index->resolve({matcher(MatchOp::Regex, "pod", "pod-1234.?")}).value().begin(), 1234u);
    EXPECT_EQ(index->resolve({matcher(MatchOp::Equal, "app", "a1")})->size(), 6667u);
    EXPECT_THAT(
        *index->resolve({matcher(MatchOp::Equal, "app", "a1"), matcher(MatchOp::Regex, "pod", "pod-1.?")}),
        ElementsAre(1, 10, 13, 16, 19));
  }
}

TEST(SealedLabelIndex, OpensAnEmptyIndex) {
  const AlignedBytes bytes(GrowingLabelIndex().encode());
  const auto sealed = SealedLabelIndex::open(bytes.view());
  ASSERT_TRUE(sealed) << sealed.error().to_string();
  EXPECT_EQ((*sealed)->series_count(), 0u);
  EXPECT_EQ((*sealed)->find(LabelSet()), std::nullopt);
}

TEST(SealedLabelIndex, RefusesBytesThatAreNoIndex) {
  for (const std::string& text :
       {std::string(), std::string("short"), std::string(200, '\0'), std::string(200, '\xff')}) {
    const AlignedBytes bytes(text);
    const auto sealed = SealedLabelIndex::open(bytes.view());
    ASSERT_FALSE(sealed);
    EXPECT_EQ(sealed.error().code, ErrorCode::Corrupt);
  }
}

TEST(SealedLabelIndex, RefusesBytesThatAreNotAligned) {
  const AlignedBytes bytes(" " + three_series().encode());
  EXPECT_EQ(SealedLabelIndex::open(bytes.view().substr(1)).error().code, ErrorCode::InvalidArgument);
}

/// Asks everything: a damaged index that opens may answer wrongly, but must not read outside or loop.
void ask_everything(const LabelIndex& index) {
  for (const std::string& name : index.label_names()) {
    for (const std::string& value : index.label_values(name)) {
      for (const MatchOp op : {MatchOp::Equal, MatchOp::NotEqual}) {
        EXPECT_LE(index.resolve({*Matcher::create(op, name, value)})->size(), index.series_count());
      }
    }
    EXPECT_LE(index.resolve({*Matcher::create(MatchOp::Regex, name, "[a-p].*")})->size(),
              index.series_count());
  }
  for (SeriesId id = 0; id < index.series_count(); ++id) {
    const LabelSet labels = index.labels(id);
    EXPECT_EQ(index.find(labels), id) << labels.to_string();
  }
}

TEST(SealedLabelIndex, StaysSafeWhicheverByteIsDamaged) {
  GrowingLabelIndex growing;
  for (int i = 0; i < 100; ++i) {
    growing.add(
        labels_of("{app=\"a" + std::to_string(i % 2) + "\", pod=\"p" + std::to_string(i * 7 % 100) + "\"}"));
  }
  const std::string good = growing.encode();
  AlignedBytes bytes(good);
  size_t refused = 0;
  for (size_t i = 0; i < good.size(); ++i) {
    for (const unsigned mask : {0x01u, 0x80u, 0xFFu}) {
      bytes.data()[i] = static_cast<char>(static_cast<unsigned char>(good[i]) ^ mask);
      const auto sealed = SealedLabelIndex::open(bytes.view());
      if (sealed) {
        ask_everything(**sealed);
      } else {
        ++refused;
      }
    }
    bytes.data()[i] = good[i];
  }
  // What passes is a text, padding, or a list that names another series of the same number.
  EXPECT_GT(refused, good.size() * 3 / 2);
}

TEST(SealedLabelIndex, RefusesEveryPrefix) {
  const std::string good = three_series().encode();
  for (size_t size = 0; size < good.size(); ++size) {
    const AlignedBytes bytes(std::string_view(good).substr(0, size));
    EXPECT_FALSE(SealedLabelIndex::open(bytes.view())) << size;
  }
}

}  // namespace
}  // namespace lokilib
