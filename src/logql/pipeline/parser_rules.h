// SPDX-License-Identifier: Apache-2.0
// parser_rules.h: what the parsers of one pipeline may leave out: labels that nobody reads, and lines that a
// later label filter would drop anyway (a quirk of Loki).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logql/pipeline/label_condition.h"

namespace lokilib::logql {

struct ParserRules {
  /// All labels are wanted; else only those in `needed`.
  bool extract_all = true;
  /// Sorted, each once, also without the suffix `_extracted`.
  std::vector<std::string> needed;
  /// A line's parse may end with the last of `needed`.
  bool stop_early = false;
  /// Tested as soon as a parser has set their label; of several on one label the first.
  std::vector<LabelCondition> early_conditions;

  bool wants(std::string_view name) const;
  /// Null where there is none.
  const LabelCondition* early_condition(std::string_view name) const;
};

}  // namespace lokilib::logql
