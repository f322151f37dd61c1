// SPDX-License-Identifier: Apache-2.0
// line_format.cc: `| line_format "{{.level}} {{.msg}}"`: the template's output takes the place of the line.
#include <string>
#include <utility>

#include "base/make_error.h"
#include "logql/pipeline/label_view.h"
#include "logql/pipeline/stage.h"
#include "logql/pipeline/template.h"

namespace lokilib::logql {
namespace {

// The template {{.x}} and nothing else needs no execution: the value is the line. The error state is not
// among its labels (recorded, 3.7.6).
class LineFromLabel final : public PipelineStage {
 public:
  explicit LineFromLabel(std::string name) : name_(std::move(name)) {}

  Result<void> run(Batch& batch) const override {
    const LabelColumn* const column = batch.find_column(name_);
    for (const uint16_t row : batch.selection.rows()) {
      const std::string_view value = column == nullptr ? std::string_view() : column->get(row);
      batch.lines()[row] = value.data() == nullptr ? "" : value;
    }
    return {};
  }

 private:
  std::string name_;
};

class LineFromTemplate final : public PipelineStage {
 public:
  LineFromTemplate(Template line, const Clock* clock) : template_(std::move(line)), clock_(clock) {}

  Result<void> run(Batch& batch) const override {
    LabelView view(batch, template_.labels_read(), *clock_);
    std::string output;  // grows to the longest line of the batch
    for (const uint16_t row : batch.selection.rows()) {
      view.start_row(row);
      output.clear();
      if (const auto result = template_.execute(view, output); result) {
        batch.lines()[row] = batch.arena().copy(output);
      } else {
        set_row_error(batch, row, kTemplateFormatError, batch.arena().copy(result.error().message));
      }
    }
    return {};
  }

 private:
  Template template_;
  const Clock* clock_;
};

}  // namespace

Result<StagePtr> build_line_format(const LineFormatStage& stage, const StageContext& context) {
  auto line = Template::parse("line", stage.text);
  if (!line) {
    return make_error(line.error().code, "invalid line template: {}", line.error().message);
  }
  if (const std::string_view name = line->single_field(); !name.empty()) {
    return StagePtr(std::make_unique<LineFromLabel>(std::string(name)));
  }
  return StagePtr(std::make_unique<LineFromTemplate>(std::move(line).value(), context.clock));
}

}  // namespace lokilib::logql
