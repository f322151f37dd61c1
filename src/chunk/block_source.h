// SPDX-License-Identifier: Apache-2.0
// block_source.h: where a block's bytes are: in memory, in a mapped file, or in a file that must be read.
// Gives pages, checked and decompressed; errors name the file and the place in it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <lokilib/file_system.h>
#include <lokilib/result.h>

#include "base/make_error.h"
#include "codec/page.h"

namespace lokilib::chunk {

/// Memory for a page that can be used again for the next.
struct PageBuffer {
  std::unique_ptr<char[]> bytes;
  size_t capacity = 0;  // without the readable padding behind
};

/// A page's bytes: in `buffer`, or where the source has them. Readable padding of 64 bytes stands behind
/// those in a buffer.
struct PageBytes {
  PageBuffer buffer;
  std::string_view bytes;
};

/// A value type. Threads: const members from any.
class BlockSource {
 public:
  BlockSource() = default;
  /// In memory.
  explicit BlockSource(std::string bytes);
  /// `length` bytes at `offset` of a file, which is mapped or else read page by page.
  BlockSource(std::shared_ptr<const ReadableFile> file, std::string file_name, uint64_t offset,
              uint64_t length);

  /// The same source, narrowed. Pre: within this one.
  BlockSource part(uint64_t offset, uint64_t length) const;

  /// Reads a page whose offset counts from the source's start. `buffer` may be used for it.
  /// Errors: `Corrupt`, `Unsupported`, `Io`.
  Result<PageBytes> read_page(const codec::PageRef& ref, PageBuffer buffer) const;

  uint64_t length() const { return length_; }
  /// The bytes, where they are in memory or mapped; else empty.
  std::string_view memory() const { return mapped_; }
  uint64_t memory_bytes() const { return memory_ == nullptr ? 0 : memory_->size(); }

  /// A `Corrupt` error at `offset` of the source.
  template <typename... Args>
  Error corrupt(uint64_t offset, fmt::format_string<Args...> format, Args&&... args) const {
    return located(make_error(ErrorCode::Corrupt, format, std::forward<Args>(args)...), offset);
  }
  /// The error, marked with the file and the place that `offset` is in it.
  Error located(Error error, uint64_t offset) const;

 private:
  Result<std::string_view> stored_bytes(const codec::PageRef& ref, PageBuffer& buffer) const;

  std::shared_ptr<const std::string> memory_;
  std::shared_ptr<const ReadableFile> file_;
  std::string_view mapped_;  // the source's bytes, where they are in memory
  bool is_mapped_ = false;
  std::shared_ptr<const std::string> file_name_;
  uint64_t offset_ = 0;
  uint64_t length_ = 0;
};

}  // namespace lokilib::chunk
