// SPDX-License-Identifier: Apache-2.0
// compressor.h: the byte compressors a page may use. Writers keep a Compressor, because its state is worth
// reusing; reading needs no state.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <lokilib/result.h>

namespace lokilib::codec {

/// Numbers are stored: never change one.
enum class Codec : uint8_t { Stored = 0, Lz4 = 1, Zstd = 2 };

/// What a writer is asked for.
struct Compression {
  Codec codec = Codec::Lz4;
  /// LZ4: 0 is fast, 3 to 12 are its HC levels (9 for compaction). zstd: 1 to 19, 0 means 3.
  int level = 0;
};

/// Threads: one at a time.
class Compressor {
 public:
  /// Errors: `Unsupported` for zstd in a build without it; `InvalidArgument` for an unknown codec.
  static Result<Compressor> create(Compression compression);

  Compressor(Compressor&&) noexcept;
  Compressor& operator=(Compressor&&) noexcept;
  ~Compressor();

  /// The compressed bytes, or nothing where they would not be smaller than `raw` (which then is to be
  /// stored). The view is good until the next call. Pre: raw is smaller than 1 GiB.
  std::string_view compress(std::string_view raw);

  Codec codec() const;

 private:
  struct State;
  explicit Compressor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Writes exactly `raw_size` bytes to `out`.
/// Errors: `Corrupt` where the bytes are bad or give another size; `Unsupported` for an unknown codec.
Result<void> decompress(Codec codec, std::string_view stored, char* out, size_t raw_size);

}  // namespace lokilib::codec
