// SPDX-License-Identifier: Apache-2.0
// json_fields.h: the fields of a JSON line as Loki's `json` stage sees them: nested objects flattened with
// '_', arrays and nulls left out, whatever stands before the first mistake kept. Knows bytes only, no
// batches.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/arena.h>
#include <lokilib/result.h>

namespace lokilib::text {

/// Why a line could not be read to its end. Static text, Loki's `__error_details__`; null if all went well.
using JsonProblem = const char*;

/// Receives fields in the order of the line.
class JsonFieldSink {
 public:
  virtual ~JsonFieldSink() = default;
  /// `name` is flattened and sanitised; `value` is unescaped. Both live in the line or the arena.
  /// Returns false to stop the parse (no more fields are wanted).
  virtual bool field(std::string_view name, std::string_view value) = 0;
};

/// All fields (section 8.1 of Loki's rules). Depth is bounded: what lies deeper is skipped.
JsonProblem parse_json_fields(std::string_view line, Arena& arena, JsonFieldSink& sink);

/// A path of keys and indexes, e.g. `servers[0]["x.y"].name` (section 8.2).
class JsonPath {
 public:
  /// Errors: `InvalidQuery`, e.g. "cannot parse expression [a..b]: syntax error: unexpected DOT, expecting
  /// FIELD".
  static Result<JsonPath> parse(std::string_view expression);

  struct Step {
    bool is_index = false;
    std::string key;
    uint64_t index = 0;
  };
  const std::vector<Step>& steps() const { return steps_; }

 private:
  std::vector<Step> steps_;
};

/// Finds all paths in one pass over the line: values[i] is the text at paths[i], raw JSON for objects and
/// arrays, unescaped for strings, "" for null, and has null data() where the path is not there. False if the
/// line is not JSON at all by Loki's test (first byte is none of { [ ").
bool find_json_paths(std::string_view line, std::span<const JsonPath> paths, Arena& arena,
                     std::span<std::string_view> values);

}  // namespace lokilib::text
