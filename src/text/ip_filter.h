// SPDX-License-Identifier: Apache-2.0
// ip_filter.h: finds addresses in text and asks whether one lies in an address, CIDR or range (section 7.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <lokilib/result.h>

namespace lokilib::text {

/// Immutable. Threads: any number at once.
class IpFilter {
 public:
  /// Errors: `InvalidQuery`: ip: invalid pattern: "foo".
  static Result<IpFilter> parse(std::string_view pattern);

  /// Whether any address in the text is inside.
  bool matches(std::string_view text) const;

 private:
  struct Address {
    uint64_t high = 0;
    uint64_t low = 0;
    bool is_v6 = false;
  };
  Address first_;
  Address last_;
};

}  // namespace lokilib::text
