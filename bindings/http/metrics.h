// SPDX-License-Identifier: Apache-2.0
// metrics.h: what the API counts of itself, in Prometheus' text form. Names are Loki's where Loki's
// dashboards and alerts use them, else lokilib_*.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

#include <lokilib/database.h>

namespace lokilib::http {

/// Threads: all members from any.
class ApiMetrics {
 public:
  void count_request(std::string_view method, std::string_view route, int status, double seconds);
  void count_push(std::string_view tenant, const AppendReport& report);

  /// The whole exposition.
  std::string text(const DatabaseStats& stats) const;

 private:
  struct Histogram {
    static constexpr double kBounds[] = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25, 50, 100};
    uint64_t buckets[std::size(kBounds)] = {};
    uint64_t count = 0;
    double sum = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, Histogram> requests_;
  std::map<std::string, std::pair<uint64_t, uint64_t>> received_;  // tenant: bytes, lines
  std::map<std::pair<std::string, std::string>, std::pair<uint64_t, uint64_t>>
      discarded_;  // (tenant, reason): bytes, lines
};

}  // namespace lokilib::http
