// SPDX-License-Identifier: Apache-2.0
// template_value.cc: names and truth of values, and the memory behind them.
#include "logql/pipeline/template_value.h"

#include <algorithm>

namespace lokilib::logql::go_template {

std::string_view type_name(const Value& value) {
  switch (value.kind) {
    case Kind::Invalid:
      return "<nil>";
    case Kind::Nil:
      return "interface {}";
    case Kind::Bool:
      return "bool";
    case Kind::Int:
      return "int";
    case Kind::Int64:
      return "int64";
    case Kind::Byte:
      return "uint8";
    case Kind::Float:
      return "float64";
    case Kind::String:
      return "string";
    case Kind::Time:
      return "time.Time";
    case Kind::Month:
      return "time.Month";
    case Kind::Weekday:
      return "time.Weekday";
    case Kind::List:
      return "[]interface {}";
    case Kind::Map:
      return "map[string]interface {}";
    case Kind::Labels:
      return "map[string]string";
  }
  return "";
}

bool is_true(const Value& value) {
  switch (value.kind) {
    case Kind::Invalid:
    case Kind::Nil:
      return false;
    case Kind::Float:
      return value.real != 0;
    case Kind::String:
    case Kind::List:
    case Kind::Map:
    case Kind::Labels:
      return value.size != 0;
    case Kind::Time:
      return true;
    default:
      return value.integer != 0;
  }
}

const Value* find_key(const Value& map, std::string_view key) {
  const MapEntry* const end = map.entries + map.size;
  const MapEntry* const found = std::lower_bound(
      map.entries, end, key, [](const MapEntry& entry, std::string_view k) { return entry.key < k; });
  return found != end && found->key == key ? &found->value : nullptr;
}

std::string_view Scratch::copy(std::string_view text) {
  char* const bytes = allocate(text.size());
  if (bytes == nullptr) return {};
  std::copy(text.begin(), text.end(), bytes);
  return {bytes, text.size()};
}

char* Scratch::allocate_slow(size_t size, size_t alignment) {
  if (!has_room(size)) exhausted_ = true;
  if (exhausted_) return nullptr;
  taken_ += size;
  return arena_.allocate(size, alignment);
}

}  // namespace lokilib::logql::go_template
