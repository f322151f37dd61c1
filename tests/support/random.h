// SPDX-License-Identifier: Apache-2.0
// random.h: seeded randomness for property tests, and the loop that names the seed of a failure.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace lokilib::test {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  uint64_t next() { return engine_(); }
  /// Uniform in [0, bound). Pre: bound > 0.
  uint64_t below(uint64_t bound) { return engine_() % bound; }
  /// Uniform in [low, high].
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low) + 1));
  }
  bool one_in(uint64_t n) { return below(n) == 0; }
  template <typename Container>
  auto& pick(Container& items) {
    return items[below(items.size())];
  }
  /// 0 to size_max characters of the alphabet.
  std::string text(std::string_view alphabet, size_t size_max) {
    std::string result(below(size_max + 1), ' ');
    for (char& c : result) c = alphabet[below(alphabet.size())];
    return result;
  }

 private:
  std::mt19937_64 engine_;
};

/// Runs body(Random&) for `count` seeds, or for the one in LOKILIB_SEED; stops at the first failure and names
/// its seed.
template <typename Body>
void for_each_seed(uint64_t count, Body body) {
  uint64_t first = 1;
  if (const char* given = std::getenv("LOKILIB_SEED"); given != nullptr) {
    first = std::strtoull(given, nullptr, 10);
    count = 1;
  }
  for (uint64_t seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE("LOKILIB_SEED=" + std::to_string(seed));
    Random random(seed);
    body(random);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace lokilib::test
