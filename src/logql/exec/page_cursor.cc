// SPDX-License-Identifier: Apache-2.0
// page_cursor.cc: a place as bytes in base64url (no padding), so that it passes through URLs and JSON as it
// is:
//
//   version u8 | direction u8 | time varint | arrived_before varint | query u32 | labels: count, name, value,
//   ... | CRC-32C of all before, u32
#include "logql/exec/page_cursor.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/crc32c.h"
#include "base/make_error.h"

namespace lokilib::logql {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kChecksumBytes = 4;
constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string to_base64url(std::string_view bytes) {
  std::string text;
  uint32_t bits = 0;
  unsigned bit_count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (bit_count += 8; bit_count >= 6; bit_count -= 6)
      text.push_back(kDigits[(bits >> (bit_count - 6)) & 63]);
  }
  if (bit_count > 0) text.push_back(kDigits[(bits << (6 - bit_count)) & 63]);
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  unsigned bit_count = 0;
  for (const char c : text) {
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    bytes.push_back(static_cast<char>((bits >> bit_count) & 255));
  }
  return bytes;
}

Result<PagePlace> read_place(std::string_view bytes) {
  ByteReader reader(bytes);
  PagePlace place;
  LOKILIB_TRY_ASSIGN(const uint8_t version, reader.u8("version"));
  if (version != kVersion) return make_error(ErrorCode::Unsupported, "version {} is not known", version);
  LOKILIB_TRY_ASSIGN(const uint8_t direction, reader.u8("direction"));
  if (direction > 1) return make_error(ErrorCode::Corrupt, "direction {} is not known", direction);
  place.direction = direction == 0 ? Direction::Forward : Direction::Backward;
  LOKILIB_TRY_ASSIGN(place.timestamp_ns, reader.varint_signed("time"));
  LOKILIB_TRY_ASSIGN(place.arrived_before, reader.varint("entries"));
  LOKILIB_TRY_ASSIGN(place.query_checksum, reader.u32("query"));
  LOKILIB_TRY_ASSIGN(const uint64_t label_count, reader.varint("labels"));
  std::vector<Label> labels;
  for (uint64_t i = 0; i < label_count; ++i) {
    LOKILIB_TRY_ASSIGN(const std::string_view name, reader.sized_bytes("label name"));
    LOKILIB_TRY_ASSIGN(const std::string_view value, reader.sized_bytes("label value"));
    if (!labels.empty() && labels.back().name >= name)
      return make_error(ErrorCode::Corrupt, "labels out of order");
    labels.push_back({std::string(name), std::string(value)});
  }
  LOKILIB_TRY(reader.expect_end());
  place.stream = LabelSet::from_sorted(std::move(labels));
  return place;
}

}  // namespace

std::string to_cursor(const PagePlace& place) {
  ByteWriter writer;
  writer.u8(kVersion);
  writer.u8(place.direction == Direction::Forward ? 0 : 1);
  writer.varint_signed(place.timestamp_ns);
  writer.varint(place.arrived_before);
  writer.u32(place.query_checksum);
  writer.varint(place.stream.size());
  for (const Label& label : place.stream.labels()) {
    writer.sized_bytes(label.name);
    writer.sized_bytes(label.value);
  }
  writer.u32(crc32c(writer.view()));
  return to_base64url(writer.view());
}

Result<PagePlace> parse_cursor(std::string_view cursor) {
  constexpr const char* kAdvice = "take it as the last page gave it, or start without one";
  const std::optional<std::string> bytes = from_base64url(cursor);
  if (!bytes || bytes->size() <= kChecksumBytes) {
    return make_error(ErrorCode::InvalidArgument, "this is no cursor of a log query; {}", kAdvice);
  }
  const std::string_view body = std::string_view(*bytes).substr(0, bytes->size() - kChecksumBytes);
  ByteReader checksum(std::string_view(*bytes).substr(body.size()));
  LOKILIB_TRY_ASSIGN(const uint32_t expected, checksum.u32("checksum"));
  if (crc32c(body) != expected) {
    return make_error(ErrorCode::InvalidArgument, "the cursor is damaged; {}", kAdvice);
  }
  auto place = read_place(body);
  if (!place) {
    return make_error(ErrorCode::InvalidArgument, "the cursor cannot be read ({}); {}", place.error().message,
                      kAdvice);
  }
  return place;
}

}  // namespace lokilib::logql
