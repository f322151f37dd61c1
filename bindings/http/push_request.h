// SPDX-License-Identifier: Apache-2.0
// push_request.h: a push request as decoded from any of its encodings: JSON, snappy protobuf, OTLP.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/arena.h>
#include <lokilib/entry.h>
#include <lokilib/result.h>

namespace lokilib::http {

struct PushStream {
  std::string labels;              ///< selector text, e.g. {app="x"}; not checked yet
  std::vector<EntryView> entries;  ///< texts live in the request's arena or with its owner
};

struct PushRequest {
  Arena arena;
  std::shared_ptr<const void> owner;  ///< of what entries point into, where that is not the arena
  std::vector<PushStream> streams;
};

/// {"streams":[{"stream":{...},"values":[["<ns>","line",{metadata}]]}]}; takes the body.
/// Errors: `InvalidArgument` (the request is refused as a whole).
Result<PushRequest> decode_push_json(std::string body);

/// The form before v1: {"streams":[{"labels":"{...}","entries":[{"ts":"RFC 3339","line":"..."}]}]}.
Result<PushRequest> decode_legacy_push_json(std::string body);

/// Loki's logproto.PushRequest, already decompressed; takes the body.
Result<PushRequest> decode_push_protobuf(std::string body);

}  // namespace lokilib::http
