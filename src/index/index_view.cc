// SPDX-License-Identifier: Apache-2.0
// index_view.cc: opening a sealed index and verifying all of it, once.
#include "index/index_view.h"

#include <algorithm>

#include "base/make_error.h"
#include "index/index_format.h"
#include "index/postings.h"

namespace lokilib {

namespace {

template <typename T, typename Vector>
std::span<const T> span_of(const Vector* vector) {
  if (vector == nullptr || vector->size() == 0) return {};
  return {reinterpret_cast<const T*>(vector->Data()), vector->size()};
}

std::string_view text_of(const flatbuffers::Vector<uint8_t>* vector) {
  if (vector == nullptr) return {};
  return {reinterpret_cast<const char*>(vector->Data()), vector->size()};
}

/// Verifies a view, part by part; each part relies on those before.
class IndexCheck {
 public:
  explicit IndexCheck(const IndexView& view) : view_(view) {}

  Result<void> run() {
    LOKILIB_TRY(check_symbols());
    LOKILIB_TRY(check_names());
    LOKILIB_TRY(check_series());
    LOKILIB_TRY(check_order());
    return check_all_postings();
  }

 private:
  template <typename... Args>
  static Error corrupt(fmt::format_string<Args...> format, Args&&... args) {
    return make_error(ErrorCode::Corrupt, "label index: {}",
                      fmt::format(format, std::forward<Args>(args)...));
  }

  Result<void> check_symbols() const {
    uint32_t end = 0;
    for (const uint32_t next : view_.symbol_ends) {
      if (next < end || next > view_.symbol_bytes.size()) return corrupt("symbol ends at {}", next);
      end = next;
    }
    if (end != view_.symbol_bytes.size())
      return corrupt("{} symbol bytes too many", view_.symbol_bytes.size() - end);
    for (uint32_t number = 1; number < view_.symbol_count(); ++number) {
      if (view_.symbol(number - 1) >= view_.symbol(number))
        return corrupt("symbol {} is out of order", number);
    }
    return {};
  }

  Result<void> check_names() const {
    const size_t pair_count = view_.pair_values.size();
    if (view_.pair_series.size() != pair_count)
      return corrupt("{} lists of {} pairs", view_.pair_series.size(), pair_count);
    uint32_t pair = 0;
    for (uint32_t name = 0; name < view_.names.size(); ++name) {
      const fbs::LabelName& entry = view_.names[name];
      if (entry.symbol() >= view_.symbol_count()) return corrupt("name {} has no symbol", name);
      if (name > 0 && entry.symbol() <= view_.names[name - 1].symbol())
        return corrupt("name {} is out of order", name);
      if (entry.pair_end() <= pair || entry.pair_end() > pair_count)
        return corrupt("name {} has no pairs", name);
      for (const uint32_t begin = pair; pair < entry.pair_end(); ++pair) {
        const uint32_t value = view_.pair_values[pair];
        if (value >= view_.symbol_count() || view_.symbol(value).empty())
          return corrupt("pair {} has no value", pair);
        if (pair > begin && value <= view_.pair_values[pair - 1])
          return corrupt("pair {} is out of order", pair);
      }
    }
    if (pair != pair_count) return corrupt("{} pairs without name", pair_count - pair);
    return {};
  }

  Result<void> check_series() {
    if (view_.series_ends.size() != view_.series_count)
      return corrupt("{} series, not {}", view_.series_ends.size(), view_.series_count);
    name_of_pair_.resize(view_.pair_values.size());
    for (uint32_t name = 0; name < view_.names.size(); ++name) {
      for (uint32_t pair = view_.pair_begin(name); pair < view_.names[name].pair_end(); ++pair)
        name_of_pair_[pair] = name;
    }
    series_of_pair_.resize(view_.pair_values.size());
    uint32_t position = 0;
    for (SeriesId series = 0; series < view_.series_count; ++series) {
      const uint32_t end = view_.series_ends[series];
      if (end < position || end > view_.series_pairs.size())
        return corrupt("series {} ends at {}", series, end);
      for (const uint32_t begin = position; position < end; ++position) {
        const uint32_t pair = view_.series_pairs[position];
        if (pair >= name_of_pair_.size()) return corrupt("series {} has the unknown pair {}", series, pair);
        if (position > begin && name_of_pair_[view_.series_pairs[position - 1]] >= name_of_pair_[pair]) {
          return corrupt("series {} has its labels out of order", series);
        }
        ++series_of_pair_[pair];
      }
    }
    if (position != view_.series_pairs.size()) return corrupt("pairs behind the last series");
    return {};
  }

  /// Strictly ascending and as many as there are series: so each is there once.
  Result<void> check_order() const {
    if (!view_.series_order.empty() && view_.series_order.size() != view_.series_count) {
      return corrupt("{} series in order, not {}", view_.series_order.size(), view_.series_count);
    }
    for (const SeriesId series : view_.series_order) {
      if (series >= view_.series_count) return corrupt("unknown series {} in order", series);
    }
    for (uint32_t rank = 1; rank < view_.series_count; ++rank) {
      const auto before = view_.pairs_of(view_.in_order(rank - 1));
      const auto here = view_.pairs_of(view_.in_order(rank));
      if (!std::lexicographical_compare(before.begin(), before.end(), here.begin(), here.end())) {
        return corrupt("series of rank {} is out of order", rank);
      }
    }
    return {};
  }

  Result<void> check_all_postings() const {
    for (uint32_t name = 0; name < view_.names.size(); ++name) {
      uint64_t series_of_name = 0;
      for (uint32_t pair = view_.pair_begin(name); pair < view_.names[name].pair_end(); ++pair) {
        LOKILIB_TRY(check_ref(view_.pair_series[pair], series_of_pair_[pair]));
        series_of_name += series_of_pair_[pair];
      }
      LOKILIB_TRY(check_ref(view_.names[name].series(), series_of_name));
    }
    return {};
  }

  Result<void> check_ref(const fbs::PostingsRef& ref, uint64_t expected) const {
    if (ref.count() == 0 || ref.count() != expected)
      return corrupt("list of {} series, not {}", ref.count(), expected);
    if (ref.count() == 1) {
      if (ref.place() >= view_.series_count) return corrupt("list of the unknown series {}", ref.place());
      return {};
    }
    if (ref.place() % sizeof(uint32_t) != 0 || ref.place() > view_.postings.size()) {
      return corrupt("list of series at offset {}", ref.place());
    }
    const std::string_view bytes = view_.postings.substr(ref.place());
    if (ref.count() <= kPlainPostingsMax) {
      if (bytes.size() / sizeof(uint32_t) < ref.count())
        return corrupt("list of series at offset {} is cut", ref.place());
      const auto ids = view_.plain_ids(ref);
      for (size_t i = 0; i < ids.size(); ++i) {
        if (ids[i] >= view_.series_count || (i > 0 && ids[i] <= ids[i - 1])) {
          return corrupt("list of series at offset {} is out of order", ref.place());
        }
      }
      return {};
    }
    LOKILIB_TRY_ASSIGN(const CheckedPostings checked, check_postings(bytes, view_.series_count));
    if (checked.count != expected) return corrupt("bitmap of {} series, not {}", checked.count, expected);
    return {};
  }

  const IndexView& view_;
  std::vector<uint32_t> name_of_pair_;
  std::vector<uint32_t> series_of_pair_;
};

}  // namespace

Result<IndexView> open_index_view(std::string_view bytes) {
  if (reinterpret_cast<uintptr_t>(bytes.data()) % 32 != 0) {
    return make_error(ErrorCode::InvalidArgument, "label index: bytes must start at a multiple of 32");
  }
  if (bytes.size() < 8 || bytes.size() > kIndexBytesMax ||
      !fbs::LabelIndexBufferHasIdentifier(bytes.data())) {
    return make_error(ErrorCode::Corrupt, "label index: {} bytes that are no index", bytes.size());
  }
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  if (!fbs::VerifyLabelIndexBuffer(verifier)) {
    return make_error(ErrorCode::Corrupt, "label index: metadata is damaged");
  }
  const fbs::LabelIndex* index = fbs::GetLabelIndex(bytes.data());
  if (index->format() > kIndexFormat) {
    return make_error(ErrorCode::Unsupported,
                      "label index: format {} is from a newer version (known: up to {})", index->format(),
                      kIndexFormat);
  }
  if (index->format() == 0) return make_error(ErrorCode::Corrupt, "label index: format 0");
  IndexView view;
  view.series_count = index->series_count();
  view.symbol_ends = span_of<uint32_t>(index->symbol_ends());
  view.symbol_bytes = text_of(index->symbol_bytes());
  view.names = span_of<fbs::LabelName>(index->names());
  view.pair_values = span_of<uint32_t>(index->pair_values());
  view.pair_series = span_of<fbs::PostingsRef>(index->pair_series());
  view.series_ends = span_of<uint32_t>(index->series_ends());
  view.series_pairs = span_of<uint32_t>(index->series_pairs());
  view.series_order = span_of<uint32_t>(index->series_order());
  view.postings = text_of(index->postings());
  if (reinterpret_cast<uintptr_t>(view.postings.data()) % alignof(uint32_t) != 0) {
    return make_error(ErrorCode::Corrupt, "label index: lists of series are not aligned");
  }
  LOKILIB_TRY(IndexCheck(view).run());
  return view;
}

}  // namespace lokilib
