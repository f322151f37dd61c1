// SPDX-License-Identifier: Apache-2.0
// template_functions_encoding.cc: encodings and units: base64, URL escapes, JSON, byte sizes, durations; and
// `default`.
#include <fmt/format.h>

#include "logql/pipeline/template_functions.h"
#include "logql/pipeline/url_escape.h"
#include "model/byte_size.h"
#include "model/duration.h"

namespace lokilib::logql::go_template {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Value run_base64_encode(Call& call) {
  const std::string_view text = call.text(0);
  if (!call.has_room(text.size() / 3 * 4 + 4)) return {};
  std::string& out = call.buffer();
  for (size_t at = 0; at < text.size(); at += 3) {
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) {
      group = group << 8 | (at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0u);
    }
    for (size_t i = 0; i < 4; ++i) {
      out += at + i > text.size() ? '=' : kBase64[group >> (18 - 6 * i) & 63];
    }
  }
  return call.buffered();
}

// Appends the bytes; the offset of the first mistake, or npos. Line ends are skipped.
size_t base64_decode(std::string_view text, std::string& out) {
  uint32_t group = 0;
  size_t digits = 0;
  size_t at = 0;
  for (; at < text.size() && text[at] != '='; ++at) {
    if (text[at] == '\n' || text[at] == '\r') continue;
    const size_t digit = kBase64.find(text[at]);
    if (digit == std::string_view::npos) return at;
    group = group << 6 | static_cast<uint32_t>(digit);
    if (++digits < 4) continue;
    out += static_cast<char>(group >> 16 & 255);
    out += static_cast<char>(group >> 8 & 255);
    out += static_cast<char>(group & 255);
    digits = 0;
    group = 0;
  }
  if (digits == 0) return at == text.size() ? std::string_view::npos : at;
  if (at == text.size()) return at - digits;  // no padding: the group is at fault
  const size_t padding_begin = at;
  if (digits == 1) return padding_begin;
  size_t padding = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '\n' || text[at] == '\r') continue;
    if (text[at] != '=' || padding == 4 - digits) return at;
    ++padding;
  }
  if (padding != 4 - digits) return text.size();
  out += static_cast<char>(group << (24 - 6 * digits) >> 16 & 255);
  if (digits == 3) out += static_cast<char>(group >> 2 & 255);
  return std::string_view::npos;
}

// A mistake's text is the result (sprig).
Value run_base64_decode(Call& call) {
  std::string& out = call.buffer();
  if (const size_t problem = base64_decode(call.text(0), out); problem != std::string_view::npos) {
    out = fmt::format("illegal base64 data at input byte {}", problem);
  }
  return call.buffered();
}

Value run_url_encode(Call& call) {
  append_query_escaped(call.buffer(), call.text(0));
  return call.buffered();
}

Value run_url_decode(Call& call) {
  auto result = append_query_unescaped(call.buffer(), call.text(0));
  return result ? call.buffered() : call.fail(std::move(result).error().message);
}

Value run_from_json(Call& call) {
  return parse_json(call.text(0), call.scratch());
}

Value run_bytes(Call& call) {
  auto size = parse_byte_size(call.text(0));
  return size ? Value::of_float(static_cast<double>(*size)) : call.fail(std::move(size).error().message);
}

// Go's Duration.Seconds(): the whole seconds and the rest are added as floats.
Value run_duration(Call& call) {
  auto duration = parse_go_duration(call.text(0));
  if (!duration) return call.fail(std::move(duration).error().message);
  const int64_t seconds = *duration / 1'000'000'000;
  const int64_t rest = *duration % 1'000'000'000;
  return Value::of_float(static_cast<double>(seconds) + static_cast<double>(rest) / 1e9);
}

Value run_default(Call& call) {
  const bool given = call.arguments().size() > 1 && is_true(call[1]);
  return given ? call[1] : call[0];
}

constexpr Parameter kAny = Parameter::Any;
constexpr Parameter kString = Parameter::String;

constexpr Function kFunctions[] = {
    {"b64enc", {kString}, 1, false, run_base64_encode},
    {"b64dec", {kString}, 1, false, run_base64_decode},
    {"urlencode", {kString}, 1, false, run_url_encode},
    {"urldecode", {kString}, 1, false, run_url_decode},
    {"fromJson", {kString}, 1, false, run_from_json},
    {"bytes", {kString}, 1, false, run_bytes},
    {"duration", {kString}, 1, false, run_duration},
    {"duration_seconds", {kString}, 1, false, run_duration},
    {"default", {kAny, kAny}, 2, true, run_default},
};

}  // namespace

std::span<const Function> encoding_functions() {
  return kFunctions;
}

}  // namespace lokilib::logql::go_template
