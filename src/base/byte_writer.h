// SPDX-License-Identifier: Apache-2.0
// byte_writer.h: appends little-endian integers, varints and bytes to a string.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace lokilib {

static_assert(std::endian::native == std::endian::little,
              "the formats are written as the machine holds them");

class ByteWriter {
 public:
  void u8(uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void u16(uint16_t value) { fixed(value); }
  void u32(uint32_t value) { fixed(value); }
  void u64(uint64_t value) { fixed(value); }
  void i64(int64_t value) { fixed(value); }

  /// LEB128: 7 bits a byte, lowest first.
  void varint(uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
  }
  /// Zigzag, so that small negative numbers are short too.
  void varint_signed(int64_t value) {
    varint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }
  void bytes(std::string_view value) { out_.append(value); }
  /// A varint length, then the bytes.
  void sized_bytes(std::string_view value) {
    varint(value.size());
    bytes(value);
  }

  size_t size() const { return out_.size(); }
  std::string_view view() const { return out_; }
  std::string take() { return std::move(out_); }
  void clear() { out_.clear(); }

 private:
  template <typename T>
  void fixed(T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    out_.append(raw, sizeof(T));
  }

  std::string out_;
};

}  // namespace lokilib
