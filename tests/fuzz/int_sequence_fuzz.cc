// SPDX-License-Identifier: Apache-2.0
// int_sequence_fuzz.cc: any header and bytes decode or are refused; what decodes, encodes again to the same.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "codec/int_sequence.h"

using namespace lokilib::codec;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kHeaderBytes = 20;
  if (size < kHeaderBytes) return 0;
  IntHeader header;
  uint16_t count;
  header.layout = static_cast<IntLayout>(data[0]);
  header.width = data[1];
  std::memcpy(&count, data + 2, sizeof count);
  header.count = count;
  std::memcpy(&header.base, data + 4, sizeof header.base);
  std::memcpy(&header.scale, data + 12, sizeof header.scale);
  std::vector<uint64_t> values(count);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + kHeaderBytes, size - kHeaderBytes);
  if (!decode_ints(header, bytes, values)) return 0;
  const EncodedInts again = encode_ints(values);
  std::vector<uint64_t> decoded(count);
  if (!decode_ints(again.header, again.bytes, decoded) || decoded != values) {
    std::fprintf(stderr, "encoding what was decoded gives something else\n");
    std::abort();
  }
  return 0;
}
