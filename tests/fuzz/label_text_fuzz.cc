// SPDX-License-Identifier: Apache-2.0
// Any bytes as the text of a label set: what parses prints as something that parses to the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <lokilib/labels.h>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto labels = lokilib::parse_labels(text);
  if (!labels) return 0;
  const auto again = lokilib::parse_labels(labels->to_string());
  if (!again || !(*again == *labels)) std::abort();
  return 0;
}
