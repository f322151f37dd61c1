// SPDX-License-Identifier: Apache-2.0
#include "logql/pipeline/label_reads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logql/pipeline/pipeline_text.h"

namespace lokilib::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

logql::LabelReads reads_of(const char* stage) {
  return logql::label_reads(parse_stages(stage).at(0));
}

TEST(LabelReads, OfFilters) {
  const auto reads = reads_of("| b=1 or (a=\"2\" and b>3KB)");
  EXPECT_THAT(reads.reads, ElementsAre("a", "b"));
  EXPECT_FALSE(reads.reads_line);
  EXPECT_TRUE(reads_of("|= \"a\"").reads_line);
}

TEST(LabelReads, OfParsers) {
  EXPECT_TRUE(reads_of("| json").creates_unknown);
  EXPECT_THAT(reads_of("| json b=\"x\", a").creates, ElementsAre("a", "b"));
  EXPECT_FALSE(reads_of("| json a").creates_unknown);
  EXPECT_THAT(reads_of("| regexp \"(?P<y>a)(b)(?P<x>c)\"").creates, ElementsAre("x", "y"));
  EXPECT_THAT(reads_of("| pattern \"<b> <_> <a>\"").creates, ElementsAre("a", "b"));
  EXPECT_TRUE(reads_of("| unpack").changes_line);
}

TEST(LabelReads, OfFormats) {
  const auto reads = reads_of("| label_format b=a");
  EXPECT_THAT(reads.reads, ElementsAre("a"));
  EXPECT_THAT(reads.creates, ElementsAre("b"));
  EXPECT_FALSE(reads.reads_line);
  EXPECT_TRUE(reads_of("| line_format \"x\"").changes_line);
}

TEST(LabelReads, OfDropAndKeep) {
  EXPECT_THAT(reads_of("| drop a, b=\"1\"").reads, IsEmpty());
  EXPECT_THAT(reads_of("| keep a").reads, IsEmpty());
}

}  // namespace
}  // namespace lokilib::test
