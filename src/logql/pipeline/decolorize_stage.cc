// SPDX-License-Identifier: Apache-2.0
// decolorize_stage.cc: `| decolorize` takes terminal colours and the like out of lines. Lines without an
// escape byte, nearly all, cost a search for it.
#include <cstring>
#include <string>
#include <utility>

#include "logql/pipeline/stage.h"
#include "model/regex.h"

namespace lokilib::logql {
namespace {

// What Loki takes for an escape sequence (section 10.5 of its rules).
constexpr std::string_view kSequence =
    R"([\x{1B}\x{9B}][[\]()#;?]*(?:(?:(?:[a-zA-Z\d]*(?:;[a-zA-Z\d]*)*)?\x07))"
    R"(|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PRZcf-ntqry=><~])))";

// ESC, or the last byte of U+009B in UTF-8.
bool may_have_sequence(std::string_view line) {
  return !line.empty() && (std::memchr(line.data(), 0x1B, line.size()) != nullptr ||
                           std::memchr(line.data(), 0x9B, line.size()) != nullptr);
}

class DecolorizeRunner final : public PipelineStage {
 public:
  explicit DecolorizeRunner(std::shared_ptr<const Regex> sequence) : sequence_(std::move(sequence)) {}

  Result<void> run(Batch& batch) const override {
    for (const uint16_t row : batch.selection.rows()) {
      std::string_view& line = batch.lines()[row];
      if (may_have_sequence(line)) line = decolorize(line, batch.arena());
    }
    return {};
  }

 private:
  std::string_view decolorize(std::string_view line, Arena& arena) const {
    std::string_view match;
    size_t at = 0;
    if (!sequence_->find(line, at, {&match, 1})) return line;
    char* const bytes = arena.allocate(line.size());
    size_t size = 0;
    const auto append = [&](std::string_view text) {
      std::memcpy(bytes + size, text.data(), text.size());
      size += text.size();
    };
    do {
      const auto start = static_cast<size_t>(match.data() - line.data());
      append(line.substr(at, start - at));
      at = start + match.size();
    } while (sequence_->find(line, at, {&match, 1}));
    append(line.substr(at));
    return {bytes, size};
  }

  std::shared_ptr<const Regex> sequence_;
};

}  // namespace

Result<StagePtr> build_decolorize_stage(const DecolorizeStage&, const StageContext&) {
  LOKILIB_TRY_ASSIGN(auto sequence, Regex::compile(kSequence, {}));
  return StagePtr(std::make_unique<DecolorizeRunner>(std::move(sequence)));
}

}  // namespace lokilib::logql
