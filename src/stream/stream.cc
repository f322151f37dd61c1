// SPDX-License-Identifier: Apache-2.0
// stream.cc: an ordering window before a head.
#include <utility>
#include <vector>

#include <lokilib/stream.h>

#include "base/make_error.h"
#include "chunk/head.h"
#include "chunk/merge_cursor.h"
#include "stream/ordering_window.h"
#include "text/compiled_predicate.h"

namespace lokilib {

struct StreamSnapshot::Impl {
  LabelSet labels;
  std::vector<std::shared_ptr<const chunk::Block>> blocks;
  chunk::BlockStats stats;  // of all blocks together
};

StreamSnapshot::StreamSnapshot() : impl_(std::make_shared<const Impl>()) {}
StreamSnapshot::StreamSnapshot(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
StreamSnapshot::StreamSnapshot(const StreamSnapshot&) = default;
StreamSnapshot& StreamSnapshot::operator=(const StreamSnapshot&) = default;
StreamSnapshot::~StreamSnapshot() = default;

uint64_t StreamSnapshot::entry_count() const {
  return impl_->stats.rows;
}

uint64_t StreamSnapshot::line_bytes() const {
  return impl_->stats.line_bytes;
}

std::optional<int64_t> StreamSnapshot::time_min_ns() const {
  if (impl_->stats.rows == 0) return std::nullopt;
  return impl_->stats.time_min_ns;
}

std::optional<int64_t> StreamSnapshot::time_max_ns() const {
  if (impl_->stats.rows == 0) return std::nullopt;
  return impl_->stats.time_max_ns;
}

Result<std::unique_ptr<StreamCursor>> StreamSnapshot::cursor(const SelectRequest& request) const {
  std::shared_ptr<const text::CompiledPredicate> predicate;
  if (!request.predicate.empty()) {
    LOKILIB_TRY_ASSIGN(predicate, text::CompiledPredicate::compile(request.predicate));
  }
  return chunk::create_merge_cursor(impl_->labels, impl_->blocks, request, std::move(predicate));
}

struct Stream::Impl {
  Impl(LabelSet stream_labels, const StreamOptions& stream_options)
      : labels(std::move(stream_labels)),
        options(stream_options),
        window(stream_options.ordering_window_ns) {}

  const LabelSet labels;
  const StreamOptions options;
  stream::OrderingWindow window;  // writer only
  chunk::Head head;
};

Stream::Stream(LabelSet labels, const StreamOptions& options)
    : impl_(std::make_unique<Impl>(std::move(labels), options)) {}

Stream::~Stream() = default;

const LabelSet& Stream::labels() const {
  return impl_->labels;
}

Result<AppendResult> Stream::append(const EntryView& entry) {
  const uint32_t line_bytes_max = impl_->options.line_bytes_max;
  if (line_bytes_max != 0 && entry.line.size() > line_bytes_max) {
    return make_error(ErrorCode::LineTooLong, "line of {} bytes: the stream accepts up to {}",
                      entry.line.size(), line_bytes_max);
  }
  if (!impl_->window.accepts(entry.timestamp_ns)) {
    return make_error(ErrorCode::TooFarBehind, "entry of time {} ns: the oldest acceptable is {} ns",
                      entry.timestamp_ns, impl_->window.oldest_acceptable_ns());
  }
  LOKILIB_TRY_ASSIGN(const bool stored, impl_->head.append(entry));
  impl_->window.advance(entry.timestamp_ns);
  return stored ? AppendResult::Stored : AppendResult::Duplicate;
}

StreamSnapshot Stream::snapshot() const {
  auto snapshot = std::make_shared<StreamSnapshot::Impl>();
  snapshot->labels = impl_->labels;
  snapshot->blocks = impl_->head.snapshot();
  for (const auto& block : snapshot->blocks) chunk::add_stats(snapshot->stats, block->stats());
  return StreamSnapshot(std::move(snapshot));
}

uint64_t Stream::memory_bytes() const {
  return impl_->head.memory_bytes();
}

}  // namespace lokilib
