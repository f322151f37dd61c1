// SPDX-License-Identifier: Apache-2.0
// row_set_test.cc: row sets against std::set.
#include "chunk/row_set.h"

#include <set>

#include <gtest/gtest.h>

#include "support/random.h"

namespace lokilib::chunk {
namespace {

using test::for_each_seed;
using test::Random;

std::vector<uint16_t> to_rows(const std::set<uint32_t>& model) {
  std::vector<uint16_t> rows;
  for (const uint32_t row : model) rows.push_back(static_cast<uint16_t>(row));
  return rows;
}

TEST(RowSet, AllOfAFullBlockHasEveryRow) {
  const RowSet set = RowSet::all(kRowsPerBlockMax);
  EXPECT_EQ(set.count(), kRowsPerBlockMax);
  EXPECT_TRUE(set.contains(kRowsPerBlockMax - 1));
  EXPECT_EQ(set.to_vector().back(), 65'535);
}

TEST(RowSet, OfNoRowsIsEmpty) {
  EXPECT_TRUE(RowSet::all(0).empty());
  EXPECT_EQ(RowSet::all(0).next(0), 0U);
}

TEST(RowSetProperty, BehavesAsASetOfNumbers) {
  for_each_seed(300, [](Random& random) {
    const auto rows = static_cast<uint32_t>(1 + random.below(300));
    RowSet set = random.one_in(2) ? RowSet::all(rows) : RowSet::none(rows);
    std::set<uint32_t> model;
    for (uint32_t row = 0; row < rows && !set.empty(); ++row) model.insert(row);
    for (int step = 0; step < 20; ++step) {
      RowSet other = RowSet::none(rows);
      std::set<uint32_t> other_model;
      for (uint32_t row = 0; row < rows; ++row) {
        if (random.one_in(2)) other.add(row), other_model.insert(row);
      }
      switch (random.below(5)) {
        case 0:
          set.intersect(other);
          std::erase_if(model, [&](uint32_t row) { return other_model.count(row) == 0; });
          break;
        case 1:
          set.subtract(other);
          std::erase_if(model, [&](uint32_t row) { return other_model.count(row) != 0; });
          break;
        case 2:
          set.unite(other);
          model.insert(other_model.begin(), other_model.end());
          break;
        case 3: {
          const auto begin = static_cast<uint32_t>(random.below(rows + 1));
          const auto end = static_cast<uint32_t>(random.below(rows + 70));
          set.keep_range(begin, end);
          std::erase_if(model, [&](uint32_t row) { return row < begin || row >= end; });
          break;
        }
        default: {
          const auto row = static_cast<uint32_t>(random.below(rows));
          set.remove(row);
          model.erase(row);
        }
      }
      ASSERT_EQ(set.to_vector(), to_rows(model));
      ASSERT_EQ(set.count(), model.size());
      ASSERT_EQ(set.empty(), model.empty());
      const auto from = static_cast<uint32_t>(random.below(rows + 1));
      const auto next = model.lower_bound(from);
      ASSERT_EQ(set.next(from), next == model.end() ? rows : *next);
    }
  });
}

}  // namespace
}  // namespace lokilib::chunk
