// SPDX-License-Identifier: Apache-2.0
// sealed_index.cc: questions to a sealed index. Names and values are found by binary search among the sorted
// symbols, series by binary search in the order of label sets; lists of series are decoded when they are
// asked for.
#include <algorithm>

#include <lokilib/label_index.h>

#include "index/index_format.h"
#include "index/index_view.h"
#include "index/matcher_eval.h"

namespace lokilib {

namespace {

void add_ref_to(const IndexView& view, const fbs::PostingsRef& ref, Postings& sum) {
  if (ref.count() == 1) {
    sum.add(ref.place());
  } else if (ref.count() <= kPlainPostingsMax) {
    sum.add(view.plain_ids(ref));
  } else {
    sum.unite(Postings::decode(view.postings.substr(ref.place())));
  }
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
  LOKILIB_TRY_ASSIGN(const IndexView view, open_index_view(bytes));
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
