// SPDX-License-Identifier: Apache-2.0
// tenant_store.cc: the way of an append, and what goes on behind it: WAL files, flushes, syncs.
#include "storage/tenant_store.h"

#include <algorithm>
#include <chrono>

#include "base/make_error.h"
#include "storage/flush.h"

namespace lokilib::storage {
namespace {

constexpr size_t kRecordBytesMax = 8 * 1024 * 1024;  // a larger request becomes several records
constexpr size_t kRecordKeptBytesMax = 1024 * 1024;  // memory that a record keeps for the next append
constexpr size_t kRecordsKeptMax = 16;
// A stream's labels are repeated in the WAL after so many bytes, so that one damaged record cannot make all
// its later entries nameless.
constexpr uint64_t kLabelsRepeatBytes = 1024 * 1024;
constexpr size_t kWalFilesKeptMax = 16;  // more of them on opening are flushed
constexpr int64_t kFlushRetryNs = 1'000'000'000;
constexpr int64_t kBackgroundPauseNsMax = 200'000'000;

}  // namespace

TenantStore::TenantStore(StoreOptions options)
    : options_(std::move(options)), paths_{options_.directory}, wal_(options_.sync) {}

Result<std::unique_ptr<TenantStore>> TenantStore::open(StoreOptions options) {
  if (options.file_system == nullptr || options.clock == nullptr || options.directory.empty()) {
    return make_error(ErrorCode::InvalidArgument, "a store needs a file system, a clock and a directory");
  }
  std::unique_ptr<TenantStore> store(new TenantStore(std::move(options)));
  LOKILIB_TRY(store->options_.file_system->create_directories(store->paths_.root));
  LOKILIB_TRY_ASSIGN(store->lock_, store->options_.file_system->lock(store->paths_.lock()));
  LOKILIB_TRY_ASSIGN(auto recovered, recover_store(store->options_));
  LOKILIB_TRY(store->start(std::move(recovered)));
  return store;
}

Result<void> TenantStore::start(RecoveredStore recovered) {
  const int64_t now_ns = options_.clock->monotonic_ns();
  synced_at_ns_ = now_ns;
  damage_ = std::move(recovered.damage);
  flush_wanted_ = recovered.wal_files.size() >= kWalFilesKeptMax;
  const uint64_t number = recovered.next_number;
  next_number_ = number + 1;
  LOKILIB_TRY_ASSIGN(auto file,
                     create_wal_file(*options_.file_system, paths_.wal_directory(), number, options_.sync));
  wal_.start_file(std::move(file), number);
  if (recovered.memtable->entries() != 0) recovered.memtable->mark_append(now_ns);
  {
    const MutexLock flush_lock(flush_mutex_);
    const MutexLock wal_lock(wal_mutex_);
    const WriteLock gate(gate_);
    manifest_ = std::move(recovered.manifest);
    wal_files_ = std::move(recovered.wal_files);
    wal_files_[number] = {};
    wal_number_ = number;
    active_ = recovered.memtable;
    versions_->update([&](StoreVersion& version) {
      version.segments = std::move(recovered.segments);
      version.active = std::move(recovered.memtable);
    });
  }
  if (options_.background) {
    background_ = std::make_unique<ThreadPool>(1);
    if (background_->thread_count() != 0) {
      background_->submit([this] { background_loop(); });
    } else {
      background_.reset();  // no thread to be had: appends do the work
    }
  }
  return {};
}

TenantStore::~TenantStore() {
  static_cast<void>(close());
}

Result<AppendOutcome> TenantStore::append(std::span<const StreamAppend> streams, const AppendRules& rules) {
  if (closed_.load(std::memory_order_acquire)) return make_error(ErrorCode::Closed, "the store is closed");
  if (wal_.broken()) LOKILIB_TRY(start_wal_file(false));
  std::unique_ptr<WalRecordBuilder> record = take_record();
  AppendOutcome outcome;
  WalWriter::Ticket ticket;
  Result<void> result;
  try {
    result = append_streams(streams, rules, *record, outcome, ticket);
  } catch (const std::exception& exception) {
    // Out of memory. The record is not in line yet: enqueue() is the last thing that can throw.
    result = make_error(ErrorCode::Internal, "append failed: {}", exception.what());
  }
  if (result && ticket.number != 0) result = wal_.commit(ticket, record->bytes());
  give_back(std::move(record));
  if (!result) return std::move(result).error();
  entries_appended_.fetch_add(outcome.accepted, std::memory_order_relaxed);
  bytes_appended_.fetch_add(outcome.bytes_accepted, std::memory_order_relaxed);
  after_append();
  return outcome;
}

Result<void> TenantStore::append_streams(std::span<const StreamAppend> streams, const AppendRules& rules,
                                         WalRecordBuilder& record, AppendOutcome& outcome,
                                         WalWriter::Ticket& ticket) {
  std::vector<uint32_t> kept;
  const ReadLock gate(gate_);
  for (size_t i = 0; i < streams.size(); ++i) {
    if (streams[i].entries.empty()) continue;
    add_run(*active_, static_cast<uint32_t>(i), streams[i], rules, record, kept, outcome);
    if (record.size() > kRecordBytesMax) {
      LOKILIB_TRY_ASSIGN(const auto part, wal_.enqueue(record.bytes()));
      LOKILIB_TRY(wal_.commit(part, record.bytes()));
      record.clear();
    }
  }
  if (outcome.accepted != 0) active_->mark_append(options_.clock->monotonic_ns());
  if (!record.empty()) {
    LOKILIB_TRY_ASSIGN(ticket, wal_.enqueue(record.bytes()));
  }
  return {};
}

void TenantStore::add_run(Memtable& memtable, uint32_t stream_index, const StreamAppend& append,
                          const AppendRules& rules, WalRecordBuilder& record, std::vector<uint32_t>& kept,
                          AppendOutcome& outcome) {
  MemtableStream* const stream = memtable.stream(*append.labels, rules.streams_max);
  if (stream == nullptr) {
    outcome.refused_streams.push_back(stream_index);
    return;
  }
  uint64_t first_arrival = 0;
  bool with_labels = false;
  {
    const MutexLock lock(stream->mutex);
    memtable.append(*stream, append.entries, rules, stream_index, kept, outcome);
    if (kept.empty()) return;
    const uint64_t wal_size = wal_.file_size();
    if (stream->wal_file != wal_number_) {
      stream->wal_file = wal_number_;
      stream->wal_arrivals = 0;
      with_labels = true;
    }
    with_labels = with_labels || wal_size > stream->wal_labels_at + kLabelsRepeatBytes;
    if (with_labels) stream->wal_labels_at = wal_size;
    first_arrival = stream->wal_arrivals;
    stream->wal_arrivals += kept.size();
  }
  record.add_run(stream->id, with_labels ? append.labels : nullptr, first_arrival, append.entries,
                 kept.size() == append.entries.size() ? nullptr : &kept);
}

Result<void> TenantStore::start_wal_file(bool new_memtable) {
  const MutexLock wal_lock(wal_mutex_);
  if (!new_memtable && !wal_.broken()) return {};  // somebody else has mended it
  // The file is made before the gate is closed: appends wait for a swap of pointers only.
  const uint64_t number = next_number_++;
  LOKILIB_TRY_ASSIGN(auto file,
                     create_wal_file(*options_.file_system, paths_.wal_directory(), number, options_.sync));
  const WriteLock gate(gate_);
  wal_files_[number] = {};
  wal_files_[wal_number_].size = wal_.start_file(std::move(file), number);
  if (new_memtable) {
    const FlushingMemtable closed{active_, wal_number_};
    active_ = std::make_shared<Memtable>(closed.memtable);
    const auto next = active_;
    versions_->update([&](StoreVersion& version) {
      version.flushing.push_back(closed);
      version.active = next;
    });
    flush_wanted_ = false;
  } else {
    flush_wanted_ = true;  // what the broken file did not take is in memory only
  }
  wal_number_ = number;
  return {};
}

Result<void> TenantStore::flush() {
  if (closed_.load(std::memory_order_acquire)) return make_error(ErrorCode::Closed, "the store is closed");
  return flush_all();
}

Result<void> TenantStore::flush_all() {
  const MutexLock lock(flush_mutex_);
  LOKILIB_TRY(flush_waiting());
  if (versions_->get()->active->entries() == 0) return {};
  LOKILIB_TRY(start_wal_file(true));
  return flush_waiting();
}

Result<void> TenantStore::flush_waiting() {
  while (!versions_->get()->flushing.empty()) {
    if (Result<void> result = flush_oldest(); !result) {
      flush_failures_.fetch_add(1, std::memory_order_relaxed);
      flush_not_before_ns_ = options_.clock->monotonic_ns() + kFlushRetryNs;
      return result;
    }
  }
  return {};
}

Result<void> TenantStore::flush_oldest() {
  const FlushingMemtable oldest = versions_->get()->flushing.front();
  const uint64_t number = next_number_++;
  LOKILIB_TRY_ASSIGN(const auto segment, flush_memtable(*options_.file_system, paths_, number,
                                                        oldest.wal_last, *oldest.memtable));
  Manifest next = manifest_;
  ++next.edit;
  next.next_number = next_number_;
  next.wal_first = oldest.wal_last + 1;
  if (segment) next.segments.push_back(segment->record);
  // After a failure here the file may be named by the manifest on disk or not: it stays, and is removed on
  // the next open if nothing names it.
  LOKILIB_TRY(write_manifest(*options_.file_system, paths_.root, next));
  manifest_ = std::move(next);
  std::shared_ptr<Memtable> successor;
  versions_->update([&](StoreVersion& version) {
    version.flushing.erase(version.flushing.begin());
    if (segment) version.segments.push_back(*segment);
    successor = version.flushing.empty() ? version.active : version.flushing.front().memtable;
  });
  successor->forget_predecessor(std::make_shared<const NewestTimes>(oldest.memtable->newest_times()));
  let_wal_go(oldest.wal_last);
  flushes_.fetch_add(1, std::memory_order_relaxed);
  return {};
}

void TenantStore::let_wal_go(uint64_t wal_last) {
  const MutexLock lock(wal_mutex_);
  wal_.forget_files_before(wal_last + 1);
  while (!wal_files_.empty() && wal_files_.begin()->first <= wal_last) {
    const auto& [number, file] = *wal_files_.begin();
    const std::string path = paths_.wal(number);
    const Result<void> gone = file.damaged
                                  ? options_.file_system->rename(path, path + std::string(kDamagedSuffix))
                                  : options_.file_system->remove(path);
    // One that stays is below the manifest's first WAL file: the next open removes it.
    if (!gone) log(fmt::format("a WAL file that is no longer needed stays: {}", gone.error().to_string()));
    wal_files_.erase(wal_files_.begin());
  }
}

void TenantStore::after_append() {
  const int64_t now_ns = options_.clock->monotonic_ns();
  if (background_ == nullptr) {
    sync_if_due(now_ns);
    flush_if_due(now_ns);
    return;
  }
  const uint64_t bytes = versions_->get()->active->bytes();
  if (bytes < options_.flush_bytes) return;
  {
    const MutexLock lock(background_mutex_);
    background_woken_ = true;
  }
  background_wake_.notify_one();
  // The thread cannot keep up: who appends helps, or memory would grow without bound.
  if (bytes >= 2 * options_.flush_bytes) flush_if_due(now_ns);
}

bool TenantStore::flush_is_due(int64_t now_ns) const {
  if (now_ns < flush_not_before_ns_.load(std::memory_order_relaxed)) return false;
  const auto version = versions_->get();
  if (!version->flushing.empty()) return true;
  const Memtable& active = *version->active;
  if (active.entries() == 0) return false;
  return flush_wanted_ || active.bytes() >= options_.flush_bytes ||
         active.age_ns(now_ns) >= options_.flush_age_ns;
}

void TenantStore::flush_if_due(int64_t now_ns) {
  if (!flush_is_due(now_ns)) return;
  Result<void> result;
  {
    const MutexLock lock(flush_mutex_);
    result = flush_waiting();
    if (result && flush_is_due(now_ns)) result = start_wal_file(true);
    if (result) result = flush_waiting();
  }
  if (!result) {
    flush_not_before_ns_ = options_.clock->monotonic_ns() + kFlushRetryNs;
    log(fmt::format("flush failed, will be tried again: {}", result.error().to_string()));
  }
}

void TenantStore::sync_if_due(int64_t now_ns) {
  if (options_.sync != SyncMode::Interval) return;
  int64_t before = synced_at_ns_.load(std::memory_order_relaxed);
  if (now_ns - before < options_.sync_interval_ns || !synced_at_ns_.compare_exchange_strong(before, now_ns))
    return;
  if (const Result<void> synced = wal_.sync(); !synced) {
    flush_wanted_ = true;  // a segment takes over what the WAL may have lost
    log(fmt::format("sync of the WAL failed: {}", synced.error().to_string()));
  }
}

void TenantStore::run_background_work() {
  const int64_t now_ns = options_.clock->monotonic_ns();
  sync_if_due(now_ns);
  flush_if_due(now_ns);
}

void TenantStore::background_loop() {
  const auto pause = std::chrono::nanoseconds(
      std::clamp<int64_t>(options_.sync_interval_ns, 1'000'000, kBackgroundPauseNsMax));
  MutexLock lock(background_mutex_);
  while (!background_stop_) {
    if (!background_woken_) background_wake_.wait_for(lock.native(), pause);
    background_woken_ = false;
    if (background_stop_) return;
    lock.unlock();
    run_background_work();
    lock.lock();
  }
}

Result<void> TenantStore::close() {
  if (closed_.exchange(true)) return {};
  {
    const MutexLock lock(background_mutex_);
    background_stop_ = true;
  }
  background_wake_.notify_one();
  background_.reset();
  Result<void> result;
  if (lock_ == nullptr) return result;  // it was never open
  if (options_.flush_on_close) result = flush_all();
  Result<void> closed = wal_.close();
  lock_.reset();
  return result ? std::move(closed) : std::move(result);
}

StoreStats TenantStore::stats() const {
  StoreStats stats;
  const auto version = versions_->get();
  const auto add_memtable = [&](const Memtable& memtable) {
    stats.streams_in_memory += memtable.stream_count();
    stats.bytes_in_memory += memtable.bytes();
  };
  for (const FlushingMemtable& flushing : version->flushing) add_memtable(*flushing.memtable);
  add_memtable(*version->active);
  stats.segments = version->segments.size();
  for (const Segment& segment : version->segments) stats.segment_bytes += segment.record.size;
  {
    const MutexLock lock(wal_mutex_);
    stats.wal_files = wal_files_.size();
    for (const auto& [number, file] : wal_files_) stats.wal_bytes += file.size;
    stats.wal_bytes += wal_.file_size();
  }
  stats.entries_appended = entries_appended_;
  stats.bytes_appended = bytes_appended_;
  stats.flushes = flushes_;
  stats.flush_failures = flush_failures_;
  return stats;
}

void TenantStore::log(std::string_view text) const {
  if (options_.logger) options_.logger(text);
}

std::unique_ptr<WalRecordBuilder> TenantStore::take_record() {
  {
    const MutexLock lock(records_mutex_);
    if (!records_.empty()) {
      auto record = std::move(records_.back());
      records_.pop_back();
      return record;
    }
  }
  return std::make_unique<WalRecordBuilder>();
}

void TenantStore::give_back(std::unique_ptr<WalRecordBuilder> record) {
  if (record->size() > kRecordKeptBytesMax) return;
  record->clear();
  const MutexLock lock(records_mutex_);
  if (records_.size() < kRecordsKeptMax) records_.push_back(std::move(record));
}

}  // namespace lokilib::storage
