// SPDX-License-Identifier: Apache-2.0
// recovery.cc: a manifest that is lost is rebuilt from the segments, which describe themselves: each names
// the WAL files that it took the place of, so nothing is counted twice.
#include "storage/recovery.h"

#include <algorithm>
#include <limits>
#include <set>

#include "base/make_error.h"
#include "storage/wal_replay.h"

namespace lokilib::storage {
namespace {

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

class Recovery {
 public:
  explicit Recovery(const StoreOptions& options)
      : options_(options), fs_(*options.file_system), paths_{options.directory} {}

  Result<RecoveredStore> run() {
    LOKILIB_TRY(fs_.create_directories(paths_.wal_directory()));
    LOKILIB_TRY(fs_.create_directories(paths_.segment_directory()));
    LOKILIB_TRY(list_files());
    LOKILIB_TRY(load_manifest());
    open_segments();
    remove_orphans();
    LOKILIB_TRY(replay());
    store_.manifest.next_number = store_.next_number;
    if (write_manifest_) {
      ++store_.manifest.edit;
      LOKILIB_TRY(write_manifest(fs_, paths_.root, store_.manifest));
    }
    return std::move(store_);
  }

 private:
  void report(Damage damage) {
    if (options_.logger) options_.logger("damage: " + damage.to_string());
    store_.damage.push_back(std::move(damage));
  }

  Result<void> list_files() {
    LOKILIB_TRY_ASSIGN(const auto wal_names, fs_.list(paths_.wal_directory()));
    for (const std::string& name : wal_names) {
      std::string_view stem = name;
      if (ends_with(stem, kDamagedSuffix)) stem.remove_suffix(kDamagedSuffix.size());
      const auto number = parse_numbered_name(stem, kWalSuffix);
      if (!number) continue;
      see_number(*number);
      if (stem.size() == name.size()) wal_numbers_.insert(*number);
    }
    LOKILIB_TRY_ASSIGN(const auto segment_names, fs_.list(paths_.segment_directory()));
    for (const std::string& name : segment_names) {
      if (ends_with(name, kTemporarySuffix)) temporaries_.push_back(paths_.segment_directory() + "/" + name);
      if (const auto number = parse_numbered_name(name, kSegmentSuffix)) {
        see_number(*number);
        segment_numbers_.insert(*number);
      }
    }
    return {};
  }

  void see_number(uint64_t number) {
    if (number < std::numeric_limits<uint64_t>::max()) {
      store_.next_number = std::max(store_.next_number, number + 1);
    }
  }

  Result<void> load_manifest() {
    auto manifest = read_manifest(fs_, paths_.root);
    if (manifest) {
      store_.manifest = std::move(*manifest);
      store_.next_number = std::max(store_.next_number, store_.manifest.next_number);
      return {};
    }
    const Error& error = manifest.error();
    if (error.code != ErrorCode::NotFound && error.code != ErrorCode::Corrupt) return error;
    write_manifest_ = true;
    if (error.code == ErrorCode::NotFound && segment_numbers_.empty()) {  // a new store
      // Its directory's own name must last too; best effort, as the parent may not be ours to open.
      const size_t slash = paths_.root.find_last_of('/');
      if (slash != 0 && slash != std::string::npos) {
        static_cast<void>(fs_.sync_directory(paths_.root.substr(0, slash)));
      }
      return {};
    }
    report(error.code == ErrorCode::NotFound
               ? Damage{paths_.manifest(), 0, "manifest is missing; rebuilt from the segments"}
               : damage_of(error, paths_.manifest()));
    if (error.code == ErrorCode::Corrupt) {
      LOKILIB_TRY(fs_.rename(paths_.manifest(), paths_.manifest() + std::string(kDamagedSuffix)));
    }
    rebuild_manifest();
    return {};
  }

  void rebuild_manifest() {
    for (const uint64_t number : segment_numbers_) {
      // One that cannot be opened is listed all the same, so that it is reported and not removed.
      SegmentRecord record{.number = number,
                           .time_min_ns = std::numeric_limits<int64_t>::min(),
                           .time_max_ns = std::numeric_limits<int64_t>::max()};
      if (const auto reader = SegmentReader::open(fs_, paths_.segment(number))) record = (*reader)->record();
      record.number = number;
      store_.manifest.wal_first = std::max(store_.manifest.wal_first, record.wal_last + 1);
      store_.manifest.segments.push_back(record);
    }
  }

  void open_segments() {
    for (const SegmentRecord& record : store_.manifest.segments) {
      Segment segment{record, nullptr, std::nullopt};
      const std::string path = paths_.segment(record.number);
      auto reader = SegmentReader::open(fs_, path);
      if (!reader) {
        segment.damage = damage_of(reader.error(), path);
      } else if ((*reader)->record().number != record.number) {
        segment.damage =
            Damage{path, 0, fmt::format("segment {} under another's name", (*reader)->record().number)};
      } else {
        segment.reader = std::move(*reader);
      }
      if (segment.damage) report(*segment.damage);
      store_.segments.push_back(std::move(segment));
      see_number(record.number);
    }
  }

  // What a crash left between two steps: files without their manifest edit, and files that an edit let go.
  // Failing to remove them harms nobody.
  void remove_orphans() {
    std::set<uint64_t> known;
    for (const SegmentRecord& record : store_.manifest.segments) known.insert(record.number);
    for (const uint64_t number : segment_numbers_) {
      if (!known.contains(number)) static_cast<void>(fs_.remove(paths_.segment(number)));
    }
    for (const std::string& path : temporaries_) static_cast<void>(fs_.remove(path));
    while (!wal_numbers_.empty() && *wal_numbers_.begin() < store_.manifest.wal_first) {
      static_cast<void>(fs_.remove(paths_.wal(*wal_numbers_.begin())));
      wal_numbers_.erase(wal_numbers_.begin());
    }
  }

  Result<void> replay() {
    store_.memtable = std::make_shared<Memtable>(nullptr);
    for (const uint64_t number : wal_numbers_) {
      auto replayed = replay_wal(fs_, paths_.wal(number), number, *store_.memtable);
      if (!replayed) return std::move(replayed).in_file(paths_.wal(number)).error();
      if (replayed->entries == 0 && replayed->damage.empty() && !replayed->torn_tail) {
        static_cast<void>(fs_.remove(paths_.wal(number)));  // begun by a life that appended nothing
        continue;
      }
      store_.wal_files[number] = {replayed->file_size, !replayed->damage.empty()};
      for (Damage& damage : replayed->damage) report(std::move(damage));
      if (replayed->torn_tail) {
        Damage tail = *replayed->torn_tail;
        tail.what = fmt::format("torn tail of the WAL, {} bytes left out: {}",
                                replayed->file_size - tail.offset, tail.what);
        report(std::move(tail));
      }
    }
    return {};
  }

  const StoreOptions& options_;
  FileSystem& fs_;
  const StorePaths paths_;
  RecoveredStore store_;
  std::set<uint64_t> wal_numbers_;
  std::set<uint64_t> segment_numbers_;
  std::vector<std::string> temporaries_;
  bool write_manifest_ = false;
};

}  // namespace

Result<RecoveredStore> recover_store(const StoreOptions& options) {
  return Recovery(options).run();
}

}  // namespace lokilib::storage
