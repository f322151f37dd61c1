// SPDX-License-Identifier: Apache-2.0
// postings_test.cc: sets of ids, and that damaged ones are refused before the roaring library sees them.
#include "index/postings.h"

#include <algorithm>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "support/random.h"

namespace lokilib {
namespace {

using test::for_each_seed;
using test::Random;

constexpr uint32_t kIdEnd = 400'000;

/// Sparse ids, dense stretches and runs, so that all kinds of containers occur.
std::set<uint32_t> random_ids(Random& random) {
  std::set<uint32_t> ids;
  for (size_t part = random.below(4); part > 0; --part) {
    const auto first = static_cast<uint32_t>(random.below(kIdEnd - 20'000));
    const uint32_t step =
        1 + static_cast<uint32_t>(random.below(3)) * static_cast<uint32_t>(random.below(50));
    const size_t count = random.below(random.one_in(2) ? 20'000 / step : 40);
    for (uint32_t i = 0; i < count; ++i) ids.insert(first + i * step);
  }
  return ids;
}

Postings postings_of(const std::set<uint32_t>& ids) {
  Postings postings;
  postings.add(std::vector<uint32_t>(ids.begin(), ids.end()));
  return postings;
}

TEST(PostingsProperty, CombineLikeSets) {
  for_each_seed(60, [](Random& random) {
    const auto a = random_ids(random);
    const auto b = random_ids(random);
    std::vector<uint32_t> want;
    Postings got = postings_of(a);
    switch (random.below(3)) {
      case 0:
        std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(want));
        got.unite(postings_of(b));
        break;
      case 1:
        std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(want));
        got.intersect(postings_of(b));
        break;
      default:
        std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(want));
        got.subtract(postings_of(b));
        break;
    }
    ASSERT_EQ(got.to_vector(), want);
    ASSERT_EQ(got.size(), want.size());
    ASSERT_EQ(got.empty(), want.empty());
  });
}

TEST(PostingsProperty, DecodeWhatWasEncoded) {
  for_each_seed(60, [](Random& random) {
    const auto ids = random_ids(random);
    std::string bytes;
    postings_of(ids).encode(bytes);
    const size_t size = bytes.size();
    bytes += "rest";
    const auto checked = check_postings(bytes, kIdEnd);
    ASSERT_TRUE(checked) << checked.error().to_string();
    ASSERT_EQ(checked->count, ids.size());
    ASSERT_EQ(checked->size, size);
    ASSERT_EQ(Postings::decode(bytes).to_vector(), std::vector<uint32_t>(ids.begin(), ids.end()));
  });
}

TEST(PostingsProperty, WhatIsCheckedIsASetOfThatManyIds) {
  for_each_seed(300, [](Random& random) {
    std::string bytes;
    postings_of(random_ids(random)).encode(bytes);
    for (int i = 0; i < 20; ++i) {
      std::string damaged = bytes;
      damaged[random.below(std::min<size_t>(damaged.size(), 64))] = static_cast<char>(random.below(256));
      const auto checked = check_postings(damaged, kIdEnd);
      if (!checked) continue;
      const auto ids = Postings::decode(damaged).to_vector();
      ASSERT_EQ(ids.size(), checked->count);
      ASSERT_TRUE(std::is_sorted(ids.begin(), ids.end()));
      ASSERT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
      if (!ids.empty()) {
        ASSERT_LT(ids.back(), kIdEnd);
      }
    }
  });
}

TEST(Postings, RefuseARunContainerWithoutRuns) {
  // The roaring library's own check accepts these bytes and crashes on them.
  constexpr unsigned char kBytes[] = {0x3b, 0x30, 0x00, 0x00, 0x3b, 0x30, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                      0x00, 0x00, 0x00, 0x00, 0xa7, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0x40};
  const auto checked = check_postings({reinterpret_cast<const char*>(kBytes), sizeof(kBytes)}, UINT32_MAX);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::Corrupt);
}

TEST(Postings, RefuseIdsBeyondTheEnd) {
  std::string bytes;
  postings_of({1, 2, 99}).encode(bytes);
  EXPECT_TRUE(check_postings(bytes, 100));
  EXPECT_FALSE(check_postings(bytes, 99));
}

}  // namespace
}  // namespace lokilib
