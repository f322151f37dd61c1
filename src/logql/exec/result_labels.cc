// SPDX-License-Identifier: Apache-2.0
// result_labels.cc: interning of label sets by category.
#include "logql/exec/result_labels.h"

#include <utility>

namespace lokilib::logql {
namespace {

uint64_t hash_of(const EntryLabels& labels) {
  return labels.stream.fingerprint() + labels.structured_metadata.fingerprint() * 3 +
         labels.parsed.fingerprint() * 5;
}

}  // namespace

void ResultLabels::begin_batch(const LabelSet& stream, const Batch& batch) {
  keys_.begin_stream(stream);
  keys_.begin_batch(batch);
}

uint32_t ResultLabels::number_of(size_t row) {
  bool is_new = false;
  const uint32_t key = keys_.find_or_add(row, is_new);
  if (!is_new) return numbers_[key];
  EntryLabels labels = keys_.labels(row);
  // Two keys mean one label set only where streams differ in a label that a row has lost.
  if (!some_are_hidden_ && labels.stream.size() != keys_.stream_label_count()) {
    some_are_hidden_ = true;
    for (uint32_t number = 0; number < sets_.size(); ++number) {
      by_hash_.emplace(hash_of(sets_[number]), number);
    }
  }
  const uint64_t hash = some_are_hidden_ ? hash_of(labels) : 0;
  if (some_are_hidden_) {
    const auto [first, last] = by_hash_.equal_range(hash);
    for (auto it = first; it != last; ++it) {
      if (sets_[it->second] == labels) return numbers_.emplace_back(it->second);
    }
  }
  const auto number = static_cast<uint32_t>(sets_.size());
  set_bytes_ += logql::memory_bytes(labels.stream) + logql::memory_bytes(labels.structured_metadata) +
                logql::memory_bytes(labels.parsed);
  sets_.push_back(std::move(labels));
  if (some_are_hidden_) by_hash_.emplace(hash, number);
  return numbers_.emplace_back(number);
}

}  // namespace lokilib::logql
