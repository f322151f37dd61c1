// SPDX-License-Identifier: Apache-2.0
// whole_file.cc: see whole_file.h.
#include "storage/whole_file.h"

namespace lokilib::storage {

Result<std::string> read_whole_file(FileSystem& file_system, const std::string& path) {
  LOKILIB_TRY_ASSIGN(const auto file, file_system.open_read(path));
  LOKILIB_TRY_ASSIGN(const uint64_t size, file->size());
  std::string bytes(size, '\0');
  LOKILIB_TRY_ASSIGN(const size_t got, file->read_at(0, bytes.data(), bytes.size()));
  bytes.resize(got);
  return bytes;
}

Result<std::unique_ptr<WritableFile>> create_temporary(FileSystem& file_system, const std::string& path) {
  LOKILIB_TRY_ASSIGN(const bool left_over, file_system.exists(path));
  if (left_over) LOKILIB_TRY(file_system.remove(path));
  return file_system.create(path);
}

Result<void> rename_durably(FileSystem& file_system, const std::string& directory, const std::string& from,
                            const std::string& to) {
  LOKILIB_TRY(file_system.rename(from, to));
  return file_system.sync_directory(directory);
}

}  // namespace lokilib::storage
