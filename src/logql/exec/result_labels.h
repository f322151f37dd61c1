// SPDX-License-Identifier: Apache-2.0
// result_labels.h: the distinct label sets of a log result, by category.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include <lokilib/batch.h>
#include <lokilib/query.h>

#include "logql/exec/label_keys.h"

namespace lokilib::logql {

/// Threads: one at a time.
class ResultLabels {
 public:
  /// `stream` are the labels of the batch's stream.
  void begin_batch(const LabelSet& stream, const Batch& batch);
  /// The number of a row's label set.
  uint32_t number_of(size_t row);

  size_t memory_bytes() const { return keys_.memory_bytes() + set_bytes_; }
  const EntryLabels& labels(uint32_t number) const { return sets_[number]; }
  /// All label sets, by number; the object is spent.
  std::vector<EntryLabels> take() { return std::move(sets_); }

 private:
  LabelKeys keys_{LabelChoice::all()};
  std::vector<uint32_t> numbers_;  // by key
  std::vector<EntryLabels> sets_;
  bool some_are_hidden_ = false;                         // a row has lost a label of its stream
  std::unordered_multimap<uint64_t, uint32_t> by_hash_;  // empty until then: most queries need no look-up
  size_t set_bytes_ = 0;
};

}  // namespace lokilib::logql
