// SPDX-License-Identifier: Apache-2.0
// service_name.cc: see the header.
#include "stream/service_name.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lokilib::stream {
namespace {

constexpr std::string_view kServiceName = "service_name";

std::string_view discover(const LabelSet& labels, const IngestLimits& limits) {
  for (const std::string& name : limits.discover_service_name) {
    if (const std::optional<std::string_view> value = labels.find(name)) return *value;
  }
  return "unknown_service";
}

}  // namespace

LabelSet add_service_name(LabelSet labels, const IngestLimits& limits) {
  if (limits.discover_service_name.empty() || labels.find(kServiceName) ||
      labels.find("__aggregated_metric__") || labels.find("__pattern__")) {
    return labels;
  }
  std::string value(discover(labels, limits));
  std::vector<Label> with(labels.labels().begin(), labels.labels().end());
  const auto place =
      std::lower_bound(with.begin(), with.end(), kServiceName,
                       [](const Label& label, std::string_view name) { return label.name < name; });
  with.insert(place, Label{std::string(kServiceName), std::move(value)});
  return LabelSet::from_sorted(std::move(with));
}

}  // namespace lokilib::stream
