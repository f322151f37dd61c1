// SPDX-License-Identifier: Apache-2.0
// wanted_names.cc: which raw bytes may begin a key that becomes one of the names.
#include "text/wanted_names.h"

#include "base/assertion.h"

namespace lokilib::text {

WantedNames::WantedNames(std::vector<std::string> names) : names_(std::move(names)) {
  LOKILIB_ASSERT(names_.size() <= kCountMax);
  all_ = names_.size() >= 64 ? ~uint64_t{0} : (uint64_t{1} << names_.size()) - 1;
  for (const std::string& name : names_) {
    if (name.empty()) continue;
    if (name[0] == '_') {  // whatever is no letter is sanitised to '_', or gets one before it
      for (auto& byte : first_bytes_) byte = 1;
    }
    first_bytes_[static_cast<unsigned char>(name[0])] = 1;
  }
  for (const char c :
       {' ', '\t', '\n', '\v', '\f', '\r', '\\'}) {  // blanks are trimmed, '\' may hide a letter
    first_bytes_[static_cast<unsigned char>(c)] = 1;
  }
  for (size_t c = 0x80; c < 0x100; ++c) first_bytes_[c] = 1;  // Unicode blanks are trimmed too
}

}  // namespace lokilib::text
