// SPDX-License-Identifier: Apache-2.0
// otlp_map.h: OTLP logs as streams and entries, by Loki's rules: some resource
// attributes become labels, everything else structured metadata of each entry.
#pragma once

#include <cstdint>

#include "otlp_logs.h"
#include "push_request.h"

namespace lokilib::http {

struct OtlpMapping {
  bool discover_service_name = true;  ///< a stream without service.name gets the label service_name
  const std::vector<std::string>* service_name_labels = nullptr;  ///< the labels that give it
  int64_t now_ns = 0;                                             ///< for records without any time
};

/// Takes the decoded request, into which entries point. Resources without records make no stream.
PushRequest map_otlp_logs(OtlpRequest request, const OtlpMapping& mapping);

/// A value as a line or as metadata: text as it is, numbers in decimal, bytes in base64, arrays and maps as
/// compact JSON with sorted keys. In the value itself or in the arena.
std::string_view otlp_value_text(const OtlpValue& value, Arena& arena);

}  // namespace lokilib::http
