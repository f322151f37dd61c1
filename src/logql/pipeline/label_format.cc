// SPDX-License-Identifier: Apache-2.0
// label_format.cc: `| label_format a=b, c="{{.d}}"`: renames labels and sets them from templates, from left
// to right. All templates of a stage see the labels as they were when the first of them ran.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/make_error.h"
#include "logql/pipeline/label_view.h"
#include "logql/pipeline/stage.h"
#include "logql/pipeline/template.h"

namespace lokilib::logql {
namespace {

struct Format {
  std::string name;
  std::string source;  // of a rename
  std::optional<Template> value;
};

class LabelFormatRunner final : public PipelineStage {
 public:
  LabelFormatRunner(std::vector<Format> formats, std::vector<std::string> labels_read, const Clock* clock)
      : formats_(std::move(formats)), labels_read_(std::move(labels_read)), clock_(clock) {}

  Result<void> run(Batch& batch) const override {
    // Targets exist from here on, so that the view finds them in the first row already.
    LabelColumn** const targets = batch.arena().allocate_array<LabelColumn*>(formats_.size());
    LabelColumn** const sources = batch.arena().allocate_array<LabelColumn*>(formats_.size());
    for (size_t i = 0; i < formats_.size(); ++i) targets[i] = &batch.column(formats_[i].name);
    for (size_t i = 0; i < formats_.size(); ++i) {
      if (!formats_[i].value) sources[i] = batch.find_column(formats_[i].source);
    }
    LabelView view(batch, labels_read_, *clock_);
    std::string output;
    for (const uint16_t row : batch.selection.rows()) {
      view.start_row(row);
      for (size_t i = 0; i < formats_.size(); ++i) {
        if (formats_[i].value) {
          set_from_template(batch, row, formats_[i], *targets[i], view, output);
        } else if (sources[i] != nullptr) {
          rename(batch, row, *sources[i], *targets[i], view);
        }
      }
    }
    return {};
  }

 private:
  static void rename(Batch& batch, size_t row, LabelColumn& source, LabelColumn& target, LabelView& view) {
    const std::string_view value = source.get(row);
    if (value.data() == nullptr) return;
    view.before_change(source.name);
    view.before_change(target.name);
    target.set_parsed(batch.arena(), row, value);
    source.erase(batch.arena(), row);
  }

  static void set_from_template(Batch& batch, size_t row, const Format& format, LabelColumn& target,
                                LabelView& view, std::string& output) {
    if (!view.has_snapshot()) view.take_snapshot();
    output.clear();
    const auto result = format.value->execute(view, output);
    if (result) {
      view.before_change(target.name);
      target.set_parsed(batch.arena(), row, batch.arena().copy(output));
    } else {
      view.before_change(kErrorLabel);
      set_row_error(batch, row, kTemplateFormatError, batch.arena().copy(result.error().message));
    }
  }

  std::vector<Format> formats_;
  std::vector<std::string> labels_read_;
  const Clock* clock_;
};

}  // namespace

Result<StagePtr> build_label_format(const LabelFormatStage& stage, const StageContext& context) {
  std::vector<Format> formats;
  std::vector<std::string> names;
  std::vector<std::string> labels_read;
  for (const LabelFormat& format : stage.formats) {
    if (format.name == kErrorLabel) {
      return make_error(ErrorCode::InvalidQuery, "{} cannot be formatted", format.name);
    }
    if (std::find(names.begin(), names.end(), format.name) != names.end()) {
      return make_error(ErrorCode::InvalidQuery,
                        "multiple label name '{}' not allowed in a single format operation", format.name);
    }
    names.push_back(format.name);
    if (format.is_rename) {
      // Loki deletes a label that is renamed to itself (recorded, 3.7.6).
      if (format.name == format.value && !context.loki_quirks) continue;
      formats.push_back({format.name, format.value, std::nullopt});
      continue;
    }
    auto value = Template::parse("label", format.value);
    if (!value) {
      return make_error(value.error().code, "invalid template for label '{}': {}", format.name,
                        value.error().message);
    }
    labels_read.insert(labels_read.end(), value->labels_read().begin(), value->labels_read().end());
    formats.push_back({format.name, {}, std::move(value).value()});
  }
  return StagePtr(
      std::make_unique<LabelFormatRunner>(std::move(formats), std::move(labels_read), context.clock));
}

}  // namespace lokilib::logql
