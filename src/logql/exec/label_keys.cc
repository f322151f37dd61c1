// SPDX-License-Identifier: Apache-2.0
// label_keys.cc: keys of rows. A key is the number of the stream's included labels and, for each column that
// may differ from them, in order of name: the column's name, where the value comes from, and the value.
#include "logql/exec/label_keys.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/hash.h"

namespace lokilib::logql {
namespace {

constexpr std::string_view kErrorLabel = "__error__";
constexpr std::string_view kErrorDetailsLabel = "__error_details__";
constexpr std::string_view kMetricNameLabel = "__name__";

void append_number(std::string& out, uint32_t number) {
  char bytes[sizeof(number)];
  std::memcpy(bytes, &number, sizeof(number));
  out.append(bytes, sizeof(number));
}

}  // namespace

LabelChoice LabelChoice::of(const std::optional<Grouping>& grouping, std::string_view unwrapped) {
  LabelChoice choice;
  if (grouping) {
    choice.names = grouping->labels;
    choice.kind = grouping->without ? Kind::AllBut : Kind::Only;
    if (grouping->without) choice.names.emplace_back(kMetricNameLabel);
  }
  if (choice.kind == Kind::AllBut && !unwrapped.empty()) choice.names.emplace_back(unwrapped);
  std::sort(choice.names.begin(), choice.names.end());
  choice.names.erase(std::unique(choice.names.begin(), choice.names.end()), choice.names.end());
  return choice;
}

bool LabelChoice::includes(std::string_view name) const {
  const bool is_named = std::binary_search(names.begin(), names.end(), name);
  return is_named == (kind == Kind::Only);
}

LabelSet LabelChoice::apply(const LabelSet& labels) const {
  std::vector<Label> included;
  for (const Label& label : labels.labels()) {
    if (includes(label.name)) included.push_back(label);
  }
  return LabelSet::from_sorted(std::move(included));
}

void LabelKeys::begin_stream(const LabelSet& labels) {
  base_ = choice_.apply(labels);
  std::string text;
  for (const Label& label : base_.labels()) {
    append_number(text, static_cast<uint32_t>(label.name.size()));
    text += label.name;
    append_number(text, static_cast<uint32_t>(label.value.size()));
    text += label.value;
  }
  base_number_ = number_of(text, base_numbers_);
}

uint32_t LabelKeys::number_of(std::string_view text, std::unordered_map<std::string, uint32_t>& numbers) {
  const auto next = static_cast<uint32_t>(numbers.size());
  return numbers.try_emplace(std::string(text), next).first->second;
}

void LabelKeys::add_column(const LabelColumn& column) {
  if (column.metadata.unused() && column.parsed.unused() && column.stream_deleted.unused()) return;
  columns_.push_back({column.name, number_of(column.name, name_numbers_), &column, nullptr});
}

void LabelKeys::add_errors(std::string_view name, const ValueColumn& values) {
  if (values.unused() || !choice_.includes(name)) return;
  columns_.push_back({name, number_of(name, name_numbers_), nullptr, &values});
}

void LabelKeys::begin_batch(const Batch& batch) {
  columns_.clear();
  if (choice_.kind == LabelChoice::Kind::Only) {
    for (const std::string& name : choice_.names) {
      if (const LabelColumn* column = batch.find_column(name); column != nullptr) add_column(*column);
    }
  } else {
    for (const LabelColumn& column : batch.columns()) {
      if (choice_.includes(column.name)) add_column(column);
    }
  }
  add_errors(kErrorLabel, batch.errors);
  add_errors(kErrorDetailsLabel, batch.error_details);
  // By name, because columns come in the order in which lines happen to name them.
  std::sort(columns_.begin(), columns_.end(),
            [](const Column& a, const Column& b) { return a.name < b.name; });
}

void LabelKeys::write_key(size_t row) {
  key_.clear();
  append_number(key_, base_number_);
  const auto append = [this](const Column& column, Origin origin, std::string_view value) {
    append_number(key_, column.name_number);
    key_.push_back(static_cast<char>(origin));
    append_number(key_, static_cast<uint32_t>(value.size()));
    key_ += value;
  };
  for (const Column& column : columns_) {
    if (column.errors != nullptr) {
      if (const std::string_view text = column.errors->get(row); !text.empty())
        append(column, Origin::Parsed, text);
    } else if (const std::string_view parsed = column.labels->parsed.get(row); parsed.data() != nullptr) {
      append(column, Origin::Parsed, parsed);
    } else if (const std::string_view metadata = column.labels->metadata.get(row); !metadata.empty()) {
      append(column, Origin::Metadata, metadata);
    } else if (column.labels->stream_deleted.test(row)) {
      append(column, Origin::Deleted, {});
    }
  }
}

uint32_t LabelKeys::find_or_add(size_t row, bool& is_new) {
  write_key(row);
  if ((entries_.size() + 1) * 2 > slots_.size()) grow();
  const uint64_t hash = hash64(key_);
  const size_t mask = slots_.size() - 1;
  for (size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == 0) {
      entries_.push_back({hash, bytes_.copy(key_)});
      slots_[slot] = size();
      is_new = true;
      return size() - 1;
    }
    const Entry& entry = entries_[slots_[slot] - 1];
    if (entry.hash == hash && entry.key == key_) {
      is_new = false;
      return slots_[slot] - 1;
    }
  }
}

void LabelKeys::grow() {
  const size_t slot_count = std::max<size_t>(64, slots_.size() * 2);
  slots_.assign(slot_count, 0);
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    size_t slot = entries_[i].hash & (slot_count - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slot_count - 1);
    slots_[slot] = i + 1;
  }
}

EntryLabels LabelKeys::labels(size_t row) const {
  std::vector<Label> stream;
  std::vector<Label> metadata;
  std::vector<Label> parsed;
  const auto stream_labels = base_.labels();
  size_t next = 0;
  for (const Column& column : columns_) {
    while (next < stream_labels.size() && stream_labels[next].name < column.name) {
      stream.push_back(stream_labels[next++]);
    }
    const bool in_stream = next < stream_labels.size() && stream_labels[next].name == column.name;
    if (column.errors != nullptr) {
      if (const auto text = column.errors->get(row); !text.empty()) {
        parsed.push_back({std::string(column.name), std::string(text)});
      }
      continue;
    }
    if (const auto text = column.labels->parsed.get(row); text.data() != nullptr) {
      parsed.push_back({std::string(column.name), std::string(text)});
    } else if (const auto value = column.labels->metadata.get(row); !value.empty()) {
      metadata.push_back({std::string(column.name), std::string(value)});
    } else if (in_stream && !column.labels->stream_deleted.test(row)) {
      stream.push_back(stream_labels[next]);
    }
    if (in_stream) ++next;
  }
  while (next < stream_labels.size()) stream.push_back(stream_labels[next++]);
  return {LabelSet::from_sorted(std::move(stream)), LabelSet::from_sorted(std::move(metadata)),
          LabelSet::from_sorted(std::move(parsed))};
}

uint32_t LabelSetTable::intern(LabelSet labels) {
  const uint64_t fingerprint = labels.fingerprint();
  const auto [first, last] = numbers_.equal_range(fingerprint);
  for (auto it = first; it != last; ++it) {
    if (sets_[it->second] == labels) return it->second;
  }
  const uint32_t number = size();
  numbers_.emplace(fingerprint, number);
  memory_bytes_ += lokilib::logql::memory_bytes(labels) + 64;
  sets_.push_back(std::move(labels));
  return number;
}

LabelSet join_categories(const EntryLabels& labels) {
  std::vector<Label> all;
  all.reserve(labels.stream.size() + labels.structured_metadata.size() + labels.parsed.size());
  // Strongest first, and a stable sort, so that of equal names the strongest comes first.
  for (const LabelSet* set : {&labels.parsed, &labels.structured_metadata, &labels.stream}) {
    all.insert(all.end(), set->labels().begin(), set->labels().end());
  }
  std::stable_sort(all.begin(), all.end(), [](const Label& a, const Label& b) { return a.name < b.name; });
  all.erase(
      std::unique(all.begin(), all.end(), [](const Label& a, const Label& b) { return a.name == b.name; }),
      all.end());
  return LabelSet::from_sorted(std::move(all));
}

EntryLabels labels_of_row(const Batch& batch, size_t row) {
  LabelKeys keys(LabelChoice::all());
  keys.begin_stream(batch.stream_labels());
  keys.begin_batch(batch);
  return keys.labels(row);
}

size_t memory_bytes(const LabelSet& labels) {
  size_t bytes = sizeof(LabelSet);
  for (const Label& label : labels.labels()) bytes += sizeof(Label) + label.name.size() + label.value.size();
  return bytes;
}

}  // namespace lokilib::logql
