// SPDX-License-Identifier: Apache-2.0
// byte_reader.h: reads what ByteWriter wrote. Every read is checked; an error says what was read and where.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include <lokilib/result.h>

#include "base/make_error.h"

namespace lokilib {

class ByteReader {
 public:
  /// `base_offset` is where `bytes` begins in its file: errors count from there.
  explicit ByteReader(std::string_view bytes, uint64_t base_offset = 0) : bytes_(bytes), base_(base_offset) {}

  Result<uint8_t> u8(const char* what) { return fixed<uint8_t>(what); }
  Result<uint16_t> u16(const char* what) { return fixed<uint16_t>(what); }
  Result<uint32_t> u32(const char* what) { return fixed<uint32_t>(what); }
  Result<uint64_t> u64(const char* what) { return fixed<uint64_t>(what); }
  Result<int64_t> i64(const char* what) { return fixed<int64_t>(what); }

  Result<uint64_t> varint(const char* what) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (position_ == bytes_.size()) return corrupt("{}: bytes end inside a varint", what);
      const auto byte = static_cast<uint8_t>(bytes_[position_++]);
      if (shift == 63 && byte > 1) break;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    return corrupt("{}: varint of more than 64 bits", what);
  }
  Result<int64_t> varint_signed(const char* what) {
    LOKILIB_TRY_ASSIGN(const uint64_t raw, varint(what));
    return static_cast<int64_t>((raw >> 1) ^ (~(raw & 1) + 1));
  }
  Result<std::string_view> bytes(uint64_t size, const char* what) {
    if (size > remaining()) return corrupt("{}: {} bytes announced, {} left", what, size, remaining());
    const std::string_view result = bytes_.substr(position_, size);
    position_ += size;
    return result;
  }
  Result<std::string_view> sized_bytes(const char* what) {
    LOKILIB_TRY_ASSIGN(const uint64_t size, varint(what));
    return bytes(size, what);
  }
  Result<void> expect_end() const {
    if (remaining() != 0) return corrupt("{} bytes too many", remaining());
    return {};
  }

  uint64_t remaining() const { return bytes_.size() - position_; }
  uint64_t offset() const { return base_ + position_; }

  /// A `Corrupt` error at the current place.
  template <typename... Args>
  Error corrupt(fmt::format_string<Args...> format, Args&&... args) const {
    Error error = make_error(ErrorCode::Corrupt, format, std::forward<Args>(args)...);
    error.offset = offset();
    return error;
  }

 private:
  template <typename T>
  Result<T> fixed(const char* what) {
    if (remaining() < sizeof(T)) return corrupt("{}: {} bytes wanted, {} left", what, sizeof(T), remaining());
    T value;
    std::memcpy(&value, bytes_.data() + position_, sizeof(T));
    position_ += sizeof(T);
    return value;
  }

  std::string_view bytes_;
  uint64_t base_ = 0;
  size_t position_ = 0;
};

}  // namespace lokilib
