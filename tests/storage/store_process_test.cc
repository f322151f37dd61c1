// SPDX-License-Identifier: Apache-2.0
// store_process_test.cc: real files, a real process that is killed while it appends, and real threads.
#include <csignal>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/store_fixture.h"

namespace lokilib::storage {
namespace {

class StoreProcessTest : public StoreFixture {
 protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() /
             ("lokilib_storage_" + std::to_string(::getpid()) + "_" +
              testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder);
  }
  void TearDown() override {
    store.reset();
    std::filesystem::remove_all(folder);
  }
  StoreOptions posix_options() {
    StoreOptions with = options();
    with.file_system = &posix_file_system();
    with.clock = &system_clock();
    with.directory = folder.string();
    return with;
  }
  std::filesystem::path folder;
};

Entry numbered_entry(int number) {
  return {number, "entry number " + std::to_string(number), {{"n", std::to_string(number)}}};
}

// The child appends entries one by one to two streams, flushing now and then, and tells each that was
// acknowledged through a pipe. It is killed in the middle of it.
[[noreturn]] void append_until_killed(const StoreOptions& with, int pipe_out) {
  auto store = TenantStore::open(with);
  if (!store) ::_exit(1);
  const LabelSet streams[] = {LabelSet::create({{"s", "0"}}).value(), LabelSet::create({{"s", "1"}}).value()};
  for (int i = 0;; ++i) {
    const Entry entry = numbered_entry(i);
    const MetadataView pair{entry.metadata[0].name, entry.metadata[0].value};
    const EntryView view{entry.timestamp_ns, entry.line, {&pair, 1}};
    const StreamAppend append{&streams[i % 2], {&view, 1}};
    if (!(*store)->append({&append, 1})) ::_exit(2);
    if (::write(pipe_out, &i, sizeof i) != sizeof i) ::_exit(3);
  }
}

TEST_F(StoreProcessTest, WhatWasAcknowledgedSurvivesSigkill) {
  StoreOptions with = posix_options();
  with.flush_bytes = 20'000;  // so that it is also killed around flushes
  int acknowledged = -1;
  for (int round = 0; round < 5; ++round) {
    std::filesystem::remove_all(folder);
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) append_until_killed(with, ends[1]);
    ::close(ends[1]);
    const int wanted = 700 + 317 * round;
    while (acknowledged < wanted &&
           ::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
    }
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    while (::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
    }
    ::close(ends[0]);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);

    open(with);
    EXPECT_TRUE(store->damage().empty());
    Contents found = contents();
    std::vector<Entry> all;
    for (const auto& [stream, entries] : found) all.insert(all.end(), entries.begin(), entries.end());
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.timestamp_ns < b.timestamp_ns; });
    // All that was acknowledged, and perhaps one more.
    ASSERT_GE(static_cast<int>(all.size()), acknowledged + 1);
    ASSERT_LE(static_cast<int>(all.size()), acknowledged + 2);
    for (size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], numbered_entry(static_cast<int>(i)));
    acknowledged = -1;
  }
}

TEST_F(StoreProcessTest, AnswersTheSameOverRealFilesAfterFlushAndReopening) {
  open(posix_options());
  append(R"({a="1"})", {{10, "x", {}}, {20, "y", {{"k", "v"}}}});
  ASSERT_TRUE(store->flush());
  append(R"({a="1"})", {{15, "z", {}}});
  const Contents before = contents();
  open(posix_options());
  EXPECT_EQ(contents(), before);
  ASSERT_TRUE(store->flush());
  EXPECT_EQ(contents(), before);
}

// For TSan as much as for the comparison: several appenders with streams of their own and one they share,
// queries, flushes and the background thread. Nothing is lost or doubled, no query sees an entry vanish, and
// the order of the shared stream's arrivals is the same after reopening.
TEST_F(StoreProcessTest, AppendsQueriesAndFlushesRunAtOnce) {
  StoreOptions with = posix_options();
  with.background = true;
  with.sync_interval_ns = 2'000'000;
  with.flush_bytes = 30'000;
  open(with);
  constexpr int kThreads = 3;
  constexpr int kEach = 600;
  std::atomic<bool> done{false};
  std::atomic<int> acknowledged{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const LabelSet own = LabelSet::create({{"s", std::to_string(t)}}).value();
      const LabelSet shared = LabelSet::create({{"s", "shared"}}).value();
      for (int i = 0; i < kEach; ++i) {
        const std::string line = std::to_string(t) + "/" + std::to_string(i);
        const EntryView own_entry{i, line, {}};
        const EntryView shared_entry{i / 100, line, {}};
        const StreamAppend appends[] = {{&own, {&own_entry, 1}}, {&shared, {&shared_entry, 1}}};
        const auto outcome = store->append(appends);
        ASSERT_TRUE(outcome) << outcome.error().to_string();
        ASSERT_EQ(outcome->accepted, 2u);
        ++acknowledged;
      }
    });
  }
  std::thread flusher([&] {
    while (!done) ASSERT_TRUE(store->flush());
  });
  std::thread reader([&] {
    while (!done) {
      const int before = acknowledged;
      size_t count = 0;
      for (const auto& [stream, entries] : contents()) count += entries.size();
      ASSERT_GE(count, static_cast<size_t>(2 * before));
      ASSERT_TRUE(store->source()->label_values("s", {}, {}));
      store->stats();
    }
  });
  for (auto& thread : threads) thread.join();
  done = true;
  flusher.join();
  reader.join();
  const Contents before = contents();
  ASSERT_EQ(before.size(), static_cast<size_t>(kThreads + 1));
  EXPECT_EQ(before.at(R"({s="shared"})").size(), static_cast<size_t>(kThreads * kEach));
  open(with);
  EXPECT_EQ(contents(), before);
}

TEST_F(StoreProcessTest, ConcurrentAppendsToOneStreamKeepTheirOrderInTheWal) {
  open(posix_options());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const LabelSet labels = LabelSet::create({{"s", "shared"}}).value();
      for (int i = 0; i < 500; ++i) {
        const std::string line = std::to_string(t) + "/" + std::to_string(i);
        const EntryView entry{7, line, {}};  // all at one time: the order is that of arrival alone
        const StreamAppend append{&labels, {&entry, 1}};
        ASSERT_TRUE(store->append({&append, 1}));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const Contents before = contents();
  open(posix_options());
  EXPECT_EQ(contents(), before);
}

}  // namespace
}  // namespace lokilib::storage
