// SPDX-License-Identifier: Apache-2.0
// merge_by_time.cc: the queue over streams.
#include "logql/exec/merge_by_time.h"

#include <string>
#include <utility>

namespace lokilib::logql {

bool MergeByTime::GoesLater::operator()(const Place& a, const Place& b) const {
  if (direction == Direction::Forward) {
    return a.time_ns != b.time_ns ? a.time_ns > b.time_ns : a.stream > b.stream;
  }
  return a.time_ns != b.time_ns ? a.time_ns < b.time_ns : a.stream < b.stream;
}

MergeByTime::MergeByTime(std::vector<std::unique_ptr<StreamCursor>> cursors, Direction direction,
                         const CompiledScan& scan, ResultLabels& labels, QueryContext& context)
    : scan_(scan), labels_(labels), context_(context), queue_(GoesLater{direction}), batch_(new Batch) {
  streams_.reserve(cursors.size());
  for (auto& cursor : cursors) {
    const auto number = static_cast<uint32_t>(streams_.size());
    queue_.push({cursor->bound_ns(), number});
    streams_.push_back({std::move(cursor), {}, 0, {}});
  }
}

void MergeByTime::enqueue(uint32_t number) {
  Stream& stream = streams_[number];
  if (stream.next < stream.entries.size()) {
    queue_.push({stream.entries[stream.next].timestamp_ns, number});
  } else {
    queue_.push({stream.cursor->bound_ns(), number});
  }
}

Result<void> MergeByTime::read(uint32_t number) {
  Stream& stream = streams_[number];
  stream.entries.clear();
  stream.next = 0;
  Batch& batch = *batch_;
  LOKILIB_TRY_ASSIGN(const bool more, context_.next(scan_, *stream.cursor, batch));
  if (!more) {
    LabelSet labels = stream.cursor->labels();
    stream = {nullptr, {}, 0, std::move(labels)};
    return {};
  }
  if (!batch.selection.empty()) {
    labels_.begin_batch(stream.cursor->labels(), batch);
    for (const uint16_t row : batch.selection.rows()) {
      stream.entries.push_back(
          {batch.timestamps_ns()[row], std::string(batch.lines()[row]), labels_.number_of(row)});
    }
  }
  enqueue(number);
  return {};
}

Result<bool> MergeByTime::next(MergedEntry& entry) {
  while (!queue_.empty()) {
    const uint32_t number = queue_.top().stream;
    queue_.pop();
    Stream& stream = streams_[number];
    if (stream.next == stream.entries.size()) {
      LOKILIB_TRY(read(number));
      continue;
    }
    entry.stream = number;
    entry.entry = std::move(stream.entries[stream.next++]);
    enqueue(number);
    return true;
  }
  return false;
}

}  // namespace lokilib::logql
