// SPDX-License-Identifier: Apache-2.0
// manifest_test.cc: the manifest comes back as it was written, and no damaged one is taken for another.
#include "storage/manifest.h"

#include <gtest/gtest.h>

#include "support/random.h"

namespace lokilib::storage {
namespace {

Manifest sample() {
  return {.edit = 7,
          .next_number = 42,
          .wal_first = 40,
          .segments = {{.number = 3,
                        .size = 1000,
                        .time_min_ns = -5,
                        .time_max_ns = 9,
                        .entries = 2,
                        .line_bytes = 30,
                        .metadata_bytes = 4,
                        .streams = 1,
                        .wal_last = 2},
                       {.number = 9,
                        .size = 2000,
                        .time_min_ns = 10,
                        .time_max_ns = 11,
                        .entries = 3,
                        .line_bytes = 60,
                        .metadata_bytes = 0,
                        .streams = 2,
                        .wal_last = 39}}};
}

TEST(Manifest, ComesBackAsWritten) {
  const auto fs = create_memory_file_system();
  ASSERT_TRUE(fs->create_directories("/t"));
  ASSERT_TRUE(write_manifest(*fs, "/t", sample()));
  const auto read = read_manifest(*fs, "/t");
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, sample());
}

TEST(Manifest, IsReplacedAlsoOverATemporaryFileThatACrashLeft) {
  const auto fs = create_memory_file_system();
  ASSERT_TRUE(fs->create_directories("/t"));
  ASSERT_TRUE(write_manifest(*fs, "/t", Manifest{}));
  ASSERT_TRUE(fs->create("/t/MANIFEST.tmp"));
  ASSERT_TRUE(write_manifest(*fs, "/t", sample()));
  EXPECT_EQ(*read_manifest(*fs, "/t"), sample());
  EXPECT_FALSE(*fs->exists("/t/MANIFEST.tmp"));
}

TEST(Manifest, MissingIsNotFound) {
  const auto fs = create_memory_file_system();
  ASSERT_TRUE(fs->create_directories("/t"));
  const auto read = read_manifest(*fs, "/t");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::NotFound);
}

TEST(Manifest, EveryFlippedBitIsNoticed) {
  const std::string whole = encode_manifest(sample());
  for (size_t i = 0; i < whole.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bytes = whole;
      bytes[i] = static_cast<char>(bytes[i] ^ (1 << bit));
      const auto read = decode_manifest(bytes);
      ASSERT_FALSE(read) << "byte " << i << " bit " << bit;
      EXPECT_EQ(read.error().code, ErrorCode::Corrupt);
      EXPECT_TRUE(read.error().offset.has_value());
    }
  }
}

TEST(Manifest, EveryPrefixIsRefused) {
  const std::string whole = encode_manifest(sample());
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto read = decode_manifest(std::string_view(whole).substr(0, size));
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, ErrorCode::Corrupt);
  }
}

TEST(Manifest, BytesBehindItAreRefused) {
  EXPECT_FALSE(decode_manifest(encode_manifest(sample()) + "x"));
}

TEST(ManifestProperty, DecodeIsTheInverseOfEncode) {
  test::for_each_seed(50, [](test::Random& random) {
    Manifest manifest{random.next(), random.next(), random.next(), {}};
    for (uint64_t n = random.below(20); n > 0; --n) {
      manifest.segments.push_back({random.next(), random.next(), static_cast<int64_t>(random.next()),
                                   static_cast<int64_t>(random.next()), random.next(), random.next(),
                                   random.next(), static_cast<uint32_t>(random.next()), random.next()});
    }
    const auto read = decode_manifest(encode_manifest(manifest));
    ASSERT_TRUE(read) << read.error().to_string();
    EXPECT_EQ(*read, manifest);
  });
}

}  // namespace
}  // namespace lokilib::storage
