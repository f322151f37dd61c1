// SPDX-License-Identifier: Apache-2.0
// template.h: Go's text/template with Loki's functions, for line_format and
// label_format. A template is parsed once into a tree and executed per row.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/result.h>

namespace lokilib::logql {

/// What a template sees of an entry.
class TemplateScope {
 public:
  virtual ~TemplateScope() = default;
  /// The label's value, or null data() if it is absent.
  virtual std::string_view label(std::string_view name) const = 0;
  /// Calls `visit` for every label in order of name, for {{ . }}, range and the like.
  virtual void for_each_label(const std::function<void(std::string_view, std::string_view)>& visit) const = 0;
  virtual std::string_view line() const = 0;
  virtual int64_t timestamp_ns() const = 0;
  /// The wall clock, for now.
  virtual int64_t now_ns() const = 0;
};

/// Immutable. Threads: any number at once.
class Template {
 public:
  /// `name` is "line" or "label" and stands in error texts. Nesting and size are bounded.
  /// Errors: `InvalidQuery` with Go's text, e.g. "template: line:1: unclosed action".
  static Result<Template> parse(std::string_view name, std::string_view source);
  Template(Template&&) noexcept;
  Template& operator=(Template&&) noexcept;
  ~Template();

  /// Appends the output to `out`. Errors: `InvalidQuery` with Go's text, e.g. template: line:1:3: executing
  /// "line" at <int .a>: error calling int: ... Output and work per execution are bounded.
  Result<void> execute(const TemplateScope& scope, std::string& out) const;

  /// The label's name if the template is exactly one field, {{.x}}; else "".
  std::string_view single_field() const;
  /// Names of the labels that it reads by name; all labels are read if it uses the whole of them (reads_all).
  const std::vector<std::string>& labels_read() const;
  bool reads_all_labels() const;

 private:
  struct Impl;
  explicit Template(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace lokilib::logql
