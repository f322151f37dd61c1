// SPDX-License-Identifier: Apache-2.0
// logfmt_fields.h: the pairs of a logfmt line as Loki's `logfmt` stage sees them.
#pragma once

#include <string_view>

#include <lokilib/arena.h>

#include "text/label_name.h"
#include "text/logfmt_scan.h"
#include "text/wanted_names.h"

namespace lokilib::text {

struct LogfmtOptions {
  bool strict = false;      ///< stop at the first mistake and report it
  bool keep_empty = false;  ///< also pairs with empty values and bare words
  /// A value with invalid UTF-8 (or U+FFFD) is "" instead of having spaces there: the stage with expressions
  /// does so.
  bool invalid_utf8_empties_value = false;
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

/// The same for hot loops: on_field(std::string_view name, std::string_view value) -> bool.
template <typename OnField>
std::string_view scan_logfmt_fields(std::string_view line, const LogfmtOptions& options, Arena& arena,
                                    OnField&& on_field) {
  LogfmtScanner scanner(line, arena);
  LogfmtPair pair;
  for (;;) {
    const LogfmtStep step = scanner.next(pair);
    if (step == LogfmtStep::End) return {};
    if (step == LogfmtStep::Fault) {
      if (options.strict) return scanner.fault_text();
      continue;
    }
    if (pair.value.empty() && !options.keep_empty) continue;
    const std::string_view name = sanitize_label_name(pair.key, arena);
    if (name.empty()) continue;
    const std::string_view value = logfmt_value(pair, options.invalid_utf8_empties_value, arena);
    if (!on_field(name, value)) return {};
  }
}

/// Only the wanted fields, each time they occur (in the order of the line):
/// on_field(size_t index_of_name, std::string_view value) -> bool. Where the first occurrence is enough, the
/// receiver returns false once it has all.
template <typename OnField>
std::string_view scan_wanted_logfmt_fields(std::string_view line, const LogfmtOptions& options,
                                           const WantedNames& wanted, Arena& arena, OnField&& on_field) {
  LogfmtScanner scanner(line, arena);
  LogfmtPair pair;
  for (;;) {
    const LogfmtStep step = scanner.next(pair);
    if (step == LogfmtStep::End) return {};
    if (step == LogfmtStep::Fault) {
      if (options.strict) return scanner.fault_text();
      continue;
    }
    if (!wanted.may_begin_with(pair.key[0]) || (pair.value.empty() && !options.keep_empty)) continue;
    const WantedNames::Match match = wanted.match(sanitize_label_name(pair.key, arena), wanted.all(), 0);
    if (match.whole == 0) continue;
    const std::string_view value = logfmt_value(pair, options.invalid_utf8_empties_value, arena);
    if (!on_field(static_cast<size_t>(__builtin_ctzll(match.whole)), value)) return {};
  }
}

}  // namespace lokilib::text
