// SPDX-License-Identifier: Apache-2.0
// find.cc: chooses the two bytes of a needle that are compared first, and the instruction set.
#include "text/find.h"

#include <array>
#include <cstring>

#include "text/find_functions.h"

namespace lokilib::text {
namespace {

// How often bytes stand in logs, from most to least; measured roughly, only the order matters.
constexpr std::string_view kCommonBytes =
    " e0t1\"ais2onr3-l4d5:c6.7=8u9pm,g/hfb_vk[]wyx{}TjES(ACI)OGNDRq'PLzFMUBHVW+?&%@KY;XJQZ<>#*|!$~\n\t\r\\^`";

constexpr std::array<uint8_t, 256> commonness() {
  std::array<uint8_t, 256> table{};
  for (size_t i = 0; i < kCommonBytes.size(); ++i) {
    table[static_cast<unsigned char>(kCommonBytes[i])] = static_cast<uint8_t>(255 - i);
  }
  for (size_t c = 128; c < 256; ++c) table[c] = 100;  // UTF-8 comes in runs
  return table;
}
constexpr std::array<uint8_t, 256> kCommonness = commonness();

bool is_letter(char c) {
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

// The fold that a letter needs; a byte that only looks like a letter after folding gets none.
char fold_of(char c) {
  return is_letter(c) ? 0x20 : 0;
}

struct Places {
  size_t first = 0;
  size_t second = 0;
};

Places rare_places(std::string_view needle) {
  Places places;
  const auto weight = [&](size_t i) { return kCommonness[static_cast<unsigned char>(needle[i])]; };
  for (size_t i = 1; i < needle.size(); ++i) {
    if (weight(i) < weight(places.first)) places.first = i;
  }
  places.second = places.first == 0 && needle.size() > 1 ? 1 : 0;
  for (size_t i = 0; i < needle.size(); ++i) {
    const bool differs = i != places.first && needle[i] != needle[places.first];
    if (differs && weight(i) < weight(places.second)) places.second = i;
  }
  return places;
}

}  // namespace

Finder::Finder(std::string needle) : needle_(std::move(needle)) {
  const Places places = rare_places(needle_);
  rare_first_ = places.first;
  rare_second_ = places.second;
  search_ = has_avx2() ? &find_avx2 : &find_scalar;
}

size_t Finder::find(std::string_view text, size_t from) const {
  if (from > text.size()) return npos;
  if (needle_.empty()) return from;
  if (text.size() - from < needle_.size()) return npos;
  return search_(text, from, NeedleView{needle_.data(), needle_.size(), rare_first_, rare_second_, 0, 0});
}

CaseInsensitiveFinder::CaseInsensitiveFinder(std::string needle) : needle_(std::move(needle)) {
  for (char& c : needle_) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  const Places places = rare_places(needle_);
  rare_first_ = places.first;
  rare_second_ = places.second;
  search_ = has_avx2() ? &find_folded_avx2 : &find_folded_scalar;
}

size_t CaseInsensitiveFinder::find(std::string_view text, size_t from) const {
  if (from > text.size()) return npos;
  if (needle_.empty()) return from;
  if (text.size() - from < needle_.size()) return npos;
  return search_(text, from,
                 NeedleView{needle_.data(), needle_.size(), rare_first_, rare_second_,
                            fold_of(needle_[rare_first_]), fold_of(needle_[rare_second_])});
}

}  // namespace lokilib::text
