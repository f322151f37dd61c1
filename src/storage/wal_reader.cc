// SPDX-License-Identifier: Apache-2.0
// wal_reader.cc: a linear walk over the file's bytes. A length is used only once the header's checksum has
// vouched for it.
#include "storage/wal_reader.h"

#include <cstring>

#include "base/make_error.h"
#include "storage/wal_format.h"

namespace lokilib::storage {
namespace {

template <typename T>
T load_at(std::string_view bytes, uint64_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

Error corrupt_at(uint64_t offset, std::string what) {
  return Error{ErrorCode::Corrupt, std::move(what), {}, offset};
}

}  // namespace

WalReader::WalReader(std::unique_ptr<ReadableFile> file, std::string path, uint64_t number)
    : file_(std::move(file)), path_(std::move(path)), number_(number) {}

Result<WalReader> WalReader::open(FileSystem& file_system, const std::string& path, uint64_t number) {
  LOKILIB_TRY_ASSIGN(auto file, file_system.open_read(path));
  WalReader reader(std::move(file), path, number);
  LOKILIB_TRY_ASSIGN(const uint64_t size, reader.file_->size());
  LOKILIB_TRY(reader.load(size));
  LOKILIB_TRY(reader.read_header());
  return reader;
}

Result<void> WalReader::load(uint64_t size) {
  if (size <= bytes_.size()) return {};
  if (const std::string_view mapped = file_->mapped(); mapped.size() >= size) {
    bytes_ = mapped;
    return {};
  }
  const uint64_t have = owned_.size();
  owned_.resize(size);
  LOKILIB_TRY_ASSIGN(const size_t got, file_->read_at(have, owned_.data() + have, size - have));
  owned_.resize(have + got);
  bytes_ = owned_;
  return {};
}

Result<void> WalReader::read_header() {
  if (bytes_.size() < kWalHeaderSize) return {};  // not written yet, or a crash came first
  header_read_ = true;
  position_ = kWalHeaderSize;
  if (crc32c(bytes_.substr(0, kWalHeaderSize - 4)) != load_at<uint32_t>(bytes_, kWalHeaderSize - 4) ||
      bytes_.substr(0, kWalMagic.size()) != kWalMagic) {
    damage_.push_back({path_, 0, "WAL header: checksum or magic is wrong"});
    return {};
  }
  if (const auto format = load_at<uint16_t>(bytes_, 8); format > kWalFormat) {
    return Result<void>(make_error(ErrorCode::Unsupported,
                                   "WAL format {} is from a newer version (known: up to {})", format,
                                   kWalFormat))
        .in_file(path_);
  }
  if (const auto number = load_at<uint64_t>(bytes_, 16); number != number_) {
    damage_.push_back({path_, 16, fmt::format("WAL header: number {} in the file of {}", number, number_)});
  }
  return {};
}

Result<std::string_view> WalReader::record_at(uint64_t offset) const {
  const uint64_t left = bytes_.size() - offset;
  if (left < kWalRecordHeaderSize)
    return corrupt_at(offset, fmt::format("record header cut to {} bytes", left));
  const auto mark = load_at<uint32_t>(bytes_, offset);
  const auto size = load_at<uint32_t>(bytes_, offset + 4);
  const auto payload_crc = load_at<uint32_t>(bytes_, offset + 8);
  if (mark != kWalRecordMark ||
      load_at<uint32_t>(bytes_, offset + 12) != wal_header_crc(mark, size, payload_crc, number_, offset)) {
    return corrupt_at(offset, "record header: checksum or mark is wrong");
  }
  if (size > left - kWalRecordHeaderSize) {
    return corrupt_at(offset, fmt::format("record of {} bytes cut to {}", size, left - kWalRecordHeaderSize));
  }
  const std::string_view payload = bytes_.substr(offset + kWalRecordHeaderSize, size);
  if (crc32c(payload) != payload_crc) {
    return corrupt_at(offset, fmt::format("record of {} bytes: checksum is wrong", size));
  }
  return payload;
}

Result<std::optional<WalRecordView>> WalReader::next() {
  LOKILIB_TRY_ASSIGN(const uint64_t size, file_->size());
  LOKILIB_TRY(load(size));
  if (!header_read_) LOKILIB_TRY(read_header());
  torn_tail_.reset();
  if (!header_read_) {
    if (!bytes_.empty())
      torn_tail_ = Damage{path_, 0, fmt::format("WAL header cut to {} bytes", bytes_.size())};
    return std::optional<WalRecordView>();
  }
  if (position_ == bytes_.size()) return std::optional<WalRecordView>();
  auto payload = record_at(position_);
  uint64_t offset = position_;
  if (!payload) {
    const Damage here = damage_of(payload.error(), path_);
    const std::string_view mark(reinterpret_cast<const char*>(&kWalRecordMark), sizeof kWalRecordMark);
    while (!payload) {
      offset = bytes_.find(mark, offset + 1);
      if (offset == std::string_view::npos) {
        torn_tail_ = here;
        return std::optional<WalRecordView>();
      }
      payload = record_at(offset);
    }
    damage_.push_back(
        {here.file, here.offset, fmt::format("{}; {} bytes left out", here.what, offset - here.offset)});
  }
  position_ = offset + kWalRecordHeaderSize + payload->size();
  return std::optional(WalRecordView{*payload, offset + kWalRecordHeaderSize});
}

}  // namespace lokilib::storage
