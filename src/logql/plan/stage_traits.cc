// SPDX-License-Identifier: Apache-2.0
// stage_traits.cc: what the rules ask of a single stage.
#include <string_view>

#include "logql/plan/rules.h"

namespace lokilib::logql {

bool changes_line(const Stage& stage) {
  return std::holds_alternative<LineFormatStage>(stage) || std::holds_alternative<UnpackStage>(stage) ||
         std::holds_alternative<DecolorizeStage>(stage);
}

bool is_parser(const Stage& stage) {
  return std::holds_alternative<JsonStage>(stage) || std::holds_alternative<LogfmtStage>(stage) ||
         std::holds_alternative<RegexpStage>(stage) || std::holds_alternative<PatternStage>(stage) ||
         std::holds_alternative<UnpackStage>(stage);
}

bool template_reads_line(const Stage& stage) {
  const auto mentions_line = [](std::string_view text) {
    return text.find("__line__") != std::string_view::npos;
  };
  if (const auto* line_format = std::get_if<LineFormatStage>(&stage)) return mentions_line(line_format->text);
  if (const auto* label_format = std::get_if<LabelFormatStage>(&stage)) {
    for (const LabelFormat& format : label_format->formats) {
      if (!format.is_rename && mentions_line(format.value)) return true;
    }
  }
  return false;
}

}  // namespace lokilib::logql
