// SPDX-License-Identifier: Apache-2.0
// tenant_store_test.cc: what a store is asked to do, one sentence a test.
#include "storage/tenant_store.h"

#include <gmock/gmock.h>

#include "storage/store_fixture.h"
#include "support/fault_file_system.h"

namespace lokilib::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TenantStoreTest : public StoreFixture {};

TEST_F(TenantStoreTest, ShowsEntriesAsSoonAsTheyAreAppended) {
  open();
  append(R"({a="1"})", {{10, "x", {}}, {20, "y", {{"k", "v"}}}});
  append(R"({a="2"})", {{15, "z", {}}});
  const Contents expected = {{R"({a="1"})", {{10, "x", {}}, {20, "y", {{"k", "v"}}}}},
                             {R"({a="2"})", {{15, "z", {}}}}};
  EXPECT_EQ(contents(), expected);
}

TEST_F(TenantStoreTest, AnswersTheSameFromHeadsFromSegmentsAndAfterReopening) {
  open();
  append(R"({a="1"})", {{10, "x", {}}, {20, "y", {{"k", "v"}}}, {5, "late", {}}});
  append(R"({a="2", b="c"})", {{15, "z", {}}});
  const Contents from_heads = contents();
  open();  // from the WAL
  EXPECT_EQ(contents(), from_heads);
  ASSERT_TRUE(store->flush());
  EXPECT_EQ(store->stats().segments, 1u);
  EXPECT_EQ(store->stats().bytes_in_memory, 0u);
  EXPECT_EQ(contents(), from_heads);
  open();  // from the segment
  EXPECT_EQ(store->stats().segments, 1u);
  EXPECT_EQ(contents(), from_heads);
  EXPECT_TRUE(store->damage().empty());
}

TEST_F(TenantStoreTest, JoinsAStreamOverSegmentsAndHeadsInOrderOfArrival) {
  open();
  append(R"({a="1"})", {{10, "first", {}}, {30, "late", {}}});
  ASSERT_TRUE(store->flush());
  append(R"({a="1"})", {{10, "second", {}}, {20, "middle", {}}});
  ASSERT_TRUE(store->flush());
  append(R"({a="1"})", {{10, "third", {}}});
  const Contents expected = {
      {R"({a="1"})",
       {{10, "first", {}}, {10, "second", {}}, {10, "third", {}}, {20, "middle", {}}, {30, "late", {}}}}};
  EXPECT_EQ(contents(), expected);
  SelectRequest backward;
  backward.direction = Direction::Backward;
  Contents reversed = contents(backward);
  std::reverse(reversed[R"({a="1"})"].begin(), reversed[R"({a="1"})"].end());
  EXPECT_EQ(reversed, expected);
}

TEST_F(TenantStoreTest, LetsTheWalBehindAFlushGo) {
  open();
  append(R"({a="1"})", {{10, std::string(10'000, 'x'), {}}});
  EXPECT_GT(store->stats().wal_bytes, 10'000u);
  ASSERT_TRUE(store->flush());
  EXPECT_LT(store->stats().wal_bytes, 100u);
  EXPECT_EQ(memory->list("/tenant/wal")->size(), 1u);
  EXPECT_THAT(*memory->list("/tenant/segments"), ElementsAre(testing::EndsWith(".seg")));
}

TEST_F(TenantStoreTest, AFlushOfNothingWritesNothing) {
  open();
  ASSERT_TRUE(store->flush());
  EXPECT_EQ(store->stats().segments, 0u);
  EXPECT_EQ(memory->list("/tenant/wal")->size(), 1u);
}

TEST_F(TenantStoreTest, ReopeningAnEmptyStoreLeavesNoFilesBehind) {
  for (int i = 0; i < 3; ++i) open();
  EXPECT_EQ(memory->list("/tenant/wal")->size(), 1u);
  EXPECT_THAT(*memory->list("/tenant"), ElementsAre("LOCK", "MANIFEST", "segments", "wal"));
}

TEST_F(TenantStoreTest, AcceptsAnEntryOnTheWindowsEdgeAndRefusesOneBehindIt) {
  open();
  const auto outcome =
      try_append(R"({a="1"})", {{1000, "new", {}}, {900, "edge", {}}, {899, "behind", {}}, {950, "in", {}}},
                 {.ordering_window_ns = 100});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->accepted, 3u);
  ASSERT_EQ(outcome->rejected.size(), 1u);
  EXPECT_EQ(outcome->rejected[0].entry, 2u);
  EXPECT_EQ(outcome->rejected[0].code, ErrorCode::TooFarBehind);
  EXPECT_EQ(outcome->rejected[0].oldest_acceptable_ns, 900);
  const Contents kept = contents();
  open();  // a refused entry must not come back from the WAL
  EXPECT_EQ(contents(), kept);
}

TEST_F(TenantStoreTest, AWindowOutlivesAFlush) {
  open();
  append(R"({a="1"})", {{1000, "new", {}}});
  ASSERT_TRUE(store->flush());
  const auto outcome = try_append(R"({a="1"})", {{800, "behind", {}}}, {.ordering_window_ns = 100});
  ASSERT_TRUE(outcome);
  ASSERT_EQ(outcome->rejected.size(), 1u);
  EXPECT_EQ(outcome->rejected[0].oldest_acceptable_ns, 900);
}

TEST_F(TenantStoreTest, StoresADuplicateOnce) {
  open();
  const auto outcome = try_append(
      R"({a="1"})", {{10, "a", {}}, {10, "a", {}}, {10, "b", {}}, {10, "a", {}}, {10, "a", {{"k", "1"}}}});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->accepted, 3u);
  EXPECT_EQ(outcome->duplicates, 2u);
  const Contents expected = {{R"({a="1"})", {{10, "a", {}}, {10, "b", {}}, {10, "a", {{"k", "1"}}}}}};
  EXPECT_EQ(contents(), expected);
  ASSERT_TRUE(store->flush());
  ASSERT_TRUE(try_append(R"({a="1"})", {{10, "a", {}}}));
  EXPECT_EQ(contents(), expected);
}

TEST_F(TenantStoreTest, RefusesNewStreamsBeyondTheLimitOnly) {
  open();
  append(R"({a="1"})", {{10, "x", {}}});
  const auto refused = try_append(R"({a="2"})", {{10, "x", {}}}, {.streams_max = 1});
  ASSERT_TRUE(refused);
  EXPECT_THAT(refused->refused_streams, ElementsAre(0u));
  EXPECT_EQ(refused->accepted, 0u);
  const auto known = try_append(R"({a="1"})", {{11, "x", {}}}, {.streams_max = 1});
  ASSERT_TRUE(known);
  EXPECT_EQ(known->accepted, 1u);
}

TEST_F(TenantStoreTest, SelectsByMatchersAndRange) {
  open();
  append(R"({app="api", env="prod"})", {{10, "a", {}}, {20, "b", {}}});
  append(R"({app="web", env="prod"})", {{10, "c", {}}});
  ASSERT_TRUE(store->flush());
  append(R"({app="api", env="dev"})", {{30, "d", {}}});
  SelectRequest request;
  request.matchers = {matcher(MatchOp::Equal, "app", "api")};
  request.range = {20, 31};
  const Contents expected = {{R"({app="api", env="dev"})", {{30, "d", {}}}},
                             {R"({app="api", env="prod"})", {{20, "b", {}}}}};
  EXPECT_EQ(contents(request), expected);
}

TEST_F(TenantStoreTest, NarrowsByThePredicate) {
  open();
  append(R"({a="1"})", {{10, "an error", {}}, {11, "fine", {}}});
  ASSERT_TRUE(store->flush());
  append(R"({a="1"})", {{12, "error too", {}}, {13, "fine", {}}});
  SelectRequest request;
  request.predicate.filters = {{LineFilterOp::Contains, {{"error", false}}}};
  const Contents expected = {{R"({a="1"})", {{10, "an error", {}}, {12, "error too", {}}}}};
  EXPECT_EQ(contents(request), expected);
}

TEST_F(TenantStoreTest, LooksUpLabelsSeriesAndVolumes) {
  open();
  append(R"({app="api", env="prod"})", {{10, "abc", {{"k", "v"}}}});
  ASSERT_TRUE(store->flush());
  append(R"({app="web", zone="1"})", {{20, "de", {}}});
  append(R"({app="api", env="prod"})", {{30, "f", {}}});
  const auto source = store->source();
  EXPECT_THAT(*source->label_names({}, {}), ElementsAre("app", "env", "zone"));
  EXPECT_THAT(*source->label_names({0, 15}, {}), ElementsAre("app", "env"));
  EXPECT_THAT(*source->label_values("app", {}, {}), ElementsAre("api", "web"));
  EXPECT_THAT(*source->label_values("app", {15, 25}, {}), ElementsAre("web"));
  EXPECT_THAT(*source->label_values("app", {}, {matcher(MatchOp::Equal, "env", "prod")}), ElementsAre("api"));
  EXPECT_THAT(*source->label_values("none", {}, {}), ElementsAre());
  EXPECT_THAT(*source->series({}, {}),
              ElementsAre(labels_of(R"({app="api", env="prod"})"), labels_of(R"({app="web", zone="1"})")));
  const auto volumes = source->volumes({0, 100}, {matcher(MatchOp::Equal, "app", "api")});
  ASSERT_TRUE(volumes);
  ASSERT_EQ(volumes->size(), 1u);
  EXPECT_EQ((*volumes)[0].chunks, 2u);
  ASSERT_EQ((*volumes)[0].blocks.size(), 2u);
  EXPECT_EQ((*volumes)[0].blocks[0].line_bytes, 3u);
  EXPECT_EQ((*volumes)[0].blocks[0].metadata_bytes, 2u);
  EXPECT_EQ((*volumes)[0].blocks[1].entries, 1u);
}

TEST_F(TenantStoreTest, ASecondStoreOfADirectoryIsBusy) {
  open();
  const auto second = TenantStore::open(options());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Busy);
}

TEST_F(TenantStoreTest, AfterCloseAppendsAreRefusedAndSourcesStillAnswer) {
  open();
  append(R"({a="1"})", {{10, "x", {}}});
  const auto source = store->source();
  ASSERT_TRUE(store->close());
  EXPECT_EQ(try_append(R"({a="1"})", {{11, "y", {}}}).error().code, ErrorCode::Closed);
  EXPECT_EQ(store->flush().error().code, ErrorCode::Closed);
  store.reset();
  EXPECT_EQ(contents_of(*source).size(), 1u);
}

TEST_F(TenantStoreTest, FlushesBySizeAndByAge) {
  StoreOptions with = options();
  with.flush_bytes = 1000;
  with.flush_age_ns = 1'000'000;
  open(with);
  append(R"({a="1"})", {{10, std::string(999, 'x'), {}}});
  EXPECT_EQ(store->stats().segments, 0u);
  append(R"({a="1"})", {{11, "y", {}}});
  EXPECT_EQ(store->stats().segments, 1u);
  append(R"({a="1"})", {{12, "z", {}}});
  clock.advance(999'999);
  store->run_background_work();
  EXPECT_EQ(store->stats().segments, 1u);
  clock.advance(1);
  store->run_background_work();
  EXPECT_EQ(store->stats().segments, 2u);
}

TEST_F(TenantStoreTest, FlushOnCloseLeavesNoWalToReplay) {
  StoreOptions with = options();
  with.flush_on_close = true;
  open(with);
  append(R"({a="1"})", {{10, "x", {}}});
  ASSERT_TRUE(store->close());
  open();
  EXPECT_EQ(store->stats().segments, 1u);
  EXPECT_EQ(store->stats().bytes_in_memory, 0u);
}

TEST_F(TenantStoreTest, ManyShortLivesDoNotPileUpWalFiles) {
  for (int i = 0; i < 40; ++i) {
    open();
    append(R"({a="1"})", {{i, "x", {}}});
  }
  EXPECT_LT(store->stats().wal_files, 20u);
  EXPECT_EQ(contents()[R"({a="1"})"].size(), 40u);
}

TEST_F(TenantStoreTest, RecordsLargerThanOneWriteAreOneAppend) {
  open();
  std::vector<Entry> entries;
  for (int i = 0; i < 30; ++i)
    entries.push_back({i, std::string(1'000'000, static_cast<char>('a' + i % 26)), {}});
  append(R"({a="1"})", entries);
  open();
  EXPECT_EQ(contents()[R"({a="1"})"], entries);
}

class FaultyStoreTest : public StoreFixture {
 protected:
  FileSystem* file_system() override { return &faulty; }
  test::FaultFileSystem faulty{*memory};
};

TEST_F(FaultyStoreTest, AFullDiskRefusesAppendsUntilThereIsSpace) {
  open();
  append(R"({a="1"})", {{10, "before", {}}});
  faulty.fail_call(faulty.calls(), ErrorCode::NoSpace, true);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(try_append(R"({a="1"})", {{11, "while", {}}}).error().code, ErrorCode::NoSpace);
  }
  faulty.heal();
  append(R"({a="1"})", {{12, "after", {}}});
  open();
  const auto entries = contents()[R"({a="1"})"];
  EXPECT_EQ(entries.front().line, "before");
  EXPECT_EQ(entries.back().line, "after");
}

// Whatever call of a flush fails, nothing is lost: neither now, nor after a crash, nor after trying again.
TEST_F(FaultyStoreTest, AFlushThatFailsAnywhereLosesNothing) {
  bool failed = true;
  for (uint64_t call = 0; failed; ++call) {
    memory = create_memory_file_system();
    test::FaultFileSystem fs(*memory);
    StoreOptions with = options();
    with.file_system = &fs;
    open(with);
    append(R"({a="1"})", {{10, "x", {}}});
    ASSERT_TRUE(store->flush());
    append(R"({a="1"})", {{20, "y", {}}});
    append(R"({a="2"})", {{30, "z", {}}});
    const Contents expected = contents();
    fs.fail_call(fs.calls() + call, ErrorCode::Io);
    failed = !store->flush() || store->stats().wal_files > 1;
    const uint64_t done = fs.calls();
    fs.heal();
    ASSERT_EQ(contents(), expected) << "call " << call;
    if (call % 2 == 0) {
      ASSERT_TRUE(store->flush()) << "call " << call;
      ASSERT_EQ(contents(), expected) << "call " << call;
    }
    open(with);
    ASSERT_EQ(contents(), expected) << "call " << call;
    ASSERT_LT(call, 60u) << done;
    store.reset();
  }
}

}  // namespace
}  // namespace lokilib::storage
