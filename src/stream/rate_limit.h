// SPDX-License-Identifier: Apache-2.0
// rate_limit.h: token buckets in bytes, and what is said to those who find theirs empty.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <lokilib/clock.h>
#include <lokilib/labels.h>

#include "base/mutex.h"
#include "stream/ingest_limits.h"

namespace lokilib::stream {

/// Fills with `rate` bytes a second up to `burst`; begins full.
///
/// Threads: all members may be called from any thread.
class TokenBucket {
 public:
  /// A rate of 0 means no limit. The clock outlives the bucket.
  TokenBucket(const Clock& clock, uint64_t rate_bytes, uint64_t burst_bytes);

  /// Takes `bytes` if they are all there, else nothing. More than the burst is never there.
  bool take(uint64_t bytes) LOKILIB_EXCLUDES(mutex_);

  /// Changes the limits; keeps what is in the bucket, up to the new burst.
  void set_limits(uint64_t rate_bytes, uint64_t burst_bytes) LOKILIB_EXCLUDES(mutex_);

 private:
  void fill() LOKILIB_REQUIRES(mutex_);

  const Clock& clock_;
  Mutex mutex_;
  uint64_t rate_bytes_ LOKILIB_GUARDED_BY(mutex_);
  uint64_t burst_bytes_ LOKILIB_GUARDED_BY(mutex_);
  double tokens_ LOKILIB_GUARDED_BY(mutex_);
  int64_t filled_ns_ LOKILIB_GUARDED_BY(mutex_);  // on the clock's monotonic scale
};

/// The refusal of a whole request that is over its tenant's rate.
Refusal tenant_rate_exceeded(std::string_view tenant, uint64_t rate_bytes, uint64_t lines, uint64_t bytes);

/// The reason, for ignored_entries_message, of an entry (or push) of `bytes` that is over its stream's rate.
/// The word for metrics is kStreamRateReason.
std::string stream_rate_reason(const LabelSet& labels, uint64_t rate_bytes, uint64_t bytes);
inline constexpr std::string_view kStreamRateReason = "per_stream_rate_limit";

}  // namespace lokilib::stream
