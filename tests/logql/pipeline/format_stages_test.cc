// SPDX-License-Identifier: Apache-2.0
// What line_format and label_format do with templates; the templates themselves are tested elsewhere.
#include <gtest/gtest.h>

#include "logql/pipeline/pipeline_text.h"
#include "logql/pipeline/template.h"

namespace lokilib::test {
namespace {

class FormatStages : public testing::Test {
 protected:
  void SetUp() override {
    if (!logql::Template::parse("line", "x")) GTEST_SKIP() << "no template engine in this build";
  }
};

TEST_F(FormatStages, LineFormatReplacesTheLine) {
  EXPECT_EQ(through("a=1 b=2", R"(| logfmt | line_format "{{.b}}-{{.a}}{{.nope}}")"),
            R"({a="1", b="2"} => 2-1)");
  EXPECT_EQ(through("a=1", R"(| logfmt | line_format "{{.a}}")"), R"({a="1"} => 1)");
  EXPECT_EQ(through("a=1", R"(| logfmt | line_format "{{.app}}")"), R"({a="1"} => x)");
  EXPECT_EQ(through("a=1", R"(| logfmt | line_format "{{.nope}}")"), R"({a="1"} => )");
  EXPECT_EQ(through("a=1", R"(| line_format "<{{__line__}}>")"), "{} => <a=1>");
}

TEST_F(FormatStages, ErrorStateIsALabelInTemplates) {
  EXPECT_EQ(through("plain", R"(| json | line_format "{{.__error__}}!" | drop __error__, __error_details__)"),
            "{} => JSONParserErr!");
  // Alone in its template it is not (recorded, 3.7.6).
  EXPECT_EQ(through("plain", R"(| json | line_format "{{.__error__}}" | drop __error__, __error_details__)"),
            "{} => ");
}

TEST_F(FormatStages, TemplatesSeeLabelsAsBeforeTheFirstOfThem) {
  const std::string line = "a=1";
  EXPECT_EQ(through(line, R"(| logfmt | label_format z="{{.a}}",y="{{.z}}")"), R"({a="1", y="", z="1"})");
  EXPECT_EQ(through(line, R"(| logfmt | label_format z=a,y="{{.z}}")"), R"({y="1", z="1"})");
  EXPECT_EQ(through(line, R"(| logfmt | label_format z=a,y="{{.a}}")"), R"({y="", z="1"})");
  EXPECT_EQ(through(line, R"(| logfmt | label_format q="{{.a}}",z=a,y="{{.a}}")"),
            R"({q="1", y="1", z="1"})");
}

TEST_F(FormatStages, FailureSetsTheErrorAndGoesOn) {
  const std::string result =
      through("a=1", R"(| logfmt | line_format "{{div 1 0}}" | drop __error_details__)");
  EXPECT_EQ(result, R"({__error__="TemplateFormatErr", a="1"})");
  EXPECT_EQ(through("a=1", R"(| logfmt | label_format b="{{div 1 0}}",c="{{.a}}" | drop __error_details__)"),
            R"({__error__="TemplateFormatErr", a="1", c="1"})");
}

TEST_F(FormatStages, BadTemplatesNameTheStage) {
  EXPECT_EQ(build_error(R"(| line_format "{{")"),
            "parse error : stage '| line_format \"{{\"' : invalid line template: template: line:1: unclosed "
            "action");
  EXPECT_EQ(build_error(R"(| label_format a="{{.x")"),
            "parse error : stage '| label_format a=\"{{.x\"' : invalid template for label 'a': template: "
            "label:1: unclosed action");
}

}  // namespace
}  // namespace lokilib::test
