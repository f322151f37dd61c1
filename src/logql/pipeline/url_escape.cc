// SPDX-License-Identifier: Apache-2.0
// url_escape.cc: one byte at a time.
#include "logql/pipeline/url_escape.h"

#include <cstdint>

#include <lokilib/labels.h>

#include "base/make_error.h"

namespace lokilib::logql {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool stays(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

}  // namespace

void append_query_escaped(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (stays(c)) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += kHex[static_cast<uint8_t>(c) >> 4];
      out += kHex[static_cast<uint8_t>(c) & 15];
    }
  }
}

Result<void> append_query_unescaped(std::string& out, std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+') {
      out += ' ';
    } else if (text[at] != '%') {
      out += text[at];
    } else {
      const int high = at + 2 < text.size() ? hex_value(text[at + 1]) : -1;
      const int low = at + 2 < text.size() ? hex_value(text[at + 2]) : -1;
      if (high < 0 || low < 0) {
        return make_error(ErrorCode::InvalidQuery, "invalid URL escape {}", quote(text.substr(at, 3)));
      }
      out += static_cast<char>(high * 16 + low);
      at += 2;
    }
  }
  return {};
}

}  // namespace lokilib::logql
