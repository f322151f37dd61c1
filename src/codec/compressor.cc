// SPDX-License-Identifier: Apache-2.0
// compressor.cc: LZ4 (fast and HC) and zstd behind one door.
#include "codec/compressor.h"

#include <cstring>
#include <new>
#include <utility>

#include <lz4.h>
#include <lz4hc.h>
#ifdef LOKILIB_WITH_ZSTD
#include <zstd.h>
#endif

#include "base/make_error.h"

namespace lokilib::codec {
namespace {

constexpr int kZstdLevelDefault = 3;

Error unsupported(Codec codec) {
  if (codec == Codec::Zstd) {
    return make_error(ErrorCode::Unsupported, "zstd pages: this build of lokilib is without zstd");
  }
  return make_error(ErrorCode::Unsupported, "page codec {}: written by a newer version",
                    static_cast<unsigned>(codec));
}

}  // namespace

struct Compressor::State {
  explicit State(Compression wanted) : compression(wanted) {}
  ~State() {
#ifdef LOKILIB_WITH_ZSTD
    ZSTD_freeCCtx(zstd);
#endif
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // A size of at most out.size(), or 0 where it does not fit.
  size_t compress_lz4(std::string_view raw) {
    const int raw_size = static_cast<int>(raw.size());
    const int out_size = static_cast<int>(out.size());
    int size = 0;
    if (compression.level == 0) {
      size = LZ4_compress_fast_extState(lz4.get(), raw.data(), out.data(), raw_size, out_size, 1);
    } else {
      size = LZ4_compress_HC_extStateHC(lz4.get(), raw.data(), out.data(), raw_size, out_size,
                                        compression.level);
    }
    return size > 0 ? static_cast<size_t>(size) : 0;
  }

  size_t compress_zstd([[maybe_unused]] std::string_view raw) {
#ifdef LOKILIB_WITH_ZSTD
    const int level = compression.level == 0 ? kZstdLevelDefault : compression.level;
    const size_t size = ZSTD_compressCCtx(zstd, out.data(), out.size(), raw.data(), raw.size(), level);
    return ZSTD_isError(size) ? 0 : size;
#else
    return 0;
#endif
  }

  Compression compression;
  std::string out;
  std::unique_ptr<char[]> lz4;
#ifdef LOKILIB_WITH_ZSTD
  ZSTD_CCtx* zstd = nullptr;
#endif
};

Compressor::Compressor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;
Compressor::~Compressor() = default;

Result<Compressor> Compressor::create(Compression compression) {
  auto state = std::make_unique<State>(compression);
  switch (compression.codec) {
    case Codec::Stored:
      break;
    case Codec::Lz4: {
      const int size = compression.level == 0 ? LZ4_sizeofState() : LZ4_sizeofStateHC();
      state->lz4.reset(new char[static_cast<size_t>(size)]);  // new aligns for any type, as LZ4 asks
      break;
    }
    case Codec::Zstd:
#ifdef LOKILIB_WITH_ZSTD
      state->zstd = ZSTD_createCCtx();
      if (state->zstd == nullptr) return make_error(ErrorCode::Internal, "zstd: out of memory");
      break;
#else
      return unsupported(compression.codec);
#endif
    default:
      return make_error(ErrorCode::InvalidArgument, "codec {} is unknown",
                        static_cast<unsigned>(compression.codec));
  }
  return Compressor(std::move(state));
}

std::string_view Compressor::compress(std::string_view raw) {
  State& state = *state_;
  if (state.compression.codec == Codec::Stored || raw.size() < 2) return {};
  // Room for one byte less than the input: what does not fit is not worth compressing.
  if (state.out.size() != raw.size() - 1) state.out.resize(raw.size() - 1);
  const size_t size =
      state.compression.codec == Codec::Lz4 ? state.compress_lz4(raw) : state.compress_zstd(raw);
  return std::string_view(state.out).substr(0, size);
}

Codec Compressor::codec() const {
  return state_->compression.codec;
}

Result<void> decompress(Codec codec, std::string_view stored, char* out, size_t raw_size) {
  switch (codec) {
    case Codec::Stored:
      if (stored.size() != raw_size) {
        return make_error(ErrorCode::Corrupt, "stored page of {} bytes, {} expected", stored.size(),
                          raw_size);
      }
      if (raw_size != 0) std::memcpy(out, stored.data(), raw_size);
      return {};
    case Codec::Lz4: {
      const int size = stored.size() > LZ4_MAX_INPUT_SIZE || raw_size > LZ4_MAX_INPUT_SIZE
                           ? -1
                           : LZ4_decompress_safe(stored.data(), out, static_cast<int>(stored.size()),
                                                 static_cast<int>(raw_size));
      if (size < 0) return make_error(ErrorCode::Corrupt, "LZ4 page does not decompress");
      if (static_cast<size_t>(size) != raw_size) {
        return make_error(ErrorCode::Corrupt, "LZ4 page gives {} bytes, {} expected", size, raw_size);
      }
      return {};
    }
    case Codec::Zstd: {
#ifdef LOKILIB_WITH_ZSTD
      const size_t size = ZSTD_decompress(out, raw_size, stored.data(), stored.size());
      if (ZSTD_isError(size)) {
        return make_error(ErrorCode::Corrupt, "zstd page does not decompress: {}", ZSTD_getErrorName(size));
      }
      if (size != raw_size) {
        return make_error(ErrorCode::Corrupt, "zstd page gives {} bytes, {} expected", size, raw_size);
      }
      return {};
#else
      break;
#endif
    }
  }
  return unsupported(codec);
}

}  // namespace lokilib::codec
