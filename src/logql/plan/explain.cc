// SPDX-License-Identifier: Apache-2.0
// explain.cc: a plan as text and as JSON. Both are made from one list of steps, so they cannot differ.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "logql/plan/plan.h"
#include "model/duration.h"
#include "model/go_number.h"

namespace lokilib::logql {
namespace {

// One step of the plan: a title, properties, and the steps whose output it takes.
struct Step {
  std::string title;
  std::vector<std::pair<std::string, std::string>> properties;
  std::vector<Step> inputs;

  void add(std::string_view name, std::string value) { properties.emplace_back(name, std::move(value)); }
};

std::string join(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string describe(const Grouping& grouping) {
  return fmt::format("{} ({})", grouping.without ? "without" : "by", join(grouping.labels));
}

std::string describe(const LineFilter& filter) {
  std::string text = to_string(filter.op);
  for (size_t i = 0; i < filter.alternatives.size(); ++i) {
    const LineFilterOperand& operand = filter.alternatives[i];
    text += i == 0 ? " " : " or ";
    text += operand.is_ip ? fmt::format("ip({})", quote(operand.text)) : quote(operand.text);
  }
  return text;
}

const char* describe(LineNeeds needs) {
  switch (needs) {
    case LineNeeds::None:
      return "not read";
    case LineNeeds::Sizes:
      return "sizes only";
    case LineNeeds::Text:
      break;
  }
  return "text";
}

Step step_of(const ScanPlan& scan) {
  Step step;
  step.title = "scan " + print(scan.matchers);
  for (const LineFilter& filter : scan.predicate.filters) step.add("pushed down", describe(filter));
  for (const Stage& stage : scan.stages) step.add("stage", print(stage));
  step.add("lines", describe(scan.lines));
  if (!scan.metadata.all) step.add("structured metadata", join(scan.metadata.names));
  if (const auto& needed = scan.pipeline.hints.needed) {
    step.add("parsers", needed->empty() ? "skipped, no label is read" : "extract only " + join(*needed));
  }
  return step;
}

Step step_of(const PlanNode& node);

Step step_of(const RangePlan& range) {
  Step step;
  step.title = fmt::format("{} [{}]", to_string(range.op), format_prometheus_duration(range.range_ns));
  if (range.op == RangeOp::QuantileOverTime) {
    step.add("quantile", format_go_float(range.parameter, FloatForm::General));
  }
  if (range.offset_ns != 0) step.add("offset", format_go_duration(range.offset_ns));
  if (range.unwrap) step.add("unwrap", range.unwrap->label);
  if (range.grouping)
    step.add(range.includes_sum ? "summed while reading" : "grouped", describe(*range.grouping));
  if (range.keeps_parser_errors) step.add("parser errors", "kept as labels");
  step.inputs.push_back(step_of(range.scan));
  return step;
}

Step step_of(const VectorPlan& vector) {
  Step step;
  step.title = to_string(vector.op);
  if (vector.parameter != 0) step.add("k", fmt::format("{}", vector.parameter));
  step.add("grouped", describe(vector.grouping));
  step.inputs.push_back(step_of(*vector.operand));
  return step;
}

Step step_of(const BinaryPlan& binary) {
  Step step;
  step.title = fmt::format("binary {}", to_string(binary.op));
  if (binary.return_bool) step.add("bool", "0 or 1 instead of a filter");
  step.add("matching",
           fmt::format("{} ({})", binary.matching.is_on ? "on" : "ignoring", join(binary.matching.labels)));
  if (binary.matching.cardinality != VectorMatching::Cardinality::OneToOne) {
    const bool left = binary.matching.cardinality == VectorMatching::Cardinality::ManyToOne;
    step.add(left ? "group_left" : "group_right", join(binary.matching.include));
  }
  step.inputs.push_back(step_of(*binary.lhs));
  step.inputs.push_back(step_of(*binary.rhs));
  return step;
}

Step step_of(const LabelReplacePlan& replace) {
  Step step;
  step.title = "label_replace";
  step.add("destination", replace.destination);
  step.add("source", replace.source);
  step.add("regex", replace.regex);
  step.inputs.push_back(step_of(*replace.operand));
  return step;
}

Step step_of(const ScalarPlan& scalar) {
  return {"number " + format_go_float(scalar.value, FloatForm::General), {}, {}};
}

Step step_of(const ConstantPlan& constant) {
  return {fmt::format("vector({})", format_go_float(constant.value, FloatForm::General)), {}, {}};
}

Step step_of(const PlanNode& node) {
  return std::visit([](const auto& plan) { return step_of(plan); }, node.node);
}

Step step_of(const Plan& plan) {
  if (const LogPlan* log = plan.log()) {
    Step step;
    step.title = "entries in order of time";
    step.inputs.push_back(step_of(log->scan));
    return step;
  }
  return step_of(*plan.metric());
}

void append_text(const Step& step, size_t depth, std::string& out) {
  out.append(depth * 2, ' ').append(step.title).push_back('\n');
  for (const auto& [name, value] : step.properties) {
    out.append(depth * 2 + 4, ' ').append(name).append(": ").append(value).push_back('\n');
  }
  for (const Step& input : step.inputs) append_text(input, depth + 1, out);
}

void append_json_text(std::string_view text, std::string& out) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void append_json(const Step& step, std::string& out) {
  out += "{\"step\":";
  append_json_text(step.title, out);
  out += ",\"properties\":[";
  for (size_t i = 0; i < step.properties.size(); ++i) {
    out += i == 0 ? "{" : ",{";
    append_json_text(step.properties[i].first, out);
    out.push_back(':');
    append_json_text(step.properties[i].second, out);
    out.push_back('}');
  }
  out += "],\"inputs\":[";
  for (size_t i = 0; i < step.inputs.size(); ++i) {
    if (i != 0) out.push_back(',');
    append_json(step.inputs[i], out);
  }
  out += "]}";
}

}  // namespace

std::string explain_text(const Plan& plan) {
  std::string out;
  append_text(step_of(plan), 0, out);
  return out;
}

std::string explain_json(const Plan& plan) {
  std::string out;
  append_json(step_of(plan), out);
  return out;
}

}  // namespace lokilib::logql
