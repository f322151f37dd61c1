// SPDX-License-Identifier: Apache-2.0
// result_labels.cc: interning of label sets by category.
#include "logql/exec/result_labels.h"

#include <utility>

namespace lokilib::logql {

void ResultLabels::begin_batch(const LabelSet& stream, const Batch& batch) {
  keys_.begin_stream(stream);
  keys_.begin_batch(batch);
}

uint32_t ResultLabels::number_of(size_t row) {
  bool is_new = false;
  const uint32_t key = keys_.find_or_add(row, is_new);
  if (!is_new) return numbers_[key];
  EntryLabels labels = keys_.labels(row);
  const uint64_t hash = labels.stream.fingerprint() + labels.structured_metadata.fingerprint() * 3 +
                        labels.parsed.fingerprint() * 5;
  const auto [first, last] = by_hash_.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    if (sets_[it->second] == labels) return numbers_.emplace_back(it->second);
  }
  const auto number = static_cast<uint32_t>(sets_.size());
  set_bytes_ += logql::memory_bytes(labels.stream) + logql::memory_bytes(labels.structured_metadata) +
                logql::memory_bytes(labels.parsed);
  sets_.push_back(std::move(labels));
  by_hash_.emplace(hash, number);
  return numbers_.emplace_back(number);
}

}  // namespace lokilib::logql
