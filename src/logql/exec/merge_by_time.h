// SPDX-License-Identifier: Apache-2.0
// merge_by_time.h: entries of many streams in one order: by time, then by the stream's label set, then by
// arrival; backward is the exact reverse. A stream is read only when its next entry may be the next of all,
// so a query with a small limit opens few.
#pragma once

#include <cstdint>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include <lokilib/batch.h>
#include <lokilib/log_source.h>

#include "logql/exec/query_context.h"
#include "logql/exec/result_labels.h"

namespace lokilib::logql {

/// One entry that came through the pipeline.
struct MergedEntry {
  uint32_t stream = 0;  ///< number of its cursor
  ResultEntry entry;
};

class MergeByTime {
 public:
  /// `cursors` are sorted by label set. `scan`, `labels` and `context` outlive the merge.
  MergeByTime(std::vector<std::unique_ptr<StreamCursor>> cursors, Direction direction,
              const CompiledScan& scan, ResultLabels& labels, QueryContext& context);

  /// The next entry; false at the end.
  Result<bool> next(MergedEntry& entry);

  /// The labels of a stream that gave an entry.
  const LabelSet& stream_labels(uint32_t number) const {
    const Stream& stream = streams_[number];
    return stream.cursor != nullptr ? stream.cursor->labels() : stream.labels;
  }

 private:
  // A stream's entries that were read and not given yet, or only a bound for what it still has.
  struct Stream {
    std::unique_ptr<StreamCursor> cursor;
    std::vector<ResultEntry> entries;
    size_t next = 0;
    LabelSet labels;  // set where the cursor has ended and is gone
  };
  // A place in the queue. Where nothing is read yet, time_ns is only a bound.
  struct Place {
    int64_t time_ns;
    uint32_t stream;
  };
  struct GoesLater {
    Direction direction;
    bool operator()(const Place& a, const Place& b) const;
  };

  Result<void> read(uint32_t number);
  // Puts the stream back at its next entry, or at its bound.
  void enqueue(uint32_t number);

  std::vector<Stream> streams_;
  const CompiledScan& scan_;
  ResultLabels& labels_;
  QueryContext& context_;
  std::priority_queue<Place, std::vector<Place>, GoesLater> queue_;
  std::unique_ptr<Batch> batch_;  // shared: what comes through is copied out at once
};

}  // namespace lokilib::logql
