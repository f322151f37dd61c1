// SPDX-License-Identifier: Apache-2.0
// body_encoding.h: undoes Content-Encoding and snappy, within a bound.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <lokilib/result.h>

namespace lokilib::http {

/// gzip, or raw deflate (Loki's meaning of "deflate"). Errors: `InvalidArgument`; `LimitExceeded` over the
/// bound.
Result<std::string> inflate_gzip(std::string_view body, uint64_t size_max);
Result<std::string> inflate_deflate(std::string_view body, uint64_t size_max);

/// Frames of lz4 and zstd (OTLP only). Errors likewise; zstd is refused where it is not built in.
Result<std::string> decompress_lz4(std::string_view body, uint64_t size_max);
Result<std::string> decompress_zstd(std::string_view body, uint64_t size_max);

/// Snappy's block format. Errors likewise.
Result<std::string> uncompress_snappy(std::string_view body, uint64_t size_max);

}  // namespace lokilib::http
