// SPDX-License-Identifier: Apache-2.0
// index_writer.cc: a growing index as bytes. Names, values and pairs are renumbered in sorted order, so that
// the reader finds them by binary search and compares label sets by pair numbers.
#include <algorithm>
#include <numeric>

#include "index/growing_data.h"
#include "index/index_format.h"
#include "schema/index_generated.h"

namespace lokilib {

namespace {

class IndexEncoder {
 public:
  explicit IndexEncoder(const GrowingData& data) : data_(data) {}

  std::string encode() {
    collect_symbols();
    order_pairs();
    collect_series();
    return finish();
  }

 private:
  void collect_symbols() {
    for (const GrowingData::Name& name : data_.names()) symbols_.push_back(name.text);
    for (const GrowingData::Pair& pair : data_.pairs()) symbols_.push_back(pair.value);
    std::sort(symbols_.begin(), symbols_.end());
    symbols_.erase(std::unique(symbols_.begin(), symbols_.end()), symbols_.end());
  }

  uint32_t symbol_of(std::string_view text) const {
    return static_cast<uint32_t>(std::lower_bound(symbols_.begin(), symbols_.end(), text) - symbols_.begin());
  }

  void order_pairs() {
    std::vector<uint32_t> names(data_.names().size());
    std::iota(names.begin(), names.end(), 0u);
    std::sort(names.begin(), names.end(),
              [&](uint32_t a, uint32_t b) { return data_.names()[a].text < data_.names()[b].text; });
    new_pairs_.resize(data_.pairs().size());
    for (const uint32_t number : names) {
      const GrowingData::Name& name = data_.names()[number];
      std::vector<uint32_t> pairs = name.pairs;
      std::sort(pairs.begin(), pairs.end(),
                [&](uint32_t a, uint32_t b) { return data_.pair_value(a) < data_.pair_value(b); });
      for (const uint32_t pair : pairs) {
        new_pairs_[pair] = static_cast<uint32_t>(pair_values_.size());
        pair_values_.push_back(symbol_of(data_.pair_value(pair)));
        pair_series_.push_back(add_postings(data_.pairs()[pair].series));
      }
      GrowingPostings all;
      for (const uint32_t series : name.series.to_vector()) all.add(series);
      names_.emplace_back(symbol_of(name.text), static_cast<uint32_t>(pair_values_.size()),
                          add_postings(all));
    }
  }

  fbs::PostingsRef add_postings(const GrowingPostings& series) {
    if (series.size() == 1) return {series.to_vector().front(), 1};
    while (postings_.size() % sizeof(uint32_t) != 0) postings_.push_back('\0');
    const auto place = static_cast<uint32_t>(postings_.size());
    if (series.size() <= GrowingPostings::kFewMax) {
      static_assert(GrowingPostings::kFewMax == kPlainPostingsMax);
      const std::vector<uint32_t> ids = series.to_vector();
      postings_.append(reinterpret_cast<const char*>(ids.data()), ids.size() * sizeof(uint32_t));
    } else {
      series.bitmap().encode(postings_);
    }
    return {place, series.size()};
  }

  std::span<const uint32_t> pairs_of(SeriesId series) const {
    const uint32_t begin = series == 0 ? 0 : series_ends_[series - 1];
    return {series_pairs_.data() + begin, series_ends_[series] - begin};
  }

  void collect_series() {
    for (SeriesId series = 0; series < data_.series_total(); ++series) {
      // Ordered by name already, and pairs of a lower name have lower numbers.
      for (const uint32_t pair : data_.pairs_of(series)) series_pairs_.push_back(new_pairs_[pair]);
      series_ends_.push_back(static_cast<uint32_t>(series_pairs_.size()));
    }
    const auto less = [&](SeriesId a, SeriesId b) {
      const auto left = pairs_of(a);
      const auto right = pairs_of(b);
      return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end());
    };
    series_order_.resize(data_.series_total());
    std::iota(series_order_.begin(), series_order_.end(), 0u);
    if (std::is_sorted(series_order_.begin(), series_order_.end(), less)) {
      series_order_.clear();
    } else {
      std::sort(series_order_.begin(), series_order_.end(), less);
    }
  }

  std::string finish() {
    flatbuffers::FlatBufferBuilder builder(1024);
    std::vector<uint32_t> symbol_ends;
    std::string symbol_bytes;
    for (const std::string_view symbol : symbols_) {
      symbol_bytes += symbol;
      symbol_ends.push_back(static_cast<uint32_t>(symbol_bytes.size()));
    }
    const auto bytes_of = [](const std::string& text) {
      return reinterpret_cast<const uint8_t*>(text.data());
    };
    const auto fb_symbol_ends = builder.CreateVector(symbol_ends);
    const auto fb_symbol_bytes = builder.CreateVector(bytes_of(symbol_bytes), symbol_bytes.size());
    const auto fb_names = builder.CreateVectorOfStructs(names_);
    const auto fb_pair_values = builder.CreateVector(pair_values_);
    const auto fb_pair_series = builder.CreateVectorOfStructs(pair_series_);
    const auto fb_series_ends = builder.CreateVector(series_ends_);
    const auto fb_series_pairs = builder.CreateVector(series_pairs_);
    flatbuffers::Offset<flatbuffers::Vector<uint32_t>> fb_series_order;
    if (!series_order_.empty()) fb_series_order = builder.CreateVector(series_order_);
    builder.ForceVectorAlignment(postings_.size(), 1, 32);
    const auto fb_postings = builder.CreateVector(bytes_of(postings_), postings_.size());
    builder.Finish(fbs::CreateLabelIndex(builder, kIndexFormat, data_.series_total(), fb_symbol_ends,
                                         fb_symbol_bytes, fb_names, fb_pair_values, fb_pair_series,
                                         fb_series_ends, fb_series_pairs, fb_series_order, fb_postings),
                   fbs::LabelIndexIdentifier());
    return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
  }

  const GrowingData& data_;
  std::vector<std::string_view> symbols_;
  std::vector<fbs::LabelName> names_;
  std::vector<uint32_t> new_pairs_;  // by the growing index's pair number
  std::vector<uint32_t> pair_values_;
  std::vector<fbs::PostingsRef> pair_series_;
  std::string postings_;
  std::vector<uint32_t> series_ends_;
  std::vector<uint32_t> series_pairs_;
  std::vector<SeriesId> series_order_;
};

}  // namespace

std::string encode_index(const GrowingData& data) {
  return IndexEncoder(data).encode();
}

}  // namespace lokilib
