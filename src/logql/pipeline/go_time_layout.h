// SPDX-License-Identifier: Apache-2.0
// go_time_layout.h: Go's time layouts: times are written and read after the example of
// "Mon Jan 2 15:04:05 MST 2006".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "logql/pipeline/go_time.h"
#include "logql/pipeline/time_zone.h"

namespace lokilib::logql {

/// Go's Time.Format.
void append_time(std::string& out, const GoTime& time, std::string_view layout);

/// Go's Time.String(): "2006-01-02 15:04:05.999999999 -0700 MST".
void append_time(std::string& out, const GoTime& time);

/// What a text says of a time. If it names an offset or a zone that is not `zone`, that one is in `own_zone`
/// and `time.zone` points to it.
struct ParsedTime {
  GoTime time;
  std::unique_ptr<const TimeZone> own_zone;
};

/// Go's time.ParseInLocation; null `zone` is UTC. Nothing where Go has an error.
std::optional<ParsedTime> parse_time(std::string_view layout, std::string_view text, const TimeZone* zone);

}  // namespace lokilib::logql
