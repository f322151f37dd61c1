// SPDX-License-Identifier: Apache-2.0
// manifest.cc: encoding, checking and replacing the manifest.
#include "storage/manifest.h"

#include <cstring>

#include <flatbuffers/flatbuffers.h>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/crc32c.h"
#include "base/make_error.h"
#include "schema/manifest_generated.h"
#include "storage/whole_file.h"

namespace lokilib::storage {
namespace {

constexpr std::string_view kMagic = "LOKILMAN";
constexpr uint16_t kFormat = 1;
constexpr size_t kHeaderSize = 24;
constexpr uint32_t kTablesMax = 16'000'000;  // one table a segment

std::string manifest_path(const std::string& directory) {
  return directory + "/" + std::string(kManifestName);
}

Result<Manifest> decode_body(std::string_view body) {
  // FlatBuffers are read in place at aligned addresses; a string's bytes need not be.
  std::vector<uint64_t> aligned((body.size() + 7) / 8);
  if (!body.empty()) std::memcpy(aligned.data(), body.data(), body.size());
  const auto* const bytes = reinterpret_cast<const uint8_t*>(aligned.data());
  flatbuffers::Verifier verifier(bytes, body.size(), 8, kTablesMax);
  if (!fbs::VerifyManifestBuffer(verifier)) {
    Error error = make_error(ErrorCode::Corrupt, "manifest: its tables do not hold together");
    error.offset = kHeaderSize;
    return error;
  }
  const fbs::Manifest& stored = *fbs::GetManifest(bytes);
  Manifest manifest{stored.edit(), stored.next_number(), stored.wal_first(), {}};
  if (stored.segments() == nullptr) return manifest;
  manifest.segments.reserve(stored.segments()->size());
  for (const fbs::ManifestSegment* segment : *stored.segments()) {
    manifest.segments.push_back({segment->number(), segment->size(), segment->time_min_ns(),
                                 segment->time_max_ns(), segment->entries(), segment->line_bytes(),
                                 segment->metadata_bytes(), segment->streams(), segment->wal_last()});
  }
  return manifest;
}

}  // namespace

std::string encode_manifest(const Manifest& manifest) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<fbs::ManifestSegment>> segments;
  segments.reserve(manifest.segments.size());
  for (const SegmentRecord& segment : manifest.segments) {
    segments.push_back(fbs::CreateManifestSegment(builder, segment.number, segment.size, segment.time_min_ns,
                                                  segment.time_max_ns, segment.entries, segment.line_bytes,
                                                  segment.metadata_bytes, segment.streams, segment.wal_last));
  }
  builder.Finish(fbs::CreateManifest(builder, manifest.edit, manifest.next_number, manifest.wal_first,
                                     builder.CreateVector(segments)));
  const std::string_view body(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  ByteWriter out;
  out.bytes(kMagic);
  out.u16(kFormat);
  out.u16(0);
  out.u32(static_cast<uint32_t>(body.size()));
  out.u32(crc32c(body));
  out.u32(crc32c(out.view()));
  out.bytes(body);
  return out.take();
}

Result<Manifest> decode_manifest(std::string_view bytes) {
  ByteReader in(bytes);
  LOKILIB_TRY_ASSIGN(const auto magic, in.bytes(kMagic.size(), "manifest magic"));
  if (magic != kMagic) return ByteReader(bytes).corrupt("manifest: magic is wrong");
  LOKILIB_TRY_ASSIGN(const uint16_t format, in.u16("manifest format"));
  LOKILIB_TRY(in.u16("manifest flags"));
  LOKILIB_TRY_ASSIGN(const uint32_t size, in.u32("manifest size"));
  LOKILIB_TRY_ASSIGN(const uint32_t body_crc, in.u32("manifest checksum"));
  const uint32_t header_crc = crc32c(bytes.substr(0, kHeaderSize - 4));
  LOKILIB_TRY_ASSIGN(const uint32_t header_crc_stored, in.u32("manifest header checksum"));
  if (header_crc != header_crc_stored) return ByteReader(bytes).corrupt("manifest: header checksum is wrong");
  if (format > kFormat) {
    return make_error(ErrorCode::Unsupported, "manifest format {} is from a newer version (known: up to {})",
                      format, kFormat);
  }
  if (size != in.remaining())
    return in.corrupt("manifest: {} bytes announced, {} found", size, in.remaining());
  const std::string_view body = bytes.substr(kHeaderSize);
  if (crc32c(body) != body_crc) return in.corrupt("manifest: checksum is wrong");
  return decode_body(body);
}

Result<Manifest> read_manifest(FileSystem& file_system, const std::string& directory) {
  const std::string path = manifest_path(directory);
  LOKILIB_TRY_ASSIGN(const std::string bytes, read_whole_file(file_system, path));
  return decode_manifest(bytes).in_file(path);
}

Result<void> write_manifest(FileSystem& file_system, const std::string& directory, const Manifest& manifest) {
  const std::string path = manifest_path(directory);
  const std::string temporary = path + ".tmp";
  LOKILIB_TRY_ASSIGN(auto file, create_temporary(file_system, temporary));
  LOKILIB_TRY(file->append(encode_manifest(manifest)));
  LOKILIB_TRY(file->sync());
  LOKILIB_TRY(file->close());
  return rename_durably(file_system, directory, temporary, path);
}

}  // namespace lokilib::storage
