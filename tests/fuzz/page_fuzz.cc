// SPDX-License-Identifier: Apache-2.0
// page_fuzz.cc: any reference into any chunk is read or refused. The checksum is made to fit now and then, so
// that the decompressors see bad bytes too.
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/crc32c.h"
#include "codec/page.h"

using namespace lokilib::codec;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kHeaderBytes = 18;
  if (size < kHeaderBytes) return 0;
  PageRef ref;
  std::memcpy(&ref.offset, data, 4);
  std::memcpy(&ref.stored, data + 4, 4);
  std::memcpy(&ref.raw, data + 8, 4);
  std::memcpy(&ref.crc32c, data + 12, 4);
  ref.codec = static_cast<Codec>(data[16]);
  const std::string_view chunk(reinterpret_cast<const char*>(data) + kHeaderBytes, size - kHeaderBytes);
  if (data[17] % 2 == 1 && ref.offset <= chunk.size() && ref.stored <= chunk.size() - ref.offset) {
    ref.crc32c = lokilib::crc32c(chunk.substr(ref.offset, ref.stored));
  }
  if (ref.raw > (1u << 20)) ref.raw %= 1u << 20;  // a fuzzer's memory limit, not ours
  const auto page = read_page(chunk, ref);
  if (!page) return 0;
  uint64_t sum = 0;
  for (const char c : page->bytes()) sum += static_cast<uint8_t>(c);
  volatile uint64_t kept = sum;
  static_cast<void>(kept);
  return 0;
}
