// SPDX-License-Identifier: Apache-2.0
// template_execution.cc: walks the nodes that make output: lists, actions, branches, loops and templates.
#include "logql/pipeline/template_execution.h"

#include <algorithm>
#include <utility>

#include <lokilib/labels.h>

#include "base/make_error.h"
#include "logql/pipeline/template_print.h"

namespace lokilib::logql::go_template {

class Execution::Depth {
 public:
  explicit Depth(Execution& execution) : execution_(execution) {
    if (++execution_.depth_ > kDepthMax) {
      execution_.fail(fmt::format("exceeded maximum template depth ({})", kDepthMax));
    }
  }
  ~Depth() { --execution_.depth_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;

 private:
  Execution& execution_;
};

Execution::Execution(const TemplateSet& templates, std::string_view name, std::string_view source,
                     const TemplateScope& scope, std::string& out)
    : templates_(templates),
      file_name_(name),
      name_(name),
      source_(source),
      scope_(scope),
      out_(out),
      out_begin_(out.size()) {}

Result<void> Execution::run(const ListNode& root) {
  Value dot;
  dot.kind = Kind::Labels;
  walk_list(dot, root);
  if (!failed_ && scratch_.exhausted()) fail_limit("memory");
  if (failed_) return Error{ErrorCode::InvalidQuery, std::move(problem_), {}, {}};
  return {};
}

const TimeZone* Execution::keep(std::unique_ptr<const TimeZone> zone) {
  return keep(std::shared_ptr<const TimeZone>(std::move(zone)));
}

const TimeZone* Execution::keep(std::shared_ptr<const TimeZone> zone) {
  if (zone == nullptr) return nullptr;
  zones_.push_back(std::move(zone));
  return zones_.back().get();
}

bool Execution::step(uint64_t count) {
  steps_ += count;
  if (steps_ > kStepsMax) fail_limit("time");
  if (scratch_.exhausted()) fail_limit("memory");
  if (out_.size() - out_begin_ > kOutputBytesMax) {
    fail(fmt::format("output is longer than {} bytes", kOutputBytesMax));
  }
  return !failed_;
}

void Execution::fail_limit(std::string_view what) {
  fail(fmt::format("template takes too much {}", what));
}

// "template: line:1:3: executing "line" at <.a.b>: problem"
void Execution::fail(std::string_view problem) {
  if (failed_) return;
  failed_ = true;
  if (at_ == nullptr) {
    problem_ = fmt::format("template: {}: {}", name_, problem);
    return;
  }
  const std::string_view before = source_.substr(0, at_->position);
  const size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  problem_ = fmt::format("template: {}:{}:{}: executing {} at <{}>: {}", file_name_,
                         1 + std::count(before.begin(), before.end(), '\n'), before.size() - line_begin,
                         quote(name_), to_string(*at_), problem);
}

void Execution::fail_call(std::string problem) {
  at_ = call_;
  fail(fmt::format("error calling {}: {}", call_name_, problem));
}

Execution::Flow Execution::walk_list(const Value& dot, const ListNode& list) {
  const Depth depth(*this);
  if (failed_) return Flow::Failed;
  for (const NodePtr& node : list.nodes) {
    if (const Flow flow = walk(dot, *node); flow != Flow::Next) return flow;
  }
  return Flow::Next;
}

Execution::Flow Execution::walk(const Value& dot, const Node& node) {
  if (!step()) return Flow::Failed;
  at_ = &node;
  switch (node.type) {
    case NodeType::Text:
      out_ += static_cast<const TextNode&>(node).text;
      return Flow::Next;
    case NodeType::Action: {
      const auto& action = static_cast<const ActionNode&>(node);
      if (!action.plain_field.empty() && dot.kind == Kind::Labels) {
        out_ += scope_.label(action.plain_field);
        return Flow::Next;
      }
      const Value value = eval_pipe(dot, *action.pipe);
      if (!failed_ && action.pipe->variables.empty()) {
        at_ = &node;
        print(value);
      }
      return failed_ ? Flow::Failed : Flow::Next;
    }
    case NodeType::Break:
      return Flow::Break;
    case NodeType::Continue:
      return Flow::Continue;
    case NodeType::List:
      return walk_list(dot, static_cast<const ListNode&>(node));
    case NodeType::If:
    case NodeType::With:
      return walk_branch(dot, static_cast<const BranchNode&>(node));
    case NodeType::Range:
      return walk_range(dot, static_cast<const BranchNode&>(node));
    case NodeType::Template:
      return walk_template(dot, static_cast<const TemplateNode&>(node));
    default:
      return Flow::Next;
  }
}

void Execution::print(const Value& value) {
  if (value.kind == Kind::String) {
    out_ += value.text();
  } else if (value.is_nil()) {
    out_ += "<no value>";
  } else if (!append_value(out_, value, kOutputBytesMax)) {
    fail(fmt::format("output is longer than {} bytes", kOutputBytesMax));
  }
}

Execution::Flow Execution::walk_branch(const Value& dot, const BranchNode& branch) {
  const size_t mark = variables_.size();
  const Value value = whole(eval_pipe(dot, *branch.pipe));
  Flow flow = failed_ ? Flow::Failed : Flow::Next;
  if (!failed_ && is_true(value)) {
    flow = walk_list(branch.type == NodeType::With ? value : dot, *branch.list);
  } else if (!failed_ && branch.else_list != nullptr) {
    flow = walk_list(dot, *branch.else_list);
  }
  variables_.resize(mark);
  return flow;
}

Execution::Flow Execution::walk_range(const Value& dot, const BranchNode& range) {
  const size_t mark = variables_.size();
  const Value value = whole(eval_pipe(dot, *range.pipe));
  bool any = false;
  Flow flow = failed_ ? Flow::Failed : walk_items(value, range, any);
  if (flow == Flow::Break) flow = Flow::Next;
  if (flow == Flow::Next && !any && range.else_list != nullptr) flow = walk_list(dot, *range.else_list);
  variables_.resize(mark);
  return flow;
}

Execution::Flow Execution::walk_items(const Value& value, const BranchNode& range, bool& any) {
  Flow flow = Flow::Next;
  if (value.kind == Kind::List || value.is_map()) {
    any = value.size > 0;
    for (size_t i = 0; i < value.size && flow == Flow::Next; ++i) {
      if (value.kind == Kind::List) {
        flow = walk_once(range, Value::of_int(static_cast<int64_t>(i)), value.items[i]);
      } else {
        flow = walk_once(range, Value::of_string(value.entries[i].key), value.entries[i].value);
      }
    }
    return flow;
  }
  if (value.is_nil()) return Flow::Next;
  std::string text;
  append_value(text, value, kOutputBytesMax);
  if (!value.is_integer()) {
    fail("range can't iterate over " + text);
    return Flow::Failed;
  }
  if (range.pipe->variables.size() > 1) {
    fail(fmt::format("can't use {} to iterate over more than one variable", text));
    return Flow::Failed;
  }
  any = value.integer > 0;
  for (int64_t i = 0; i < value.integer && flow == Flow::Next; ++i) {
    flow = walk_once(range, Value(), Value::of_integer(value.kind, i));
  }
  return flow;
}

Execution::Flow Execution::walk_once(const BranchNode& range, const Value& index, const Value& element) {
  if (!step()) return Flow::Failed;
  const size_t mark = variables_.size();
  const std::vector<std::string_view>& names = range.pipe->variables;
  const Value values[] = {names.size() > 1 ? index : element, element};
  for (size_t i = 0; i < names.size(); ++i) {
    if (range.pipe->is_assignment) {
      set_variable(names[i], values[i]);
    } else {
      variables_[mark - names.size() + i].value = values[i];  // eval_pipe has declared them
    }
  }
  const Flow flow = walk_list(element, *range.list);
  variables_.resize(mark);
  return flow == Flow::Continue ? Flow::Next : flow;
}

Execution::Flow Execution::walk_template(const Value& dot, const TemplateNode& node) {
  const auto found = templates_.find(node.name);
  if (found == templates_.end()) {
    fail(fmt::format("template {} not defined", quote(node.name)));
    return Flow::Failed;
  }
  Value argument;
  if (node.pipe != nullptr) {
    const PipeNode& pipe = *node.pipe;
    const bool bare_dot = pipe.variables.empty() && pipe.commands.size() == 1 &&
                          pipe.commands[0]->arguments.size() == 1 &&
                          pipe.commands[0]->arguments[0]->type == NodeType::Dot;
    argument = bare_dot ? dot : eval_pipe(dot, pipe);
  }
  if (failed_) return Flow::Failed;
  // The template sees no variables but its own "$".
  std::vector<Variable> outer = std::exchange(variables_, {});
  const std::string_view outer_name = std::exchange(name_, node.name);
  variables_.push_back({"$", argument});
  const Flow flow = walk_list(argument, *found->second);
  variables_ = std::move(outer);
  name_ = outer_name;
  return flow;
}

Value* Execution::find_variable(std::string_view name) {
  for (size_t i = variables_.size(); i > 0; --i) {
    if (variables_[i - 1].name == name) return &variables_[i - 1].value;
  }
  return nullptr;
}

void Execution::set_variable(std::string_view name, const Value& value) {
  Value* const variable = find_variable(name);
  if (variable == nullptr) return fail(fmt::format("undefined variable: {}", name));
  *variable = value;
}

Value Execution::whole(const Value& value) {
  if (value.kind != Kind::Labels || value.entries != nullptr) return value;
  if (labels_.kind == Kind::Labels) return labels_;
  std::vector<MapEntry> entries;
  scope_.for_each_label([&](std::string_view name, std::string_view label) {
    entries.push_back({name, Value::of_string(label)});
  });
  MapEntry* const kept = scratch_.allocate_array<MapEntry>(entries.size() + 1);  // never null for labels
  if (kept == nullptr) return value;
  std::copy(entries.begin(), entries.end(), kept);
  labels_.kind = Kind::Labels;
  labels_.entries = kept;
  labels_.size = entries.size();
  return labels_;
}

}  // namespace lokilib::logql::go_template
