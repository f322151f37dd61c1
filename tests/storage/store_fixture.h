// SPDX-License-Identifier: Apache-2.0
// store_fixture.h: a store over a memory file system with a clock that moves when told, and its contents as a
// plain map, so that any two states of it can be compared.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/tenant_store.h"

namespace lokilib::storage {

/// Threads: any.
class StepClock final : public Clock {
 public:
  int64_t now_ns() const override { return 1'700'000'000'000'000'000 + now_; }
  int64_t monotonic_ns() const override { return now_; }
  void advance(int64_t ns) { now_ += ns; }

 private:
  std::atomic<int64_t> now_{1};
};

/// Entries by stream (as text), in the order of a forward query.
using Contents = std::map<std::string, std::vector<Entry>>;

inline LabelSet labels_of(std::string_view text) {
  auto labels = parse_labels(text);
  EXPECT_TRUE(labels) << text;
  return labels ? *labels : LabelSet();
}

inline Matcher matcher(MatchOp op, std::string name, std::string value) {
  return Matcher::create(op, std::move(name), std::move(value)).value();
}

inline void read_cursor(StreamCursor& cursor, ScanStats& stats, std::vector<Entry>& out) {
  Batch batch;
  while (true) {
    const auto more = cursor.next(batch, stats);
    ASSERT_TRUE(more) << more.error().to_string();
    if (!*more) return;
    for (const uint16_t row : batch.selection.rows()) {
      Entry entry{batch.timestamps_ns()[row], std::string(batch.lines()[row]), {}};
      for (const LabelColumn& column : batch.columns()) {
        if (const auto value = column.metadata.get(row); value.data() != nullptr) {
          entry.metadata.push_back({std::string(column.name), std::string(value)});
        }
      }
      std::sort(entry.metadata.begin(), entry.metadata.end());
      out.push_back(std::move(entry));
    }
  }
}

inline Contents contents_of(const LogSource& source, SelectRequest request = {}, ScanStats* stats = nullptr) {
  ScanStats own;
  Contents contents;
  auto cursors = source.select(request, stats == nullptr ? own : *stats);
  if (!cursors) {
    ADD_FAILURE() << cursors.error().to_string();
    return contents;
  }
  for (const auto& cursor : *cursors) {
    auto& entries = contents[cursor->labels().to_string()];
    EXPECT_TRUE(entries.empty()) << "a stream came twice: " << cursor->labels().to_string();
    read_cursor(*cursor, stats == nullptr ? own : *stats, entries);
  }
  return contents;
}

class StoreFixture : public testing::Test {
 protected:
  StoreOptions options() {
    StoreOptions options;
    options.file_system = file_system();
    options.clock = &clock;
    options.directory = "/tenant";
    return options;
  }
  virtual FileSystem* file_system() { return memory.get(); }

  void open() { open(options()); }
  void open(StoreOptions with) {
    store.reset();
    auto opened = TenantStore::open(std::move(with));
    ASSERT_TRUE(opened) << opened.error().to_string();
    store = std::move(*opened);
  }
  void append(std::string_view labels, std::vector<Entry> entries) {
    const auto outcome = try_append(labels, entries);
    ASSERT_TRUE(outcome) << outcome.error().to_string();
    ASSERT_EQ(outcome->accepted, entries.size());
  }
  Result<AppendOutcome> try_append(std::string_view labels, const std::vector<Entry>& entries,
                                   AppendRules rules = {}) {
    const LabelSet set = labels_of(labels);
    std::vector<std::vector<MetadataView>> metadata(entries.size());
    std::vector<EntryView> views;
    for (size_t i = 0; i < entries.size(); ++i) {
      for (const Label& pair : entries[i].metadata) metadata[i].push_back({pair.name, pair.value});
      views.push_back({entries[i].timestamp_ns, entries[i].line, metadata[i]});
    }
    const StreamAppend append{&set, views};
    return store->append({&append, 1}, rules);
  }
  Contents contents(SelectRequest request = {}) { return contents_of(*store->source(), std::move(request)); }

  std::unique_ptr<FileSystem> memory = create_memory_file_system();
  StepClock clock;
  std::unique_ptr<TenantStore> store;
};

}  // namespace lokilib::storage
