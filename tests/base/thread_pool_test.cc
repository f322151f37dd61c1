// SPDX-License-Identifier: Apache-2.0
// thread_pool_test.cc: groups run all their tasks, report the first error, and may be nested in any pool.
#include "base/thread_pool.h"

#include <atomic>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "base/make_error.h"

namespace lokilib {
namespace {

class ThreadPoolOfSize : public testing::TestWithParam<size_t> {};

TEST_P(ThreadPoolOfSize, RunsEveryTaskOfAGroup) {
  ThreadPool pool(GetParam());
  EXPECT_EQ(pool.thread_count(), GetParam());
  TaskGroup group(pool);
  std::atomic<int> sum{0};
  for (int i = 1; i <= 1000; ++i) {
    group.run([&sum, i]() -> Result<void> {
      sum += i;
      return {};
    });
  }
  EXPECT_TRUE(group.wait());
  EXPECT_EQ(sum.load(), 500'500);
  group.run([&sum]() -> Result<void> {
    sum = 1;
    return {};
  });
  EXPECT_TRUE(group.wait());
  EXPECT_EQ(sum.load(), 1);
}

TEST_P(ThreadPoolOfSize, GroupsWithinTasksDoNotDeadlock) {
  ThreadPool pool(GetParam());
  std::atomic<int> leaves{0};
  TaskGroup outer(pool);
  for (int i = 0; i < 8; ++i) {
    outer.run([&]() -> Result<void> {
      TaskGroup inner(pool);
      for (int j = 0; j < 8; ++j) {
        inner.run([&]() -> Result<void> {
          ++leaves;
          return {};
        });
      }
      return inner.wait();
    });
  }
  EXPECT_TRUE(outer.wait());
  EXPECT_EQ(leaves.load(), 64);
}

TEST_P(ThreadPoolOfSize, ATaskMayAddToItsOwnGroup) {
  ThreadPool pool(GetParam());
  TaskGroup group(pool);
  std::atomic<int> count{0};
  group.run([&]() -> Result<void> {
    for (int i = 0; i < 10; ++i) {
      group.run([&]() -> Result<void> {
        ++count;
        return {};
      });
    }
    return {};
  });
  EXPECT_TRUE(group.wait());
  EXPECT_EQ(count.load(), 10);
}

TEST_P(ThreadPoolOfSize, TheFirstErrorDropsTheRest) {
  ThreadPool pool(GetParam());
  TaskGroup group(pool);
  group.run([]() -> Result<void> { return make_error(ErrorCode::Io, "first"); });
  const Result<void> result = group.wait();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "first");
  EXPECT_TRUE(group.wait());  // the group is as new
}

TEST_P(ThreadPoolOfSize, AnExceptionIsAnError) {
  ThreadPool pool(GetParam());
  TaskGroup group(pool);
  group.run([]() -> Result<void> { throw std::runtime_error("oops"); });
  const Result<void> result = group.wait();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::Internal);
  EXPECT_EQ(result.error().message, "exception in a task: oops");
}

TEST_P(ThreadPoolOfSize, TheEndRunsWhatWasSubmitted) {
  std::atomic<int> count{0};
  {
    ThreadPool pool(GetParam());
    for (int i = 0; i < 100; ++i) pool.submit([&count] { ++count; });
  }
  EXPECT_EQ(count.load(), 100);
}

TEST_P(ThreadPoolOfSize, AGroupThatGoesAwayDropsWhatHasNotBegun) {
  ThreadPool pool(GetParam());
  std::atomic<int> count{0};
  {
    TaskGroup group(pool);
    for (int i = 0; i < 100; ++i) {
      group.run([&count]() -> Result<void> {
        ++count;
        return {};
      });
    }
  }
  EXPECT_LE(count.load(), 100);  // and nothing runs after this line: a sanitizer would see it
}

INSTANTIATE_TEST_SUITE_P(, ThreadPoolOfSize, testing::Values(0, 1, 4),
                         [](const auto& info) { return "Threads" + std::to_string(info.param); });

}  // namespace
}  // namespace lokilib
