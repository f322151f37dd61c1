// SPDX-License-Identifier: Apache-2.0
// wal_writer.cc: group commit. A thread that finds nobody writing writes its own record straight from its
// buffer (no copy: the common case of one appender); others put theirs in line.
#include "storage/wal_writer.h"

#include <cstring>

#include "base/assertion.h"
#include "base/byte_writer.h"
#include "base/make_error.h"
#include "storage/wal_format.h"

namespace lokilib::storage {
namespace {

constexpr size_t kBufferKeptMax = 4 * 1024 * 1024;  // a larger buffer is given back after use

void fill_record_header(std::string& record, uint64_t file_number, uint64_t offset) {
  const auto size = static_cast<uint32_t>(record.size() - kWalRecordHeaderSize);
  const uint32_t payload_crc = crc32c(std::string_view(record).substr(kWalRecordHeaderSize));
  const uint32_t fields[4] = {kWalRecordMark, size, payload_crc,
                              wal_header_crc(kWalRecordMark, size, payload_crc, file_number, offset)};
  std::memcpy(record.data(), fields, sizeof fields);
}

}  // namespace

Result<std::unique_ptr<WritableFile>> create_wal_file(FileSystem& file_system, const std::string& directory,
                                                      uint64_t number, SyncMode mode) {
  ByteWriter header;
  header.bytes(kWalMagic);
  header.u16(kWalFormat);
  header.u16(0);
  header.u32(0);
  header.u64(number);
  header.u32(0);
  header.u32(crc32c(header.view()));
  const std::string path = directory + "/" + numbered_name(number, ".wal");
  LOKILIB_TRY_ASSIGN(auto file, file_system.create(path));
  Result<void> written = file->append(header.view());
  if (written && mode != SyncMode::None) {
    written = file->sync();
    if (written) written = file_system.sync_directory(directory);
  }
  if (!written) {
    file.reset();
    static_cast<void>(file_system.remove(path));  // best effort: a file without records is harmless
    return std::move(written).in_file(path).error();
  }
  return file;
}

Result<WalWriter::Ticket> WalWriter::enqueue(std::string& record) {
  MutexLock lock(mutex_);
  if (file_ == nullptr) return make_error(ErrorCode::Closed, "the write-ahead log is closed");
  if (broken_) return *broken_;
  fill_record_header(record, file_->number, end_offset_);
  const bool owns_write = !writing_ && pending_.empty();
  if (owns_write) {
    writing_ = true;
  } else {
    pending_.append(record);  // may throw: nothing has changed yet
  }
  end_offset_ += record.size();
  ++waiting_;
  return Ticket{++enqueued_, owns_write};
}

Result<void> WalWriter::commit(Ticket ticket, const std::string& record) {
  MutexLock lock(mutex_);
  if (ticket.owns_write) {
    write_out(lock, record, ticket.number);
  } else {
    // The ticket is settled once it is written or the file is broken; a broken file stays so as long as
    // somebody waits (start_file()), so its error cannot be missed.
    while (written_ < ticket.number && !broken_) {
      if (writing_) {
        changed_.wait(lock.native());
      } else {
        drain(lock);
      }
    }
  }
  Result<void> result;
  if (written_ < ticket.number) result = Error(*broken_);
  --waiting_;
  if (waiting_ == 0) changed_.notify_all();
  return result;
}

void WalWriter::write_out(MutexLock& lock, std::string_view bytes, uint64_t last) {
  LOKILIB_ASSERT(writing_);
  const std::shared_ptr<File> file = file_;
  lock.unlock();
  Result<void> result = file->file->append(bytes);
  if (result && mode_ == SyncMode::Always) result = file->file->sync();
  lock.lock();
  writing_ = false;
  if (result) {
    written_ = last;
  } else {
    set_broken(std::move(result).error());
  }
  if (broken_) pending_.clear();  // their tickets fail with the file's error
  if (waiting_ > 1) changed_.notify_all();
}

void WalWriter::drain(MutexLock& lock) {
  if (pending_.empty() || writing_) return;
  std::string batch = std::move(spare_);
  batch.clear();
  batch.swap(pending_);
  writing_ = true;
  write_out(lock, batch, enqueued_);
  if (batch.capacity() <= kBufferKeptMax) spare_ = std::move(batch);
}

Result<void> WalWriter::sync() {
  std::vector<std::shared_ptr<File>> files;
  {
    const MutexLock lock(mutex_);
    if (broken_) return Error(*broken_);
    if (file_ == nullptr || (unsynced_.empty() && synced_ == written_)) return {};
    files = unsynced_;
    files.push_back(file_);
    synced_ = written_;
  }
  Result<void> result;
  for (const auto& file : files) {
    Result<void> synced = file->file->sync();
    const MutexLock lock(mutex_);
    // A second sync of pages that the system failed to write once may claim success: never try again.
    if (file != file_) std::erase(unsynced_, file);
    if (synced) continue;
    if (file == file_) set_broken(synced.error());
    if (result) result = std::move(synced);
  }
  return result;
}

void WalWriter::forget_files_before(uint64_t number) {
  const MutexLock lock(mutex_);
  std::erase_if(unsynced_, [&](const auto& file) { return file->number < number; });
}

void WalWriter::settle(MutexLock& lock) {
  while (writing_ || waiting_ > 0 || !pending_.empty()) {
    if (writing_ || pending_.empty()) {
      changed_.wait(lock.native());
    } else {
      drain(lock);
    }
  }
}

void WalWriter::set_broken(Error error) {
  if (broken_) return;
  broken_ = std::move(error);
  is_broken_.store(true, std::memory_order_release);
}

uint64_t WalWriter::start_file(std::unique_ptr<WritableFile> file, uint64_t number) {
  MutexLock lock(mutex_);
  settle(lock);
  const uint64_t size_before = end_offset_;
  if (file_ != nullptr && mode_ != SyncMode::None) unsynced_.push_back(file_);
  file_ = std::make_shared<File>(File{std::move(file), number});
  broken_.reset();
  is_broken_.store(false, std::memory_order_release);
  written_ = enqueued_;
  end_offset_ = kWalHeaderSize;
  return size_before;
}

Result<void> WalWriter::close() {
  Result<void> result;
  if (mode_ != SyncMode::None) result = sync();
  MutexLock lock(mutex_);
  settle(lock);
  if (file_ == nullptr) return {};
  Result<void> closed = file_->file->close();
  file_.reset();
  unsynced_.clear();
  return result ? std::move(closed) : std::move(result);
}

}  // namespace lokilib::storage
