// SPDX-License-Identifier: Apache-2.0
// ip_filter.cc: addresses are compared as two 64-bit numbers; IPv4 and IPv6 never equal each other, mapped
// addresses (::ffff:1.2.3.4) are IPv6.
#include "text/ip_filter.h"

#include <optional>

#include <lokilib/labels.h>

#include "base/make_error.h"

namespace lokilib::text {
namespace {

using Address = IpFilter::Address;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex_digit(char c) {
  return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

bool less(const Address& a, const Address& b) {
  return a.high != b.high ? a.high < b.high : a.low < b.low;
}

// Four decimal numbers without leading zeros.
std::optional<uint32_t> parse_v4(std::string_view text) {
  uint32_t value = 0;
  size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at == text.size() || text[at++] != '.')) return std::nullopt;
    const size_t begin = at;
    uint32_t number = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      number = number * 10 + static_cast<uint32_t>(text[at] - '0');
      if (number > 255) return std::nullopt;
    }
    if (at == begin || (text[begin] == '0' && at - begin > 1)) return std::nullopt;
    value = value << 8 | number;
  }
  if (at != text.size()) return std::nullopt;
  return value;
}

int hex_value(char c) {
  return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

// Groups of up to four hexadecimal digits, one `::`, maybe an IPv4 address at the end. No zone.
std::optional<Address> parse_v6(std::string_view text) {
  uint16_t groups[8] = {};
  size_t count = 0;
  size_t gap = 8;  // place of `::`, 8 if there is none
  size_t at = 0;
  if (text.substr(0, 2) == "::") {
    gap = 0;
    at = 2;
  }
  while (at < text.size()) {
    if (count == 8) return std::nullopt;
    const size_t begin = at;
    uint32_t value = 0;
    for (; at < text.size() && is_hex_digit(text[at]); ++at) {
      if (at - begin == 4) return std::nullopt;
      value = value << 4 | static_cast<uint32_t>(hex_value(text[at]));
    }
    if (at == begin) return std::nullopt;
    if (at < text.size() && text[at] == '.') {
      if (count > 6 || (gap == 8 && count != 6)) return std::nullopt;
      const std::optional<uint32_t> v4 = parse_v4(text.substr(begin));
      if (!v4) return std::nullopt;
      groups[count++] = static_cast<uint16_t>(*v4 >> 16);
      groups[count++] = static_cast<uint16_t>(*v4 & 0xffff);
      at = text.size();
      break;
    }
    groups[count++] = static_cast<uint16_t>(value);
    if (at == text.size()) break;
    if (text[at] != ':') return std::nullopt;
    ++at;
    if (at == text.size()) return std::nullopt;  // a colon alone at the end
    if (text[at] == ':') {
      if (gap != 8) return std::nullopt;
      gap = count;
      ++at;
    }
  }
  if (gap == 8 ? count != 8 : count == 8) return std::nullopt;
  uint16_t all[8] = {};
  for (size_t i = 0; i < count; ++i) all[i < gap ? i : 8 - count + i] = groups[i];
  Address address;
  address.is_v6 = true;
  for (size_t i = 0; i < 4; ++i) {
    address.high = address.high << 16 | all[i];
    address.low = address.low << 16 | all[i + 4];
  }
  return address;
}

std::optional<Address> parse_address(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return parse_v6(text);
  const std::optional<uint32_t> v4 = parse_v4(text);
  if (!v4) return std::nullopt;
  return Address{0, *v4, false};
}

std::optional<unsigned> parse_prefix_length(std::string_view text, unsigned length_max) {
  if (text.empty() || text.size() > 3 || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  unsigned length = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    length = length * 10 + static_cast<unsigned>(c - '0');
  }
  if (length > length_max) return std::nullopt;
  return length;
}

// A mask of the lowest `count` bits of 64.
uint64_t low_bits(unsigned count) {
  return count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
}

struct AddressRange {
  Address first;
  Address last;
};

std::optional<AddressRange> parse_cidr(std::string_view text) {
  const size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<Address> address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const unsigned bits = address->is_v6 ? 128 : 32;
  const std::optional<unsigned> length = parse_prefix_length(text.substr(slash + 1), bits);
  if (!length) return std::nullopt;
  const unsigned host_bits = bits - *length;
  const uint64_t low = low_bits(host_bits);
  const uint64_t high = host_bits > 64 ? low_bits(host_bits - 64) : 0;
  AddressRange range{*address, *address};
  range.first.low &= ~low;
  range.first.high &= ~high;
  range.last.low |= low;
  range.last.high |= high;
  return range;
}

std::optional<AddressRange> parse_from_to(std::string_view text) {
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::optional<Address> first = parse_address(text.substr(0, dash));
  const std::optional<Address> last = parse_address(text.substr(dash + 1));
  if (!first || !last || first->is_v6 != last->is_v6 || less(*last, *first)) return std::nullopt;
  return AddressRange{*first, *last};
}

// An address with a zone is one, but no address found in a text has a zone.
bool is_zoned_address(std::string_view text) {
  const size_t percent = text.find('%');
  return percent != std::string_view::npos && percent + 1 < text.size() &&
         parse_v6(text.substr(0, percent)).has_value();
}

bool looks_like_v4(std::string_view text, size_t at) {
  if (at + 3 >= text.size() || !is_digit(text[at])) return false;
  return text[at + 1] == '.' || text[at + 2] == '.' || text[at + 3] == '.';
}

bool looks_like_v6(std::string_view text, size_t at) {
  if (at + 4 >= text.size()) return false;
  if (text[at] == ':') return text[at + 1] == ':' && is_hex_digit(text[at + 2]);
  for (size_t i = 0; i < 5; ++i) {
    if (text[at + i] == ':') return i > 0;
    if (!is_hex_digit(text[at + i])) return false;
  }
  return false;
}

}  // namespace

Result<IpFilter> IpFilter::parse(std::string_view pattern) {
  IpFilter filter;
  std::optional<AddressRange> range;
  if (const std::optional<Address> address = parse_address(pattern)) {
    range = AddressRange{*address, *address};
  } else if (is_zoned_address(pattern)) {
    range = AddressRange{{0, 1, true}, {0, 0, true}};
  } else {
    range = parse_from_to(pattern);
    if (!range) range = parse_cidr(pattern);
  }
  if (!range) return make_error(ErrorCode::InvalidQuery, "ip: invalid pattern: {}", quote(pattern));
  filter.first_ = range->first;
  filter.last_ = range->last;
  return filter;
}

bool IpFilter::contains(std::string_view text) const {
  const std::optional<Address> address = parse_address(text);
  return address && address->is_v6 == first_.is_v6 && !less(*address, first_) && !less(last_, *address);
}

bool IpFilter::matches(std::string_view text) const {
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (!is_hex_digit(c) && c != ':') continue;
    const bool v4 = looks_like_v4(text, at);
    if (!v4 && !looks_like_v6(text, at)) continue;
    size_t end = at;
    while (end < text.size() && (is_digit(text[end]) || text[end] == '.' ||
                                 (!v4 && (is_hex_digit(text[end]) || text[end] == ':')))) {
      ++end;
    }
    if (contains(text.substr(at, end - at))) return true;
    at = end;  // and one more byte: it cannot begin an address by Loki's rule
  }
  return false;
}

std::string IpFilter::required_literal() const {
  if (first_.is_v6 || less(last_, first_)) return {};
  std::string literal;
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (first_.low >> shift != last_.low >> shift) break;
    literal += std::to_string(first_.low >> shift & 0xff);
    if (shift > 0) literal.push_back('.');
  }
  return literal;
}

}  // namespace lokilib::text
