// SPDX-License-Identifier: Apache-2.0
// label_format with renames, drop, keep, decolorize and line filters: what needs no templates.
#include <gtest/gtest.h>

#include "logql/pipeline/line_filter_order.h"
#include "logql/pipeline/pipeline_text.h"

namespace lokilib::test {
namespace {

TEST(LabelFormat, Renames) {
  EXPECT_EQ(through("a=1", "| logfmt | label_format b=a"), R"({b="1"})");
  EXPECT_EQ(through("a=1", "| logfmt | label_format b=nope, c=b"), R"({a="1"})");
  EXPECT_EQ(through("a=1", "| logfmt | label_format b=a, c=b"), R"({c="1"})");
  EXPECT_EQ(through("a=1", "| logfmt | label_format app=a"), R"({app="1"})");
  EXPECT_EQ(through("plain", "| json | label_format e=__error__ | drop __error_details__"),
            R"({__error__="JSONParserErr"})");
}

TEST(LabelFormat, RenameToItself) {
  OneLine entry{"a=1"};
  EXPECT_EQ(entry.through("| logfmt | label_format a=a"), R"({a="1"})");
  entry.options = loki_quirks();
  EXPECT_EQ(entry.through("| logfmt | label_format a=a"), "{}");
}

TEST(LabelFormat, RefusesRepeatsAndErrors) {
  EXPECT_EQ(build_error("| label_format a=b,a=c"),
            "parse error : stage '| label_format a=b,a=c' : multiple label name 'a' not allowed in a single "
            "format operation");
  EXPECT_EQ(build_error("| label_format __error__=b"),
            "parse error : stage '| label_format __error__=b' : __error__ cannot be formatted");
}

TEST(Drop, DeletesInAllCategories) {
  const OneLine entry{"a=1 b=2", {{"m", "3"}}};
  EXPECT_EQ(entry.through("| logfmt | drop a, app, m"), R"({-app, b="2"})");
  EXPECT_EQ(entry.through(R"(| logfmt | drop a="2", b=~"[0-9]")"), R"({a="1", m="3"})");
  EXPECT_EQ(entry.through(R"(| logfmt | drop b=~"")"), R"({a="1", b="2", m="3"})");
}

TEST(Drop, ErrorAndItsDetailsApart) {
  EXPECT_EQ(through("plain", "| json | drop __error__"),
            R"({__error_details__="Value looks like object, but can't find closing '}' symbol"})");
  EXPECT_EQ(through("plain", "| json | drop __error__, __error_details__"), "{}");
  EXPECT_EQ(through("plain", R"(| json | drop __error__=~"JSON.*", __error_details__)"), "{}");
  EXPECT_EQ(through("plain", R"(| json | drop __error__="x", __error_details__)"),
            R"({__error__="JSONParserErr"})");
}

TEST(Keep, DeletesAllOthers) {
  const OneLine entry{"a=1 b=2", {{"m", "3"}}};
  EXPECT_EQ(entry.through("| logfmt | keep a"), R"({-app, a="1"})");
  EXPECT_EQ(entry.through(R"(| logfmt | keep app, b="2", m="9")"), R"({b="2"})");
  EXPECT_EQ(entry.through("| logfmt | keep nope"), "{-app}");
  EXPECT_EQ(through("plain", "| json | keep nope | drop __error_details__"),
            R"({-app, __error__="JSONParserErr"})");
  EXPECT_EQ(entry.through("| logfmt | keep a | logfmt"), R"({-app, a="1"})");
}

TEST(Decolorize, TakesColoursOut) {
  EXPECT_EQ(through("\x1b[31mred\x1b[0m plain", "| decolorize |= \"red plain\""), "{} => red plain");
}

TEST(LineFilter, SeesTheLineAsItIsNow) {
  EXPECT_EQ(through("abc", "|= \"b\" != \"d\" |~ \"^a\" !~ \"^b\""), "{}");
  EXPECT_EQ(through("abc", "|= \"x\" or \"c\""), "{}");
  EXPECT_EQ(through("abc", "|= \"x\" or \"\""), "dropped");
  EXPECT_EQ(through(R"({"_entry":"e"})", "| unpack |= \"entry\""), "dropped");
}

TEST(LineFilter, AddressInPositiveChain) {
  OneLine entry{"from 10.1.2.3"};
  EXPECT_EQ(entry.through("|= \"zzz\" or ip(\"10.0.0.0/8\")"), "{}");
  entry.options = loki_quirks();
  EXPECT_EQ(entry.through("|= \"zzz\" or ip(\"10.0.0.0/8\")"), "dropped");
}

TEST(LineFilter, ErrorsNameAllFiltersOfTheRun) {
  EXPECT_EQ(build_error("|= \"a\" | json |~ \"(\""),
            "parse error : stage '|= \"a\" |~ \"(\"' : error parsing regexp: missing closing ): `(`");
  EXPECT_EQ(build_error("|~ ip(\"1.1.1.1\")"),
            "parse error : stage '|~ ip(\"1.1.1.1\")' : ip: invalid operation");
  EXPECT_EQ(build_error("|= \"a\" | x=\"1\" |> \"<_><_>\""),
            "parse error : stage '|> \"<_><_>\"' : found consecutive capture '<_><_>': invalid expression");
}

TEST(LineFilterOrder, FiltersDoNotCrossWhatChangesTheLine) {
  const auto crosses = [](const char* stage, bool quirks) {
    return logql::commutes_with_line_filters(parse_stages(stage).at(0), quirks);
  };
  EXPECT_TRUE(crosses("| json", true));
  EXPECT_TRUE(crosses("| drop a", false));
  EXPECT_FALSE(crosses("| unpack", true));
  EXPECT_FALSE(crosses("| line_format \"a\"", false));
  EXPECT_TRUE(crosses("| decolorize", true));
  EXPECT_FALSE(crosses("| decolorize", false));
  EXPECT_FALSE(crosses("| a=\"1\"", true));
  EXPECT_TRUE(crosses("| a=\"1\"", false));
}

}  // namespace
}  // namespace lokilib::test
