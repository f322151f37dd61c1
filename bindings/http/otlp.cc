// SPDX-License-Identifier: Apache-2.0
// otlp.cc: /otlp/v1/logs. Errors are google.rpc.Status messages, and 503 where /push would answer 500,
// because collectors do not try again after 500.
#include <fmt/format.h>

#include "body_encoding.h"
#include "otlp_map.h"
#include "push_store.h"
#include "routes.h"

namespace lokilib::http {
namespace {

Error refuse(std::string what) {
  return Error{ErrorCode::InvalidArgument, std::move(what), {}, {}};
}

Result<std::string> plain_body(const RequestContext& context) {
  const std::string_view encoding = context.request.header("Content-Encoding");
  const std::string& body = context.request.body;
  const uint64_t size_max = context.options.body_decompressed_bytes_max;
  if (body.size() > context.options.body_bytes_max) {
    return Error{ErrorCode::LimitExceeded,
                 fmt::format("request body too large: {} bytes, at most {} are taken", body.size(),
                             context.options.body_bytes_max),
                 {},
                 {}};
  }
  if (encoding.empty()) return body;
  if (encoding == "gzip") return inflate_gzip(body, size_max);
  if (encoding == "zstd") return decompress_zstd(body, size_max);
  if (encoding == "lz4") return decompress_lz4(body, size_max);
  return refuse(
      fmt::format("unsupported content encoding {}: only gzip, lz4 and zstd are supported", encoding));
}

Result<OtlpRequest> decode(const RequestContext& context) {
  const std::string_view type = context.request.header("Content-Type");
  if (type != "application/json" && type != "application/x-protobuf") {
    return refuse(fmt::format("content type: {} is not supported", type));
  }
  LOKILIB_TRY_ASSIGN(auto body, plain_body(context));
  return type == "application/json" ? decode_otlp_json(std::move(body))
                                    : decode_otlp_protobuf(std::move(body));
}

/// google.rpc.Status with the message alone (field 2).
Response status_error(int status, std::string_view message) {
  std::string body = "\x12";
  for (size_t left = message.size();; left >>= 7) {
    const auto low = static_cast<unsigned char>(left & 0x7F);
    body.push_back(static_cast<char>(left > 0x7F ? low | 0x80 : low));
    if (left <= 0x7F) break;
  }
  body += message;
  return {status == 500 ? 503 : status, {{"Content-Type", "application/octet-stream"}}, std::move(body)};
}

}  // namespace

Response handle_otlp(RequestContext& context) {
  auto request = decode(context);
  if (!request) {
    const bool too_large = request.error().code == ErrorCode::LimitExceeded;
    return status_error(too_large ? 413 : 400, request.error().message);
  }
  OtlpMapping mapping;
  mapping.service_name_labels = &context.database.options().limits.ingest.discover_service_name;
  mapping.discover_service_name = !mapping.service_name_labels->empty();
  mapping.now_ns = context.now_ns;
  const PushAnswer done = store_push(context, map_otlp_logs(std::move(*request), mapping));
  if (done.status == 204) return {204, {}, ""};
  return status_error(done.status, done.text);
}

}  // namespace lokilib::http
