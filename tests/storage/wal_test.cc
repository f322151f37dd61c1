// SPDX-License-Identifier: Apache-2.0
// wal_test.cc: what was committed to the WAL is read again; damage hides only the record it is in.
#include <algorithm>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/wal_reader.h"
#include "storage/wal_record.h"
#include "storage/wal_writer.h"
#include "storage/whole_file.h"
#include "support/fault_file_system.h"
#include "support/random.h"

namespace lokilib::storage {
namespace {

constexpr uint64_t kNumber = 5;
const std::string kPath = "/w/000005.wal";

std::unique_ptr<FileSystem> empty_directory() {
  auto fs = create_memory_file_system();
  EXPECT_TRUE(fs->create_directories("/w"));
  return fs;
}

std::string record_with(std::string_view payload) {
  return std::string(kWalRecordHeaderSize, '\0') + std::string(payload);
}

void write_payloads(FileSystem& fs, const std::vector<std::string>& payloads) {
  WalWriter writer(SyncMode::None);
  writer.start_file(create_wal_file(fs, "/w", kNumber, SyncMode::None).value(), kNumber);
  for (const std::string& payload : payloads) {
    std::string record = record_with(payload);
    const auto ticket = writer.enqueue(record);
    ASSERT_TRUE(ticket);
    ASSERT_TRUE(writer.commit(*ticket, record));
  }
  ASSERT_TRUE(writer.close());
}

void write_bytes(FileSystem& fs, const std::string& bytes) {
  if (*fs.exists(kPath)) {
    ASSERT_TRUE(fs.remove(kPath));
  }
  auto file = fs.create(kPath);
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->append(bytes));
}

struct ReadBack {
  std::vector<std::string> payloads;
  std::vector<Damage> damage;
  std::optional<Damage> torn_tail;
};

ReadBack read_back(FileSystem& fs) {
  ReadBack result;
  auto reader = WalReader::open(fs, kPath, kNumber);
  if (!reader) {
    ADD_FAILURE() << reader.error().to_string();
    return result;
  }
  while (true) {
    const auto record = reader->next();
    if (!record || !*record) break;
    result.payloads.emplace_back((*record)->payload);
  }
  result.damage = reader->damage();
  result.torn_tail = reader->torn_tail();
  return result;
}

TEST(Wal, GivesRecordsBackInOrder) {
  const auto fs = empty_directory();
  const std::vector<std::string> payloads = {"one", "", std::string(100'000, 'x'), "four"};
  write_payloads(*fs, payloads);
  const ReadBack read = read_back(*fs);
  EXPECT_EQ(read.payloads, payloads);
  EXPECT_TRUE(read.damage.empty());
  EXPECT_FALSE(read.torn_tail);
}

TEST(Wal, ReaderFollowsAFileThatGrows) {
  const auto fs = empty_directory();
  WalWriter writer(SyncMode::None);
  writer.start_file(create_wal_file(*fs, "/w", kNumber, SyncMode::None).value(), kNumber);
  auto reader = WalReader::open(*fs, kPath, kNumber);
  ASSERT_TRUE(reader);
  for (const std::string payload : {"a", "b"}) {
    EXPECT_FALSE(reader->next()->has_value());
    std::string record = record_with(payload);
    ASSERT_TRUE(writer.commit(*writer.enqueue(record), record));
    const auto next = reader->next();
    ASSERT_TRUE(next && *next);
    EXPECT_EQ((*next)->payload, payload);
  }
}

TEST(Wal, EveryTruncationKeepsTheWholeRecordsBeforeIt) {
  const auto fs = empty_directory();
  const std::vector<std::string> payloads = {"first", "second one", "third"};
  write_payloads(*fs, payloads);
  const std::string whole = *read_whole_file(*fs, kPath);
  for (size_t size = 0; size < whole.size(); ++size) {
    write_bytes(*fs, whole.substr(0, size));
    size_t expected = 0;
    size_t end = kWalHeaderSize;
    while (expected < payloads.size() && end + kWalRecordHeaderSize + payloads[expected].size() <= size) {
      end += kWalRecordHeaderSize + payloads[expected++].size();
    }
    const ReadBack read = read_back(*fs);
    ASSERT_EQ(read.payloads, std::vector(payloads.begin(), payloads.begin() + static_cast<long>(expected)));
    EXPECT_TRUE(read.damage.empty());
    const bool clean = size == 0 || (size >= kWalHeaderSize && size == end);
    EXPECT_EQ(read.torn_tail.has_value(), !clean) << size;
  }
}

TEST(Wal, EveryFlippedByteHidesAtMostItsOwnRecord) {
  const auto fs = empty_directory();
  const std::vector<std::string> payloads = {"first", "second one", "third"};
  write_payloads(*fs, payloads);
  const std::string whole = *read_whole_file(*fs, kPath);
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string bytes = whole;
    bytes[i] = static_cast<char>(bytes[i] ^ 0x41);
    write_bytes(*fs, bytes);
    std::vector<std::string> expected;
    size_t begin = kWalHeaderSize;
    for (const std::string& payload : payloads) {
      const size_t end = begin + kWalRecordHeaderSize + payload.size();
      if (i < begin || i >= end) expected.push_back(payload);
      begin = end;
    }
    const ReadBack read = read_back(*fs);
    ASSERT_EQ(read.payloads, expected) << "byte " << i;
    EXPECT_TRUE(!read.damage.empty() || read.torn_tail) << "byte " << i;
  }
}

TEST(Wal, RecordsThatAreLogLinesThemselvesAreNotTakenForRecords) {
  const auto fs = empty_directory();
  write_payloads(*fs, {"inner record"});
  const std::string inner = *read_whole_file(*fs, kPath);
  ASSERT_TRUE(fs->remove(kPath));
  write_payloads(*fs, {inner, "after"});
  std::string bytes = *read_whole_file(*fs, kPath);
  bytes[kWalHeaderSize] = 'x';  // the outer record's mark
  write_bytes(*fs, bytes);
  const ReadBack read = read_back(*fs);
  EXPECT_EQ(read.payloads, std::vector<std::string>{"after"});
  ASSERT_EQ(read.damage.size(), 1u);
  EXPECT_EQ(read.damage[0].file, kPath);
  EXPECT_EQ(read.damage[0].offset, kWalHeaderSize);
}

TEST(Wal, AFileOfANewerFormatIsRefused) {
  const auto fs = empty_directory();
  write_payloads(*fs, {"x"});
  std::string bytes = *read_whole_file(*fs, kPath);
  bytes[8] = 2;
  const uint32_t crc = crc32c(std::string_view(bytes).substr(0, kWalHeaderSize - 4));
  std::memcpy(bytes.data() + kWalHeaderSize - 4, &crc, 4);
  write_bytes(*fs, bytes);
  const auto reader = WalReader::open(*fs, kPath, kNumber);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::Unsupported);
  EXPECT_EQ(reader.error().file, kPath);
}

TEST(Wal, ManyThreadsCommitEachRecordOnceAndInTicketOrder) {
  const auto fs = empty_directory();
  WalWriter writer(SyncMode::Always);
  writer.start_file(create_wal_file(*fs, "/w", kNumber, SyncMode::Always).value(), kNumber);
  constexpr int kThreads = 4;
  constexpr int kEach = 300;
  std::vector<std::vector<std::pair<uint64_t, std::string>>> tickets(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string payload = std::to_string(t) + ":" + std::to_string(i);
        std::string record = record_with(payload);
        const auto ticket = writer.enqueue(record);
        ASSERT_TRUE(ticket);
        tickets[static_cast<size_t>(t)].emplace_back(ticket->number, payload);
        ASSERT_TRUE(writer.commit(*ticket, record));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::vector<std::pair<uint64_t, std::string>> all;
  for (const auto& some : tickets) all.insert(all.end(), some.begin(), some.end());
  std::sort(all.begin(), all.end());
  std::vector<std::string> expected;
  for (const auto& [ticket, payload] : all) expected.push_back(payload);
  EXPECT_EQ(read_back(*fs).payloads, expected);
}

TEST(Wal, AFailedWriteBreaksTheFileUntilTheNextOne) {
  const auto memory = empty_directory();
  test::FaultFileSystem fs(*memory);
  WalWriter writer(SyncMode::None);
  writer.start_file(create_wal_file(fs, "/w", kNumber, SyncMode::None).value(), kNumber);
  std::string record = record_with("kept");
  ASSERT_TRUE(writer.commit(*writer.enqueue(record), record));
  fs.fail_call(fs.calls(), ErrorCode::NoSpace);
  std::string lost = record_with("lost");
  const auto failed = writer.commit(*writer.enqueue(lost), lost);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::NoSpace);
  EXPECT_TRUE(writer.broken());
  EXPECT_FALSE(writer.enqueue(lost));
  writer.start_file(create_wal_file(fs, "/w", kNumber + 1, SyncMode::None).value(), kNumber + 1);
  EXPECT_FALSE(writer.broken());
  EXPECT_TRUE(writer.commit(*writer.enqueue(record), record));
  const ReadBack read = read_back(*memory);
  EXPECT_EQ(read.payloads, std::vector<std::string>{"kept"});
  EXPECT_TRUE(read.torn_tail);
}

TEST(WalRecordProperty, DecodeIsTheInverseOfEncode) {
  test::for_each_seed(200, [](test::Random& random) {
    struct Run {
      uint32_t series;
      std::optional<LabelSet> labels;
      uint64_t first_arrival;
      std::vector<Entry> entries;
    };
    std::vector<Run> runs(1 + random.below(4));
    WalRecordBuilder builder;
    for (Run& run : runs) {
      run.series = static_cast<uint32_t>(random.next());
      run.first_arrival = random.next();
      if (random.one_in(2)) run.labels = LabelSet::create({{"a", random.text("xyz", 5)}, {"b", "1"}}).value();
      run.entries.resize(random.below(6));
      std::vector<std::vector<MetadataView>> metadata(run.entries.size());
      std::vector<EntryView> views;
      std::vector<uint32_t> kept;
      for (size_t i = 0; i < run.entries.size(); ++i) {
        Entry& entry = run.entries[i];
        entry.timestamp_ns = static_cast<int64_t>(random.next());
        entry.line = random.text("abc\n", 40);
        if (random.one_in(2)) entry.metadata = {{"n", random.text("v", 3)}, {"m", "1"}};
        for (const Label& pair : entry.metadata) metadata[i].push_back({pair.name, pair.value});
        if (random.one_in(3)) views.push_back({1, "not kept", {}});
        kept.push_back(static_cast<uint32_t>(views.size()));
        views.push_back({entry.timestamp_ns, entry.line, metadata[i]});
      }
      builder.add_run(run.series, run.labels ? &*run.labels : nullptr, run.first_arrival, views, &kept);
    }
    WalRunReader reader(builder.payload(), 0);
    WalRun read;
    for (const Run& run : runs) {
      const auto more = reader.next(read);
      ASSERT_TRUE(more) << more.error().to_string();
      ASSERT_TRUE(*more);
      EXPECT_EQ(read.series, run.series);
      EXPECT_EQ(read.has_labels, run.labels.has_value());
      if (run.labels) {
        EXPECT_EQ(read.labels, *run.labels);
      }
      EXPECT_EQ(read.first_arrival, run.first_arrival);
      ASSERT_EQ(read.entries.size(), run.entries.size());
      for (size_t i = 0; i < run.entries.size(); ++i) {
        EXPECT_EQ(read.entries[i].timestamp_ns, run.entries[i].timestamp_ns);
        EXPECT_EQ(read.entries[i].line, run.entries[i].line);
        ASSERT_EQ(read.entries[i].metadata.size(), run.entries[i].metadata.size());
        for (size_t m = 0; m < run.entries[i].metadata.size(); ++m) {
          EXPECT_EQ(read.entries[i].metadata[m].name, run.entries[i].metadata[m].name);
          EXPECT_EQ(read.entries[i].metadata[m].value, run.entries[i].metadata[m].value);
        }
      }
    }
    EXPECT_FALSE(*reader.next(read));
  });
}

TEST(WalRecordProperty, AnyBytesAreDecodedOrRefused) {
  test::for_each_seed(300, [](test::Random& random) {
    WalRecordBuilder builder;
    const LabelSet labels = LabelSet::create({{"a", "1"}}).value();
    const MetadataView pair{"k", "v"};
    const EntryView entries[] = {{5, "line", {&pair, 1}}, {6, "other", {}}};
    builder.add_run(0, &labels, 0, entries, nullptr);
    std::string bytes(builder.payload());
    for (uint64_t n = 1 + random.below(3); n > 0; --n) random.pick(bytes) = static_cast<char>(random.next());
    bytes.resize(random.below(bytes.size() + 1));
    WalRunReader reader(bytes, 100);
    WalRun run;
    while (true) {
      const auto more = reader.next(run);
      if (!more) {
        EXPECT_EQ(more.error().code, ErrorCode::Corrupt);
        EXPECT_GE(*more.error().offset, 100u);
      }
      if (!more || !*more) break;
    }
  });
}

}  // namespace
}  // namespace lokilib::storage
