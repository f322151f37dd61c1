// SPDX-License-Identifier: Apache-2.0
// json_fields.h: the fields of a JSON line as Loki's `json` stage sees them: nested objects flattened with
// '_', arrays and nulls left out, whatever stands before the first mistake kept. Knows bytes only, no
// batches.
#pragma once

#include <cstdint>
#include <string_view>

#include <lokilib/arena.h>

#include "text/json_path.h"
#include "text/json_scan.h"
#include "text/wanted_names.h"

namespace lokilib::text {

/// Receives fields in the order of the line.
class JsonFieldSink {
 public:
  virtual ~JsonFieldSink() = default;
  /// `name` is flattened and sanitised; `value` is unescaped. Both live in the line or the arena.
  /// Returns false to stop the parse (no more fields are wanted).
  virtual bool field(std::string_view name, std::string_view value) = 0;
};

/// All fields. Depth is bounded: what lies deeper is skipped.
JsonProblem parse_json_fields(std::string_view line, Arena& arena, JsonFieldSink& sink);

/// The same for hot loops: on_field(std::string_view name, std::string_view value) -> bool.
template <typename OnField>
JsonProblem scan_json_fields(std::string_view line, Arena& arena, OnField&& on_field);

/// Only the wanted fields: on_field(size_t index_of_name, std::string_view value) -> bool, at most once per
/// name, the first occurrence. Stops when all are found, so mistakes behind that are not seen.
template <typename OnField>
JsonProblem scan_wanted_json_fields(std::string_view line, const WantedNames& wanted, Arena& arena,
                                    OnField&& on_field);

/// For `unpack`: the pairs of the top level whose value is a string:
/// on_pair(std::string_view raw_key, std::string_view value) -> bool; the key is unescaped, not sanitised.
/// The caller has seen that the line begins with '{'.
template <typename OnPair>
JsonProblem scan_unpack_fields(std::string_view line, Arena& arena, OnPair&& on_pair);

// ------------------------------------------------------------------------------------------------

template <typename OnField>
JsonProblem scan_json_fields(std::string_view line, Arena& arena, OnField&& on_field) {
  JsonIndex index(line, arena);
  return json_scan::finish(
      json_scan::AllFields<OnField>{index, arena, on_field}.object(0, line.size(), {}, 0));
}

template <typename OnField>
JsonProblem scan_wanted_json_fields(std::string_view line, const WantedNames& wanted, Arena& arena,
                                    OnField&& on_field) {
  JsonIndex index(line, arena);
  json_scan::WantedFields<OnField> walk{index, arena, on_field, wanted, wanted.all()};
  if (wanted.size() == 0) return nullptr;
  return json_scan::finish(walk.object(0, line.size(), {wanted.all(), 0, 0}, 0));
}

template <typename OnPair>
JsonProblem scan_unpack_fields(std::string_view line, Arena& arena, OnPair&& on_pair) {
  JsonIndex index(line, arena);
  return json_scan::finish(
      json_scan::for_each_pair(index, 0, line.size(), [&](const json_scan::Pair& pair) -> JsonProblem {
        if (pair.value.type != json_scan::Type::String) return nullptr;
        std::string_view key;
        if (JsonProblem problem = json_scan::read_key(index, pair, arena, key); problem != nullptr) {
          return problem;
        }
        return on_pair(key, json_scan::read_string(index, pair.value, arena)) ? nullptr : json_scan::kStopped;
      }));
}

}  // namespace lokilib::text
