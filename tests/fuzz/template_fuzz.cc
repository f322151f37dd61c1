// SPDX-License-Identifier: Apache-2.0
// template_fuzz.cc: any bytes as a template, run over a small entry, twice: the outcome must be the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "logql/pipeline/template_support.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lokilib;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto parsed = logql::Template::parse("line", source);
  if (!parsed) return 0;
  const test::MapScope scope;
  std::string first;
  std::string second;
  const auto first_result = parsed->execute(scope, first);
  const auto second_result = parsed->execute(scope, second);
  if (first_result.has_value() != second_result.has_value() || first != second) std::abort();
  if (!first_result && first_result.error().message != second_result.error().message) std::abort();
  if (!parsed->single_field().empty() && first != scope.label(parsed->single_field())) std::abort();
  return 0;
}
