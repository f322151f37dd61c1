// SPDX-License-Identifier: Apache-2.0
// template_value.h: what a template computes with: Go's types as far as labels, literals, fromJson and the
// functions produce them. A Value is a view: its bytes and items lie in labels, in the template's source or
// in the execution's Scratch, and all of these outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <lokilib/arena.h>

#include "logql/pipeline/go_time.h"

namespace lokilib::logql::go_template {

enum class Kind : uint8_t {
  Invalid,  ///< no value at all; prints as <no value>
  Nil,      ///< nil in a place of Go's type interface{}
  Bool,
  Int,    ///< int: literals, len, count
  Int64,  ///< int64: add, max and the like
  Byte,   ///< uint8: an element of a string
  Float,
  String,
  Time,
  Month,
  Weekday,
  List,    ///< []interface {}
  Map,     ///< map[string]interface {}
  Labels,  ///< map[string]string: the entry's labels
};

struct MapEntry;

struct Value {
  Kind kind = Kind::Invalid;
  /// It was taken out of a list or a map of interface{}: Go's error texts tell the two apart.
  bool boxed = false;
  size_t size = 0;  ///< of a string, list or map
  union {
    int64_t integer;  // also bool, byte, month, weekday
    double real;
    const char* bytes;
    const Value* items;
    const MapEntry* entries;  // sorted by key, each once; null: labels that nobody has looked at as a whole
    const GoTime* time;
  };

  Value() : integer(0) {}

  static Value of_bool(bool value) { return of_integer(Kind::Bool, value ? 1 : 0); }
  static Value of_int(int64_t value) { return of_integer(Kind::Int, value); }
  static Value of_integer(Kind kind, int64_t value) {
    Value result;
    result.kind = kind;
    result.integer = value;
    return result;
  }
  static Value of_float(double value) {
    Value result;
    result.kind = Kind::Float;
    result.real = value;
    return result;
  }
  static Value of_string(std::string_view text) {
    Value result;
    result.kind = Kind::String;
    result.bytes = text.data();
    result.size = text.size();
    return result;
  }
  static Value nil() {
    Value result;
    result.kind = Kind::Nil;
    return result;
  }

  std::string_view text() const { return {bytes, size}; }
  bool is_nil() const { return kind == Kind::Invalid || kind == Kind::Nil; }
  bool is_integer() const {
    return kind == Kind::Int || kind == Kind::Int64 || kind == Kind::Byte || kind == Kind::Month ||
           kind == Kind::Weekday;
  }
  bool is_map() const { return kind == Kind::Map || kind == Kind::Labels; }
};

struct MapEntry {
  std::string_view key;
  Value value;
};

/// Go's name of the value's type: "string", "map[string]interface {}", "<nil>".
std::string_view type_name(const Value& value);

/// What if, and, or and not make of it: false for "", 0, false, nothing and what is empty.
bool is_true(const Value& value);

/// The value of a key; null if there is none.
const Value* find_key(const Value& map, std::string_view key);

/// Bytes that live until an execution ends. The first few need no allocation; there is a bound for all.
class Scratch {
 public:
  static constexpr size_t kBytesMax = size_t{64} << 20;

  /// Null once the bound is reached; exhausted() says so from then on.
  char* allocate(size_t size, size_t alignment = 1) {
    const size_t start = (used_ + alignment - 1) & ~(alignment - 1);
    if (start <= sizeof(inline_) && size <= sizeof(inline_) - start) {
      used_ = start + size;
      return inline_ + start;
    }
    return allocate_slow(size, alignment);
  }
  bool exhausted() const { return exhausted_; }
  /// Whether so many more bytes may be taken.
  bool has_room(size_t size) const { return size <= kBytesMax - taken_; }

  /// Empty if there is no room.
  std::string_view copy(std::string_view text);
  template <typename T>
  T* allocate_array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count > kBytesMax / sizeof(T)) exhausted_ = true;
    char* const bytes = exhausted_ ? nullptr : allocate(count * sizeof(T), alignof(T));
    if (bytes == nullptr) return nullptr;
    T* const first = reinterpret_cast<T*>(bytes);
    for (size_t i = 0; i < count; ++i) new (first + i) T();
    return first;
  }

 private:
  char* allocate_slow(size_t size, size_t alignment);

  alignas(16) char inline_[1024];  // NOLINT(cppcoreguidelines-pro-type-member-init): not read before written
  size_t used_ = 0;
  size_t taken_ = 0;  // from the arena
  bool exhausted_ = false;
  Arena arena_;
};

}  // namespace lokilib::logql::go_template
