// SPDX-License-Identifier: Apache-2.0
// unwrap.cc: `| unwrap latency | latency > 2`: the label's number becomes the sample.
#include <optional>
#include <utility>

#include "base/make_error.h"
#include "logql/pipeline/pipeline.h"
#include "logql/pipeline/plain_number.h"
#include "logql/pipeline/stage.h"
#include "model/byte_size.h"
#include "model/duration.h"

namespace lokilib::logql {
namespace {

constexpr double kNanosecondsPerSecond = 1e9;

// Go's Duration.Seconds(): whole seconds and the rest are converted apart.
double to_seconds(int64_t duration_ns) {
  constexpr int64_t kSecond = 1'000'000'000;
  return static_cast<double>(duration_ns / kSecond) +
         static_cast<double>(duration_ns % kSecond) / kNanosecondsPerSecond;
}

std::optional<double> convert(Unwrap::Conversion conversion, std::string_view text) {
  switch (conversion) {
    case Unwrap::Conversion::None:
      return parse_number(text);
    case Unwrap::Conversion::Bytes:
      if (const auto bytes = try_parse_byte_size(text)) return static_cast<double>(*bytes);
      return std::nullopt;
    case Unwrap::Conversion::Duration:
    case Unwrap::Conversion::DurationSeconds:
      if (const auto duration = try_parse_go_duration(text)) return to_seconds(*duration);
      return std::nullopt;
  }
  return std::nullopt;
}

std::string conversion_error(Unwrap::Conversion conversion, std::string_view text) {
  const auto message = [](const auto& result) { return result ? std::string() : result.error().message; };
  switch (conversion) {
    case Unwrap::Conversion::None:
      return message(parse_go_float(text));
    case Unwrap::Conversion::Bytes:
      return message(parse_byte_size(text));
    default:
      return message(parse_go_duration(text));
  }
}

}  // namespace

Result<UnwrapStage> UnwrapStage::build(const Unwrap& unwrap, const PipelineOptions& options) {
  StageContext context;
  context.rules = std::make_shared<const ParserRules>();
  context.clock = options.clock != nullptr ? options.clock : &system_clock();
  context.loki_quirks = options.loki_quirks;
  UnwrapStage stage;
  stage.unwrap_ = unwrap;
  for (const LabelFilter& filter : unwrap.filters) {
    auto built = build_label_filter(filter, context);
    if (!built) {
      return make_error(built.error().code, "parse error : stage '{}' : {}", print(LabelFilterStage{filter}),
                        built.error().message);
    }
    stage.filters_.push_back(std::move(built).value());
  }
  return stage;
}

Result<void> UnwrapStage::run(Batch& batch, std::span<double> values) const {
  const LabelColumn* const column = batch.find_column(unwrap_.label);
  keep_rows(batch, [&](size_t row) {
    const std::string_view text = column == nullptr ? std::string_view() : column->get(row);
    if (text.empty()) return false;
    if (const std::optional<double> value = convert(unwrap_.conversion, text)) {
      values[row] = *value;
      return true;
    }
    values[row] = 0;
    const std::string details = conversion_error(unwrap_.conversion, text);
    set_row_error(batch, row, kSampleExtractionError, batch.arena().copy(details));
    return true;
  });
  for (const auto& filter : filters_) LOKILIB_TRY(filter->run(batch));
  return {};
}

}  // namespace lokilib::logql
