// SPDX-License-Identifier: Apache-2.0
// value_type.h: what kind of value a field's text is, as /detected_fields reports it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lokilib::http {

/// "int", "float", "boolean", "duration", "bytes" or "string": the first that the text can be read as.
const char* detect_value_type(std::string_view text);

/// A size as people write it, e.g. "10 KiB" or "1.5kb"; bytes.
std::optional<uint64_t> parse_human_size(std::string_view text);

/// Bytes in steps of 1000 without a space, e.g. "10kB", "1.5MB", "7B".
std::string format_human_size(uint64_t bytes);

}  // namespace lokilib::http
