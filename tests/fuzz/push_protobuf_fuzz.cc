// SPDX-License-Identifier: Apache-2.0
// Any bytes as a protobuf push message, as OTLP protobuf, and as snappy: read or refused.
#include <cstdint>
#include <string>

#include "body_encoding.h"
#include "otlp_map.h"
#include "push_request.h"

namespace {

/// Touches every byte of what was decoded.
size_t touch(const lokilib::http::PushRequest& request) {
  size_t sum = 0;
  const auto add = [&](std::string_view text) {
    for (const char c : text) sum += static_cast<unsigned char>(c);
  };
  for (const auto& stream : request.streams) {
    add(stream.labels);
    for (const auto& entry : stream.entries) {
      add(entry.line);
      for (const auto& pair : entry.metadata) {
        add(pair.name);
        add(pair.value);
      }
    }
  }
  return sum;
}

volatile size_t sink = 0;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  if (const auto request = lokilib::http::decode_push_protobuf(body)) sink = touch(*request);
  if (auto request = lokilib::http::decode_otlp_protobuf(body)) {
    sink = touch(lokilib::http::map_otlp_logs(std::move(*request), {}));
  }
  if (const auto plain = lokilib::http::uncompress_snappy(body, 1 << 20)) sink = plain->size();
  return 0;
}
