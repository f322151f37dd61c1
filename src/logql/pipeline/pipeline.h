// SPDX-License-Identifier: Apache-2.0
// pipeline.h: the stages of a log query, compiled once and run over batches. A stage narrows the selection,
// changes lines, or changes labels; all scratch memory is the batch's arena.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <lokilib/batch.h>
#include <lokilib/clock.h>
#include <lokilib/logql.h>
#include <lokilib/result.h>

namespace lokilib::logql {

/// One compiled stage. Immutable. Threads: any number at once, each with its own batch.
class PipelineStage {
 public:
  virtual ~PipelineStage() = default;

  /// Errors are those that fail the whole query; what is wrong with one line becomes its error state.
  virtual Result<void> run(Batch& batch) const = 0;
};

/// What the parsers of a pipeline may leave out, worked out by the planner.
struct ParserHints {
  /// The only labels that anybody reads, or nothing if all are read. Where it is empty parsers do not run at
  /// all.
  std::optional<std::vector<std::string>> needed;
  /// Whether a parser may stop at the last needed label, without noticing damage behind it.
  bool stop_early = false;
};

struct PipelineOptions {
  ParserHints hints;
  /// Do as Loki does also where its rules say "fix": early rejection by later label filters, the literal ip()
  /// in or-chains, and so on. See docs/logql.md.
  bool loki_quirks = false;
  /// What `now` in templates asks; outlives the pipeline. Null: the machine's clock.
  const Clock* clock = nullptr;
};

/// What a stage has done so far.
struct StageCounts {
  uint64_t lines_in = 0;
  uint64_t lines_out = 0;
  int64_t duration_ns = 0;
};

/// Immutable. Threads: any number of run() at once, each with its own batch.
class Pipeline {
 public:
  /// Errors: `InvalidQuery`: parse error : stage '<printed>' : <cause>. The
  /// text is Loki's where `stages` are all of the query's, in the order written.
  static Result<Pipeline> build(std::span<const Stage> stages, const PipelineOptions& options);

  Result<void> run(Batch& batch) const;
  /// Also counts: `counts` has one element for each of stage_numbers().
  Result<void> run(Batch& batch, std::span<StageCounts> counts) const;
  bool empty() const { return stages_.empty(); }
  /// The stages that run, as positions in what build() was given: some have nothing to do.
  std::span<const size_t> stage_numbers() const { return stage_numbers_; }

 private:
  std::vector<std::unique_ptr<const PipelineStage>> stages_;
  std::vector<size_t> stage_numbers_;  // one per element of stages_
};

/// Reads the number that a range aggregation works on.
class UnwrapStage {
 public:
  static Result<UnwrapStage> build(const Unwrap& unwrap, const PipelineOptions& options);

  /// values[row] is set for the rows that stay selected; values.size() == batch.row_count(). A value that
  /// does not convert is 0 with the error SampleExtractionErr. The filters behind unwrap have
  /// been applied.
  Result<void> run(Batch& batch, std::span<double> values) const;

 private:
  Unwrap unwrap_;
  std::vector<std::unique_ptr<const PipelineStage>> filters_;
};

}  // namespace lokilib::logql
