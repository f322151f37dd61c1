// SPDX-License-Identifier: Apache-2.0
// wanted_names.h: whether MetadataNeeds asks for a name.
#pragma once

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include <lokilib/log_source.h>

namespace lokilib::chunk {

/// Cheap to make where few names are wanted, which is nearly always. `needs` outlives it.
class WantedNames {
 public:
  explicit WantedNames(const MetadataNeeds& needs) : needs_(needs) {
    if (!needs.all && needs.names.size() > kScanMax) set_.insert(needs.names.begin(), needs.names.end());
  }

  bool contains(std::string_view name) const {
    if (needs_.all) return true;
    if (!set_.empty()) return set_.count(name) != 0;
    return std::find(needs_.names.begin(), needs_.names.end(), name) != needs_.names.end();
  }

 private:
  static constexpr size_t kScanMax = 16;
  const MetadataNeeds& needs_;
  std::unordered_set<std::string_view> set_;
};

}  // namespace lokilib::chunk
