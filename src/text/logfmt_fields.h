// SPDX-License-Identifier: Apache-2.0
// logfmt_fields.h: the pairs of a logfmt line as Loki's `logfmt` stage sees them (section 8.3 of its rules).
#pragma once

#include <string_view>

#include <lokilib/arena.h>

namespace lokilib::text {

struct LogfmtOptions {
  bool strict = false;      ///< stop at the first mistake and report it
  bool keep_empty = false;  ///< also pairs with empty values and bare words
};

class LogfmtFieldSink {
 public:
  virtual ~LogfmtFieldSink() = default;
  /// `name` is sanitised, `value` is unescaped; both live in the line or the arena. False stops the parse.
  virtual bool field(std::string_view name, std::string_view value) = 0;
};

/// The mistake's text, e.g. "logfmt syntax error at pos 39 : unexpected '='", in the arena; empty if none (or
/// not strict).
std::string_view parse_logfmt_fields(std::string_view line, const LogfmtOptions& options, Arena& arena,
                                     LogfmtFieldSink& sink);

}  // namespace lokilib::text
