// SPDX-License-Identifier: Apache-2.0
// growing_data.h: what a growing index holds. Each label name and each pair (name and value) is kept once and
// has a number; a series is the numbers of its pairs, ordered by name. So a series of ten labels that others
// share costs about 80 bytes: 40 for its pairs, 16 for offset and hash slot, 2 for each posting.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <lokilib/arena.h>

#include "index/growing_postings.h"
#include "index/id_table.h"
#include "index/matcher_eval.h"

namespace lokilib {

/// Labels with empty values are left out: they mean the same as no label.
class GrowingData final : public PostingsSource {
 public:
  struct Name {
    std::string_view text;
    std::vector<uint32_t> pairs;  // in order of arrival
    Postings series;
  };
  struct Pair {
    std::string_view value;
    GrowingPostings series;
    uint32_t name = 0;
  };

  SeriesId add(const LabelSet& labels);
  std::optional<SeriesId> find(const LabelSet& labels) const;

  std::span<const uint32_t> pairs_of(SeriesId series) const;
  const std::vector<Name>& names() const { return names_; }
  const std::vector<Pair>& pairs() const { return pairs_; }

  uint32_t series_total() const override { return static_cast<uint32_t>(series_ends_.size()); }
  std::optional<uint32_t> find_name(std::string_view name) const override;
  std::optional<uint32_t> find_pair(uint32_t name, std::string_view value) const override;
  size_t pair_count(uint32_t name) const override { return names_[name].pairs.size(); }
  std::vector<uint32_t> pairs_with_prefix(uint32_t name, std::string_view prefix) const override;
  std::string_view pair_value(uint32_t pair) const override { return pairs_[pair].value; }
  std::optional<uint32_t> pair_of(SeriesId series, uint32_t name) const override;
  uint64_t count_of_pair(uint32_t pair) const override { return pairs_[pair].series.size(); }
  uint64_t count_of_name(uint32_t name) const override { return names_[name].series.size(); }
  void add_pair_to(uint32_t pair, Postings& sum) const override { pairs_[pair].series.add_to(sum); }
  void add_name_to(uint32_t name, Postings& sum) const override { sum.unite(names_[name].series); }

 private:
  uint32_t intern_name(std::string_view name);
  uint32_t intern_pair(uint32_t name, std::string_view value);
  std::optional<SeriesId> find_series(std::span<const uint32_t> pairs) const;

  Arena texts_;
  std::vector<Name> names_;
  IdTable name_table_;
  std::vector<Pair> pairs_;
  IdTable pair_table_;
  std::vector<uint64_t> series_ends_;  // series n has the pairs series_pairs_[end of n-1, end of n)
  std::vector<uint32_t> series_pairs_;
  IdTable series_table_;
  std::vector<uint32_t> scratch_;
};

/// The sealed form: see schema/index.fbs.
std::string encode_index(const GrowingData& data);

}  // namespace lokilib
