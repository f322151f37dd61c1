// SPDX-License-Identifier: Apache-2.0
// chunk_fuzz.cc: any bytes as a chunk, once as they are and once with their checksums made right, so that
// what lies behind the checksums is reached. Opened, read in both directions and filtered.
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include <schema/chunk_generated.h>

#include <lokilib/chunk.h>

#include "base/assertion.h"
#include "base/crc32c.h"

namespace {

using namespace lokilib;

void put_u32(std::string& bytes, size_t at, uint32_t value) {
  std::memcpy(bytes.data() + at, &value, sizeof(value));
}

// Makes right: header, trailer, the directory's checksum and those of the pages it names.
std::string repaired(std::string bytes) {
  constexpr size_t kTrailerSize = 32;
  if (bytes.size() < 16 + kTrailerSize) return bytes;
  const size_t trailer = bytes.size() - kTrailerSize;
  uint64_t offset = 0;
  std::memcpy(&offset, bytes.data() + trailer, sizeof(offset));
  if (offset < 16 || offset > trailer || offset % 8 != 0) return bytes;
  auto* const directory = reinterpret_cast<uint8_t*>(bytes.data() + offset);
  const size_t length = trailer - offset;
  flatbuffers::Verifier verifier(directory, length, 8, 1000);
  if (verifier.VerifyBuffer<fbs::ChunkMeta>(nullptr)) {
    const auto* const meta = flatbuffers::GetRoot<fbs::ChunkMeta>(directory);
    if (meta->blocks() != nullptr) {
      for (const fbs::BlockMeta* block : *meta->blocks()) {
        for (const fbs::PageRef* page : {block->schema(), block->times()}) {
          if (page == nullptr) continue;
          const uint64_t at = meta->offset() + block->offset() + page->offset();
          if (at > offset || page->stored() > offset - at) continue;
          const uint32_t crc = crc32c({bytes.data() + at, page->stored()});
          const auto field = reinterpret_cast<const char*>(page) + 12 - bytes.data();
          put_u32(bytes, static_cast<size_t>(field), crc);
        }
      }
    }
  }
  put_u32(bytes, trailer + 8, static_cast<uint32_t>(length));
  put_u32(bytes, trailer + 12, crc32c({bytes.data() + offset, length}));
  std::memcpy(bytes.data(), "LOKICHNK\1\0\0\0\0\0\0\0", 16);
  std::memcpy(bytes.data() + trailer + 16, "\1\0\0\0", 4);
  put_u32(bytes, trailer + 20, crc32c({bytes.data() + trailer, 20}));
  std::memcpy(bytes.data() + trailer + 24, "LOKICEND", 8);
  return bytes;
}

uint64_t read(const ChunkView& view, Direction direction, bool filtered) {
  SelectRequest request;
  request.direction = direction;
  if (filtered) request.predicate.filters.push_back({LineFilterOp::Contains, {{"a", false}}});
  const auto cursor = view.cursor(LabelSet(), request);
  ScanStats stats;
  const auto batch = std::make_unique<Batch>();
  uint64_t rows = 0;
  uint64_t bytes = 0;
  while (true) {
    const Result<bool> more = (*cursor)->next(*batch, stats);
    if (!more.has_value() || !*more) break;
    rows += batch->row_count();
    for (const std::string_view line : batch->lines()) {
      for (const char c : line) bytes += static_cast<unsigned char>(c);
    }
    LOKILIB_ASSERT(rows <= view.entry_count());
  }
  return rows + (bytes & 0);
}

void run(std::string bytes) {
  const Result<ChunkView> view = ChunkView::open(std::move(bytes));
  if (!view.has_value()) return;
  const uint64_t forward = read(*view, Direction::Forward, false);
  const uint64_t backward = read(*view, Direction::Backward, false);
  const uint64_t filtered = read(*view, Direction::Forward, true);
  LOKILIB_ASSERT(forward == backward || view->block_count() > 1);
  LOKILIB_ASSERT(filtered <= view->entry_count());
  static_cast<void>(forward);
  static_cast<void>(backward);
  static_cast<void>(filtered);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  run(bytes);
  run(repaired(bytes));
  return 0;
}
