// SPDX-License-Identifier: Apache-2.0
// segment_fuzz.cc: any bytes as a segment: opened, and if that succeeds read to the end in both directions.
// Bytes that end like a segment are also tried with the directory's and trailer's checksums put right, so
// that the fuzzer gets behind them.
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <lokilib/file_system.h>

#include "chunk/merge_cursor.h"
#include "storage/segment_format.h"
#include "storage/segment_reader.h"

using namespace lokilib;           // NOLINT(google-build-using-namespace)
using namespace lokilib::storage;  // NOLINT(google-build-using-namespace)

namespace {

void read_all(const SegmentReader& reader) {
  std::vector<Damage> damage;
  const auto streams = reader.select({}, {}, damage);
  if (!streams) return;
  for (const StreamBlocks& stream : *streams) {
    for (const Direction direction : {Direction::Forward, Direction::Backward}) {
      SelectRequest request;
      request.direction = direction;
      const auto cursor = chunk::create_merge_cursor(stream.labels, stream.blocks, request, nullptr);
      Batch batch;
      ScanStats stats;
      while (true) {
        const auto more = cursor->next(batch, stats);
        if (!more || !*more) break;
      }
    }
  }
}

void open(std::string_view bytes) {
  const auto fs = create_memory_file_system();
  if (!fs->create_directories("/s")) return;
  auto file = fs->create("/s/000001.seg");
  if (!file || !(*file)->append(bytes)) return;
  if (const auto reader = SegmentReader::open(*fs, "/s/000001.seg")) read_all(**reader);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  open(bytes);
  if (size < kSegmentHeaderSize + kSegmentTrailerSize) return 0;
  char* const trailer = bytes.data() + (size - kSegmentTrailerSize);
  uint64_t offset = 0;
  std::memcpy(&offset, trailer, sizeof offset);
  offset %= size - kSegmentTrailerSize;
  offset -= offset % kDirectoryAlignment;
  const auto length = static_cast<uint32_t>(size - kSegmentTrailerSize - offset);
  const uint32_t directory_crc = crc32c(std::string_view(bytes).substr(offset, length));
  std::memcpy(trailer, &offset, sizeof offset);
  std::memcpy(trailer + 8, &length, sizeof length);
  std::memcpy(trailer + 12, &directory_crc, sizeof directory_crc);
  const uint32_t crc = segment_trailer_crc({trailer, kSegmentTrailerSize});
  std::memcpy(trailer + kSegmentTrailerCrcAt, &crc, sizeof crc);
  open(bytes);
  return 0;
}
