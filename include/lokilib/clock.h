// SPDX-License-Identifier: Apache-2.0
// clock.h: time as a parameter, so that tests and simulations decide what time it is.
#pragma once

#include <cstdint>

#include <lokilib/export.h>

namespace lokilib {

/// Threads: all members may be called from any thread.
class LOKILIB_EXPORT Clock {
 public:
  virtual ~Clock() = default;

  /// Nanoseconds since the Unix epoch, UTC. May jump.
  virtual int64_t now_ns() const = 0;

  /// Nanoseconds since some fixed point in the past. Never goes back.
  virtual int64_t monotonic_ns() const = 0;
};

/// The machine's own clock. Static storage; never freed.
LOKILIB_EXPORT const Clock& system_clock();

}  // namespace lokilib
