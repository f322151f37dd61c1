// SPDX-License-Identifier: Apache-2.0
// loki_json.h: the shapes of Loki's answers: query envelopes, streams, vectors, matrices, lists of labels.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <lokilib/query.h>

namespace lokilib::http {

struct StreamShape {
  bool categorize_labels = false;           ///< three-element values, streams by index labels only
  std::vector<std::string> encoding_flags;  ///< echoed in log results; the member is left out if empty
};

/// The whole answer of query and query_range.
std::string encode_query_result(const QueryResult& result, const StreamShape& shape);

/// {"status":"success","data":[...]}; `data` is left out where the list is empty (recorded, 3.7.6).
std::string encode_string_list(const std::vector<std::string>& values);

/// {"status":"success","data":[{...},...]}
std::string encode_series(const std::vector<LabelSet>& series);

/// {"a":"1","b":"2"}
void append_labels(const LabelSet& labels, std::string& out);

/// The answer of the legacy /api/prom/query.
std::string encode_legacy_streams(const LogResult& result, const QueryStats& stats);

/// Entries gathered by their labels, streams in order of their label text, entries in the result's order.
struct ResultStream {
  LabelSet labels;
  std::vector<const ResultEntry*> entries;
};
std::vector<ResultStream> group_by_stream(const LogResult& result, bool categorize_labels);

}  // namespace lokilib::http
