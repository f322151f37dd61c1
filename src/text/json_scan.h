// SPDX-License-Identifier: Apache-2.0
// json_scan.h: the walk over a JSON object that json_fields.h, json_path.cc and `unpack` share. It follows
// Loki's reader to the letter in what it takes and what it calls each mistake: it is no validator.
#pragma once

#include <cstdint>
#include <string_view>

#include <lokilib/arena.h>

#include "text/json_index.h"
#include "text/label_name.h"
#include "text/wanted_names.h"

namespace lokilib::text {

/// Why a line could not be read to its end. Static text, Loki's `__error_details__`; null if all went well.
using JsonProblem = const char*;

namespace json_scan {

inline constexpr char kMalformedObject[] = "Value looks like object, but can't find closing '}' symbol";
inline constexpr char kMalformedArray[] = "Value is array, but can't find closing ']' symbol";
inline constexpr char kMalformedString[] = "Value is string, but can't find closing '\"' symbol";
inline constexpr char kMalformedJson[] = "Malformed JSON error";
inline constexpr char kMalformedEscape[] = "Encountered an invalid escape sequence in a string";
inline constexpr char kUnknownType[] = "Unknown value type";
/// Not a mistake: the receiver wants no more.
inline constexpr char kStopped[] = "";

/// Objects inside of this many others are skipped.
inline constexpr size_t kDepthMax = 128;
/// Fields with longer flattened names are skipped: a line of nested long keys would give names of quadratic
/// size.
inline constexpr size_t kNameBytesMax = 4096;

inline JsonProblem finish(JsonProblem problem) {
  return problem == kStopped ? nullptr : problem;
}

enum class Type : uint8_t { String, Number, Boolean, Null, Object, Array };

/// Bytes [begin, end) of the line; of a string without its quotes.
struct Value {
  Type type = Type::Null;
  size_t begin = 0;
  size_t end = 0;
};

struct Pair {
  size_t key_begin = 0;
  size_t key_end = 0;
  Value value;
};

/// The first byte at or behind `at` that is no blank; `limit` if there is none.
inline size_t skip_blanks(std::string_view line, size_t at, size_t limit) {
  while (at < limit && (line[at] == ' ' || line[at] == '\n' || line[at] == '\r' || line[at] == '\t')) ++at;
  return at;
}

inline bool ends_token(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ',' || c == '}' || c == ']';
}

/// Reads the value at or behind `at`; `next` is the place behind it.
inline JsonProblem read_value(JsonIndex& index, size_t at, size_t limit, Value& value, size_t& next) {
  const std::string_view line = index.line();
  at = skip_blanks(line, at, limit);
  if (at == limit) return kMalformedJson;
  const char first = line[at];
  if (first == '"') {
    const size_t end = index.string_end(at + 1, limit);
    if (end == JsonIndex::npos) return kMalformedString;
    value = {Type::String, at + 1, end};
    next = end + 1;
    return nullptr;
  }
  if (first == '{' || first == '[') {
    const size_t end = index.block_end(at, limit);
    if (end == JsonIndex::npos) return first == '{' ? kMalformedObject : kMalformedArray;
    value = {first == '{' ? Type::Object : Type::Array, at, end};
    next = end;
    return nullptr;
  }
  size_t end = at;
  while (end < limit && !ends_token(line[end])) ++end;
  value = {Type::Number, at, end};
  next = end;
  if (first == '-' || (first >= '0' && first <= '9')) return nullptr;
  const std::string_view token = line.substr(at, end - at);
  value.type = token == "null" ? Type::Null : Type::Boolean;
  if (token == "true" || token == "false" || token == "null") return nullptr;
  return kUnknownType;
}

/// Calls on_pair(const Pair&) -> JsonProblem for each pair of the object that begins at or behind `at`. A
/// problem that it returns (kStopped too) ends the walk. Where a value cannot be read, on_damage(const Pair&
/// key_only, size_t value_begin, JsonProblem) is called before the walk ends.
template <typename OnPair, typename OnDamage>
JsonProblem for_each_pair(JsonIndex& index, size_t at, size_t limit, OnPair&& on_pair, OnDamage&& on_damage) {
  const std::string_view line = index.line();
  at = skip_blanks(line, at, limit);
  if (at == limit || line[at] != '{') return kMalformedObject;
  at = skip_blanks(line, at + 1, limit);
  if (at == limit) return kMalformedJson;
  while (at < limit) {
    if (line[at] == '}') return nullptr;
    if (line[at] != '"') return kMalformedObject;
    Pair pair;
    pair.key_begin = at + 1;
    pair.key_end = index.string_end(at + 1, limit);
    if (pair.key_end == JsonIndex::npos) return kMalformedJson;
    at = skip_blanks(line, pair.key_end + 1, limit);
    if (at == limit || line[at] != ':') return kMalformedJson;
    const size_t value_begin = at + 1;
    if (JsonProblem problem = read_value(index, value_begin, limit, pair.value, at); problem != nullptr) {
      on_damage(pair, skip_blanks(line, value_begin, limit), problem);
      return problem;
    }
    if (JsonProblem problem = on_pair(pair); problem != nullptr) return problem;
    at = skip_blanks(line, at, limit);
    if (at == limit) return kMalformedArray;
    if (line[at] == '}') return nullptr;
    if (line[at] != ',') return kMalformedObject;
    at = skip_blanks(line, at + 1, limit);
    if (at == limit) return kMalformedArray;
  }
  return kMalformedObject;
}
template <typename OnPair>
JsonProblem for_each_pair(JsonIndex& index, size_t at, size_t limit, OnPair&& on_pair) {
  return for_each_pair(index, at, limit, on_pair, [](const Pair&, size_t, JsonProblem) {});
}

/// JSON's escapes resolved, into the arena. False if one is invalid.
bool unescape(std::string_view raw, Arena& arena, std::string_view& text);

/// A value's text: unescaped, "" if an escape is invalid, spaces in place of U+FFFD and invalid bytes.
std::string_view unescape_value(std::string_view raw, Arena& arena);

/// A string's text as unescape_value has it.
inline std::string_view read_string(JsonIndex& index, const Value& value, Arena& arena) {
  const std::string_view raw = index.line().substr(value.begin, value.end - value.begin);
  return index.has_special(value.begin, value.end) ? unescape_value(raw, arena) : raw;
}

inline JsonProblem read_key(JsonIndex& index, const Pair& pair, Arena& arena, std::string_view& key) {
  key = index.line().substr(pair.key_begin, pair.key_end - pair.key_begin);
  if (!index.has_special(pair.key_begin, pair.key_end)) return nullptr;
  if (key.find('\\') == std::string_view::npos) return nullptr;
  return unescape(key, arena, key) ? nullptr : kMalformedEscape;
}

/// The text of a string, a number or a boolean.
inline std::string_view read_scalar(JsonIndex& index, const Value& value, Arena& arena) {
  if (value.type == Type::String) return read_string(index, value, arena);
  return index.line().substr(value.begin, value.end - value.begin);
}

template <typename OnField>
struct AllFields {
  JsonIndex& index;
  Arena& arena;
  OnField& on_field;

  // The fields of one object; `prefix` is the flattened name of the object itself.
  JsonProblem object(size_t begin, size_t limit, std::string_view prefix, size_t depth) {
    return for_each_pair(index, begin, limit, [&](const Pair& pair) -> JsonProblem {
      std::string_view key;
      if (JsonProblem problem = read_key(index, pair, arena, key); problem != nullptr) return problem;
      if (pair.value.type == Type::Null || pair.value.type == Type::Array) return nullptr;
      if (prefix.size() + key.size() > kNameBytesMax) return nullptr;
      const std::string_view name = join_label_name(prefix, key, arena);
      if (pair.value.type == Type::Object) {
        if (depth == kDepthMax) return nullptr;
        return object(pair.value.begin, pair.value.end, name, depth + 1);
      }
      if (name.empty()) return nullptr;
      return on_field(name, read_scalar(index, pair.value, arena)) ? nullptr : kStopped;
    });
  }
};

// What is known of the wanted names inside of one object.
struct WantedState {
  uint64_t inside = 0;  // names that begin with the object's flattened name and '_'
  uint64_t self = 0;    // the name that is the object's own: a blank key in it adds nothing to the name
  size_t offset = 0;    // bytes of a name that the object's flattened name and '_' take
};

template <typename OnField>
struct WantedFields {
  JsonIndex& index;
  Arena& arena;
  OnField& on_field;
  const WantedNames& wanted;
  uint64_t missing;  // names not found yet

  JsonProblem object(size_t begin, size_t limit, const WantedState& state, size_t depth) {
    return for_each_pair(index, begin, limit, [&](const Pair& pair) -> JsonProblem {
      const std::string_view key = index.line().substr(pair.key_begin, pair.key_end - pair.key_begin);
      const bool top = state.offset == 0;
      if (!index.has_special(pair.key_begin, pair.key_end) && !key.empty()) {
        if (top && !wanted.may_begin_with(key[0])) return pass_over(pair.value, depth);
        const WantedNames::Match match = wanted.match(key, state.inside, state.offset);
        if ((match.whole | match.inside) != 0) {
          return take(pair.value, {match.inside, match.whole, state.offset + key.size() + 1}, depth);
        }
        if (is_plain(key, top)) return pass_over(pair.value, depth);
      }
      return odd_key(pair, state, depth);
    });
  }

 private:
  // Whether sanitising leaves the key as it is.
  static bool is_plain(std::string_view key, bool top) {
    if (top && key[0] >= '0' && key[0] <= '9') return false;
    uint8_t all = 1;
    for (const char c : key) all &= kLabelNameBytes[static_cast<unsigned char>(c)];
    return all != 0;
  }

  // An object without wanted fields is still walked: a mistake in it hides the fields behind it.
  JsonProblem pass_over(const Value& value, size_t depth) {
    if (value.type != Type::Object || depth == kDepthMax) return nullptr;
    return for_each_pair(index, value.begin, value.end, [&](const Pair& pair) -> JsonProblem {
      std::string_view key;
      if (JsonProblem problem = read_key(index, pair, arena, key); problem != nullptr) return problem;
      return pass_over(pair.value, depth + 1);
    });
  }

  // A key that has to be unescaped or sanitised before it can be compared.
  JsonProblem odd_key(const Pair& pair, const WantedState& state, size_t depth) {
    std::string_view key;
    if (JsonProblem problem = read_key(index, pair, arena, key); problem != nullptr) return problem;
    if (state.offset == 0) {
      key = sanitize_label_name(key, arena);
    } else {
      key = join_label_name("_", key, arena);  // the rule for leading digits does not hold here
      key.remove_prefix(key.size() < 2 ? key.size() : 2);
    }
    if (key.empty()) return take(pair.value, state, depth);
    const WantedNames::Match match = wanted.match(key, state.inside, state.offset);
    return take(pair.value, {match.inside, match.whole, state.offset + key.size() + 1}, depth);
  }

  // `state` is as an object at this key would have it.
  JsonProblem take(const Value& value, const WantedState& state, size_t depth) {
    if (value.type == Type::Null || value.type == Type::Array) return nullptr;
    if (value.type == Type::Object) {
      if (((state.inside | state.self) & missing) == 0) return pass_over(value, depth);
      if (depth == kDepthMax) return nullptr;
      return object(value.begin, value.end, state, depth + 1);
    }
    const uint64_t found = state.self & missing;
    if (found == 0) return nullptr;
    missing &= ~found;
    const auto name = static_cast<size_t>(__builtin_ctzll(found));
    if (!on_field(name, read_scalar(index, value, arena))) return kStopped;
    return missing == 0 ? kStopped : nullptr;
  }
};

}  // namespace json_scan
}  // namespace lokilib::text
