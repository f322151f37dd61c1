// SPDX-License-Identifier: Apache-2.0
// store_damage_test.cc: each byte of each file changed, and each file cut at each byte. The store opens,
// nothing crashes, what is damaged is named, and what is not damaged is still there.
#include <gmock/gmock.h>

#include "storage/store_fixture.h"
#include "storage/whole_file.h"

namespace lokilib::storage {
namespace {

using Files = std::map<std::string, std::string>;

class StoreDamageTest : public StoreFixture {
 protected:
  Files read_files() {
    Files files;
    for (const std::string folder : {"/tenant", "/tenant/wal", "/tenant/segments"}) {
      const auto names = memory->list(folder);
      for (const std::string& name : names.value()) {
        const std::string path = folder + "/" + name;
        if (auto bytes = read_whole_file(*memory, path)) files[path] = std::move(*bytes);
      }
    }
    files.erase("/tenant/LOCK");
    return files;
  }
  void write_files(const Files& files) {
    store.reset();
    memory = create_memory_file_system();
    ASSERT_TRUE(memory->create_directories("/tenant/wal"));
    ASSERT_TRUE(memory->create_directories("/tenant/segments"));
    for (const auto& [path, bytes] : files) ASSERT_TRUE((*memory->create(path))->append(bytes));
  }
  /// Opens over the files, one of them changed; the damage met on opening and while reading everything.
  std::vector<std::string> open_changed(Files files, const std::string& path, std::string bytes,
                                        Contents& found) {
    files[path] = std::move(bytes);
    write_files(files);
    open();
    std::vector<std::string> damage;
    if (store == nullptr) return damage;
    for (const Damage& place : store->damage()) damage.push_back(place.to_string());
    ScanStats stats;
    found = contents_of(*store->source(), {}, &stats);
    damage.insert(damage.end(), stats.damage.begin(), stats.damage.end());
    EXPECT_EQ(stats.damage.empty(), stats.blocks_damaged == 0);
    return damage;
  }
  static std::string flipped(std::string bytes, size_t at) {
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
    return bytes;
  }
  static std::string only(const Files& files, std::string_view folder) {
    std::string found;
    for (const auto& [path, bytes] : files) {
      if (path.find(folder) != std::string::npos && bytes.size() > 32) found = path;
    }
    EXPECT_FALSE(found.empty());
    return found;
  }
};

TEST_F(StoreDamageTest, AWalCutAnywhereKeepsAPrefix) {
  open();
  std::vector<Entry> entries;
  for (int i = 0; i < 6; ++i) {
    entries.push_back({i, "line " + std::to_string(i), {{"k", "v"}}});
    append(R"({a="1"})", {entries.back()});
  }
  store.reset();
  const Files files = read_files();
  const std::string path = only(files, "/wal/");
  const std::string& whole = files.at(path);
  size_t before = 0;
  for (size_t size = 0; size <= whole.size(); ++size) {
    Contents found;
    const auto damage = open_changed(files, path, whole.substr(0, size), found);
    const std::vector<Entry> kept = found[R"({a="1"})"];
    ASSERT_GE(kept.size(), before);
    ASSERT_LE(kept.size(), entries.size());
    ASSERT_EQ(kept, std::vector(entries.begin(), entries.begin() + static_cast<long>(kept.size())));
    before = kept.size();
    for (const std::string& text : damage) EXPECT_THAT(text, testing::HasSubstr(path + ": torn tail"));
    append(R"({a="1"})", {{100, "goes on", {}}});
  }
  EXPECT_EQ(before, entries.size());
}

TEST_F(StoreDamageTest, AFlippedByteOfTheWalHidesOneRecordAndIsReported) {
  open();
  for (int i = 0; i < 5; ++i) append(R"({a="1"})", {{i, "line " + std::to_string(i), {}}});
  const Contents full = contents();
  store.reset();
  const Files files = read_files();
  const std::string path = only(files, "/wal/");
  const size_t labels_end = 32 + 16 + 30;  // the first record alone has the stream's labels
  for (size_t i = 0; i < files.at(path).size(); ++i) {
    Contents found;
    const auto damage = open_changed(files, path, flipped(files.at(path), i), found);
    ASSERT_FALSE(damage.empty()) << i;
    EXPECT_THAT(damage[0], testing::HasSubstr(path));
    if (i < 32) {
      ASSERT_EQ(found, full);
    } else if (i > labels_end) {
      ASSERT_EQ(found[R"({a="1"})"].size(), 4u) << i;
    }
  }
}

TEST_F(StoreDamageTest, ADamagedWalIsKeptAsideWhenTheRestWasFlushed) {
  open();
  for (int i = 0; i < 5; ++i) append(R"({a="1"})", {{i, "line", {}}});
  store.reset();
  const Files files = read_files();
  const std::string path = only(files, "/wal/");
  Contents found;
  open_changed(files, path, flipped(files.at(path), 140), found);
  ASSERT_TRUE(store->flush());
  EXPECT_TRUE(*memory->exists(path + ".damaged"));
  open();
  EXPECT_TRUE(store->damage().empty());
  EXPECT_EQ(contents(), found);
}

TEST_F(StoreDamageTest, AManifestDamagedAnywhereIsRebuiltFromTheSegments) {
  open();
  append(R"({a="1"})", {{10, "x", {}}});
  ASSERT_TRUE(store->flush());
  append(R"({a="1"})", {{20, "y", {}}});
  ASSERT_TRUE(store->flush());
  append(R"({a="2"})", {{30, "z", {}}});
  const Contents full = contents();
  store.reset();
  const Files files = read_files();
  const std::string path = "/tenant/MANIFEST";
  const std::string& whole = files.at(path);
  for (size_t i = 0; i < whole.size(); ++i) {
    for (const bool cut : {false, true}) {
      Contents found;
      const auto damage = open_changed(files, path, cut ? whole.substr(0, i) : flipped(whole, i), found);
      ASSERT_EQ(found, full) << i;
      ASSERT_FALSE(damage.empty());
      EXPECT_THAT(damage[0], testing::HasSubstr(path));
      EXPECT_TRUE(*memory->exists(path + ".damaged"));
      open();
      ASSERT_EQ(contents(), full);
      ASSERT_TRUE(store->damage().empty());
    }
  }
}

TEST_F(StoreDamageTest, AMissingManifestIsRebuiltToo) {
  open();
  append(R"({a="1"})", {{10, "x", {}}});
  ASSERT_TRUE(store->flush());
  append(R"({a="1"})", {{20, "y", {}}});
  const Contents full = contents();
  store.reset();
  Files files = read_files();
  files.erase("/tenant/MANIFEST");
  write_files(files);
  open();
  EXPECT_EQ(contents(), full);
  EXPECT_EQ(store->damage().size(), 1u);
}

class SegmentDamageTest : public StoreDamageTest {
 protected:
  void SetUp() override {
    open();
    append(R"({a="kept"})", {{5, "other segment", {}}});
    ASSERT_TRUE(store->flush());
    append(R"({a="1"})", {{10, "x", {}}, {11, "yy", {{"k", "v"}}}});
    append(R"({a="2"})", {{20, "z", {}}});
    ASSERT_TRUE(store->flush());
    append(R"({a="3"})", {{30, "head", {}}});
    full = contents();
    store.reset();
    files = read_files();
    path = only(files, "/segments/");
  }
  void check(const std::string& bytes, size_t at) {
    Contents found;
    const auto damage = open_changed(files, path, bytes, found);
    ASSERT_EQ(found[R"({a="kept"})"], full[R"({a="kept"})"]) << at;
    ASSERT_EQ(found[R"({a="3"})"], full[R"({a="3"})"]) << at;
    std::erase_if(found, [](const auto& stream) { return stream.second.empty(); });
    if (damage.empty()) {
      ASSERT_EQ(found, full) << at;
    } else {
      EXPECT_THAT(damage[0], testing::HasSubstr(path)) << at;
      EXPECT_THAT(damage[0], testing::HasSubstr("offset")) << at;
      for (const auto& [stream, entries] : found) ASSERT_EQ(entries, full[stream]) << at;
    }
    // It goes on working, and the damaged file is not thrown away.
    ASSERT_TRUE(store->flush());
    ASSERT_TRUE(*memory->exists(path));
  }
  Contents full;
  Files files;
  std::string path;
};

TEST_F(SegmentDamageTest, EveryFlippedByteIsHarmlessOrReported) {
  const std::string whole = files.at(path);
  for (size_t i = 0; i < whole.size() && !HasFatalFailure(); ++i) check(flipped(whole, i), i);
}

TEST_F(SegmentDamageTest, EveryPrefixIsReported) {
  const std::string whole = files.at(path);
  for (size_t size = 0; size < whole.size() && !HasFatalFailure(); ++size) {
    check(whole.substr(0, size), size);
    EXPECT_EQ(store->damage().size(), 1u);
  }
}

TEST_F(SegmentDamageTest, AMissingSegmentIsReportedAndQueriesOfItsTimeSaySo) {
  files.erase(path);
  write_files(files);
  open();
  ASSERT_EQ(store->damage().size(), 1u);
  EXPECT_EQ(store->damage()[0].file, path);
  ScanStats stats;
  contents_of(*store->source(), {}, &stats);
  EXPECT_EQ(stats.blocks_damaged, 1u);
  SelectRequest elsewhere;
  elsewhere.range = {0, 10};
  ScanStats untouched;
  contents_of(*store->source(), elsewhere, &untouched);
  EXPECT_EQ(untouched.blocks_damaged, 0u);
}

TEST_F(SegmentDamageTest, ASegmentThatNoManifestNamesIsRemoved) {
  const std::string orphan = "/tenant/segments/000999.seg";
  Contents found;
  open_changed(files, orphan, files.at(path), found);
  EXPECT_EQ(found, full);
  EXPECT_FALSE(*memory->exists(orphan));
}

}  // namespace
}  // namespace lokilib::storage
