// SPDX-License-Identifier: Apache-2.0
// result_test.cc: errors, where they were found, and how they travel; cancellation; version.
#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include <lokilib/cancellation.h>
#include <lokilib/clock.h>
#include <lokilib/result.h>
#include <lokilib/version.h>

#include "base/make_error.h"

namespace lokilib {
namespace {

Result<int> parse_digit(char c) {
  if (c < '0' || c > '9') return make_error(ErrorCode::InvalidArgument, "'{}' is no digit", c);
  return c - '0';
}

Result<int> sum_of_digits(std::string_view text) {
  int sum = 0;
  for (const char c : text) {
    LOKILIB_TRY_ASSIGN(const int digit, parse_digit(c));
    sum += digit;
  }
  return sum;
}

Result<void> check_digits(std::string_view text) {
  LOKILIB_TRY(sum_of_digits(text));
  return {};
}

TEST(Result, CarriesAValueOrTheFirstError) {
  EXPECT_EQ(*sum_of_digits("123"), 6);
  EXPECT_EQ(sum_of_digits("1x3").error().to_string(), "'x' is no digit");
  EXPECT_TRUE(check_digits("1"));
  EXPECT_EQ(check_digits("y").error().code, ErrorCode::InvalidArgument);
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 7);
}

TEST(Error, NamesItsPlace) {
  Error error = make_error(ErrorCode::Corrupt, "bad {}", "magic");
  EXPECT_EQ(error.to_string(), "bad magic");
  error.offset = 12;
  EXPECT_EQ(error.to_string(), "bad magic (offset 12)");
  const Result<int> marked = Result<int>(error).in_file("a/b");
  EXPECT_EQ(marked.error().to_string(), "a/b: bad magic (offset 12)");
  EXPECT_EQ(Result<int>(marked).in_file("outer").error().file, "a/b");
}

TEST(ErrorCode, EachHasItsOwnName) {
  std::set<std::string> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
    names.insert(to_string(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(ErrorCode::Internal) + 1);
  EXPECT_EQ(names.count("unknown"), 0u);
  EXPECT_STREQ(to_string(ErrorCode::TooFarBehind), "too_far_behind");
}

class StoppedClock final : public Clock {
 public:
  int64_t now_ns() const override { return 0; }
  int64_t monotonic_ns() const override { return now; }
  int64_t now = 0;
};

TEST(Cancellation, ComesFromTheCallerOrTheClock) {
  Cancellation plain;
  EXPECT_TRUE(plain.check());
  plain.cancel();
  EXPECT_EQ(plain.check().error().code, ErrorCode::Cancelled);
  StoppedClock clock;
  const Cancellation timed(clock, 100);
  clock.now = 99;
  EXPECT_TRUE(timed.check());
  clock.now = 100;
  EXPECT_EQ(timed.check().error().code, ErrorCode::DeadlineExceeded);
}

TEST(SystemClock, IsPast2020AndDoesNotGoBack) {
  EXPECT_GT(system_clock().now_ns(), 1'577'836'800'000'000'000);
  const int64_t before = system_clock().monotonic_ns();
  EXPECT_GE(system_clock().monotonic_ns(), before);
}

TEST(Version, IsTheHeaders) {
  EXPECT_STREQ(version(), LOKILIB_VERSION);
  EXPECT_EQ(std::string(version()), std::to_string(LOKILIB_VERSION_MAJOR) + "." +
                                        std::to_string(LOKILIB_VERSION_MINOR) + "." +
                                        std::to_string(LOKILIB_VERSION_PATCH));
}

}  // namespace
}  // namespace lokilib
