// SPDX-License-Identifier: Apache-2.0
// regex_alternatives.h: sees that a regex is no more than a choice of plain texts, as most of them in line
// filters are: `error`, `(?i)error|warn`, `.*timed? out` is not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lokilib::text {

struct TextAlternatives {
  bool ignore_case = false;
  std::vector<std::string> texts;  ///< "" matches everything
};

/// The texts, one of which stands in each line that the (unanchored) expression matches, and in no other
/// line. Nothing if the expression is more than that. With ignore_case all texts are ASCII; the caller deals
/// with the Kelvin sign and the long s, which equal k and s.
std::optional<TextAlternatives> text_alternatives(std::string_view source);

}  // namespace lokilib::text
