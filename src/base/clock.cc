// SPDX-License-Identifier: Apache-2.0
// clock.cc: the machine's own clock.
#include <chrono>

#include <lokilib/clock.h>

namespace lokilib {
namespace {

template <typename StdClock>
int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(StdClock::now().time_since_epoch()).count();
}

class SystemClock final : public Clock {
 public:
  int64_t now_ns() const override { return now<std::chrono::system_clock>(); }
  int64_t monotonic_ns() const override { return now<std::chrono::steady_clock>(); }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace lokilib
