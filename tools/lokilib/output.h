// SPDX-License-Identifier: Apache-2.0
// output.h: query results for people and for programs.
#pragma once

#include <cstdio>
#include <string>

#include <lokilib/query.h>

namespace lokilib::tool {

enum class OutputFormat : uint8_t {
  Default,  ///< time, labels that differ, line; metrics as a table
  Raw,      ///< lines only
  Jsonl,    ///< one JSON object per entry or sample
};

void print_result(const QueryResult& result, OutputFormat format, std::FILE* out);

}  // namespace lokilib::tool
