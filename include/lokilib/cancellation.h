// SPDX-License-Identifier: Apache-2.0
// cancellation.h: stop a query from another thread, or when its time is over.
#pragma once

#include <atomic>
#include <cstdint>

#include <lokilib/clock.h>
#include <lokilib/export.h>
#include <lokilib/result.h>

namespace lokilib {

/// Threads: all members may be called from any thread. Outlives the work that watches it.
class LOKILIB_EXPORT Cancellation {
 public:
  Cancellation() = default;
  /// `deadline_ns` is on the clock's monotonic scale; 0 means none.
  Cancellation(const Clock& clock, int64_t deadline_ns) : clock_(&clock), deadline_ns_(deadline_ns) {}

  void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }

  /// `Cancelled` or `DeadlineExceeded`, else nothing. Cheap enough for once per batch.
  Result<void> check() const;

 private:
  const Clock* clock_ = nullptr;
  int64_t deadline_ns_ = 0;
  std::atomic<bool> cancelled_{false};
};

}  // namespace lokilib
