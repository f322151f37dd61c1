// SPDX-License-Identifier: Apache-2.0
// page.h: the unit of compression and checksum. A page lies in its chunk at a multiple of 8 bytes; whoever
// reads one has checked its place, its checksum and its size before a byte of it is used.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <lokilib/arena.h>
#include <lokilib/result.h>

#include "base/byte_writer.h"
#include "codec/compressor.h"

namespace lokilib::codec {

inline constexpr uint32_t kPageBytesMax = 8u << 20;  ///< uncompressed; bounds what bad bytes can make us take
inline constexpr uint32_t kPageAlignment = 8;

/// Where a page is and what it must be. As the schema stores it.
struct PageRef {
  uint32_t offset = 0;  ///< from the chunk's start
  uint32_t stored = 0;  ///< bytes in the chunk
  uint32_t raw = 0;     ///< bytes after decompression
  uint32_t crc32c = 0;  ///< of the stored bytes
  Codec codec = Codec::Stored;

  friend bool operator==(const PageRef&, const PageRef&) = default;
};

/// A page's bytes: owned, or a view of the chunk where they are stored as they are (then with no more
/// readable bytes behind them than the chunk has). Owned bytes have Arena::kPadding readable ones behind
/// them.
class Page {
 public:
  Page() = default;
  explicit Page(std::string_view bytes) : bytes_(bytes) {}
  Page(std::unique_ptr<char[]> buffer, size_t size)
      : buffer_(std::move(buffer)), bytes_(buffer_.get(), size) {}

  std::string_view bytes() const { return bytes_; }
  /// Whether the bytes outlive the chunk's.
  bool is_owned() const { return buffer_ != nullptr; }

 private:
  std::unique_ptr<char[]> buffer_;
  std::string_view bytes_;
};

/// Appends a page to `chunk`, which begins where the chunk begins, after zeros up to the alignment. Without a
/// compressor, or where compressing does not help, the page is stored as it is.
/// Errors: `InvalidArgument` for more than kPageBytesMax bytes, or a chunk of 4 GiB.
Result<PageRef> write_page(std::string_view raw, Compressor* compressor, ByteWriter& chunk);

/// Reads a page of `chunk`. A stored page is a view of it, without a copy.
/// Errors: `Corrupt`, with the offset in the chunk; `Unsupported` for a codec this build does not know.
Result<Page> read_page(std::string_view chunk, const PageRef& ref);

/// The same, decompressed to the arena (a stored page is still a view of the chunk).
Result<std::string_view> read_page(std::string_view chunk, const PageRef& ref, Arena& arena);

}  // namespace lokilib::codec
