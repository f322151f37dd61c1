// SPDX-License-Identifier: Apache-2.0
// manifest_fuzz.cc: any bytes as a manifest, and as its body under a header whose checksums are right.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assertion.h"
#include "base/byte_writer.h"
#include "base/crc32c.h"
#include "storage/manifest.h"

using namespace lokilib;           // NOLINT(google-build-using-namespace)
using namespace lokilib::storage;  // NOLINT(google-build-using-namespace)

namespace {

void decode(std::string_view bytes) {
  const auto manifest = decode_manifest(bytes);
  if (!manifest) return;
  const auto again = decode_manifest(encode_manifest(*manifest));
  LOKILIB_ASSERT(again && *again == *manifest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  decode(bytes);
  constexpr size_t kHeaderSize = 24;
  const std::string_view body = size > kHeaderSize ? bytes.substr(kHeaderSize) : bytes;
  ByteWriter out;
  out.bytes("LOKILMAN");
  out.u16(1);
  out.u16(0);
  out.u32(static_cast<uint32_t>(body.size()));
  out.u32(crc32c(body));
  out.u32(crc32c(out.view()));
  out.bytes(body);
  decode(out.view());
  return 0;
}
