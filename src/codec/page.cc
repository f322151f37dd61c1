// SPDX-License-Identifier: Apache-2.0
// page.cc: writing and checking pages.
#include "codec/page.h"

#include <cstring>
#include <limits>

#include "base/crc32c.h"
#include "base/make_error.h"

namespace lokilib::codec {
namespace {

template <typename... Args>
Error corrupt(const PageRef& ref, fmt::format_string<Args...> format, Args&&... args) {
  Error error = make_error(ErrorCode::Corrupt, format, std::forward<Args>(args)...);
  error.offset = ref.offset;
  return error;
}

// The page's stored bytes, once all that can be said without decompressing has been checked.
Result<std::string_view> stored_bytes(std::string_view chunk, const PageRef& ref) {
  if (ref.offset % kPageAlignment != 0) return corrupt(ref, "page at an odd place");
  if (ref.raw > kPageBytesMax) return corrupt(ref, "page of {} bytes", ref.raw);
  if (ref.offset > chunk.size() || ref.stored > chunk.size() - ref.offset) {
    return corrupt(ref, "page of {} stored bytes in a chunk of {}", ref.stored, chunk.size());
  }
  if (ref.codec == Codec::Stored && ref.stored != ref.raw) {
    return corrupt(ref, "page stores {} bytes, {} expected", ref.stored, ref.raw);
  }
  const std::string_view stored = chunk.substr(ref.offset, ref.stored);
  if (const uint32_t crc = crc32c(stored); crc != ref.crc32c) {
    return corrupt(ref, "page checksum {:08x}, {:08x} expected", crc, ref.crc32c);
  }
  return stored;
}

Result<void> decompress_page(const PageRef& ref, std::string_view stored, char* out) {
  Result<void> result = decompress(ref.codec, stored, out, ref.raw);
  if (!result) result.error().offset = ref.offset;
  return result;
}

}  // namespace

Result<PageRef> write_page(std::string_view raw, Compressor* compressor, ByteWriter& chunk) {
  if (raw.size() > kPageBytesMax) {
    return make_error(ErrorCode::InvalidArgument, "page of {} bytes, at most {}", raw.size(), kPageBytesMax);
  }
  if (chunk.size() > std::numeric_limits<uint32_t>::max() - raw.size() - kPageAlignment) {
    return make_error(ErrorCode::InvalidArgument, "chunk of 4 GiB or more");
  }
  while (chunk.size() % kPageAlignment != 0) chunk.u8(0);
  PageRef ref;
  ref.offset = static_cast<uint32_t>(chunk.size());
  ref.raw = static_cast<uint32_t>(raw.size());
  std::string_view stored = compressor == nullptr ? std::string_view() : compressor->compress(raw);
  if (stored.empty()) {
    stored = raw;
  } else {
    ref.codec = compressor->codec();
  }
  ref.stored = static_cast<uint32_t>(stored.size());
  ref.crc32c = crc32c(stored);
  chunk.bytes(stored);
  return ref;
}

Result<Page> read_page(std::string_view chunk, const PageRef& ref) {
  LOKILIB_TRY_ASSIGN(const std::string_view stored, stored_bytes(chunk, ref));
  if (ref.codec == Codec::Stored) return Page(stored);
  std::unique_ptr<char[]> buffer(new char[ref.raw + Arena::kPadding]);
  LOKILIB_TRY(decompress_page(ref, stored, buffer.get()));
  std::memset(buffer.get() + ref.raw, 0, Arena::kPadding);
  return Page(std::move(buffer), ref.raw);
}

Result<std::string_view> read_page(std::string_view chunk, const PageRef& ref, Arena& arena) {
  LOKILIB_TRY_ASSIGN(const std::string_view stored, stored_bytes(chunk, ref));
  if (ref.codec == Codec::Stored) return stored;
  char* const out = arena.allocate(ref.raw);
  LOKILIB_TRY(decompress_page(ref, stored, out));
  return std::string_view(out, ref.raw);
}

}  // namespace lokilib::codec
