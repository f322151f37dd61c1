// SPDX-License-Identifier: Apache-2.0
#include "db/tenant.h"

#include <algorithm>

namespace lokilib::db {
namespace {

storage::SyncMode to_store_mode(SyncMode mode) {
  switch (mode) {
    case SyncMode::Always:
      return storage::SyncMode::Always;
    case SyncMode::Interval:
      return storage::SyncMode::Interval;
    case SyncMode::None:
      return storage::SyncMode::None;
  }
  return storage::SyncMode::Interval;
}

/// The tighter of two bounds, where 0 means none.
template <typename T>
T tighter(T a, T b) {
  if (a == 0) return b;
  if (b == 0) return a;
  return std::min(a, b);
}

QueryLimits tighter_limits(const QueryLimits& a, const QueryLimits& b) {
  QueryLimits limits;
  limits.series_max = tighter(a.series_max, b.series_max);
  limits.entries_max = tighter(a.entries_max, b.entries_max);
  limits.points_max = tighter(a.points_max, b.points_max);
  limits.bytes_scanned_max = tighter(a.bytes_scanned_max, b.bytes_scanned_max);
  limits.memory_bytes_max = tighter(a.memory_bytes_max, b.memory_bytes_max);
  limits.length_ns_max = tighter(a.length_ns_max, b.length_ns_max);
  return limits;
}

/// The share of `amount` that a block's overlap with the range stands for, entries taken as spread evenly.
uint64_t prorate(uint64_t amount, const storage::ChunkVolume& block, const TimeRange& range) {
  if (block.time_min_ns >= range.begin_ns && block.time_max_ns < range.end_ns) return amount;
  const double length = static_cast<double>(block.time_max_ns) - static_cast<double>(block.time_min_ns) + 1;
  const double begin = std::max(static_cast<double>(block.time_min_ns), static_cast<double>(range.begin_ns));
  const double end = std::min(static_cast<double>(block.time_max_ns) + 1, static_cast<double>(range.end_ns));
  return static_cast<uint64_t>(static_cast<double>(amount) * std::max(0.0, end - begin) / length);
}

}  // namespace

Result<std::unique_ptr<Tenant>> Tenant::open(const std::string& name, const std::string& directory,
                                             const DatabaseOptions& options, FileSystem& file_system,
                                             const Clock& clock) {
  storage::StoreOptions store_options;
  store_options.file_system = &file_system;
  store_options.clock = &clock;
  store_options.directory = directory;
  store_options.sync = to_store_mode(options.sync);
  store_options.sync_interval_ns = options.sync_interval_ns;
  store_options.flush_bytes = options.head_bytes_max;
  store_options.flush_age_ns = options.head_age_ns_max;
  store_options.background = options.background_thread;
  if (options.logger) {
    store_options.logger = [logger = options.logger, name](std::string_view text) {
      logger(LogLevel::Info, "tenant " + name + ": " + std::string(text));
    };
  }
  LOKILIB_TRY_ASSIGN(auto store, storage::TenantStore::open(std::move(store_options)));
  return std::unique_ptr<Tenant>(new Tenant(name, options.limits, clock, std::move(store)));
}

Result<AppendReport> Tenant::append(std::span<const StreamEntries> streams) {
  IngestBatch batch;
  LOKILIB_TRY(ingest_.prepare(streams, batch));
  if (!batch.streams.empty()) {
    LOKILIB_TRY_ASSIGN(const auto outcome, store_->append(batch.streams, ingest_.rules()));
    ingest_.report_outcome(outcome, batch);
  }
  return std::move(batch.report);
}

Result<QueryResult> Tenant::query(const QueryRequest& request) const {
  return evaluate(within_limits(request, limits_), *store_->source());
}

Result<std::vector<StreamVolume>> Tenant::volumes(const TimeRange& range,
                                                  const std::vector<Matcher>& matchers) const {
  LOKILIB_TRY_ASSIGN(const auto streams, store_->source()->volumes(range, matchers));
  std::vector<StreamVolume> result;
  result.reserve(streams.size());
  for (const storage::StreamVolumes& stream : streams) {
    StreamVolume& volume = result.emplace_back();
    volume.labels = stream.labels;
    volume.chunks = stream.chunks;
    for (const storage::ChunkVolume& block : stream.blocks) {
      volume.entries += prorate(block.entries, block, range);
      volume.bytes += prorate(block.line_bytes + block.metadata_bytes, block, range);
    }
  }
  return result;
}

QueryRequest within_limits(const QueryRequest& request, const TenantLimits& limits) {
  QueryRequest bounded = request;
  bounded.limits = tighter_limits(request.limits, limits.query);
  bounded.loki_quirks = request.loki_quirks || limits.loki_quirks;
  return bounded;
}

bool is_tenant_name(std::string_view name) {
  constexpr std::string_view kSpecial = "!-_.*'()";
  if (name.empty() || name.size() > 150 || name == "." || name == "..") return false;
  return std::all_of(name.begin(), name.end(), [kSpecial](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kSpecial.find(c) != std::string_view::npos;
  });
}

}  // namespace lokilib::db
