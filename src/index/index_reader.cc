// SPDX-License-Identifier: Apache-2.0
// index_reader.cc: a sealed index, read where it lies. open() verifies every number that a later call relies
// on, so that those need no checks: after it, arrays have the sizes they must have, everything that must be
// sorted is, every number is in range, and every bitmap is well formed.
#include <algorithm>
#include <span>

#include <lokilib/label_index.h>

#include "base/make_error.h"
#include "index/index_format.h"
#include "index/matcher_eval.h"
#include "schema/index_generated.h"

namespace lokilib {

namespace {

/// The arrays of a sealed index. Filled by open_view, checked by IndexCheck.
struct IndexView {
  uint32_t series_count = 0;
  std::span<const uint32_t> symbol_ends;
  std::string_view symbol_bytes;
  std::span<const fbs::LabelName> names;
  std::span<const uint32_t> pair_values;
  std::span<const fbs::PostingsRef> pair_series;
  std::span<const uint32_t> series_ends;
  std::span<const uint32_t> series_pairs;
  std::span<const uint32_t> series_order;  // empty: 0, 1, 2 and so on
  std::string_view postings;

  std::string_view symbol(uint32_t number) const {
    const uint32_t begin = number == 0 ? 0 : symbol_ends[number - 1];
    return symbol_bytes.substr(begin, symbol_ends[number] - begin);
  }
  uint32_t symbol_count() const { return static_cast<uint32_t>(symbol_ends.size()); }
  /// The first symbol that is not less than the text.
  uint32_t lower_symbol(std::string_view text) const {
    uint32_t low = 0;
    uint32_t high = symbol_count();
    while (low < high) {
      const uint32_t middle = low + (high - low) / 2;
      (symbol(middle) < text ? low = middle + 1 : high = middle);
    }
    return low;
  }
  std::optional<uint32_t> find_symbol(std::string_view text) const {
    const uint32_t found = lower_symbol(text);
    if (found == symbol_count() || symbol(found) != text) return std::nullopt;
    return found;
  }
  uint32_t pair_begin(uint32_t name) const { return name == 0 ? 0 : names[name - 1].pair_end(); }
  std::span<const uint32_t> pairs_of(SeriesId series) const {
    const uint32_t begin = series == 0 ? 0 : series_ends[series - 1];
    return series_pairs.subspan(begin, series_ends[series] - begin);
  }
  SeriesId in_order(uint32_t rank) const { return series_order.empty() ? rank : series_order[rank]; }
};

template <typename T, typename Vector>
std::span<const T> span_of(const Vector* vector) {
  if (vector == nullptr || vector->size() == 0) return {};
  return {reinterpret_cast<const T*>(vector->Data()), vector->size()};
}

std::string_view text_of(const flatbuffers::Vector<uint8_t>* vector) {
  if (vector == nullptr) return {};
  return {reinterpret_cast<const char*>(vector->Data()), vector->size()};
}

std::span<const uint32_t> plain_ids(const IndexView& view, const fbs::PostingsRef& ref) {
  return {reinterpret_cast<const uint32_t*>(view.postings.data() + ref.place()), ref.count()};
}

void add_ref_to(const IndexView& view, const fbs::PostingsRef& ref, Postings& sum) {
  if (ref.count() == 1) {
    sum.add(ref.place());
  } else if (ref.count() <= kPlainPostingsMax) {
    sum.add(plain_ids(view, ref));
  } else {
    sum.unite(Postings::decode(view.postings.substr(ref.place())));
  }
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
      const auto ids = plain_ids(view_, ref);
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

Result<IndexView> open_view(std::string_view bytes) {
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

class SealedSource final : public PostingsSource {
 public:
  explicit SealedSource(const IndexView& view) : view_(view) {}

  uint32_t series_total() const override { return view_.series_count; }

  std::optional<uint32_t> find_name(std::string_view name) const override {
    const auto symbol = view_.find_symbol(name);
    if (!symbol) return std::nullopt;
    const auto found =
        std::lower_bound(view_.names.begin(), view_.names.end(), *symbol,
                         [](const fbs::LabelName& entry, uint32_t s) { return entry.symbol() < s; });
    if (found == view_.names.end() || found->symbol() != *symbol) return std::nullopt;
    return static_cast<uint32_t>(found - view_.names.begin());
  }

  std::optional<uint32_t> find_pair(uint32_t name, std::string_view value) const override {
    const auto symbol = view_.find_symbol(value);
    if (!symbol) return std::nullopt;
    const uint32_t pair = lower_pair(name, *symbol);
    if (pair == view_.names[name].pair_end() || view_.pair_values[pair] != *symbol) return std::nullopt;
    return pair;
  }

  size_t pair_count(uint32_t name) const override {
    return view_.names[name].pair_end() - view_.pair_begin(name);
  }

  std::vector<uint32_t> pairs_with_prefix(uint32_t name, std::string_view prefix) const override {
    std::vector<uint32_t> pairs;
    uint32_t pair = lower_pair(name, view_.lower_symbol(prefix));
    for (; pair < view_.names[name].pair_end() && pair_value(pair).starts_with(prefix); ++pair)
      pairs.push_back(pair);
    return pairs;
  }

  std::string_view pair_value(uint32_t pair) const override { return view_.symbol(view_.pair_values[pair]); }

  std::optional<uint32_t> pair_of(SeriesId series, uint32_t name) const override {
    const auto pairs = view_.pairs_of(series);
    const auto found = std::lower_bound(pairs.begin(), pairs.end(), view_.pair_begin(name));
    if (found == pairs.end() || *found >= view_.names[name].pair_end()) return std::nullopt;
    return *found;
  }

  uint64_t count_of_pair(uint32_t pair) const override { return view_.pair_series[pair].count(); }
  uint64_t count_of_name(uint32_t name) const override { return view_.names[name].series().count(); }
  void add_pair_to(uint32_t pair, Postings& sum) const override {
    add_ref_to(view_, view_.pair_series[pair], sum);
  }
  void add_name_to(uint32_t name, Postings& sum) const override {
    add_ref_to(view_, view_.names[name].series(), sum);
  }

 private:
  /// The first pair of the name whose value is not less than the symbol.
  uint32_t lower_pair(uint32_t name, uint32_t symbol) const {
    const auto begin = view_.pair_values.begin() + view_.pair_begin(name);
    const auto end = view_.pair_values.begin() + view_.names[name].pair_end();
    return static_cast<uint32_t>(std::lower_bound(begin, end, symbol) - view_.pair_values.begin());
  }

  const IndexView& view_;
};

}  // namespace

struct SealedLabelIndex::Impl {
  explicit Impl(const IndexView& opened) : view(opened), source(view) {}

  IndexView view;
  SealedSource source;
};

SealedLabelIndex::SealedLabelIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SealedLabelIndex::~SealedLabelIndex() = default;

Result<std::unique_ptr<SealedLabelIndex>> SealedLabelIndex::open(std::string_view bytes) {
  LOKILIB_TRY_ASSIGN(const IndexView view, open_view(bytes));
  return std::unique_ptr<SealedLabelIndex>(new SealedLabelIndex(std::make_unique<Impl>(view)));
}

uint32_t SealedLabelIndex::series_count() const {
  return impl_->view.series_count;
}

LabelSet SealedLabelIndex::labels(SeriesId id) const {
  const IndexView& view = impl_->view;
  std::vector<Label> labels;
  uint32_t name = 0;
  for (const uint32_t pair : view.pairs_of(id)) {
    while (pair >= view.names[name].pair_end()) ++name;
    labels.push_back({std::string(view.symbol(view.names[name].symbol())),
                      std::string(view.symbol(view.pair_values[pair]))});
  }
  return LabelSet::from_sorted(std::move(labels));
}

std::optional<SeriesId> SealedLabelIndex::find(const LabelSet& labels) const {
  const IndexView& view = impl_->view;
  std::vector<uint32_t> pairs;
  for (const Label& label : labels.labels()) {
    if (label.value.empty()) continue;
    const auto name = impl_->source.find_name(label.name);
    if (!name) return std::nullopt;
    const auto pair = impl_->source.find_pair(*name, label.value);
    if (!pair) return std::nullopt;
    pairs.push_back(*pair);
  }
  uint32_t low = 0;
  uint32_t high = view.series_count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    const auto there = view.pairs_of(view.in_order(middle));
    const bool is_less = std::lexicographical_compare(there.begin(), there.end(), pairs.begin(), pairs.end());
    (is_less ? low = middle + 1 : high = middle);
  }
  if (low == view.series_count) return std::nullopt;
  const auto found = view.pairs_of(view.in_order(low));
  if (!std::equal(found.begin(), found.end(), pairs.begin(), pairs.end())) return std::nullopt;
  return view.in_order(low);
}

Result<std::vector<SeriesId>> SealedLabelIndex::resolve(const std::vector<Matcher>& matchers) const {
  return resolve_matchers(impl_->source, matchers);
}

std::vector<std::string> SealedLabelIndex::label_names() const {
  std::vector<std::string> names;
  names.reserve(impl_->view.names.size());
  for (const fbs::LabelName& name : impl_->view.names) names.emplace_back(impl_->view.symbol(name.symbol()));
  return names;
}

std::vector<std::string> SealedLabelIndex::label_values(std::string_view name) const {
  std::vector<std::string> values;
  const auto number = impl_->source.find_name(name);
  if (!number) return values;
  for (uint32_t pair = impl_->view.pair_begin(*number); pair < impl_->view.names[*number].pair_end();
       ++pair) {
    values.emplace_back(impl_->source.pair_value(pair));
  }
  return values;
}

}  // namespace lokilib
