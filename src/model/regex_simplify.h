// SPDX-License-Identifier: Apache-2.0
// regex_simplify.h: the tests that take the place of a label filter's regex. They are Loki's, and some accept
// more than the anchored regex would: `foo.*` asks for "contains foo" (recorded, 3.7.6).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/regex.h"

namespace lokilib {

enum class RegexTestKind : uint8_t { Always, NonEmpty, Equals, Contains, Or };

struct RegexTest {
  RegexTestKind kind = RegexTestKind::Always;
  std::string text;  ///< of Equals and Contains; in lower case (ASCII) where case does not count
  bool ignore_case = false;
  std::vector<RegexTest> alternatives;  ///< of Or: two or more
  std::shared_ptr<const Regex> folded;  ///< runs the test where case does not count

  bool matches(std::string_view value) const;

  friend bool operator==(const RegexTest& a, const RegexTest& b) {
    return a.kind == b.kind && a.text == b.text && a.ignore_case == b.ignore_case &&
           a.alternatives == b.alternatives;
  }
};

/// The test that takes the place of `v=~"source"`, or nothing where the anchored regex itself runs.
/// (`!~` is the complement.)
std::optional<RegexTest> simplify_label_regex(std::string_view source);

}  // namespace lokilib
