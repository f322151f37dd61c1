// SPDX-License-Identifier: Apache-2.0
// random_database.h: a database and the same entries as plain vectors. The database is in files in memory: it
// is flushed and opened anew at random, so that its entries lie in heads, in a log that was replayed, and in
// segments that overlap in time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <lokilib/database.h>
#include <lokilib/file_system.h>
#include <lokilib/log_source.h>

#include "logql/exec/query_support.h"
#include "support/random.h"

namespace lokilib::test {

class RandomDatabase {
 public:
  /// Texts that occur in lines and in labels of queries.
  inline static const std::vector<std::string> kValues = {"api", "error", "200", "12.5",
                                                          "3s",  "15MB",  "a b", ""};

  explicit RandomDatabase(Random& random) : random_(random), file_system_(create_memory_file_system()) {
    const size_t stream_count = 1 + random.below(4);
    for (size_t i = 0; i < stream_count; ++i) {
      std::string text = R"({app="x", env=")" + std::string(random.one_in(3) ? "y" : "x") + R"(", n=")" +
                         std::to_string(i) + "\"";
      if (random.one_in(3)) text += R"(, level="error")";
      streams_.push_back({labels(text + "}"), {}});
    }
    reopen();
  }

  const Database& database() const { return *database_; }
  VectorLogSource naive() const { return VectorLogSource(streams_); }

  /// Appends to a random stream at random times: out of order, often equal, sometimes the same entry again.
  void append(size_t entry_count) {
    while (entry_count-- > 0) {
      VectorStream& stream = random_.pick(streams_);
      Entry entry =
          !stream.entries.empty() && random_.one_in(20) ? random_.pick(stream.entries) : new_entry();
      std::vector<MetadataView> metadata;
      for (const Label& pair : entry.metadata) metadata.push_back({pair.name, pair.value});
      const auto appended = database_->append(
          stream.labels, {entry.timestamp_ns, entry.line, {metadata.data(), metadata.size()}});
      ASSERT_TRUE(appended.has_value()) << appended.error().message;
      stream.entries.push_back(std::move(entry));
    }
  }

  void flush() { ASSERT_TRUE(database_->flush().has_value()); }

  void reopen() {
    database_.reset();
    DatabaseOptions options;
    options.directory = "/db";
    options.file_system = file_system_.get();
    options.background_thread = false;
    options.limits.ingest.discover_log_levels = false;
    options.limits.ingest.discover_service_name.clear();
    auto opened = Database::open(std::move(options));
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    database_.emplace(std::move(*opened));
  }

  /// What changes nothing in any answer.
  void disturb() {
    if (random_.one_in(3)) flush();
    if (random_.one_in(5)) reopen();
  }

  void fill(size_t part_count, size_t part_size_max) {
    for (size_t i = 0; i < part_count; ++i) {
      append(random_.below(part_size_max + 1));
      disturb();
    }
  }

 private:
  Entry new_entry() {
    const auto field = [this](std::string_view name, bool json) {
      const std::string& value = random_.pick(kValues);
      return json ? "\"" + std::string(name) + "\":\"" + value + "\""
                  : std::string(name) + "=\"" + value + "\"";
    };
    Entry entry;
    entry.timestamp_ns = kBase + random_.between(0, 100) * 60 * kSecond + (random_.one_in(4) ? 1 : 0);
    switch (random_.below(4)) {
      case 0:
        entry.line =
            "{" + field("level", true) + "," + field("status", true) + "," + field("duration", true) + "}";
        break;
      case 1:
        entry.line = random_.pick(kValues) + " GET [" + random_.pick(kValues) + "] 10.0.0.7";
        break;
      default:
        entry.line = field("level", false) + " " + field("status", false) +
                     " bytes=" + std::to_string(random_.below(9)) + " " + field("msg", false);
    }
    if (random_.one_in(4)) entry.metadata.push_back({"method", random_.pick(kValues)});
    if (!entry.metadata.empty() && entry.metadata[0].value.empty()) entry.metadata.clear();
    return entry;
  }

  Random& random_;
  std::unique_ptr<FileSystem> file_system_;
  std::optional<Database> database_;
  std::vector<VectorStream> streams_;
};

}  // namespace lokilib::test
