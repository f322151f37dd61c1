// SPDX-License-Identifier: Apache-2.0
// labels.cc: label sets: sorted by name, each name once.
#include <algorithm>

#include <lokilib/labels.h>

#include "base/assertion.h"
#include "base/hash.h"
#include "base/make_error.h"
#include "model/utf8.h"

namespace lokilib {

namespace {

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// `{a="1", b="2"}` of pairs in any order.
std::string print_labels(std::span<const Label> labels) {
  std::string text = "{";
  for (const Label& label : labels) {
    if (text.size() > 1) text += ", ";
    text += label.name;
    text += '=';
    text += quote(label.value);
  }
  text += '}';
  return text;
}

void append_hex(std::string& out, uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
    out += "0123456789abcdef"[(value >> shift) & 0xF];
}

void append_escape(std::string& out, char32_t rune) {
  switch (rune) {
    case '\a':
      out += "\\a";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\v':
      out += "\\v";
      return;
    default:
      break;
  }
  if (rune < 0x20 || rune == 0x7F) {
    out += "\\x";
    append_hex(out, rune, 2);
  } else if (rune < 0x10000) {
    out += "\\u";
    append_hex(out, rune, 4);
  } else {
    out += "\\U";
    append_hex(out, rune, 8);
  }
}

}  // namespace

bool is_label_name(std::string_view name) {
  if (name.empty() || !is_name_start(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_name_start(c) || (c >= '0' && c <= '9'); });
}

Result<LabelSet> LabelSet::create(std::vector<Label> labels) {
  for (const Label& label : labels) {
    if (!is_label_name(label.name)) {
      return make_error(ErrorCode::InvalidLabels,
                        "invalid label name {}: letters, digits and underscores only", quote(label.name));
    }
  }
  std::stable_sort(labels.begin(), labels.end(),
                   [](const Label& a, const Label& b) { return a.name < b.name; });
  const auto repeated = std::adjacent_find(labels.begin(), labels.end(),
                                           [](const Label& a, const Label& b) { return a.name == b.name; });
  if (repeated != labels.end()) {
    return make_error(ErrorCode::InvalidLabels, "stream '{}' has duplicate label name: '{}'",
                      print_labels(labels), repeated->name);
  }
  std::erase_if(labels, [](const Label& label) { return label.value.empty(); });
  return from_sorted(std::move(labels));
}

LabelSet LabelSet::from_sorted(std::vector<Label> labels) {
  LOKILIB_ASSERT(std::adjacent_find(labels.begin(), labels.end(), [](const Label& a, const Label& b) {
                   return a.name >= b.name;
                 }) == labels.end());
  LabelSet set;
  set.labels_ = std::move(labels);
  return set;
}

std::optional<std::string_view> LabelSet::find(std::string_view name) const {
  // Linear: streams have few labels, and most names differ in the first bytes.
  for (const Label& label : labels_) {
    if (label.name == name) return label.value;
  }
  return std::nullopt;
}

std::string_view LabelSet::value_or_empty(std::string_view name) const {
  return find(name).value_or(std::string_view());
}

uint64_t LabelSet::fingerprint() const {
  uint64_t hash = labels_.size();
  for (const Label& label : labels_) {
    hash = hash64(label.name, hash);
    hash = hash64(label.value, hash);
  }
  return hash;
}

std::string LabelSet::to_string() const {
  return print_labels(labels_);
}

std::string quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '"';
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
      ++i;
      continue;
    }
    if (c >= 0x20 && c < 0x7F) {
      out += c;
      ++i;
      continue;
    }
    const DecodedRune decoded = decode_rune(text, i);
    if (!decoded.valid) {
      out += "\\x";
      append_hex(out, static_cast<unsigned char>(c), 2);
    } else if (is_printable(decoded.rune)) {
      out.append(text, i, decoded.size);
    } else {
      append_escape(out, decoded.rune);
    }
    i += decoded.size;
  }
  out += '"';
  return out;
}

}  // namespace lokilib
