// SPDX-License-Identifier: Apache-2.0
#include "body_encoding.h"

#include <algorithm>
#include <memory>

#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#ifdef LOKILIB_HTTP_ZSTD
#include <zstd.h>
#endif

namespace lokilib::http {
namespace {

constexpr int kGzipWindow = 15 + 16;
constexpr int kRawWindow = -15;

Error refuse(std::string what) {
  return Error{ErrorCode::InvalidArgument, std::move(what), {}, {}};
}
Error too_large(uint64_t size_max) {
  return Error{ErrorCode::LimitExceeded,
               "request body too large: more than " + std::to_string(size_max) + " bytes when decompressed",
               {},
               {}};
}

class InflateStream {
 public:
  explicit InflateStream(int window_bits) : ready_(inflateInit2(&state_, window_bits) == Z_OK) {}
  ~InflateStream() {
    if (ready_) inflateEnd(&state_);
  }
  InflateStream(const InflateStream&) = delete;
  InflateStream& operator=(const InflateStream&) = delete;

  bool ready() const { return ready_; }
  z_stream& state() { return state_; }

 private:
  z_stream state_{};
  bool ready_;
};

/// Whether gzip's next member begins: Go's reader takes several as one text.
bool starts_next_member(z_stream& z, int window_bits) {
  return window_bits == kGzipWindow && z.avail_in > 0 && inflateReset(&z) == Z_OK;
}

Result<std::string> run_inflate(std::string_view body, uint64_t size_max, int window_bits,
                                const char* bad_header) {
  InflateStream stream(window_bits);
  if (!stream.ready()) return refuse("cannot start decompression");
  z_stream& z = stream.state();
  z.next_in =
      reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));  // NOLINT: zlib's interface is not const
  z.avail_in = static_cast<uInt>(std::min<size_t>(body.size(), UINT32_MAX));
  std::string out;
  size_t used = 0;
  for (;;) {
    if (used == out.size()) {
      if (used > size_max) return too_large(size_max);
      out.resize(std::max<size_t>(out.size() * 2, std::max<size_t>(body.size() * 4, 4096)));
    }
    const auto room = static_cast<uInt>(std::min<size_t>(out.size() - used, 1U << 30));
    z.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    z.avail_out = room;
    const int status = inflate(&z, Z_NO_FLUSH);
    used += room - z.avail_out;
    if (status == Z_STREAM_END) {
      if (!starts_next_member(z, window_bits)) break;
      continue;
    }
    if (status == Z_BUF_ERROR || (status == Z_OK && z.avail_in == 0 && z.avail_out != 0))
      return refuse("unexpected EOF");
    if (status != Z_OK) return refuse(bad_header);
  }
  if (used > size_max) return too_large(size_max);
  out.resize(used);
  return out;
}

}  // namespace

Result<std::string> inflate_gzip(std::string_view body, uint64_t size_max) {
  return run_inflate(body, size_max, kGzipWindow, "gzip: invalid header");
}

Result<std::string> inflate_deflate(std::string_view body, uint64_t size_max) {
  return run_inflate(body, size_max, kRawWindow, "EOF");
}

Result<std::string> uncompress_snappy(std::string_view body, uint64_t size_max) {
  size_t size = 0;
  if (!snappy::GetUncompressedLength(body.data(), body.size(), &size)) return refuse("snappy: corrupt input");
  if (size > size_max) return too_large(size_max);
  if (size / 256 > body.size()) return refuse("snappy: corrupt input");  // snappy cannot shrink so much
  std::string out(size, '\0');
  if (!snappy::RawUncompress(body.data(), body.size(), out.data())) return refuse("snappy: corrupt input");
  return out;
}

Result<std::string> decompress_lz4(std::string_view body, uint64_t size_max) {
  LZ4F_dctx* raw = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&raw, LZ4F_VERSION)) != 0)
    return refuse("cannot start lz4");
  const std::unique_ptr<LZ4F_dctx, decltype(&LZ4F_freeDecompressionContext)> context(
      raw, &LZ4F_freeDecompressionContext);
  std::string out;
  size_t used = 0;
  for (size_t hint = 1; hint != 0;) {
    if (used == out.size()) {
      if (used > size_max) return too_large(size_max);
      out.resize(std::max<size_t>(out.size() * 2, std::max<size_t>(body.size() * 4, 4096)));
    }
    size_t room = out.size() - used;
    size_t taken = body.size();
    hint = LZ4F_decompress(context.get(), out.data() + used, &room, body.data(), &taken, nullptr);
    if (LZ4F_isError(hint) != 0) return refuse(std::string("lz4: ") + LZ4F_getErrorName(hint));
    used += room;
    body.remove_prefix(taken);
    if (hint != 0 && body.empty() && room == 0) return refuse("unexpected EOF");
  }
  if (used > size_max) return too_large(size_max);
  out.resize(used);
  return out;
}

Result<std::string> decompress_zstd(std::string_view body, uint64_t size_max) {
#ifdef LOKILIB_HTTP_ZSTD
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(),
                                                                          &ZSTD_freeDStream);
  if (stream == nullptr) return refuse("cannot start zstd");
  ZSTD_inBuffer in{body.data(), body.size(), 0};
  std::string out;
  size_t used = 0;
  for (size_t hint = 1; hint != 0 || in.pos < in.size;) {
    if (used == out.size()) {
      if (used > size_max) return too_large(size_max);
      out.resize(std::max<size_t>(out.size() * 2, std::max<size_t>(body.size() * 4, 4096)));
    }
    ZSTD_outBuffer to{out.data() + used, out.size() - used, 0};
    const size_t before = in.pos;
    hint = ZSTD_decompressStream(stream.get(), &to, &in);
    if (ZSTD_isError(hint) != 0) return refuse(std::string("zstd: ") + ZSTD_getErrorName(hint));
    used += to.pos;
    if (hint != 0 && to.pos == 0 && in.pos == before) return refuse("unexpected EOF");
  }
  if (used > size_max) return too_large(size_max);
  out.resize(used);
  return out;
#else
  static_cast<void>(body);
  static_cast<void>(size_max);
  return refuse("zstd is not built in");
#endif
}

}  // namespace lokilib::http
