// SPDX-License-Identifier: Apache-2.0
// json_path.h: paths into a JSON line, as in `| json first="servers[0].name"`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/arena.h>
#include <lokilib/result.h>

namespace lokilib::text {

/// A path of keys and indexes, e.g. `servers[0]["x.y"].name`.
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
///
/// A line that breaks off is read as far as it goes. Where it does so in a value that a path leads to,
/// `problem` (may be null) is set to Loki's `__error_details__`, static text; else to null.
bool find_json_paths(std::string_view line, std::span<const JsonPath> paths, Arena& arena,
                     std::span<std::string_view> values, const char** problem = nullptr);

}  // namespace lokilib::text
