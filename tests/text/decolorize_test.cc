// SPDX-License-Identifier: Apache-2.0
// decolorize_test.cc: the hand-written matcher against the regex that defines the sequences.
#include "text/decolorize.h"

#include <gtest/gtest.h>

#include "model/regex.h"
#include "support/random.h"

namespace lokilib::text {
namespace {

using test::for_each_seed;
using test::Random;

TEST(Decolorize, TakesColoursOut) {
  Arena arena;
  EXPECT_EQ(decolorize("plain", arena), "plain");
  EXPECT_EQ(decolorize("\x1b[31mred\x1b[0m plain", arena), "red plain");
  EXPECT_EQ(decolorize("\x1b]0;title\x07x", arena), "x");
  EXPECT_EQ(decolorize("\xc2\x9b"
                       "1;2Hx\x1b",
                       arena),
            "x\x1b");
}

TEST(DecolorizeProperty, EqualsTheRegex) {
  const auto regex = Regex::compile(
      "[\\x{1B}\\x{9B}][[\\]()#;?]*(?:(?:(?:[a-zA-Z\\d]*(?:;[a-zA-Z\\d]*)*)?\\x07)|"
      "(?:(?:\\d{1,4}(?:;\\d{0,4})*)?[\\dA-PRZcf-ntqry=><~]))",
      {});
  ASSERT_TRUE(regex.has_value()) << regex.error().message;
  for_each_seed(3000, [&](Random& random) {
    const std::string line = random.text("\x1b\x1b[[;;;1234567xmK\x07z \xc2\x9b", 24);
    std::string want;
    size_t at = 0;
    std::string_view group;
    while (at <= line.size() && (*regex)->find(line, at, {&group, 1})) {
      const auto begin = static_cast<size_t>(group.data() - line.data());
      want.append(line, at, begin - at);
      at = begin + group.size();
    }
    want.append(line, at, std::string::npos);
    Arena arena;
    ASSERT_EQ(decolorize(line, arena), want) << testing::PrintToString(line);
  });
}

}  // namespace
}  // namespace lokilib::text
