// SPDX-License-Identifier: Apache-2.0
// label_reads.h: what a stage reads and makes, for the planner, which leaves out what nobody reads.
#pragma once

#include <string>
#include <vector>

#include <lokilib/logql.h>

namespace lokilib::logql {

struct LabelReads {
  /// Labels that decide what the stage does, `__error__` and `__error_details__` included; sorted, each once.
  /// drop and keep read none: they only matter for labels that somebody else needs.
  std::vector<std::string> reads;
  bool reads_all = false;  ///< a template that uses the whole of the labels
  /// Labels that the stage makes under names known in advance; sorted, each once. A parser's label may get
  /// "_extracted" behind its name.
  std::vector<std::string> creates;
  bool creates_unknown = false;  ///< json, logfmt or unpack without a list of names
  bool reads_line = false;
  bool changes_line = false;
};

/// A stage that cannot be built reads nothing.
LabelReads label_reads(const Stage& stage);
LabelReads label_reads(const Unwrap& unwrap);

}  // namespace lokilib::logql
