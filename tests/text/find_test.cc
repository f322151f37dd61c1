// SPDX-License-Identifier: Apache-2.0
// find_test.cc: the finders against std::string_view::find, at the ends of pages too.
#include "text/find.h"

#include <cstring>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/random.h"
#include "text/find_functions.h"

namespace lokilib::text {
namespace {

using test::for_each_seed;
using test::Random;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return result;
}

TEST(Finder, FindsTheEmptyNeedleEverywhere) {
  const Finder finder("");
  EXPECT_EQ(finder.find("abc"), 0U);
  EXPECT_EQ(finder.find("abc", 3), 3U);
  EXPECT_EQ(finder.find("abc", 4), Finder::npos);
}

TEST(Finder, FindsNothingInATextShorterThanTheNeedle) {
  EXPECT_EQ(Finder("abcd").find("abc"), Finder::npos);
  EXPECT_EQ(Finder("abcd").find("abcd", 1), Finder::npos);
}

TEST(FinderProperty, AllInstructionSetsAgreeWithTheStandardLibrary) {
  for_each_seed(300, [](Random& random) {
    const std::string_view alphabet = random.one_in(2) ? "ab" : "abcABC \xc3\xa9k";
    const std::string text = random.text(alphabet, 400);
    std::string needle = random.text(alphabet, random.one_in(3) ? 80 : 5);
    if (needle.empty()) needle = "a";
    const Finder finder(needle);
    const CaseInsensitiveFinder folded(needle);
    const std::string lower_text = lower(text);
    NeedleView view{
        needle.data(), needle.size(), random.below(needle.size()), random.below(needle.size()), 0, 0};
    for (size_t from = 0; from <= text.size() + 1; from += 1 + random.below(9)) {
      const size_t want = text.find(needle, from);
      ASSERT_EQ(finder.find(text, from), want) << text << "\n" << needle << " from " << from;
      ASSERT_EQ(folded.find(text, from), lower_text.find(lower(needle), from)) << text << "\n" << needle;
      if (from >= text.size()) continue;
      ASSERT_EQ(find_scalar(text, from, view), want);
      if (has_avx2()) {
        ASSERT_EQ(find_avx2(text, from, view), want);
      }
    }
  });
}

TEST(FinderProperty, ReadsNothingBehindTheText) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* const memory = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  char* const bytes = static_cast<char*>(memory);
  std::memset(bytes, 'a', page);
  ASSERT_EQ(mprotect(bytes + page, page, PROT_NONE), 0);
  for (size_t size = 1; size < 300; ++size) {
    const std::string_view text(bytes + page - size, size);
    EXPECT_EQ(Finder("aaab").find(text), Finder::npos);
    EXPECT_EQ(Finder("a").find(text), 0U);
    EXPECT_EQ(Finder("x").find(text), Finder::npos);
    EXPECT_EQ(CaseInsensitiveFinder("AAB").find(text), Finder::npos);
  }
  munmap(memory, 2 * page);
}

}  // namespace
}  // namespace lokilib::text
