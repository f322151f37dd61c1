// SPDX-License-Identifier: Apache-2.0
// batch_metadata.h: the structured metadata of a batch read for a stream without labels, row by row and as
// it was stored. (With labels, names that collide with them are changed.)
#pragma once

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <lokilib/batch.h>
#include <lokilib/entry.h>

namespace lokilib::chunk {

/// Valid as long as the batch is unchanged.
class BatchMetadata {
 public:
  explicit BatchMetadata(const Batch& batch) {
    for (const LabelColumn& column : batch.columns()) {
      if (!column.metadata.unused()) columns_.push_back({column.name, &column.metadata});
    }
    if (!batch.errors.unused()) columns_.push_back({"__error__", &batch.errors});
    if (!batch.error_details.unused()) columns_.push_back({"__error_details__", &batch.error_details});
    std::sort(columns_.begin(), columns_.end());
  }

  /// The row's metadata, sorted by name.
  void collect(size_t row, std::vector<MetadataView>& out) const {
    out.clear();
    for (const auto& [name, values] : columns_) {
      if (const std::string_view value = values->get(row); value.data() != nullptr)
        out.push_back({name, value});
    }
  }

 private:
  std::vector<std::pair<std::string_view, const ValueColumn*>> columns_;
};

}  // namespace lokilib::chunk
