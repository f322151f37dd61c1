// SPDX-License-Identifier: Apache-2.0
// labels.h: label sets, the identity of a stream. A LabelSet is sorted by name, without repeats.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/export.h>
#include <lokilib/result.h>

namespace lokilib {

struct LOKILIB_EXPORT Label {
  std::string name;
  std::string value;

  friend auto operator<=>(const Label&, const Label&) = default;
};

/// `[a-zA-Z_][a-zA-Z0-9_]*`: what a stream's label may be called.
LOKILIB_EXPORT bool is_label_name(std::string_view name);

/// Labels sorted by name (bytewise), each name once. A value type.
///
/// Order of label sets: pair by pair, name before value; a prefix comes first.
class LOKILIB_EXPORT LabelSet {
 public:
  LabelSet() = default;

  /// Sorts and checks. Labels with empty values are dropped, as Loki drops them on push.
  /// Errors: `InvalidLabels` for a bad name or a repeated one.
  static Result<LabelSet> create(std::vector<Label> labels);

  /// Takes labels that are sorted by name and without repeats as they are: names may be any text and
  /// values may be empty, as in results of label_format or label_replace.
  static LabelSet from_sorted(std::vector<Label> labels);

  std::span<const Label> labels() const { return labels_; }
  bool empty() const { return labels_.empty(); }
  size_t size() const { return labels_.size(); }

  /// The label's value, or nothing where there is no such label.
  std::optional<std::string_view> find(std::string_view name) const;
  /// The label's value, or "" where there is no such label: what a matcher sees.
  std::string_view value_or_empty(std::string_view name) const;

  /// 64-bit hash, for routing and hash tables only, never for identity.
  uint64_t fingerprint() const;

  /// `{a="1", b="2"}` with Go's quoting of values. Loki prints streams so (recorded, 3.7.6).
  std::string to_string() const;

  friend auto operator<=>(const LabelSet&, const LabelSet&) = default;

 private:
  std::vector<Label> labels_;
};

/// Parses `{a="1", b="2"}`, the text form of push requests and of the C API.
/// Errors: `InvalidLabels` with Loki's text, e.g. `1:5: parse error: unexpected character inside braces:
/// '-'`.
LOKILIB_EXPORT Result<LabelSet> parse_labels(std::string_view text);

/// `text` in double quotes with the escapes of Go's strconv.Quote.
LOKILIB_EXPORT std::string quote(std::string_view text);

}  // namespace lokilib
