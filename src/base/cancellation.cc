// SPDX-License-Identifier: Apache-2.0
// cancellation.cc: the check that long work makes once per batch.
#include <lokilib/cancellation.h>

#include "base/make_error.h"

namespace lokilib {

Result<void> Cancellation::check() const {
  if (cancelled_.load(std::memory_order_relaxed)) return make_error(ErrorCode::Cancelled, "cancelled");
  if (deadline_ns_ != 0 && clock_ != nullptr && clock_->monotonic_ns() >= deadline_ns_) {
    return make_error(ErrorCode::DeadlineExceeded, "the time allowed is over");
  }
  return {};
}

}  // namespace lokilib
