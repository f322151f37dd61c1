// SPDX-License-Identifier: Apache-2.0
// aligned_bytes.h: a copy of bytes at an address like that of a mapped file, and not one byte longer.
#pragma once

#include <cstring>
#include <memory>
#include <new>
#include <string_view>

namespace lokilib::test {

class AlignedBytes {
 public:
  explicit AlignedBytes(std::string_view bytes)
      : bytes_(static_cast<char*>(::operator new(bytes.empty() ? 1 : bytes.size(), kAlignment))),
        size_(bytes.size()) {
    if (!bytes.empty()) std::memcpy(bytes_.get(), bytes.data(), bytes.size());
  }

  char* data() { return bytes_.get(); }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Delete {
    void operator()(char* bytes) const { ::operator delete(bytes, kAlignment); }
  };
  std::unique_ptr<char, Delete> bytes_;
  size_t size_ = 0;
};

}  // namespace lokilib::test
