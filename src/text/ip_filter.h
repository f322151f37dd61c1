// SPDX-License-Identifier: Apache-2.0
// ip_filter.h: finds addresses in text and asks whether one lies in an address, CIDR or range.
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

  /// A text that stands in every text that matches, e.g. "10.1.2.3" for one address; "" if unknown.
  std::string required_literal() const;

  struct Address {
    uint64_t high = 0;
    uint64_t low = 0;
    bool is_v6 = false;
  };

 private:
  bool contains(std::string_view address) const;

  Address first_;
  Address last_;  // before first_: nothing is inside
};

}  // namespace lokilib::text
