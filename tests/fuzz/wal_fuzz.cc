// SPDX-License-Identifier: Apache-2.0
// wal_fuzz.cc: any bytes as a WAL file, and as a record's payload whose checksum is right. What is read must
// be written again to something that reads the same.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/file_system.h>

#include "base/assertion.h"
#include "storage/wal_reader.h"
#include "storage/wal_record.h"
#include "storage/wal_replay.h"
#include "storage/wal_writer.h"

using namespace lokilib;           // NOLINT(google-build-using-namespace)
using namespace lokilib::storage;  // NOLINT(google-build-using-namespace)

namespace {

void replay(FileSystem& fs, const std::string& path) {
  Memtable memtable(nullptr);
  const auto result = replay_wal(fs, path, 1, memtable);
  if (result) LOKILIB_ASSERT(result->entries == memtable.entries());
}

void read_as_file(std::string_view bytes) {
  const auto fs = create_memory_file_system();
  if (!fs->create_directories("/w")) return;
  auto file = fs->create("/w/000001.wal");
  if (!file || !(*file)->append(bytes)) return;
  replay(*fs, "/w/000001.wal");
}

void read_as_payload(std::string_view payload) {
  WalRunReader reader(payload, 0);
  WalRun run;
  while (true) {
    const auto more = reader.next(run);
    if (!more || !*more) break;
    WalRecordBuilder again;
    again.add_run(run.series, run.has_labels ? &run.labels : nullptr, run.first_arrival, run.entries,
                  nullptr);
    WalRun second;
    WalRunReader second_reader(again.payload(), 0);
    const auto read = second_reader.next(second);
    LOKILIB_ASSERT(read && *read && second.entries.size() == run.entries.size());
    for (size_t i = 0; i < run.entries.size(); ++i) {
      LOKILIB_ASSERT(second.entries[i].line == run.entries[i].line);
      LOKILIB_ASSERT(second.entries[i].timestamp_ns == run.entries[i].timestamp_ns);
    }
  }
  const auto fs = create_memory_file_system();
  if (!fs->create_directories("/w")) return;
  auto file = create_wal_file(*fs, "/w", 1, SyncMode::None);
  if (!file) return;
  WalWriter writer(SyncMode::None);
  writer.start_file(std::move(*file), 1);
  std::string record(kWalRecordHeaderSize, '\0');
  record += payload;
  const auto ticket = writer.enqueue(record);
  if (ticket && writer.commit(*ticket, record)) replay(*fs, "/w/000001.wal");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_as_file(bytes);
  read_as_payload(bytes);
  return 0;
}
