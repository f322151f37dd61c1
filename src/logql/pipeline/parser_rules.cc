// SPDX-License-Identifier: Apache-2.0
// parser_rules.cc: look-ups in the rules; done once per batch and key, so plain searches do.
#include "logql/pipeline/parser_rules.h"

#include <algorithm>

namespace lokilib::logql {

bool ParserRules::wants(std::string_view name) const {
  return extract_all || std::binary_search(needed.begin(), needed.end(), name, std::less<>());
}

const LabelCondition* ParserRules::early_condition(std::string_view name) const {
  for (const LabelCondition& condition : early_conditions) {
    if (condition.name() == name) return &condition;
  }
  return nullptr;
}

}  // namespace lokilib::logql
