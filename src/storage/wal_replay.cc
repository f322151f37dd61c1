// SPDX-License-Identifier: Apache-2.0
// wal_replay.cc: runs that arrive before their turn, or before their stream's labels, are held (as views into
// the file) until the gap is filled; what is still held at the end had its gap in damage, and is taken in
// order.
#include "storage/wal_replay.h"

#include <map>
#include <unordered_map>

#include "base/make_error.h"
#include "storage/wal_reader.h"
#include "storage/wal_record.h"

namespace lokilib::storage {
namespace {

struct HeldRun {
  std::string_view payload;  // begins with the run
  uint64_t offset = 0;
};

class Replayer {
 public:
  Replayer(std::string path, Memtable& memtable, WalReplay& result)
      : path_(std::move(path)), memtable_(memtable), result_(result) {}

  void take(const WalRecordView& record) {
    WalRunReader runs(record.payload, record.offset);
    while (true) {
      const uint64_t position = runs.position();
      const Result<bool> more = runs.next(run_);
      if (!more) {
        // The checksum held, so this is a writer's mistake rather than a disk's; still only this record's.
        result_.damage.push_back(damage_of(more.error(), path_));
        return;
      }
      if (!*more) return;
      Series& series = series_[run_.series];
      if (run_.has_labels && series.stream == nullptr) series.stream = memtable_.stream(run_.labels, 0);
      if (series.stream == nullptr || run_.first_arrival > series.arrivals) {
        series.held.emplace(run_.first_arrival,
                            HeldRun{record.payload.substr(position), record.offset + position});
      } else {
        apply(series, run_);
      }
      if (series.stream != nullptr && !series.held.empty()) drain(series, false);
    }
  }

  void finish() {
    for (auto& [number, series] : series_) {
      if (series.held.empty()) continue;
      if (series.stream != nullptr) {
        drain(series, true);
      } else {
        const auto& [arrival, held] = *series.held.begin();
        result_.damage.push_back(
            {path_, held.offset,
             fmt::format("{} runs of entries whose stream's labels are lost", series.held.size())});
      }
    }
  }

 private:
  struct Series {
    MemtableStream* stream = nullptr;
    uint64_t arrivals = 0;  // entries of the file that were applied or are lost
    std::multimap<uint64_t, HeldRun> held;
  };

  void drain(Series& series, bool over_gaps) {
    while (!series.held.empty()) {
      const auto first = series.held.begin();
      if (first->first > series.arrivals && !over_gaps) return;
      WalRun run;
      const Result<bool> read = WalRunReader(first->second.payload, first->second.offset).next(run);
      series.held.erase(first);
      if (read && *read) apply(series, run);
    }
  }

  void apply(Series& series, const WalRun& run) {
    const uint64_t known = run.first_arrival < series.arrivals ? series.arrivals - run.first_arrival : 0;
    if (known >= run.entries.size()) return;
    AppendOutcome outcome;
    const MutexLock lock(series.stream->mutex);
    memtable_.append(*series.stream, std::span(run.entries).subspan(known), {}, 0, kept_, outcome);
    series.arrivals = run.first_arrival + run.entries.size();
    result_.entries += outcome.accepted;
  }

  const std::string path_;
  Memtable& memtable_;
  WalReplay& result_;
  WalRun run_;
  std::vector<uint32_t> kept_;
  std::unordered_map<uint32_t, Series> series_;
};

}  // namespace

Result<WalReplay> replay_wal(FileSystem& file_system, const std::string& path, uint64_t number,
                             Memtable& memtable) {
  LOKILIB_TRY_ASSIGN(WalReader reader, WalReader::open(file_system, path, number));
  WalReplay result;
  Replayer replayer(path, memtable, result);
  while (true) {
    LOKILIB_TRY_ASSIGN(const auto record, reader.next());
    if (!record) break;
    replayer.take(*record);
  }
  replayer.finish();
  result.damage.insert(result.damage.begin(), reader.damage().begin(), reader.damage().end());
  result.torn_tail = reader.torn_tail();
  result.file_size = reader.file_size();
  return result;
}

}  // namespace lokilib::storage
