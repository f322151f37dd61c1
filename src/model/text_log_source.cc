// SPDX-License-Identifier: Apache-2.0
// text_log_source.cc: a text as one stream. Lines are sorted by time once; a batch is views of them.
#include <algorithm>
#include <limits>
#include <span>

#include <lokilib/text_log_source.h>

namespace lokilib {

namespace {

using Line = TextLogSource::Line;

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The lines with their times, in the order of the text.
std::vector<Line> stamp_lines(std::string_view text, const LineTimestamp& timestamp) {
  std::vector<Line> lines;
  std::optional<int64_t> last;
  for (const std::string_view line : split_lines(text)) {
    if (!timestamp) {
      last = static_cast<int64_t>(lines.size());
    } else if (const auto own = timestamp(line)) {
      if (!last) {
        for (Line& before : lines) before.timestamp_ns = *own;
      }
      last = own;
    }
    lines.push_back({last.value_or(0), line});
  }
  return lines;
}

class TextCursor final : public StreamCursor {
 public:
  TextCursor(const LabelSet& labels, std::span<const Line> lines, const SelectRequest& request)
      : labels_(labels),
        lines_(lines),
        direction_(request.direction),
        needs_(request.lines),
        rows_max_(std::clamp<size_t>(request.batch_rows_max, 1, kBatchRowsMax)),
        cancellation_(request.cancellation) {}

  const LabelSet& labels() const override { return labels_; }

  int64_t bound_ns() const override {
    if (direction_ == Direction::Forward) {
      return lines_.empty() ? std::numeric_limits<int64_t>::max() : lines_.front().timestamp_ns;
    }
    return lines_.empty() ? std::numeric_limits<int64_t>::min() : lines_.back().timestamp_ns;
  }

  Result<bool> next(Batch& batch, ScanStats& stats) override {
    if (cancellation_ != nullptr) LOKILIB_TRY(cancellation_->check());
    if (lines_.empty()) return false;
    const size_t count = next_batch_size();
    batch.reset(labels_, count);
    for (size_t row = 0; row < count; ++row) {
      const Line& line = line_of(row);
      batch.timestamps_ns()[row] = line.timestamp_ns;
      if (needs_ == LineNeeds::Text) batch.lines()[row] = line.text;
      if (needs_ != LineNeeds::None) batch.line_sizes()[row] = static_cast<uint32_t>(line.text.size());
      stats.line_bytes_scanned += line.text.size();
    }
    stats.lines_scanned += count;
    lines_ = direction_ == Direction::Forward ? lines_.subspan(count) : lines_.first(lines_.size() - count);
    return true;
  }

 private:
  const Line& line_of(size_t row) const {
    return direction_ == Direction::Forward ? lines_[row] : lines_[lines_.size() - 1 - row];
  }

  size_t next_batch_size() const {
    const size_t count_max = std::min(rows_max_, lines_.size());
    size_t bytes = 0;
    for (size_t row = 0; row < count_max; ++row) {
      bytes += line_of(row).text.size();
      if (row > 0 && bytes > kBatchLineBytesMax) return row;
    }
    return count_max;
  }

  const LabelSet& labels_;
  std::span<const Line> lines_;
  Direction direction_;
  LineNeeds needs_;
  size_t rows_max_;
  const Cancellation* cancellation_;
};

}  // namespace

TextLogSource::TextLogSource(LabelSet labels, std::string text, const LineTimestamp& timestamp)
    : labels_(std::move(labels)), text_(std::move(text)), lines_(stamp_lines(text_, timestamp)) {
  const auto earlier = [](const Line& a, const Line& b) { return a.timestamp_ns < b.timestamp_ns; };
  if (!std::is_sorted(lines_.begin(), lines_.end(), earlier)) {
    std::stable_sort(lines_.begin(), lines_.end(), earlier);
  }
}

TextLogSource::~TextLogSource() = default;

Result<std::unique_ptr<TextLogSource>> TextLogSource::open(FileSystem& file_system, const std::string& path,
                                                           LabelSet labels, const LineTimestamp& timestamp) {
  LOKILIB_TRY_ASSIGN(const auto file, file_system.open_read(path));
  LOKILIB_TRY_ASSIGN(const uint64_t size, file->size());
  std::string text(size, '\0');
  LOKILIB_TRY_ASSIGN(const size_t read, file->read_at(0, text.data(), text.size()));
  text.resize(read);
  return std::make_unique<TextLogSource>(std::move(labels), std::move(text), timestamp);
}

Result<std::vector<std::unique_ptr<StreamCursor>>> TextLogSource::select(const SelectRequest& request,
                                                                         ScanStats& stats) const {
  std::vector<std::unique_ptr<StreamCursor>> cursors;
  if (!matches_all(request.matchers, labels_)) return cursors;
  const auto at = [&](int64_t timestamp_ns) {
    return std::lower_bound(lines_.begin(), lines_.end(), timestamp_ns,
                            [](const Line& line, int64_t t) { return line.timestamp_ns < t; });
  };
  const auto begin = at(request.range.begin_ns);
  const auto end = at(request.range.end_ns);
  if (begin >= end) return cursors;
  ++stats.streams;
  cursors.push_back(std::make_unique<TextCursor>(labels_, std::span<const Line>(begin, end), request));
  return cursors;
}

}  // namespace lokilib
