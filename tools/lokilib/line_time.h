// SPDX-License-Identifier: Apache-2.0
// line_time.h: the time that a log line says it was written at.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lokilib::tool {

/// Looks in the first part of the line for 2026-11-24T13:00:00.123Z, 2026-11-24 13:00:00 or
/// 24/Nov/2026:13:00:00 +0000. Without a zone the time is UTC. Nanoseconds since 1970.
std::optional<int64_t> find_line_time(std::string_view line);

}  // namespace lokilib::tool
