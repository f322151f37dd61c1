// SPDX-License-Identifier: Apache-2.0
// growing_index.cc: the label index that grows in memory.
#include <algorithm>

#include <lokilib/label_index.h>

#include "index/growing_data.h"

namespace lokilib {

struct GrowingLabelIndex::Impl {
  GrowingData data;
};

GrowingLabelIndex::GrowingLabelIndex() : impl_(std::make_unique<Impl>()) {}
GrowingLabelIndex::~GrowingLabelIndex() = default;
GrowingLabelIndex::GrowingLabelIndex(GrowingLabelIndex&&) noexcept = default;
GrowingLabelIndex& GrowingLabelIndex::operator=(GrowingLabelIndex&&) noexcept = default;

SeriesId GrowingLabelIndex::add(const LabelSet& labels) {
  return impl_->data.add(labels);
}

uint32_t GrowingLabelIndex::series_count() const {
  return impl_->data.series_total();
}

LabelSet GrowingLabelIndex::labels(SeriesId id) const {
  const GrowingData& data = impl_->data;
  std::vector<Label> labels;
  for (const uint32_t number : data.pairs_of(id)) {
    const GrowingData::Pair& pair = data.pairs()[number];
    labels.push_back({std::string(data.names()[pair.name].text), std::string(pair.value)});
  }
  return LabelSet::from_sorted(std::move(labels));
}

std::optional<SeriesId> GrowingLabelIndex::find(const LabelSet& labels) const {
  return impl_->data.find(labels);
}

Result<std::vector<SeriesId>> GrowingLabelIndex::resolve(const std::vector<Matcher>& matchers) const {
  return resolve_matchers(impl_->data, matchers);
}

std::vector<std::string> GrowingLabelIndex::label_names() const {
  std::vector<std::string> names;
  for (const GrowingData::Name& name : impl_->data.names()) names.emplace_back(name.text);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> GrowingLabelIndex::label_values(std::string_view name) const {
  std::vector<std::string> values;
  const auto number = impl_->data.find_name(name);
  if (!number) return values;
  for (const uint32_t pair : impl_->data.names()[*number].pairs)
    values.emplace_back(impl_->data.pair_value(pair));
  std::sort(values.begin(), values.end());
  return values;
}

std::string GrowingLabelIndex::encode() const {
  return encode_index(impl_->data);
}

}  // namespace lokilib
