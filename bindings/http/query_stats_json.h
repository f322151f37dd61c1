// SPDX-License-Identifier: Apache-2.0
// query_stats_json.h: the `stats` object of query answers, with every field that Loki's has.
#pragma once

#include <string>

#include <lokilib/query.h>

namespace lokilib::http {

void append_query_stats(const QueryStats& stats, std::string& out);

}  // namespace lokilib::http
