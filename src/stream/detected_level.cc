// SPDX-License-Identifier: Apache-2.0
// detected_level.cc: where a level may stand, in the order in which Loki looks: metadata, labels, the fields
// of a JSON or logfmt line. level_word.cc has the last resort, a word of the text.
#include "stream/detected_level.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#ifdef __SSE2__
#include <bit>

#include <emmintrin.h>
#endif

namespace lokilib::stream {
namespace {

struct Alias {
  std::string_view name;  // in lower case
  std::string_view level;
};

constexpr std::array<Alias, 14> kAliases = {{{"info", "info"},
                                             {"error", "error"},
                                             {"warn", "warn"},
                                             {"debug", "debug"},
                                             {"trace", "trace"},
                                             {"warning", "warn"},
                                             {"err", "error"},
                                             {"fatal", "fatal"},
                                             {"critical", "critical"},
                                             {"inf", "info"},
                                             {"information", "info"},
                                             {"dbg", "debug"},
                                             {"wrn", "warn"},
                                             {"trc", "trace"}}};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

// The level that a name stands for, or "".
std::string_view level_of(std::string_view name) {
  for (const Alias& alias : kAliases) {
    if (equal_ignoring_case(name, alias.name)) return alias.level;
  }
  return {};
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_json_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
bool is_blank(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}

bool looks_like_json(std::string_view line) {
  size_t begin = 0;
  while (begin < line.size() && is_space(line[begin])) ++begin;
  if (begin == line.size() || line[begin] != '{') return false;
  size_t end = line.size();
  while (is_space(line[end - 1])) --end;
  return line[end - 1] == '}';
}

// The first '"' or '\' at or behind `p`, or `end`.
const char* find_quote_or_backslash(const char* p, const char* end) {
#ifdef __SSE2__
  for (; end - p >= 16; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i found =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const auto places = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (places != 0) return p + std::countr_zero(places);
  }
#endif
  while (p != end && *p != '"' && *p != '\\') ++p;
  return p;
}

// The closing quote of the string whose contents begin at `p`, or null.
const char* string_end(const char* p, const char* end) {
  while ((p = find_quote_or_backslash(p, end)) != end) {
    if (*p == '"') return p;
    if (end - p < 2) return nullptr;
    p += 2;
  }
  return nullptr;
}

const char* skip_json_space(const char* p, const char* end) {
  while (p != end && is_json_space(*p)) ++p;
  return p;
}

// Behind the bracket that closes the one at `p`, or null. Only brackets of this kind count.
const char* skip_nested(const char* p, const char* end) {
  const char open = *p;
  const char close = open == '{' ? '}' : ']';
  size_t depth = 0;
  for (; p != end; ++p) {
    if (*p == '"') {
      p = string_end(p + 1, end);
      if (p == nullptr) return nullptr;
    } else if (*p == open) {
      ++depth;
    } else if (*p == close && --depth == 0) {
      return p + 1;
    }
  }
  return nullptr;
}

// Behind a number or literal, or null where it is none.
const char* skip_scalar(const char* p, const char* end) {
  const char* const begin = p;
  while (p != end && !is_json_space(*p) && *p != ',' && *p != '}' && *p != ']') ++p;
  const std::string_view token(begin, static_cast<size_t>(p - begin));
  if (token.empty()) return nullptr;
  const bool number = token[0] == '-' || (token[0] >= '0' && token[0] <= '9');
  return number || token == "true" || token == "false" || token == "null" ? p : nullptr;
}

void add_in_either_case(char c, std::array<bool, 256>& set) {
  const char small = lower(c);
  set[static_cast<unsigned char>(small)] = true;
  if (small >= 'a' && small <= 'z') set[static_cast<unsigned char>(small ^ 0x20)] = true;
}

// Levels of OpenTelemetry's severity numbers.
std::string_view level_of_severity_number(std::string_view text) {
  int64_t number = 0;
  const char* begin = text.data();
  const char* const end = begin + text.size();
  if (text.size() > 1 && *begin == '+' && begin[1] != '-') ++begin;  // which Go takes and from_chars does not
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (error != std::errc() || stop != end) return "info";
  if (number == 0 || number > 24) return "unknown";
  if (number <= 4) return "trace";
  if (number <= 8) return "debug";
  if (number <= 12) return "info";
  if (number <= 16) return "warn";
  return number <= 20 ? "error" : "fatal";
}

}  // namespace

std::string_view normalise_level(std::string_view level) {
  const std::string_view known = level_of(level);
  return known.empty() ? level : known;
}

LevelDetector::LevelDetector(const IngestLimits& limits)
    : enabled_(limits.discover_log_levels && limits.allow_structured_metadata),
      json_depth_max_(limits.log_level_json_depth_max),
      fields_(limits.log_level_fields) {
  for (const std::string& field : fields_) {
    if (field.empty()) continue;
    add_in_either_case(field.front(), field_begins_);
    add_in_either_case(field.back(), field_ends_);
    field_sizes_ |= uint64_t{1} << std::min<size_t>(field.size(), 63);
  }
}

size_t LevelDetector::field_index(std::string_view name) const {
  if (name.empty() || !field_begins_[static_cast<unsigned char>(name[0])]) return kNotFound;
  if ((field_sizes_ >> std::min<size_t>(name.size(), 63) & 1) == 0) return kNotFound;
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i] == name) return i;
  }
  return kNotFound;
}

size_t LevelDetector::field_index_ignoring_case(std::string_view name) const {
  if (name.empty() || !field_begins_[static_cast<unsigned char>(name[0])]) return kNotFound;
  if ((field_sizes_ >> std::min<size_t>(name.size(), 63) & 1) == 0) return kNotFound;
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (equal_ignoring_case(fields_[i], name)) return i;
  }
  return kNotFound;
}

std::optional<std::string_view> LevelDetector::from_labels(const LabelSet& labels) const {
  for (const std::string& field : fields_) {
    if (const auto value = labels.find(field)) return normalise_level(*value);
  }
  return std::nullopt;
}

std::optional<std::string_view> LevelDetector::from_metadata(std::span<const MetadataView> metadata) const {
  size_t best = kNotFound;
  std::string_view value;
  std::string_view severity_number;
  for (const MetadataView& pair : metadata) {
    if (pair.name == "severity_number") severity_number = pair.value;
    const size_t index = field_index(pair.name);
    if (index > best || index == kNotFound) continue;  // of a repeated name the last counts
    best = index;
    value = pair.value;
  }
  if (best != kNotFound) return normalise_level(value);
  if (!severity_number.empty()) return level_of_severity_number(severity_number);
  return std::nullopt;
}

std::string_view LevelDetector::detect(std::optional<std::string_view> label_level,
                                       std::span<const MetadataView> metadata, std::string_view line) const {
  for (const MetadataView& pair : metadata) {
    if (pair.name == kDetectedLevel) return normalise_level(pair.value);
  }
  if (label_level) return *label_level;
  if (!metadata.empty()) {
    if (const auto level = from_metadata(metadata)) return *level;
  }
  return from_line(line);
}

std::string_view LevelDetector::from_line(std::string_view line) const {
  std::string_view value;
  if (looks_like_json(line)) {
    value = json_level(line);
  } else if (line.find('=') != std::string_view::npos) {
    value = logfmt_level(line);
  }
  if (!value.empty()) {
    if (const std::string_view level = level_of(value); !level.empty()) return level;
  }
  return find_level_word(line);
}

// The first string whose key is a level field, in the order of the text; objects are entered down to
// json_depth_max_, arrays are not. The text is not checked further than one has to read.
std::string_view LevelDetector::json_level(std::string_view line) const {
  const char* p = line.data();
  const char* const end = p + line.size();
  while (*p != '{') ++p;
  ++p;
  uint64_t depth = 1;
  while (true) {
    p = skip_json_space(p, end);
    if (p == end) return {};
    if (*p == '"') {
      const char* const key = p + 1;
      const char* const key_end = string_end(key, end);
      if (key_end == nullptr) return {};
      p = skip_json_space(key_end + 1, end);
      if (p == end || *p != ':') return {};
      p = skip_json_space(p + 1, end);
      if (p == end) return {};
      if (*p == '"') {
        const char* const value = p + 1;
        const char* const value_end = string_end(value, end);
        if (value_end == nullptr) return {};
        if (field_index({key, static_cast<size_t>(key_end - key)}) != kNotFound) {
          return {value, static_cast<size_t>(value_end - value)};
        }
        p = value_end + 1;
      } else if (*p == '{' && (json_depth_max_ == 0 || depth < json_depth_max_)) {
        ++p;
        ++depth;
        continue;
      } else {
        p = *p == '{' || *p == '[' ? skip_nested(p, end) : skip_scalar(p, end);
        if (p == nullptr) return {};
      }
    } else if (*p != '}') {
      return {};
    }
    // Behind a value, or at the end of an object: close what closes.
    for (p = skip_json_space(p, end); p != end && *p == '}'; p = skip_json_space(p + 1, end)) {
      if (--depth == 0) return {};
    }
    if (p == end || *p != ',') return {};
    ++p;
  }
}

// The last '=' that stands behind the last byte of a level field, or null: what lies behind it decides
// nothing.
const char* LevelDetector::last_field_candidate(std::string_view line) const {
  for (size_t equals = line.rfind('='); equals != std::string_view::npos && equals != 0;
       equals = line.rfind('=', equals - 1)) {
    if (field_ends_[static_cast<unsigned char>(line[equals - 1])]) return line.data() + equals;
  }
  return nullptr;
}

// The value of the field that stands first in the list of fields; pairs with mistakes are passed over.
std::string_view LevelDetector::logfmt_level(std::string_view line) const {
  const char* const last = last_field_candidate(line);
  if (last == nullptr) return {};
  size_t best = kNotFound;
  std::string_view best_value;
  const char* p = line.data();
  const char* const end = p + line.size();
  const auto skip_word = [&] {
    while (p != end && !is_blank(*p)) ++p;
  };
  while (best != 0 && p <= last) {
    while (p != end && is_blank(*p)) ++p;
    if (p == end) break;
    const char* const key = p;
    while (p != end && !is_blank(*p) && *p != '=' && *p != '"') ++p;
    if (p == end || is_blank(*p)) continue;  // a bare word
    if (*p == '"' || p == key) {
      skip_word();
      continue;
    }
    const std::string_view name(key, static_cast<size_t>(p - key));
    const char* value = ++p;
    const char* value_end = nullptr;
    if (p != end && *p == '"') {
      value = p + 1;
      value_end = string_end(value, end);
      if (value_end == nullptr) break;
      p = value_end + 1;
    } else {
      while (p != end && !is_blank(*p) && *p != '=' && *p != '"') ++p;
      if (p != end && !is_blank(*p)) {
        skip_word();
        continue;
      }
      value_end = p;
    }
    if (const size_t index = field_index_ignoring_case(name); index < best) {
      best = index;
      best_value = {value, static_cast<size_t>(value_end - value)};
    }
  }
  return best_value;
}

}  // namespace lokilib::stream
