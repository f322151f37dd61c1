// SPDX-License-Identifier: Apache-2.0
// template_support.h: runs a template over labels that a test writes down.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "logql/pipeline/template.h"

namespace lokilib::test {

class MapScope final : public logql::TemplateScope {
 public:
  std::map<std::string, std::string, std::less<>> labels{{"level", "info"},       {"n", "7"},
                                                         {"msg", "request done"}, {"size", "2KiB"},
                                                         {"neg", "-3.7"},         {"empty", ""}};
  std::string log_line = "level=info n=7";

  std::string_view label(std::string_view name) const override {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string_view() : std::string_view(found->second);
  }
  void for_each_label(const std::function<void(std::string_view, std::string_view)>& visit) const override {
    for (const auto& [name, value] : labels) visit(name, value);
  }
  std::string_view line() const override { return log_line; }
  int64_t timestamp_ns() const override { return 1'767'225'600'518'011'000; }  // 2026-01-01T00:00:00.518011
  int64_t now_ns() const override { return 1'700'000'000'000'000'000; }        // 2023-11-14T22:13:20
};

/// The output, or the error's text.
inline std::string render(std::string_view source, const MapScope& scope = {}) {
  const auto parsed = logql::Template::parse("line", source);
  if (!parsed) return parsed.error().message;
  std::string out;
  const auto result = parsed->execute(scope, out);
  return result ? out : result.error().message;
}

struct TemplateCase {
  const char* source;
  const char* want;
};

}  // namespace lokilib::test
