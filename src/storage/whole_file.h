// SPDX-License-Identifier: Apache-2.0
// whole_file.h: files that are read in one piece and replaced as a whole.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <lokilib/file_system.h>
#include <lokilib/result.h>

namespace lokilib::storage {

/// Errors: `NotFound`, `Io`.
Result<std::string> read_whole_file(FileSystem& file_system, const std::string& path);

/// Creates a file under a temporary name (any left over from before is removed).
Result<std::unique_ptr<WritableFile>> create_temporary(FileSystem& file_system, const std::string& path);

/// Gives a synced temporary file its name, durably. `directory` is the parent of both.
Result<void> rename_durably(FileSystem& file_system, const std::string& directory, const std::string& from,
                            const std::string& to);

}  // namespace lokilib::storage
