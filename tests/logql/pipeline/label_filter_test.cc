// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "logql/pipeline/pipeline_text.h"

namespace lokilib::test {
namespace {

bool keeps(const std::string& line, const std::string& filter, logql::PipelineOptions options = {}) {
  const OneLine entry{line, {}, options};
  return entry.through("| logfmt --keep-empty | " + filter) != "dropped";
}

TEST(LabelFilter, CombinesAsWritten) {
  const std::string line = "a=1 b=2 c=3";
  EXPECT_TRUE(keeps(line, "a>0 and b=2 or c=9"));
  EXPECT_TRUE(keeps(line, "a=1 or b=9 , c=9"));
  EXPECT_FALSE(keeps(line, "a=9 , b=2 or c=3"));
  EXPECT_TRUE(keeps(line, "a=9 and b=2 or c=3"));
  EXPECT_FALSE(keeps(line, "(a=1 or b=9) , c=9"));
}

TEST(LabelFilter, MissingLabelIsEmptyForTextAndDropsForNumbers) {
  for (const char* filter : {"nope=\"\"", "nope!=\"x\"", "nope=~\"x?\"", "nope!~\"x\""}) {
    EXPECT_TRUE(keeps("a=1", filter)) << filter;
  }
  for (const char* filter : {"nope>1", "nope!=1", "nope!=1s", "nope!=1KB", "nope!=ip(\"1.1.1.1\")"}) {
    EXPECT_FALSE(keeps("a=1", filter)) << filter;
  }
}

TEST(LabelFilter, ComparesNumbers) {
  EXPECT_TRUE(keeps("v=1.0", "v=1"));
  EXPECT_TRUE(keeps("v=0x1p4", "v=16"));
  EXPECT_TRUE(keeps("v=1_000", "v>=1000"));
  EXPECT_TRUE(keeps("v=-5", "v<0"));
  EXPECT_TRUE(keeps("v=0.25", "v=0.25"));
  EXPECT_TRUE(keeps("v=123456789012345678", "v>1.2e17"));
  EXPECT_TRUE(keeps("v=inf", "v>1"));
  EXPECT_FALSE(keeps("v=NaN", "v>1"));
  EXPECT_TRUE(keeps("v=NaN", "v!=1"));
  EXPECT_TRUE(keeps("v=1500ms", "v=1.5s"));
  EXPECT_TRUE(keeps("v=1,000", "v=1KB"));
}

TEST(LabelFilter, FailedConversionKeepsTheLine) {
  EXPECT_EQ(
      through("v=foo", "| logfmt | v>1"),
      R"({__error__="LabelFilterErr", __error_details__="strconv.ParseFloat: parsing \"foo\": invalid syntax", v="foo"})");
  EXPECT_EQ(
      through("a=1", "| logfmt | a=1s"),
      R"({__error__="LabelFilterErr", __error_details__="time: missing unit in duration \"1\"", a="1"})");
  EXPECT_EQ(through("a=1xx", "| logfmt | a=1KB"),
            R"({__error__="LabelFilterErr", __error_details__="unhandled size name: xx", a="1xx"})");
  EXPECT_TRUE(keeps("v=foo", "v>1 or v=\"bar\""));
}

TEST(LabelFilter, LinesInErrorAreComparedAsOthers) {
  const OneLine entry{"plain", {{"status", "100"}, {"word", "x"}}};
  EXPECT_EQ(entry.through("| json | status > 200"), "dropped");
  EXPECT_NE(entry.through("| json | status < 200"), "dropped");
  EXPECT_EQ(entry.through("| json | nope > 200"), "dropped");
  EXPECT_NE(entry.through("| json | status = ip(\"1.1.1.1\")"), "dropped");  // the exception
  EXPECT_EQ(entry.through("| json | status = \"200\""), "dropped");
  EXPECT_EQ(entry.through("| json | __error__=\"\""), "dropped");
  EXPECT_NE(entry.through("| json | __error__=\"JSONParserErr\""), "dropped");
  EXPECT_NE(entry.through("| json | __error_details__=\"\""), "dropped");
  // The first error stays.
  EXPECT_NE(entry.through("| json | word > 200 | __error__=\"JSONParserErr\""), "dropped");
}

TEST(LabelFilter, RegexesKeepTheirAnchorsUnlessQuirksAreWanted) {
  struct {
    const char* line;
    const char* filter;
    bool strict;
    bool quirks;
  } const cases[] = {
      {"v=foo", "v=~\"foo\"", true, true},
      {"v=xfoo", "v=~\"foo\"", false, false},
      {"v=250", "v=~\"5.*\"", false, true},
      {"v=prewarning", "v=~\"warn|warning\"", false, true},
      {"v=foo", "v=~\"foo|\"", true, true},
      {"v=", "v=~\"foo|\"", true, false},
      {"v=fooo", "v=~\"f.o\"", false, false},
      {"v=ab", "v=~\"foo|ab\"", true, true},
      {"v=xfoobar", "v!~\"foo(|bar)\"", true, false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(keeps(c.line, c.filter), c.strict) << c.line << " " << c.filter;
    EXPECT_EQ(keeps(c.line, c.filter, loki_quirks()), c.quirks) << c.line << " " << c.filter;
  }
}

TEST(LabelFilter, SizesLoseDigitsWithQuirks) {
  EXPECT_FALSE(keeps("v=1.0MiB", "v > 1MiB"));
  EXPECT_TRUE(keeps("v=1.0MiB", "v > 1MiB", loki_quirks()));
  EXPECT_TRUE(keeps("v=3.2MiB", "v < 3.2MiB", loki_quirks()));
}

TEST(LabelFilter, FindsAddresses) {
  EXPECT_TRUE(keeps("ip=10.1.2.3", "ip=ip(\"10.0.0.0/8\")"));
  EXPECT_FALSE(keeps("ip=10.1.2.3", "ip!=ip(\"10.0.0.0/8\")"));
  EXPECT_EQ(build_error("| x=ip(\"foo\")"),
            "parse error : stage '| x=ip(\"foo\")' : ip: invalid pattern: \"foo\"");
}

}  // namespace
}  // namespace lokilib::test
