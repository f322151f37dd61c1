// SPDX-License-Identifier: Apache-2.0
// time_text.h: times as they stand in Loki's error texts. Always UTC.
#pragma once

#include <cstdint>
#include <string>

namespace lokilib::stream {

/// `2026-11-23T18:32:17Z`; fractions are cut off.
std::string rfc3339_seconds(int64_t timestamp_ns);

/// `2026-11-23 18:32:17.081027363 +0000 UTC`, as Go prints a time: a fraction without trailing zeros, or
/// none.
std::string go_time_text(int64_t timestamp_ns);

}  // namespace lokilib::stream
