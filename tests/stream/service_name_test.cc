// SPDX-License-Identifier: Apache-2.0
// service_name_test.cc: where service_name comes from.
#include "stream/service_name.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace lokilib::stream {
namespace {

struct Case {
  std::string_view name;
  std::vector<Label> labels;
  std::string_view want;
};

class ServiceName : public testing::TestWithParam<Case> {};

TEST_P(ServiceName, IsAdded) {
  EXPECT_EQ(add_service_name(LabelSet::from_sorted(GetParam().labels), IngestLimits::loki()).to_string(),
            GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    , ServiceName,
    testing::Values(
        Case{"Job", {{"job", "j"}}, R"({job="j", service_name="j"})"},
        Case{"ServiceBeforeApp",
             {{"app", "a"}, {"service", "s"}},
             R"({app="a", service="s", service_name="s"})"},
        Case{"AppBeforeJob",
             {{"app", "a"}, {"job", "j"}, {"zone", "z"}},
             R"({app="a", job="j", service_name="a", zone="z"})"},
        Case{"Unknown", {{"env", "e"}}, R"({env="e", service_name="unknown_service"})"},
        Case{"ThereAlready", {{"app", "a"}, {"service_name", "x"}}, R"({app="a", service_name="x"})"},
        Case{"LastOfTheList", {{"k8s_job_name", "k"}}, R"({k8s_job_name="k", service_name="k"})"},
        Case{"NoLabels", {}, R"({service_name="unknown_service"})"},
        Case{"OfTheServer", {{"__pattern__", "p"}}, R"({__pattern__="p"})"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ServiceNameList, EmptyMeansOff) {
  IngestLimits limits = IngestLimits::loki();
  limits.discover_service_name.clear();
  EXPECT_EQ(add_service_name(LabelSet::from_sorted({{"job", "j"}}), limits).to_string(), R"({job="j"})");
}

}  // namespace
}  // namespace lokilib::stream
