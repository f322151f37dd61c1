// SPDX-License-Identifier: Apache-2.0
// merge_cursor.cc: merges the blocks of one stream by time. Work is done in runs: as long as one block alone
// covers the time being read, its rows pass without being compared with anything. Only where several blocks
// have entries of the very same timestamp are these read, compared and put in order of arrival.
#include "chunk/merge_cursor.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>
#include <unordered_map>

#include "base/assertion.h"
#include "chunk/batch_metadata.h"
#include "text/compiled_predicate.h"

namespace lokilib::chunk {
namespace {

// Rows of a block that are filtered at once: few at first where few entries are wanted, then doubling.
constexpr uint32_t kSliceRowsMin = 256;
constexpr uint32_t kSliceRowsFirstMax = 4096;

// A block while it takes part in the merge.
struct Source {
  std::shared_ptr<const Block> block;
  std::unique_ptr<BlockReader> reader;  // null until the merge gets there, and after the end
  std::span<const int64_t> times;
  std::span<const uint32_t> sizes;  // only where the query needs them
  uint32_t begin = 0;               // rows in the range that were not filtered yet: [begin, end)
  uint32_t end = 0;
  uint32_t slice_rows = kSliceRowsMin;
  bool damaged = false;
  std::vector<uint16_t> rows;  // filtered, in the order of the query
  size_t next = 0;             // in rows

  bool has_row() const { return next < rows.size(); }
  int64_t time() const { return times[rows[next]]; }
};

struct QueuedRow {
  uint32_t source;
  uint16_t row;
};

bool is_damage(const Error& error) {
  return error.code == ErrorCode::Corrupt || error.code == ErrorCode::Unsupported;
}

class MergeCursor final : public StreamCursor {
 public:
  MergeCursor(LabelSet labels, std::vector<std::shared_ptr<const Block>> blocks, const SelectRequest& request,
              std::shared_ptr<const text::CompiledPredicate> predicate)
      : labels_(std::move(labels)),
        range_(request.range),
        forward_(request.direction == Direction::Forward),
        predicate_(std::move(predicate)),
        lines_(request.lines),
        metadata_(request.metadata),
        batch_rows_max_(std::clamp<size_t>(request.batch_rows_max, 1, kBatchRowsMax)),
        cancellation_(request.cancellation) {
    sources_.reserve(blocks.size());
    for (auto& block : blocks) {
      Source source;
      source.block = std::move(block);
      source.slice_rows =
          static_cast<uint32_t>(std::clamp<size_t>(batch_rows_max_ * 4, kSliceRowsMin, kSliceRowsFirstMax));
      sources_.push_back(std::move(source));
    }
    unopened_.resize(sources_.size());
    std::iota(unopened_.begin(), unopened_.end(), 0U);
    // The next to open stands last.
    std::sort(unopened_.begin(), unopened_.end(), [this](uint32_t a, uint32_t b) {
      const int64_t start_a = start_of(a);
      const int64_t start_b = start_of(b);
      return start_a != start_b ? before(start_b, start_a) : a > b;
    });
  }

  const LabelSet& labels() const override { return labels_; }

  int64_t bound_ns() const override {
    int64_t bound = latest_possible();
    if (queue_next_ < queue_.size()) {
      const QueuedRow& row = queue_[queue_next_];
      return sources_[row.source].times[row.row];
    }
    for (const uint32_t number : active_) {
      if (before(sources_[number].time(), bound)) bound = sources_[number].time();
    }
    for (auto it = unopened_.rbegin(); it != unopened_.rend(); ++it) {
      if (!in_range(*it)) continue;
      const int64_t start = clipped_start_of(*it);
      if (before(start, bound)) bound = start;
      break;
    }
    return bound;
  }

  Result<bool> next(Batch& batch, ScanStats& stats) override {
    if (cancellation_ != nullptr) LOKILIB_TRY(cancellation_->check());
    release_finished();
    while (true) {
      LOKILIB_TRY(fill_queue(stats));
      if (queue_next_ == queue_.size()) return false;
      LOKILIB_TRY_ASSIGN(const bool done, give(batch, stats));
      if (done) return true;
    }
  }

 private:
  // Whether `a` comes before `b` in the order of the query.
  bool before(int64_t a, int64_t b) const { return forward_ ? a < b : a > b; }
  int64_t latest_possible() const {
    return forward_ ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
  }
  int64_t start_of(uint32_t source) const {
    const BlockStats& stats = sources_[source].block->stats();
    return forward_ ? stats.time_min_ns : stats.time_max_ns;
  }
  int64_t clipped_start_of(uint32_t source) const {
    return forward_ ? std::max(start_of(source), range_.begin_ns)
                    : std::min(start_of(source), range_.end_ns - 1);
  }
  bool in_range(uint32_t source) const {
    const BlockStats& stats = sources_[source].block->stats();
    return stats.rows > 0 && !range_.empty() && range_.overlaps(stats.time_min_ns, stats.time_max_ns);
  }

  void leave_out(Source& source, const Error& error, ScanStats& stats) {
    if (!source.damaged) {
      ++stats.blocks_damaged;
      stats.damage.push_back(error.to_string());
    }
    source.damaged = true;
    source.rows.clear();
    source.next = 0;
    source.begin = source.end = 0;
  }

  // Opens the source's block and finds its rows in the range.
  Result<void> open(Source& source) {
    source.reader = source.block->open();
    LOKILIB_TRY_ASSIGN(source.times, source.reader->times());
    const auto begin = std::lower_bound(source.times.begin(), source.times.end(), range_.begin_ns);
    const auto end = std::lower_bound(begin, source.times.end(), range_.end_ns);
    if (lines_ != LineNeeds::None || predicate_ != nullptr) {
      LOKILIB_TRY_ASSIGN(source.sizes, source.reader->line_sizes());
    }
    source.begin = static_cast<uint32_t>(begin - source.times.begin());
    source.end = static_cast<uint32_t>(end - source.times.begin());
    return {};
  }

  // Filters the next slices until a row is found or the block ends.
  Result<void> advance(Source& source, ScanStats& stats) {
    while (!source.has_row() && source.begin < source.end) {
      if (cancellation_ != nullptr) LOKILIB_TRY(cancellation_->check());
      const uint32_t count = std::min(source.slice_rows, source.end - source.begin);
      const uint32_t first = forward_ ? source.begin : source.end - count;
      if (forward_) {
        source.begin += count;
      } else {
        source.end -= count;
      }
      source.slice_rows = std::min(source.slice_rows * 2, kRowsPerBlockMax);
      source.next = 0;
      LOKILIB_TRY(filter(source, first, count, stats));
      if (!forward_) std::reverse(source.rows.begin(), source.rows.end());
    }
    return {};
  }

  Result<void> filter(Source& source, uint32_t first, uint32_t count, ScanStats& stats) {
    stats.lines_scanned += count;
    if (!source.sizes.empty()) {
      const auto sizes = source.sizes.subspan(first, count);
      stats.line_bytes_scanned += std::accumulate(sizes.begin(), sizes.end(), uint64_t{0});
    }
    if (predicate_ == nullptr) {
      source.rows.resize(count);
      for (uint32_t i = 0; i < count; ++i) source.rows[i] = static_cast<uint16_t>(first + i);
      return {};
    }
    RowSet rows = RowSet::all(static_cast<uint32_t>(source.times.size()));
    rows.keep_range(first, first + count);
    source.rows.clear();
    LOKILIB_TRY(source.reader->filter(*predicate_, rows, stats));
    source.rows = rows.to_vector();
    return {};
  }

  // Runs `work` on the source. Where its block turns out damaged, the source ends there.
  template <typename Work>
  Result<void> isolate(Source& source, ScanStats& stats, Work work) {
    Result<void> done = work();
    if (done.has_value()) return {};
    if (!is_damage(done.error())) return std::move(done).error();
    leave_out(source, done.error(), stats);
    return {};
  }

  // Opens what begins at or before the earliest row at hand, so that active_ has all blocks with rows up to
  // there.
  Result<void> open_due(ScanStats& stats) {
    while (!unopened_.empty()) {
      const uint32_t number = unopened_.back();
      Source& source = sources_[number];
      if (!in_range(number)) {
        unopened_.pop_back();
        ++stats.blocks;
        ++stats.blocks_skipped_time;
        source.block.reset();
        continue;
      }
      const uint32_t earliest = earliest_active();
      if (earliest != kNone && before(sources_[earliest].time(), clipped_start_of(number))) break;
      unopened_.pop_back();
      ++stats.blocks;
      LOKILIB_TRY(isolate(source, stats, [&] { return open(source); }));
      LOKILIB_TRY(isolate(source, stats, [&] { return advance(source, stats); }));
      if (source.has_row()) {
        active_.push_back(number);
      } else {
        finished_.push_back(number);
      }
    }
    return {};
  }

  static constexpr uint32_t kNone = UINT32_MAX;

  // Of active sources, that with the earliest row; of equal ones the first to arrive.
  uint32_t earliest_active() const {
    uint32_t best = kNone;
    for (const uint32_t number : active_) {
      if (best == kNone || before(sources_[number].time(), sources_[best].time()) ||
          (sources_[number].time() == sources_[best].time() && number < best)) {
        best = number;
      }
    }
    return best;
  }

  // After the source's rows were taken: the next slice, or its end.
  Result<void> step(uint32_t number, ScanStats& stats) {
    Source& source = sources_[number];
    if (source.has_row()) return {};
    // Rows of the slice may still be queued, but the queue has its own copy of their numbers.
    LOKILIB_TRY(isolate(source, stats, [&] { return advance(source, stats); }));
    if (source.has_row()) return {};
    active_.erase(std::find(active_.begin(), active_.end(), number));
    finished_.push_back(number);
    return {};
  }

  // Queues rows until a batch is full or all has been read.
  Result<void> fill_queue(ScanStats& stats) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<ptrdiff_t>(queue_next_));
    queue_next_ = 0;
    while (queue_.size() < batch_rows_max_) {
      LOKILIB_TRY(open_due(stats));
      if (active_.empty()) return {};
      const uint32_t number = earliest_active();
      Source& source = sources_[number];
      // The run: rows before the first of any other block.
      bool has_limit = false;
      int64_t limit = 0;
      const auto narrow = [&](int64_t time) {
        if (!has_limit || before(time, limit)) limit = time;
        has_limit = true;
      };
      for (const uint32_t other : active_) {
        if (other != number) narrow(sources_[other].time());
      }
      if (!unopened_.empty()) narrow(clipped_start_of(unopened_.back()));
      const size_t wanted = batch_rows_max_ - queue_.size();
      const size_t end_max = std::min(source.rows.size(), source.next + wanted);
      const auto first = source.rows.begin() + static_cast<ptrdiff_t>(source.next);
      auto last = source.rows.begin() + static_cast<ptrdiff_t>(end_max);
      if (has_limit && !before(source.times[*(last - 1)], limit)) {
        last =
            std::partition_point(first, last, [&](uint16_t row) { return before(source.times[row], limit); });
      }
      if (first == last) {
        LOKILIB_TRY(take_equal_times(source.time(), stats));
        continue;
      }
      for (auto it = first; it != last; ++it) queue_.push_back({number, *it});
      source.next += static_cast<size_t>(last - first);
      LOKILIB_TRY(step(number, stats));
    }
    return {};
  }

  // Queues all rows of that time, which several active blocks may have: in order of arrival, each entry once.
  Result<void> take_equal_times(int64_t time, ScanStats& stats) {
    std::vector<uint32_t> numbers;
    for (const uint32_t number : active_) {
      if (sources_[number].time() == time) numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    std::vector<QueuedRow> rows;
    std::unordered_map<std::string, uint32_t> first_source;  // of an entry's bytes
    for (const uint32_t number : numbers) {
      Source& source = sources_[number];
      std::vector<uint16_t> own;
      while (source.has_row() && source.time() == time) {  // the rows may go on in the next slice
        while (source.has_row() && source.time() == time) own.push_back(source.rows[source.next++]);
        if (!source.has_row()) LOKILIB_TRY(isolate(source, stats, [&] { return advance(source, stats); }));
      }
      if (!forward_) std::reverse(own.begin(), own.end());
      if (numbers.size() > 1) {
        LOKILIB_TRY(isolate(source, stats, [&] { return drop_repeated(number, own, first_source, stats); }));
        if (source.damaged) own.clear();
      }
      for (const uint16_t row : own) rows.push_back({number, row});
    }
    if (!forward_) std::reverse(rows.begin(), rows.end());
    queue_.insert(queue_.end(), rows.begin(), rows.end());
    for (const uint32_t number : numbers) LOKILIB_TRY(step(number, stats));
    return {};
  }

  // Removes from `rows` the entries that a source which arrived earlier has.
  Result<void> drop_repeated(uint32_t number, std::vector<uint16_t>& rows,
                             std::unordered_map<std::string, uint32_t>& first_source, ScanStats& stats) {
    size_t kept = 0;
    std::vector<MetadataView> metadata;
    const std::vector<uint16_t> all = std::move(rows);
    rows.clear();
    for (size_t begin = 0; begin < all.size(); begin += kBatchRowsMax) {
      const auto part = std::span(all).subspan(begin, std::min(kBatchRowsMax, all.size() - begin));
      scratch().reset(no_labels_, part.size());
      LOKILIB_TRY(sources_[number].reader->read(part, LineNeeds::Text, MetadataNeeds{}, scratch(), stats));
      const BatchMetadata columns(scratch());
      for (size_t i = 0; i < part.size(); ++i) {
        columns.collect(i, metadata);
        const auto [found, is_new] = first_source.emplace(key_of(scratch().lines()[i], metadata), number);
        if (is_new || found->second == number) {
          rows.push_back(part[i]);
          ++kept;
        }
      }
    }
    stats.duplicates += all.size() - kept;
    return {};
  }

  static std::string key_of(std::string_view line, const std::vector<MetadataView>& metadata) {
    std::string key;
    const auto put = [&key](std::string_view text) {
      const auto size = static_cast<uint32_t>(text.size());
      key.append(reinterpret_cast<const char*>(&size), sizeof(size));
      key.append(text);
    };
    put(line);
    for (const MetadataView& pair : metadata) {
      put(pair.name);
      put(pair.value);
    }
    return key;
  }

  // Fills the batch from the queue; false where a damaged block left nothing to give.
  Result<bool> give(Batch& batch, ScanStats& stats) {
    const size_t count = rows_that_fit();
    const std::span<const QueuedRow> rows(queue_.data() + queue_next_, count);
    const bool single = std::all_of(rows.begin(), rows.end(),
                                    [&](const QueuedRow& row) { return row.source == rows[0].source; });
    batch.reset(labels_, count);
    Result<void> filled = single ? read_single(rows, batch, stats) : read_mixed(rows, batch, stats);
    if (filled.has_value()) {
      queue_next_ += count;
      batch.selection.select_all(count);
      return true;
    }
    if (!is_damage(filled.error())) return std::move(filled).error();
    leave_out(sources_[failed_], filled.error(), stats);
    std::vector<QueuedRow> left;
    for (size_t i = queue_next_; i < queue_.size(); ++i) {
      if (queue_[i].source != failed_) left.push_back(queue_[i]);
    }
    queue_ = std::move(left);
    queue_next_ = 0;
    if (const auto it = std::find(active_.begin(), active_.end(), failed_); it != active_.end()) {
      active_.erase(it);
      finished_.push_back(failed_);
    }
    return false;
  }

  size_t rows_that_fit() const {
    const size_t count = std::min(batch_rows_max_, queue_.size() - queue_next_);
    if (lines_ != LineNeeds::Text) return count;
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; ++i) {
      const QueuedRow& row = queue_[queue_next_ + i];
      bytes += sources_[row.source].sizes[row.row];
      if (bytes > kBatchLineBytesMax && i > 0) return i;
    }
    return count;
  }

  Result<void> read_single(std::span<const QueuedRow> rows, Batch& batch, ScanStats& stats) {
    numbers_.clear();
    for (const QueuedRow& row : rows) numbers_.push_back(row.row);
    failed_ = rows[0].source;
    return sources_[failed_].reader->read(numbers_, lines_, metadata_, batch, stats);
  }

  // Reads the rows of each source on their own and puts them where they belong.
  Result<void> read_mixed(std::span<const QueuedRow> rows, Batch& batch, ScanStats& stats) {
    std::vector<bool> done(rows.size());
    std::vector<size_t> places;
    for (size_t begin = 0; begin < rows.size(); ++begin) {
      if (done[begin]) continue;
      failed_ = rows[begin].source;
      numbers_.clear();
      places.clear();
      for (size_t i = begin; i < rows.size(); ++i) {
        if (rows[i].source != failed_) continue;
        done[i] = true;
        numbers_.push_back(rows[i].row);
        places.push_back(i);
      }
      scratch().reset(labels_, places.size());
      LOKILIB_TRY(sources_[failed_].reader->read(numbers_, lines_, metadata_, scratch(), stats));
      scatter(scratch(), places, batch);
    }
    return {};
  }

  static void scatter(const Batch& from, const std::vector<size_t>& places, Batch& to) {
    for (size_t i = 0; i < places.size(); ++i) {
      to.timestamps_ns()[places[i]] = from.timestamps_ns()[i];
      to.lines()[places[i]] = from.lines()[i];
      to.line_sizes()[places[i]] = from.line_sizes()[i];
    }
    const auto copy = [&](const ValueColumn& source, ValueColumn& target) {
      for (size_t i = 0; i < places.size(); ++i) {
        if (source.has(i)) target.set(to.arena(), places[i], source.get(i));
      }
    };
    for (const LabelColumn& column : from.columns()) {
      if (!column.metadata.unused()) copy(column.metadata, to.column(column.name).metadata);
    }
    if (!from.errors.unused()) copy(from.errors, to.errors);
    if (!from.error_details.unused()) copy(from.error_details, to.error_details);
  }

  // Lets go of blocks that are read to the end and have nothing queued. Called at the start of next(), when
  // the texts of the last batch are no longer needed.
  void release_finished() {
    std::vector<uint32_t> kept;
    for (const uint32_t number : finished_) {
      const bool queued = std::any_of(queue_.begin() + static_cast<ptrdiff_t>(queue_next_), queue_.end(),
                                      [&](const QueuedRow& row) { return row.source == number; });
      if (queued) {
        kept.push_back(number);
        continue;
      }
      sources_[number] = Source();
    }
    finished_ = std::move(kept);
  }

  Batch& scratch() {
    if (scratch_ == nullptr) scratch_ = std::make_unique<Batch>();
    return *scratch_;
  }

  const LabelSet labels_;
  const LabelSet no_labels_;
  const TimeRange range_;
  const bool forward_;
  const std::shared_ptr<const text::CompiledPredicate> predicate_;
  const LineNeeds lines_;
  const MetadataNeeds metadata_;
  const size_t batch_rows_max_;
  const Cancellation* const cancellation_;

  std::vector<Source> sources_;     // in order of arrival
  std::vector<uint32_t> unopened_;  // by start, the next last
  std::vector<uint32_t> active_;    // opened, with a row at hand
  std::vector<uint32_t> finished_;  // read to the end, their texts perhaps in use
  std::vector<QueuedRow> queue_;    // rows in order, from queue_next_ on not yet given
  size_t queue_next_ = 0;
  std::vector<uint16_t> numbers_;
  uint32_t failed_ = 0;             // the source read last
  std::unique_ptr<Batch> scratch_;  // for rows that are not in their place yet
};

}  // namespace

std::unique_ptr<StreamCursor> create_merge_cursor(LabelSet labels,
                                                  std::vector<std::shared_ptr<const Block>> blocks,
                                                  const SelectRequest& request,
                                                  std::shared_ptr<const text::CompiledPredicate> predicate) {
  return std::make_unique<MergeCursor>(std::move(labels), std::move(blocks), request, std::move(predicate));
}

}  // namespace lokilib::chunk
