// SPDX-License-Identifier: Apache-2.0
// field_columns.cc: finds or makes the column of a field and decides whether its value is stored.
#include "logql/pipeline/field_columns.h"

#include <cstring>

#include "base/hash.h"
#include "text/label_name.h"

namespace lokilib::logql {

namespace {
constexpr std::string_view kSuffix = "_extracted";
constexpr size_t kFirstSlots = 64;
}  // namespace

FieldColumns::FieldColumns(Batch& batch, const ParserRules& rules) : batch_(batch), rules_(rules) {
  if (rules.stop_early) needed_columns_.resize(rules.needed.size());
}

FieldColumns::Outcome FieldColumns::store(Field& field, std::string_view value) {
  Target& target = target_of(field);
  if (!target.wanted) return Outcome::Continue;
  LabelColumn& column = column_of(target);
  if (column.extracted.test(row_)) return Outcome::Continue;
  column.set_parsed(batch_.arena(), row_, value);
  return after_store(target);
}

FieldColumns::Outcome FieldColumns::after_store(Target& target) {
  if (target.condition != nullptr && !target.condition->test(batch_, target.column, row_)) {
    rejected_ = true;
    return Outcome::Reject;
  }
  return rules_.stop_early && all_found() ? Outcome::Stop : Outcome::Continue;
}

FieldColumns::Field* FieldColumns::find_packed(std::string_view raw_key) {
  const std::string_view raw_name = target_of(find_or_add(raw_key)).name;
  const std::string_view name = text::sanitize_label_name(raw_name, batch_.arena());
  if (name.empty()) return nullptr;
  Field& field = find_or_add(name);
  if (!field.plain.wanted || column_of(field.plain).extracted.test(row_)) return nullptr;
  return &field;
}

FieldColumns::Outcome FieldColumns::store_packed(Field& field, std::string_view value) {
  column_of(field.plain).set_parsed(batch_.arena(), row_, value);
  return after_store(field.plain);
}

void FieldColumns::overwrite(Field& field, std::string_view value) {
  Target& target = target_of(field);
  if (target.wanted) column_of(target).set_parsed(batch_.arena(), row_, value);
}

void FieldColumns::set_missing(Field& field) {
  if (!field.plain.wanted) return;
  LabelColumn& column = column_of(field.plain);
  if (column.get(row_).data() == nullptr) column.set_parsed(batch_.arena(), row_, "");
}

void FieldColumns::set_empty(Field& field) {
  if (!field.plain.wanted || &target_of(field) != &field.plain) return;
  column_of(field.plain).set_parsed(batch_.arena(), row_, "");
}

bool FieldColumns::is_extracted(Field& field) {
  // Another field's suffixed name may have made the column meanwhile.
  if (field.plain.column == nullptr) field.plain.column = batch_.find_column(field.plain.name);
  return field.plain.column != nullptr && field.plain.column->extracted.test(row_);
}

FieldColumns::Field& FieldColumns::find(std::string_view name) {
  Field*& expected = previous_ == nullptr ? first_ : previous_->next;
  if (expected == nullptr || expected->plain.name != name) expected = &find_or_add(name);
  previous_ = expected;
  return *previous_;
}

FieldColumns::Field& FieldColumns::find_or_add(std::string_view name) {
  if (fields_.size() * 2 >= slots_.size()) grow();
  const size_t mask = slots_.size() - 1;
  size_t slot = static_cast<size_t>(hash64(name)) & mask;
  while (slots_[slot] != 0) {
    Field& field = *fields_[slots_[slot] - 1];
    if (field.plain.name == name) return field;
    slot = (slot + 1) & mask;
  }
  Field* const field = batch_.arena().allocate_array<Field>(1);
  field->plain = make_target(name);
  field->plain.column = batch_.find_column(name);
  field->in_stream = field->plain.column != nullptr && field->plain.column->stream_value.data() != nullptr;
  fields_.push_back(field);
  slots_[slot] = static_cast<uint32_t>(fields_.size());
  return *field;
}

void FieldColumns::grow() {
  slots_.assign(slots_.empty() ? kFirstSlots : slots_.size() * 2, 0);
  const size_t mask = slots_.size() - 1;
  for (size_t i = 0; i < fields_.size(); ++i) {
    size_t slot = static_cast<size_t>(hash64(fields_[i]->plain.name)) & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<uint32_t>(i + 1);
  }
}

FieldColumns::Target FieldColumns::make_target(std::string_view name) const {
  return {name, nullptr, rules_.early_condition(name), rules_.wants(name)};
}

// The stream's label counts also where a stage has dropped it, metadata only while it is there (recorded,
// 3.7.6).
FieldColumns::Target& FieldColumns::target_of(Field& field) {
  const bool taken =
      field.in_stream || (field.plain.column != nullptr && field.plain.column->metadata.has(row_));
  if (!taken) return field.plain;
  if (field.suffixed.name.empty()) {
    const std::string_view name = field.plain.name;
    char* const bytes = batch_.arena().allocate(name.size() + kSuffix.size());
    std::memcpy(bytes, name.data(), name.size());
    std::memcpy(bytes + name.size(), kSuffix.data(), kSuffix.size());
    field.suffixed = make_target({bytes, name.size() + kSuffix.size()});
  }
  return field.suffixed;
}

LabelColumn& FieldColumns::column_of(Target& target) {
  if (target.column == nullptr) target.column = &batch_.column(target.name);
  return *target.column;
}

bool FieldColumns::all_found() {
  for (size_t i = 0; i < needed_columns_.size(); ++i) {
    LabelColumn*& column = needed_columns_[i];
    if (column == nullptr) column = batch_.find_column(rules_.needed[i]);
    if (column == nullptr || !column->extracted.test(row_)) return false;
  }
  return true;
}

}  // namespace lokilib::logql
