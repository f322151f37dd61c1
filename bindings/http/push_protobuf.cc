// SPDX-License-Identifier: Apache-2.0
// push_protobuf.cc: reads Loki's protobuf push message in place: lines are views into the body.
#include "pbf_fields.h"
#include "push_request.h"

namespace lokilib::http {
namespace {

int64_t read_timestamp(protozero::pbf_reader message) {
  int64_t seconds = 0;
  int64_t nanos = 0;
  while (message.next()) {
    if (message.tag() == 1) {
      seconds = varint_of(message);
    } else if (message.tag() == 2) {
      nanos = static_cast<int32_t>(varint_of(message));
    } else {
      message.skip();
    }
  }
  // Wraps instead of overflowing: what is out of range is refused later as too old or too new.
  return static_cast<int64_t>(static_cast<uint64_t>(seconds) * 1'000'000'000U + static_cast<uint64_t>(nanos));
}

MetadataView read_pair(protozero::pbf_reader message) {
  MetadataView pair;
  while (message.next()) {
    if (message.tag() == 1) {
      pair.name = text_of(message);
    } else if (message.tag() == 2) {
      pair.value = text_of(message);
    } else {
      message.skip();
    }
  }
  return pair;
}

EntryView read_entry(protozero::pbf_reader message, Arena& arena, std::vector<MetadataView>& scratch) {
  EntryView entry;
  scratch.clear();
  while (message.next()) {
    switch (message.tag()) {
      case 1:
        entry.timestamp_ns = read_timestamp(message_of(message));
        break;
      case 2:
        entry.line = text_of(message);
        break;
      case 3:
        scratch.push_back(read_pair(message_of(message)));
        break;
      default:
        message.skip();
    }
  }
  if (!scratch.empty()) {
    auto* const items = arena.allocate_array<MetadataView>(scratch.size());
    std::copy(scratch.begin(), scratch.end(), items);
    entry.metadata = {items, scratch.size()};
  }
  return entry;
}

PushStream read_stream(protozero::pbf_reader message, Arena& arena, std::vector<MetadataView>& scratch) {
  PushStream stream;
  while (message.next()) {
    switch (message.tag()) {
      case 1:
        stream.labels = text_of(message);
        break;
      case 2:
        stream.entries.push_back(read_entry(message_of(message), arena, scratch));
        break;
      default:
        message.skip();
    }
  }
  return stream;
}

}  // namespace

Result<PushRequest> decode_push_protobuf(std::string body) {
  PushRequest request;
  const auto owned = std::make_shared<const std::string>(std::move(body));
  request.owner = owned;
  std::vector<MetadataView> scratch;
  try {
    protozero::pbf_reader message(owned->data(), owned->size());
    while (message.next()) {
      if (message.tag() == 1) {
        request.streams.push_back(read_stream(message_of(message), request.arena, scratch));
      } else {
        message.skip();
      }
    }
  } catch (const protozero::exception& problem) {
    return Error{
        ErrorCode::InvalidArgument, std::string("the body is not a push message: ") + problem.what(), {}, {}};
  }
  return request;
}

}  // namespace lokilib::http
