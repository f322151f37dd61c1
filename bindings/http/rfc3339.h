// SPDX-License-Identifier: Apache-2.0
// rfc3339.h: times as text, e.g. 2026-01-05T15:06:41.5Z, read and written in UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lokilib::http {

/// Nanoseconds since the epoch; nothing if it is no RFC 3339 time or out of range.
std::optional<int64_t> parse_rfc3339(std::string_view text);

/// With as many decimals as needed, up to nine.
std::string format_rfc3339_nano(int64_t timestamp_ns);

}  // namespace lokilib::http
