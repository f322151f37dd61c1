// SPDX-License-Identifier: Apache-2.0
// block_source.cc: a page is used only when its place, checksum and size are right.
#include "chunk/block_source.h"

#include <cstring>

#include "base/assertion.h"
#include "base/crc32c.h"

namespace lokilib::chunk {
namespace {

// Makes room for `size` bytes and zeroed padding behind them.
char* prepare(PageBuffer& buffer, size_t size) {
  if (buffer.bytes == nullptr || buffer.capacity < size) {
    buffer.bytes.reset(new char[size + Arena::kPadding]);
    buffer.capacity = size;
  }
  std::memset(buffer.bytes.get() + size, 0, Arena::kPadding);
  return buffer.bytes.get();
}

}  // namespace

BlockSource::BlockSource(std::string bytes)
    : memory_(std::make_shared<const std::string>(std::move(bytes))),
      mapped_(*memory_),
      is_mapped_(true),
      length_(mapped_.size()) {}

BlockSource::BlockSource(std::shared_ptr<const ReadableFile> file, std::string file_name, uint64_t offset,
                         uint64_t length)
    : file_(std::move(file)),
      file_name_(std::make_shared<const std::string>(std::move(file_name))),
      offset_(offset),
      length_(length) {
  const std::string_view all = file_->mapped();
  is_mapped_ = !all.empty();
  if (is_mapped_ && offset <= all.size()) mapped_ = all.substr(offset, length);
}

BlockSource BlockSource::part(uint64_t offset, uint64_t length) const {
  LOKILIB_ASSERT(offset <= length_ && length <= length_ - offset);
  BlockSource source = *this;
  source.offset_ += offset;
  source.length_ = length;
  if (is_mapped_)
    source.mapped_ = offset <= mapped_.size() ? mapped_.substr(offset, length) : std::string_view();
  return source;
}

Error BlockSource::located(Error error, uint64_t offset) const {
  if (file_name_ != nullptr && error.file.empty()) error.file = *file_name_;
  error.offset = offset_ + offset;
  return error;
}

Result<std::string_view> BlockSource::stored_bytes(const codec::PageRef& ref, PageBuffer& buffer) const {
  if (ref.offset % codec::kPageAlignment != 0) return corrupt(ref.offset, "page at an odd place");
  if (ref.raw > codec::kPageBytesMax) return corrupt(ref.offset, "page of {} bytes", ref.raw);
  if (ref.offset > length_ || ref.stored > length_ - ref.offset) {
    return corrupt(ref.offset, "page of {} stored bytes in a block of {}", ref.stored, length_);
  }
  if (ref.codec == codec::Codec::Stored && ref.stored != ref.raw) {
    return corrupt(ref.offset, "page stores {} bytes, {} expected", ref.stored, ref.raw);
  }
  std::string_view stored;
  if (is_mapped_) {
    if (ref.offset + uint64_t{ref.stored} > mapped_.size()) {
      return corrupt(ref.offset, "the file ends inside a page of {} bytes", ref.stored);
    }
    stored = mapped_.substr(ref.offset, ref.stored);
  } else {
    char* const out = prepare(buffer, ref.stored);
    auto got = file_->read_at(offset_ + ref.offset, out, ref.stored);
    if (!got.has_value()) return std::move(got).error();
    if (*got != ref.stored) return corrupt(ref.offset, "the file ends inside a page of {} bytes", ref.stored);
    stored = {out, ref.stored};
  }
  if (const uint32_t crc = crc32c(stored); crc != ref.crc32c) {
    return corrupt(ref.offset, "page checksum {:08x}, {:08x} expected", crc, ref.crc32c);
  }
  return stored;
}

Result<PageBytes> BlockSource::read_page(const codec::PageRef& ref, PageBuffer buffer) const {
  PageBytes page;
  if (ref.codec == codec::Codec::Stored) {
    LOKILIB_TRY_ASSIGN(page.bytes, stored_bytes(ref, buffer));
    page.buffer = std::move(buffer);
    return page;
  }
  PageBuffer read_buffer;
  LOKILIB_TRY_ASSIGN(const std::string_view stored, stored_bytes(ref, read_buffer));
  char* const out = prepare(buffer, ref.raw);
  Result<void> done = codec::decompress(ref.codec, stored, out, ref.raw);
  if (!done.has_value()) return located(std::move(done).error(), ref.offset);
  page.bytes = {out, ref.raw};
  page.buffer = std::move(buffer);
  return page;
}

}  // namespace lokilib::chunk
