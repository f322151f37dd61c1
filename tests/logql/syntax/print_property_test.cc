// SPDX-License-Identifier: Apache-2.0
// print_property_test.cc: what is printed parses to the tree that was printed.
#include <gtest/gtest.h>

#include <lokilib/logql.h>

#include "support/logql_dump.h"
#include "support/random_logql.h"

namespace lokilib::logql {
namespace {

using test::LogqlDump;
using test::Random;
using test::RandomLogql;

TEST(PrintProperty, TheOneLineFormParsesToTheSameTree) {
  test::for_each_seed(1000, [](Random& random) {
    const Expr expr = RandomLogql(random, {.has_variants = true}).query(random.below(4));
    const std::string text = print(expr);
    const auto parsed = parse(text);
    ASSERT_TRUE(parsed) << parsed.error().message << "\n" << text;
    ASSERT_EQ(LogqlDump::of(*parsed), LogqlDump::of(expr)) << text;
    ASSERT_EQ(print(*parsed), text);
  });
}

TEST(PrintProperty, ThePrettyFormParsesToTheSameTree) {
  test::for_each_seed(1000, [](Random& random) {
    const Expr expr = RandomLogql(random, {.has_variants = true}).query(random.below(4));
    const std::string text = print_pretty(expr);
    const auto parsed = parse(text);
    ASSERT_TRUE(parsed) << parsed.error().message << "\n" << text;
    ASSERT_EQ(LogqlDump::of(*parsed), LogqlDump::of(expr)) << text;
    ASSERT_EQ(print_pretty(*parsed), text);
  });
}

TEST(PrintProperty, AQueryCutOffIsAnErrorOrAQuery) {
  test::for_each_seed(1000, [](Random& random) {
    const std::string text = print(RandomLogql(random).query(2));
    const auto parsed = parse(std::string_view(text).substr(0, random.below(text.size())));
    if (!parsed) {
      ASSERT_EQ(parsed.error().code, ErrorCode::InvalidQuery) << parsed.error().message;
    }
  });
}

}  // namespace
}  // namespace lokilib::logql
