// SPDX-License-Identifier: Apache-2.0
// push.cc: /push and its legacy form: decode, append, and say what was refused. store_push is what OTLP uses
// too.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "body_encoding.h"
#include "push_request.h"
#include "push_store.h"
#include "routes.h"

namespace lokilib::http {
namespace {

Error refuse(std::string what) {
  return Error{ErrorCode::InvalidArgument, std::move(what), {}, {}};
}

PushAnswer answer(int status, std::string text) {
  return {status, std::move(text)};
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string media_type(std::string_view content_type) {
  std::string type(trim(content_type.substr(0, content_type.find(';'))));
  for (char& c : type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return type;
}

/// Undoes Content-Encoding.
Result<std::string> plain_body(const RequestContext& context) {
  const std::string_view encoding = context.request.header("Content-Encoding");
  const uint64_t size_max = context.options.body_decompressed_bytes_max;
  if (context.request.body.size() > context.options.body_bytes_max) {
    return Error{ErrorCode::LimitExceeded,
                 fmt::format("request body too large: {} bytes, at most {} are taken",
                             context.request.body.size(), context.options.body_bytes_max),
                 {},
                 {}};
  }
  if (encoding.empty() || encoding == "snappy") return context.request.body;
  if (encoding == "gzip") return inflate_gzip(context.request.body, size_max);
  if (encoding == "deflate") return inflate_deflate(context.request.body, size_max);
  return refuse(fmt::format("Content-Encoding \"{}\" not supported", encoding));
}

Result<PushRequest> decode(const RequestContext& context, bool legacy) {
  const std::string type = media_type(context.request.header("Content-Type"));
  if (type.empty()) return refuse("mime: no media type");
  LOKILIB_TRY_ASSIGN(auto body, plain_body(context));
  if (type == "application/json") {
    return legacy ? decode_legacy_push_json(std::move(body)) : decode_push_json(std::move(body));
  }
  LOKILIB_TRY_ASSIGN(auto message, uncompress_snappy(body, context.options.body_decompressed_bytes_max));
  return decode_push_protobuf(std::move(message));
}

/// A stream without labels gets service_name before Loki looks whether it has any (recorded, 3.7.6).
LabelSet labels_for_none(const DatabaseOptions& options) {
  if (options.limits.ingest.discover_service_name.empty()) return {};
  return LabelSet::from_sorted({{"service_name", "unknown_service"}});
}

/// Loki refuses the whole request where one stream's labels cannot be parsed (recorded, 3.7.6).
Result<std::vector<StreamEntries>> parse_streams(const PushRequest& request, const DatabaseOptions& options) {
  std::vector<StreamEntries> streams;
  streams.reserve(request.streams.size());
  for (const PushStream& stream : request.streams) {
    LabelSet labels;
    if (!stream.labels.empty()) {
      auto parsed = parse_labels(stream.labels);
      if (!parsed) return refuse("couldn't parse labels: " + parsed.error().message);
      labels = std::move(*parsed);
    }
    if (labels.empty()) labels = labels_for_none(options);
    streams.push_back({std::move(labels), stream.entries});
  }
  return streams;
}

bool is_stream_failure(ErrorCode code) {
  return code == ErrorCode::TooFarBehind || code == ErrorCode::RateLimited;
}

/// What was refused by the streams themselves outranks what validation refused; equal texts are counted.
PushAnswer rejections_answer(const std::vector<Rejection>& rejections) {
  for (auto it = rejections.rbegin(); it != rejections.rend(); ++it) {
    if (is_stream_failure(it->code)) return answer(http_status(it->code), it->message);
  }
  std::vector<std::pair<std::string, uint64_t>> texts;
  for (const Rejection& rejection : rejections) {
    const auto known = std::find_if(texts.begin(), texts.end(),
                                    [&](const auto& item) { return item.first == rejection.message; });
    if (known == texts.end()) {
      texts.emplace_back(rejection.message, rejection.occurrences);
    } else {
      known->second += rejection.occurrences;
    }
  }
  if (texts.size() == 1 && texts[0].second == 1) return answer(400, texts[0].first);
  std::string body;
  for (const auto& [text, count] : texts) {
    if (!body.empty()) body += "; ";
    body += fmt::format("{} errors like: {}", count, text);
  }
  return answer(400, std::move(body));
}

Response push(RequestContext& context, bool legacy) {
  const auto request = decode(context, legacy);
  if (!request) {
    return text_error(request.error().code == ErrorCode::LimitExceeded ? 413 : 400, request.error().message);
  }
  const PushAnswer done = store_push(context, *request);
  if (done.status == 204) return {204, {}, ""};
  return text_error(done.status, done.text);
}

}  // namespace

PushAnswer store_push(RequestContext& context, const PushRequest& request) {
  const auto streams = parse_streams(request, context.database.options());
  if (!streams) return answer(400, streams.error().message);
  if (streams->empty()) return answer(422, "error at least one valid stream is required for ingestion");
  const auto report = context.database.append(*streams, context.tenant);
  if (!report) {
    // Names of metadata that cannot be normalised are Loki's 500 (recorded, 3.7.6).
    const bool bad_metadata = report.error().code == ErrorCode::InvalidArgument;
    return answer(bad_metadata ? 500 : http_status(report.error().code), report.error().to_string());
  }
  context.metrics.count_push(context.tenant, *report);
  if (!report->rejections.empty()) return rejections_answer(report->rejections);
  return answer(204, "");
}

Response handle_push(RequestContext& context) {
  return push(context, false);
}
Response handle_legacy_push(RequestContext& context) {
  return push(context, true);
}

}  // namespace lokilib::http
