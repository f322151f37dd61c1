// SPDX-License-Identifier: Apache-2.0
// label_condition.h: one comparison of a label filter, compiled: `status >= 500`, `level =~ "warn|error"`.
// Combinations of several are in label_filter.cc; parsers use single ones to give up on a line early.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <lokilib/batch.h>
#include <lokilib/logql.h>
#include <lokilib/result.h>

namespace lokilib::logql {

/// Immutable. Threads: any number at once, each with its own batch.
class LabelCondition {
 public:
  /// Pre: `leaf` is neither And nor Or. With `loki_quirks` regexes lose their anchors where Loki's do.
  /// Errors: `InvalidQuery` with the cause.
  static Result<LabelCondition> build(const LabelFilter& leaf, bool loki_quirks);
  LabelCondition(LabelCondition&&) noexcept;
  LabelCondition& operator=(LabelCondition&&) noexcept;
  ~LabelCondition();

  const std::string& name() const { return name_; }

  /// Whether the row passes. `column` is the batch's column of name(), or null if there is none. A value
  /// that does not convert passes and sets the row's error, unless it has one.
  bool test(Batch& batch, const LabelColumn* column, size_t row) const;

  /// Narrows the batch's selection to the rows that pass.
  void filter(Batch& batch) const;

 private:
  enum class Kind : uint8_t { TextEqual, TextNotEqual, TextRegex, Number, Duration, Bytes, Ip };
  struct Impl;  // the compiled regex or address range, out of line: most conditions have none

  LabelCondition();
  std::string_view text_of(const Batch& batch, const LabelColumn* column, size_t row) const;
  static Result<std::unique_ptr<const Impl>> build_regex(std::string_view source, bool loki_quirks);
  bool test_text(std::string_view value) const;
  bool matches_regex(std::string_view value) const;
  bool test_number(Batch& batch, std::string_view value, size_t row) const;
  bool test_duration(Batch& batch, std::string_view value, size_t row) const;
  bool test_bytes(Batch& batch, std::string_view value, size_t row) const;
  bool test_ip(std::string_view value) const;
  static bool fail(Batch& batch, size_t row, const Error& error);

  Kind kind_ = Kind::TextEqual;
  bool negated_ = false;   // of a regex or an address
  bool is_error_ = false;  // the name is __error__, which no column holds
  Comparison comparison_ = Comparison::Equal;
  std::string name_;
  std::string text_;
  double number_ = 0;
  int64_t duration_ns_ = 0;
  uint64_t bytes_ = 0;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace lokilib::logql
