// SPDX-License-Identifier: Apache-2.0
// json_writer.h: appends JSON to a string, with the escapes of Go's encoding/json, so that answers have the
// same bytes as Loki's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lokilib::http {

enum class JsonEscape : uint8_t {
  Plain,  ///< label names and values
  Html,   ///< lines: also < > & and U+2028/9 as \u escapes
};

/// Bytes of the UTF-8 sequence at the start of `text`, or 0 if there is none (Go's rules: no overlong forms,
/// no surrogates, nothing above U+10FFFF). For ASCII 0, too. Pre: `text` is not empty.
size_t utf8_sequence(std::string_view text);

/// A quoted string; invalid UTF-8 becomes U+FFFD.
void append_json_string(std::string_view text, JsonEscape escape, std::string& out);

/// A sample value without quotes: shortest decimal form, never with an exponent; NaN, +Inf, -Inf.
void append_sample_value(double value, std::string& out);

/// Nanoseconds as seconds with up to three decimals, trailing zeros cut.
void append_seconds(int64_t timestamp_ns, std::string& out);

void append_integer(int64_t value, std::string& out);

}  // namespace lokilib::http
