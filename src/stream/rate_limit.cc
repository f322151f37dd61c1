// SPDX-License-Identifier: Apache-2.0
// rate_limit.cc: see the header.
#include "stream/rate_limit.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace lokilib::stream {
namespace {

// `3MB`, `1536KB`, `20B`: the largest unit (of 1024) that divides the size.
std::string exact_size(uint64_t bytes) {
  constexpr std::array<const char*, 7> kUnits = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};
  size_t unit = 0;
  while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{}{}", bytes, kUnits[unit]);
}

}  // namespace

TokenBucket::TokenBucket(const Clock& clock, uint64_t rate_bytes, uint64_t burst_bytes)
    : clock_(clock),
      rate_bytes_(rate_bytes),
      burst_bytes_(burst_bytes),
      tokens_(static_cast<double>(burst_bytes)),
      filled_ns_(clock.monotonic_ns()) {}

bool TokenBucket::take(uint64_t bytes) {
  const MutexLock lock(mutex_);
  if (rate_bytes_ == 0) return true;
  fill();
  const auto wanted = static_cast<double>(bytes);
  if (wanted > tokens_) return false;
  tokens_ -= wanted;
  return true;
}

void TokenBucket::set_limits(uint64_t rate_bytes, uint64_t burst_bytes) {
  const MutexLock lock(mutex_);
  fill();
  rate_bytes_ = rate_bytes;
  burst_bytes_ = burst_bytes;
  tokens_ = std::min(tokens_, static_cast<double>(burst_bytes));
}

void TokenBucket::fill() {
  const int64_t now_ns = clock_.monotonic_ns();
  const double seconds = static_cast<double>(now_ns - filled_ns_) * 1e-9;
  filled_ns_ = now_ns;
  if (seconds <= 0) return;
  tokens_ = std::min(static_cast<double>(burst_bytes_), tokens_ + seconds * static_cast<double>(rate_bytes_));
}

Refusal tenant_rate_exceeded(std::string_view tenant, uint64_t rate_bytes, uint64_t lines, uint64_t bytes) {
  return {
      ErrorCode::RateLimited, "rate_limited",
      fmt::format(
          "ingestion rate limit exceeded for user {} (limit: {} bytes/sec) while attempting to ingest "
          "'{}' lines totaling '{}' bytes, reduce log volume or contact your Loki administrator to see if "
          "the limit can be increased",
          tenant, rate_bytes, lines, bytes)};
}

std::string stream_rate_reason(const LabelSet& labels, uint64_t rate_bytes, uint64_t bytes) {
  return fmt::format(
      "Per stream rate limit exceeded (limit: {}/sec) while attempting to ingest for stream '{}' "
      "totaling {}, consider splitting a stream via additional labels or contact your Loki "
      "administrator to see if the limit can be increased",
      exact_size(rate_bytes), labels.to_string(), exact_size(bytes));
}

}  // namespace lokilib::stream
