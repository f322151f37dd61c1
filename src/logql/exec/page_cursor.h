// SPDX-License-Identifier: Apache-2.0
// page_cursor.h: where a page of a log query ended, as a text for the caller to keep. It names a place in the
// one order of entries (time, stream, arrival), not in any file, so it stays true through flushes,
// compactions and restarts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <lokilib/labels.h>
#include <lokilib/result.h>
#include <lokilib/time_range.h>

namespace lokilib::logql {

/// A place between two entries of one stream with one timestamp, or at the border of such a run.
///
/// `arrived_before` counts those entries of the run that came through the pipeline and arrived before the
/// place. Forward goes on behind them, backward with the last of them; an entry that arrives in between is
/// newer than all and moves neither.
struct PagePlace {
  Direction direction = Direction::Forward;
  int64_t timestamp_ns = 0;
  LabelSet stream;
  uint64_t arrived_before = 0;
  uint32_t query_checksum = 0;  ///< of the query as printed: entries are counted behind its pipeline
};

std::string to_cursor(const PagePlace& place);

/// Errors: `InvalidArgument` for what to_cursor() did not make, also of a later version.
Result<PagePlace> parse_cursor(std::string_view cursor);

}  // namespace lokilib::logql
