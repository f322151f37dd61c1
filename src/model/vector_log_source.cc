// SPDX-License-Identifier: Apache-2.0
// vector_log_source.cc: LogQL over entries in memory. Streams are sorted by label set; the entries of each by
// time, equal times by arrival, equal entries kept once.
#include <algorithm>
#include <numeric>

#include <lokilib/log_source.h>

namespace lokilib {

namespace {

void add_metadata(const Entry& entry, const MetadataNeeds& needs, size_t row, Batch& batch,
                  ScanStats& stats) {
  for (const Label& pair : entry.metadata) {
    if (!needs.all && std::find(needs.names.begin(), needs.names.end(), pair.name) == needs.names.end())
      continue;
    batch.set_metadata(pair.name, row, pair.value);
    stats.metadata_bytes_scanned += pair.name.size() + pair.value.size();
  }
}

/// Walks [begin_, end_) of a stream's entries from the side that the direction names.
class VectorCursor final : public StreamCursor {
 public:
  VectorCursor(const VectorStream& stream, size_t begin, size_t end, const SelectRequest& request)
      : stream_(stream),
        begin_(begin),
        end_(end),
        direction_(request.direction),
        lines_(request.lines),
        metadata_(request.metadata),
        rows_max_(std::clamp<size_t>(request.batch_rows_max, 1, kBatchRowsMax)),
        cancellation_(request.cancellation) {}

  const LabelSet& labels() const override { return stream_.labels; }

  int64_t bound_ns() const override {
    if (direction_ == Direction::Forward) {
      return begin_ == end_ ? std::numeric_limits<int64_t>::max() : stream_.entries[begin_].timestamp_ns;
    }
    return begin_ == end_ ? std::numeric_limits<int64_t>::min() : stream_.entries[end_ - 1].timestamp_ns;
  }

  Result<bool> next(Batch& batch, ScanStats& stats) override {
    if (cancellation_ != nullptr) LOKILIB_TRY(cancellation_->check());
    if (begin_ == end_) return false;
    const size_t count = next_batch_size();
    batch.reset(stream_.labels, count);
    for (size_t row = 0; row < count; ++row) {
      const Entry& entry = stream_.entries[direction_ == Direction::Forward ? begin_ + row : end_ - 1 - row];
      batch.timestamps_ns()[row] = entry.timestamp_ns;
      if (lines_ == LineNeeds::Text) batch.lines()[row] = entry.line;
      if (lines_ != LineNeeds::None) batch.line_sizes()[row] = static_cast<uint32_t>(entry.line.size());
      add_metadata(entry, metadata_, row, batch, stats);
      stats.line_bytes_scanned += entry.line.size();
    }
    stats.lines_scanned += count;
    (direction_ == Direction::Forward ? begin_ += count : end_ -= count);
    return true;
  }

 private:
  size_t next_batch_size() const {
    const size_t count_max = std::min(rows_max_, end_ - begin_);
    size_t bytes = 0;
    for (size_t row = 0; row < count_max; ++row) {
      bytes += stream_.entries[direction_ == Direction::Forward ? begin_ + row : end_ - 1 - row].line.size();
      if (row > 0 && bytes > kBatchLineBytesMax) return row;
    }
    return count_max;
  }

  const VectorStream& stream_;
  size_t begin_;
  size_t end_;
  Direction direction_;
  LineNeeds lines_;
  MetadataNeeds metadata_;
  size_t rows_max_;
  const Cancellation* cancellation_;
};

/// Sorts by time, keeping the order of arrival, and drops all but the first of equal entries.
void put_in_order(std::vector<Entry>& entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.timestamp_ns < b.timestamp_ns; });
  size_t kept = 0;
  size_t same_time_begin = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (kept > 0 && entries[kept - 1].timestamp_ns != entries[i].timestamp_ns) same_time_begin = kept;
    const auto first = entries.begin() + static_cast<ptrdiff_t>(same_time_begin);
    const auto last = entries.begin() + static_cast<ptrdiff_t>(kept);
    if (std::find(first, last, entries[i]) != last) continue;
    if (kept != i) entries[kept] = std::move(entries[i]);
    ++kept;
  }
  entries.resize(kept);
}

}  // namespace

VectorLogSource::VectorLogSource(std::vector<VectorStream> streams) {
  std::stable_sort(streams.begin(), streams.end(),
                   [](const VectorStream& a, const VectorStream& b) { return a.labels < b.labels; });
  for (VectorStream& stream : streams) {
    if (streams_.empty() || streams_.back().labels != stream.labels) {
      streams_.push_back(std::move(stream));
      continue;
    }
    std::vector<Entry>& entries = streams_.back().entries;
    entries.insert(entries.end(), std::make_move_iterator(stream.entries.begin()),
                   std::make_move_iterator(stream.entries.end()));
  }
  for (VectorStream& stream : streams_) put_in_order(stream.entries);
}

VectorLogSource::~VectorLogSource() = default;

Result<std::vector<std::unique_ptr<StreamCursor>>> VectorLogSource::select(const SelectRequest& request,
                                                                           ScanStats& stats) const {
  std::vector<std::unique_ptr<StreamCursor>> cursors;
  for (const VectorStream& stream : streams_) {
    if (!matches_all(request.matchers, stream.labels)) continue;
    const auto at = [&](int64_t timestamp_ns) {
      const auto found =
          std::lower_bound(stream.entries.begin(), stream.entries.end(), timestamp_ns,
                           [](const Entry& entry, int64_t t) { return entry.timestamp_ns < t; });
      return static_cast<size_t>(found - stream.entries.begin());
    };
    const size_t begin = at(request.range.begin_ns);
    const size_t end = at(request.range.end_ns);
    if (begin >= end) continue;
    ++stats.streams;
    cursors.push_back(std::make_unique<VectorCursor>(stream, begin, end, request));
  }
  return cursors;
}

}  // namespace lokilib
