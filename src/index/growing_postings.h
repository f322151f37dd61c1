// SPDX-License-Identifier: Apache-2.0
// growing_postings.h: the series of one label value while the index grows. Most values of an index have one
// series, and a bitmap of one id takes over 100 bytes: so one id lies here, a few in an array, many in a
// bitmap.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "index/postings.h"

namespace lokilib {

/// Ids must be added in ascending order.
class GrowingPostings {
 public:
  uint32_t size() const { return count_; }

  void add(uint32_t id) {
    if (count_ == 0) {
      only_ = id;
    } else if (few_ == nullptr && count_ == 1) {
      few_ = std::make_unique<std::vector<uint32_t>>(std::vector<uint32_t>{only_, id});
    } else if (few_ != nullptr && count_ < kFewMax) {
      few_->push_back(id);
    } else {
      if (few_ != nullptr) many_.add(*few_);
      few_.reset();
      many_.add(id);
    }
    ++count_;
  }

  void add_to(Postings& sum) const {
    if (count_ == 1) {
      sum.add(only_);
    } else if (few_ != nullptr) {
      sum.add(*few_);
    } else {
      sum.unite(many_);
    }
  }

  std::vector<uint32_t> to_vector() const {
    if (count_ == 1) return {only_};
    return few_ != nullptr ? *few_ : many_.to_vector();
  }
  const Postings& bitmap() const { return many_; }  ///< where there are more than kFewMax

  static constexpr uint32_t kFewMax = 32;

 private:
  uint32_t count_ = 0;
  uint32_t only_ = 0;
  std::unique_ptr<std::vector<uint32_t>> few_;  // 2 to kFewMax
  Postings many_;
};

}  // namespace lokilib
