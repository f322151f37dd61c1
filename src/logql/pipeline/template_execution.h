// SPDX-License-Identifier: Apache-2.0
// template_execution.h: one run of a template over one entry. The first error is kept and ends the run; what
// is computed after it is thrown away, so not every step has to look for it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/result.h>

#include "logql/pipeline/template.h"
#include "logql/pipeline/template_ast.h"
#include "logql/pipeline/template_functions.h"
#include "logql/pipeline/template_value.h"
#include "logql/pipeline/time_zone.h"

namespace lokilib::logql::go_template {

inline constexpr size_t kOutputBytesMax = size_t{64} << 20;
/// Nodes walked, calls, and for each call a step per so many bytes of its arguments.
inline constexpr uint64_t kStepsMax = 1'000'000;
inline constexpr size_t kBytesPerStep = 256;
/// Branches, parentheses and templates inside of one another while running.
inline constexpr int kDepthMax = 400;

class Execution {
 public:
  /// All of them outlive the execution. `name` is the template's name in error texts.
  Execution(const TemplateSet& templates, std::string_view name, std::string_view source,
            const TemplateScope& scope, std::string& out);

  /// Errors: `InvalidQuery` with Go's text; `out` then holds a part of the output.
  Result<void> run(const ListNode& root);

  const TemplateScope& scope() const { return scope_; }
  Scratch& scratch() { return scratch_; }
  std::string& buffer() { return buffer_; }
  /// Keeps a zone for as long as the execution lives.
  const TimeZone* keep(std::unique_ptr<const TimeZone> zone);
  const TimeZone* keep(std::shared_ptr<const TimeZone> zone);
  /// Counts work over so many bytes; false if that was too much.
  bool count_bytes(size_t bytes) { return step(bytes / kBytesPerStep); }
  /// Ends the execution with Go's text for a failed call.
  void fail_call(std::string problem);

 private:
  enum class Flow : uint8_t { Next, Break, Continue, Failed };
  struct Variable {
    std::string_view name;
    Value value;
  };
  class Depth;

  bool step(uint64_t count = 1);
  void fail(std::string_view problem);
  void fail_limit(std::string_view what);

  Flow walk(const Value& dot, const Node& node);
  Flow walk_list(const Value& dot, const ListNode& list);
  Flow walk_branch(const Value& dot, const BranchNode& branch);
  Flow walk_range(const Value& dot, const BranchNode& range);
  Flow walk_items(const Value& value, const BranchNode& range, bool& any);
  Flow walk_once(const BranchNode& range, const Value& index, const Value& element);
  Flow walk_template(const Value& dot, const TemplateNode& node);
  void print(const Value& value);

  Value eval_pipe(const Value& dot, const PipeNode& pipe);
  Value eval_command(const Value& dot, const CommandNode& command, const Value* final_argument);
  Value eval_operand(const Value& dot, const Node& node);
  Value eval_function(const Value& dot, const IdentifierNode& node, const Node& shown,
                      const CommandNode* command, const Value* final_argument);
  Value eval_call(const Value& dot, const Function& function, const Node& shown, const CommandNode* command,
                  const Value* receiver, const Value* final_argument);
  bool eval_arguments(const Value& dot, const Function& function, const CommandNode* command,
                      const Value* final_argument, Value* values, size_t offset);
  Value eval_and_or(const Value& dot, bool is_or, const CommandNode* command, const Value* final_argument);
  Value eval_argument(const Value& dot, Parameter parameter, const Node& node);
  Value eval_literal(Parameter parameter, const Node& node);
  Value eval_names(const Value& dot, const NamesNode& node, const CommandNode* command,
                   const Value* final_argument);
  Value eval_chain(const Value& dot, const ChainNode& node, const CommandNode* command,
                   const Value* final_argument);
  Value eval_fields(const Value& dot, Value receiver, std::span<const std::string_view> names,
                    const Node& shown, const CommandNode* command, const Value* final_argument);
  Value eval_field(const Value& dot, const Value& receiver, std::string_view name, const Node& shown,
                   const CommandNode* command, const Value* final_argument);
  Value constant(const NumberNode& node);
  Value check_type(const Value& value, Parameter parameter);
  bool not_a_function(const CommandNode* command, const Value* final_argument);

  Value* find_variable(std::string_view name);
  void set_variable(std::string_view name, const Value& value);
  /// The same value; labels with all their entries.
  Value whole(const Value& value);

  const TemplateSet& templates_;
  std::string_view file_name_;  // where positions are
  std::string_view name_;       // of the template that runs
  std::string_view source_;
  const TemplateScope& scope_;
  std::string& out_;
  size_t out_begin_;
  const Node* at_ = nullptr;    // what errors point to
  const Node* call_ = nullptr;  // what the running call looks like
  std::string_view call_name_;
  std::vector<Variable> variables_;
  uint64_t steps_ = 0;
  int depth_ = 0;
  bool failed_ = false;
  std::string problem_;
  std::string buffer_;
  Value labels_;  // all of them, once somebody has asked
  std::vector<std::shared_ptr<const TimeZone>> zones_;
  Scratch scratch_;
};

}  // namespace lokilib::logql::go_template
