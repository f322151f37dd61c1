// SPDX-License-Identifier: Apache-2.0
// growing_data.cc: interning names, pairs and series.
#include "index/growing_data.h"

#include <algorithm>

#include "base/hash.h"

namespace lokilib {

namespace {

uint64_t hash_pair(uint32_t name, std::string_view value) {
  return hash64(value, name);
}

uint64_t hash_series(std::span<const uint32_t> pairs) {
  return hash64({reinterpret_cast<const char*>(pairs.data()), pairs.size_bytes()});
}

}  // namespace

std::optional<uint32_t> GrowingData::find_name(std::string_view name) const {
  return name_table_.find(hash64(name), [&](uint32_t id) { return names_[id].text == name; });
}

std::optional<uint32_t> GrowingData::find_pair(uint32_t name, std::string_view value) const {
  return pair_table_.find(hash_pair(name, value),
                          [&](uint32_t id) { return pairs_[id].name == name && pairs_[id].value == value; });
}

std::optional<SeriesId> GrowingData::find_series(std::span<const uint32_t> pairs) const {
  return series_table_.find(hash_series(pairs), [&](SeriesId id) {
    const std::span<const uint32_t> others = pairs_of(id);
    return std::equal(pairs.begin(), pairs.end(), others.begin(), others.end());
  });
}

std::span<const uint32_t> GrowingData::pairs_of(SeriesId series) const {
  const uint64_t begin = series == 0 ? 0 : series_ends_[series - 1];
  return {series_pairs_.data() + begin, static_cast<size_t>(series_ends_[series] - begin)};
}

std::optional<uint32_t> GrowingData::pair_of(SeriesId series, uint32_t name) const {
  for (const uint32_t pair : pairs_of(series)) {
    if (pairs_[pair].name == name) return pair;
  }
  return std::nullopt;
}

std::vector<uint32_t> GrowingData::pairs_with_prefix(uint32_t name, std::string_view prefix) const {
  if (prefix.empty()) return names_[name].pairs;
  std::vector<uint32_t> found;
  for (const uint32_t pair : names_[name].pairs) {
    if (pairs_[pair].value.starts_with(prefix)) found.push_back(pair);
  }
  return found;
}

uint32_t GrowingData::intern_name(std::string_view name) {
  if (const auto found = find_name(name)) return *found;
  const auto id = static_cast<uint32_t>(names_.size());
  names_.emplace_back().text = texts_.copy(name);
  name_table_.add(id, [&](uint32_t n) { return hash64(names_[n].text); });
  return id;
}

uint32_t GrowingData::intern_pair(uint32_t name, std::string_view value) {
  if (const auto found = find_pair(name, value)) return *found;
  const auto id = static_cast<uint32_t>(pairs_.size());
  Pair& pair = pairs_.emplace_back();
  pair.value = texts_.copy(value);
  pair.name = name;
  names_[name].pairs.push_back(id);
  pair_table_.add(id, [&](uint32_t n) { return hash_pair(pairs_[n].name, pairs_[n].value); });
  return id;
}

SeriesId GrowingData::add(const LabelSet& labels) {
  scratch_.clear();
  for (const Label& label : labels.labels()) {
    if (!label.value.empty()) scratch_.push_back(intern_pair(intern_name(label.name), label.value));
  }
  if (const auto found = find_series(scratch_)) return *found;
  const SeriesId id = series_total();
  series_pairs_.insert(series_pairs_.end(), scratch_.begin(), scratch_.end());
  series_ends_.push_back(series_pairs_.size());
  series_table_.add(id, [&](SeriesId n) { return hash_series(pairs_of(n)); });
  for (const uint32_t pair : scratch_) {
    pairs_[pair].series.add(id);
    names_[pairs_[pair].name].series.add(id);
  }
  return id;
}

std::optional<SeriesId> GrowingData::find(const LabelSet& labels) const {
  std::vector<uint32_t> pairs;
  pairs.reserve(labels.size());
  for (const Label& label : labels.labels()) {
    if (label.value.empty()) continue;
    const auto name = find_name(label.name);
    if (!name) return std::nullopt;
    const auto pair = find_pair(*name, label.value);
    if (!pair) return std::nullopt;
    pairs.push_back(*pair);
  }
  return find_series(pairs);
}

}  // namespace lokilib
