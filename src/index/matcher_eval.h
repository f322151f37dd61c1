// SPDX-License-Identifier: Apache-2.0
// matcher_eval.h: matchers to series, the same for growing and sealed indexes.
//
// A *pair* is a label name with one of its values, by number. Empty values are not pairs: a series without
// the label has the value "".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <lokilib/label_index.h>

#include "index/postings.h"

namespace lokilib {

/// What an index must know for matchers to be evaluated.
class PostingsSource {
 public:
  virtual ~PostingsSource() = default;

  virtual uint32_t series_total() const = 0;
  virtual std::optional<uint32_t> find_name(std::string_view name) const = 0;
  virtual std::optional<uint32_t> find_pair(uint32_t name, std::string_view value) const = 0;
  /// How many values a name has.
  virtual size_t pair_count(uint32_t name) const = 0;
  /// The name's pairs whose values begin with the prefix, in any order.
  virtual std::vector<uint32_t> pairs_with_prefix(uint32_t name, std::string_view prefix) const = 0;
  virtual std::string_view pair_value(uint32_t pair) const = 0;
  /// The series's pair of that name, if it has the label.
  virtual std::optional<uint32_t> pair_of(SeriesId series, uint32_t name) const = 0;

  virtual uint64_t count_of_pair(uint32_t pair) const = 0;
  virtual uint64_t count_of_name(uint32_t name) const = 0;
  virtual void add_pair_to(uint32_t pair, Postings& sum) const = 0;
  virtual void add_name_to(uint32_t name, Postings& sum) const = 0;
};

/// The series that satisfy all matchers, ascending.
std::vector<SeriesId> resolve_matchers(const PostingsSource& source, const std::vector<Matcher>& matchers);

}  // namespace lokilib
