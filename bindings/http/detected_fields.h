// SPDX-License-Identifier: Apache-2.0
// detected_fields.h: the fields that the lines of a result hold: their structured metadata, what the query
// has parsed, and what reading the lines as JSON, else as logfmt, finds.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <lokilib/query.h>
#include <lokilib/result.h>

namespace lokilib::http {

struct DetectedField {
  const char* type = "string";         ///< of the last value that was looked at, as in Loki
  std::set<std::string> values;        ///< exact, where Loki estimates how many there are
  std::vector<std::string> parsers;    ///< "json", "logfmt": those that found it; empty for metadata
  std::vector<std::string> json_path;  ///< where it is in a JSON line; empty if it is in none
};

using DetectedFields = std::map<std::string, DetectedField>;

/// At most `fields_max` fields, the first ones found. Errors: those of evaluate().
Result<DetectedFields> detect_fields(const LogResult& logs, size_t fields_max);

}  // namespace lokilib::http
