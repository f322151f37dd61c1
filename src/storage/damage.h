// SPDX-License-Identifier: Apache-2.0
// damage.h: a place on disk that does not hold what was written there. Damage is reported and stepped over:
// it hides nothing but itself.
#pragma once

#include <cstdint>
#include <string>

#include <lokilib/result.h>

namespace lokilib::storage {

struct Damage {
  std::string file;     ///< path
  uint64_t offset = 0;  ///< byte offset in the file
  std::string what;

  std::string to_string() const { return file + ": " + what + " (offset " + std::to_string(offset) + ")"; }
};

/// The damage that an error describes; `file` is used where the error does not name one.
inline Damage damage_of(const Error& error, const std::string& file) {
  return Damage{error.file.empty() ? file : error.file, error.offset.value_or(0), error.message};
}

}  // namespace lokilib::storage
