// SPDX-License-Identifier: Apache-2.0
// label_index.h: the label inverted index: series (label sets) by number, postings per label value, matchers
// resolved to series. Nothing of a line is indexed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/export.h>
#include <lokilib/labels.h>
#include <lokilib/matcher.h>
#include <lokilib/result.h>

namespace lokilib {

/// A series' number within one index, from 0 without gaps.
using SeriesId = uint32_t;

class LOKILIB_EXPORT LabelIndex {
 public:
  virtual ~LabelIndex() = default;

  virtual uint32_t series_count() const = 0;
  /// The label set of a series. Pre: id < series_count().
  virtual LabelSet labels(SeriesId id) const = 0;
  virtual std::optional<SeriesId> find(const LabelSet& labels) const = 0;

  /// The series that satisfy all matchers, ascending; no matchers: all. A missing label has the value "", so
  /// matchers that accept "" also select series without the label.
  virtual Result<std::vector<SeriesId>> resolve(const std::vector<Matcher>& matchers) const = 0;

  /// All label names, sorted.
  virtual std::vector<std::string> label_names() const = 0;
  /// All values of a label, sorted; empty if there is no such label.
  virtual std::vector<std::string> label_values(std::string_view name) const = 0;
};

/// Grows in memory. Threads: one writer, or any number of readers, at a time.
class LOKILIB_EXPORT GrowingLabelIndex final : public LabelIndex {
 public:
  GrowingLabelIndex();
  ~GrowingLabelIndex() override;
  GrowingLabelIndex(GrowingLabelIndex&&) noexcept;
  GrowingLabelIndex& operator=(GrowingLabelIndex&&) noexcept;

  /// The series of that label set, added if it is new.
  SeriesId add(const LabelSet& labels);

  uint32_t series_count() const override;
  LabelSet labels(SeriesId id) const override;
  std::optional<SeriesId> find(const LabelSet& labels) const override;
  Result<std::vector<SeriesId>> resolve(const std::vector<Matcher>& matchers) const override;
  std::vector<std::string> label_names() const override;
  std::vector<std::string> label_values(std::string_view name) const override;

  /// The index as bytes for SealedLabelIndex::open. Carries no checksum: what stores it adds one.
  std::string encode() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads encoded bytes in place, without rebuilding. Threads: any number at once.
class LOKILIB_EXPORT SealedLabelIndex final : public LabelIndex {
 public:
  /// `bytes` start at an address that is a multiple of 32 and outlive the object. Everything is verified
  /// once. Errors: `Corrupt`, `Unsupported` (a newer format).
  static Result<std::unique_ptr<SealedLabelIndex>> open(std::string_view bytes);
  ~SealedLabelIndex() override;

  uint32_t series_count() const override;
  LabelSet labels(SeriesId id) const override;
  std::optional<SeriesId> find(const LabelSet& labels) const override;
  Result<std::vector<SeriesId>> resolve(const std::vector<Matcher>& matchers) const override;
  std::vector<std::string> label_names() const override;
  std::vector<std::string> label_values(std::string_view name) const override;

 private:
  struct Impl;
  explicit SealedLabelIndex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lokilib
