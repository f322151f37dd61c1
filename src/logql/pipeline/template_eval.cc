// SPDX-License-Identifier: Apache-2.0
// template_eval.cc: the part of an execution that computes values: pipelines, fields, calls and their types.
#include <algorithm>
#include <limits>
#include <utility>

#include "base/make_error.h"
#include "logql/pipeline/template_execution.h"

namespace lokilib::logql::go_template {
namespace {

constexpr size_t kArgumentsInline = 8;

std::string_view parameter_name(Parameter parameter) {
  switch (parameter) {
    case Parameter::Any:
      return "interface {}";
    case Parameter::Value:
      return "reflect.Value";
    case Parameter::Bool:
      return "bool";
    case Parameter::Int:
      return "int";
    case Parameter::Float:
      return "float64";
    case Parameter::String:
      return "string";
    case Parameter::Time:
      return "time.Time";
  }
  return "";
}

bool takes_anything(Parameter parameter) {
  return parameter == Parameter::Any || parameter == Parameter::Value;
}

bool is_of(const Value& value, Parameter parameter) {
  switch (parameter) {
    case Parameter::Bool:
      return value.kind == Kind::Bool;
    case Parameter::Int:
      return value.kind == Kind::Int;
    case Parameter::Float:
      return value.kind == Kind::Float;
    case Parameter::String:
      return value.kind == Kind::String;
    case Parameter::Time:
      return value.kind == Kind::Time;
    default:
      return true;
  }
}

// The call's arguments as written; the first of a command is what is called.
std::span<const NodePtr> written_arguments(const CommandNode* command) {
  if (command == nullptr) return {};
  return std::span<const NodePtr>(command->arguments).subspan(1);
}

Parameter parameter_at(const Function& function, size_t i) {
  const size_t last = function.parameter_count - 1u;
  return function.parameters[function.is_variadic ? std::min(i, last) : i];
}

}  // namespace

Value Execution::eval_pipe(const Value& dot, const PipeNode& pipe) {
  if (!step() || ++depth_ > kDepthMax) {
    fail("exceeded maximum template depth");
    return {};
  }
  at_ = &pipe;
  Value value;
  for (size_t i = 0; i < pipe.commands.size() && !failed_; ++i) {
    const Value before = value;
    value = eval_command(dot, *pipe.commands[i], i == 0 ? nullptr : &before);
    if (value.kind == Kind::Nil) value = Value();
    value.boxed = false;
  }
  --depth_;
  if (failed_) return {};
  for (const std::string_view variable : pipe.variables) {
    if (pipe.is_assignment) {
      set_variable(variable, value);
    } else {
      variables_.push_back({variable, value});
    }
  }
  return value;
}

Value Execution::eval_command(const Value& dot, const CommandNode& command, const Value* final_argument) {
  const Node& first = *command.arguments[0];
  switch (first.type) {
    case NodeType::Field:
    case NodeType::Variable:
      return eval_names(dot, static_cast<const NamesNode&>(first), &command, final_argument);
    case NodeType::Chain:
      return eval_chain(dot, static_cast<const ChainNode&>(first), &command, final_argument);
    case NodeType::Identifier:
      return eval_function(dot, static_cast<const IdentifierNode&>(first), command, &command, final_argument);
    case NodeType::Pipe:
      if (!not_a_function(&command, final_argument)) return {};
      return eval_pipe(dot, static_cast<const PipeNode&>(first));
    default:
      break;
  }
  at_ = &first;
  if (!not_a_function(&command, final_argument)) return {};
  if (first.type == NodeType::Nil) {
    fail("nil is not a command");
    return {};
  }
  return eval_operand(dot, first);
}

// What stands for itself: dot and literals. Others are evaluated by their kind.
Value Execution::eval_operand(const Value& dot, const Node& node) {
  at_ = &node;
  switch (node.type) {
    case NodeType::Dot:
      return whole(dot);
    case NodeType::Bool:
      return Value::of_bool(static_cast<const BoolNode&>(node).value);
    case NodeType::Number:
      return constant(static_cast<const NumberNode&>(node));
    case NodeType::String:
      return Value::of_string(static_cast<const StringNode&>(node).text);
    default:
      return {};
  }
}

bool Execution::not_a_function(const CommandNode* command, const Value* final_argument) {
  if (command == nullptr || (command->arguments.size() <= 1 && final_argument == nullptr)) return true;
  fail("can't give argument to non-function " + to_string(*command->arguments[0]));
  return false;
}

Value Execution::constant(const NumberNode& node) {
  at_ = &node;
  if (node.prefers_float && node.is_float) return Value::of_float(node.real);
  if (node.is_int) return Value::of_int(node.integer);
  fail(fmt::format("{} overflows int", node.text));
  return {};
}

Value Execution::eval_names(const Value& dot, const NamesNode& node, const CommandNode* command,
                            const Value* final_argument) {
  at_ = &node;
  const std::span<const std::string_view> names(node.names);
  if (node.type == NodeType::Field) return eval_fields(dot, dot, names, node, command, final_argument);
  Value value;
  if (const Value* const variable = find_variable(names[0]); variable != nullptr) {
    value = *variable;
  } else if (names[0] == "$") {  // nobody has pushed it: it is the entry's labels
    value.kind = Kind::Labels;
  } else {
    fail(fmt::format("undefined variable: {}", names[0]));
    return {};
  }
  if (names.size() > 1) return eval_fields(dot, value, names.subspan(1), node, command, final_argument);
  return not_a_function(command, final_argument) ? whole(value) : Value();
}

Value Execution::eval_chain(const Value& dot, const ChainNode& node, const CommandNode* command,
                            const Value* final_argument) {
  at_ = &node;
  if (node.operand->type == NodeType::Nil) {
    fail("indirection through explicit nil in " + to_string(node));
    return {};
  }
  const Value receiver = eval_argument(dot, Parameter::Value, *node.operand);
  if (failed_) return {};
  return eval_fields(dot, receiver, node.names, node, command, final_argument);
}

Value Execution::eval_fields(const Value& dot, Value receiver, std::span<const std::string_view> names,
                             const Node& shown, const CommandNode* command, const Value* final_argument) {
  for (size_t i = 0; i + 1 < names.size() && !failed_; ++i) {
    receiver = eval_field(dot, receiver, names[i], shown, nullptr, nullptr);
  }
  if (failed_) return {};
  return eval_field(dot, receiver, names.back(), shown, command, final_argument);
}

Value Execution::eval_field(const Value& dot, const Value& receiver, std::string_view name, const Node& shown,
                            const CommandNode* command, const Value* final_argument) {
  if (receiver.kind == Kind::Invalid) return {};
  if (receiver.kind == Kind::Nil) {
    fail(fmt::format("nil pointer evaluating interface {{}}.{}", name));
    return {};
  }
  if (receiver.kind == Kind::Time) {
    if (const Function* const method = find_time_method(name); method != nullptr) {
      call_name_ = name;
      return eval_call(dot, *method, shown, command, &receiver, final_argument);
    }
  }
  if (!receiver.is_map()) {
    const std::string_view type = receiver.boxed ? "interface {}" : type_name(receiver);
    fail(fmt::format("can't evaluate field {} in type {}", name, type));
    return {};
  }
  const bool has_arguments =
      (command != nullptr && command->arguments.size() > 1) || final_argument != nullptr;
  if (has_arguments) {
    fail(fmt::format("{} is not a method but has arguments", name));
    return {};
  }
  if (receiver.kind == Kind::Labels) {
    if (receiver.entries == nullptr) return Value::of_string(scope_.label(name));
    const Value* const label = find_key(receiver, name);
    return label == nullptr ? Value::of_string("") : *label;
  }
  const Value* const found = find_key(receiver, name);
  return found == nullptr ? Value::nil() : *found;
}

Value Execution::eval_function(const Value& dot, const IdentifierNode& node, const Node& shown,
                               const CommandNode* command, const Value* final_argument) {
  at_ = &node;
  if (node.name == "and" || node.name == "or") {
    const size_t count = written_arguments(command).size() + (final_argument != nullptr ? 1 : 0);
    if (count == 0) {
      fail(fmt::format("wrong number of args for {}: want at least 1 got 0", node.name));
      return {};
    }
    return eval_and_or(dot, node.name == "or", command, final_argument);
  }
  return eval_call(dot, *node.function, shown, command, nullptr, final_argument);
}

// and, or: evaluate no more than they need.
Value Execution::eval_and_or(const Value& dot, bool is_or, const CommandNode* command,
                             const Value* final_argument) {
  Value value;
  for (const NodePtr& argument : written_arguments(command)) {
    value = eval_argument(dot, Parameter::Value, *argument);
    if (failed_ || is_true(value) == is_or) return value;
  }
  return final_argument != nullptr ? *final_argument : value;
}

Value Execution::eval_call(const Value& dot, const Function& function, const Node& shown,
                           const CommandNode* command, const Value* receiver, const Value* final_argument) {
  const size_t written = written_arguments(command).size();
  const size_t given = written + (final_argument != nullptr ? 1 : 0);
  const size_t receivers = receiver != nullptr ? 1 : 0;
  const size_t wanted = function.parameter_count - receivers;
  if (function.is_variadic && given + 1 < wanted) {
    fail(fmt::format("wrong number of args for {}: want at least {} got {}", function.name, wanted - 1,
                     written));
    return {};
  }
  if (!function.is_variadic && given != wanted) {
    fail(fmt::format("wrong number of args for {}: want {} got {}", function.name, wanted, given));
    return {};
  }
  const size_t count = given + receivers;
  Value inline_values[kArgumentsInline];
  Value* const values = count <= kArgumentsInline ? inline_values : scratch_.allocate_array<Value>(count);
  if (values == nullptr || !step()) return {};
  if (receiver != nullptr) values[0] = *receiver;
  if (!eval_arguments(dot, function, command, final_argument, values + receivers, receivers)) return {};
  uint64_t bytes = 0;
  for (size_t i = 0; i < count; ++i) bytes += values[i].kind == Kind::String ? values[i].size : 0;
  if (!count_bytes(bytes)) return {};
  call_ = &shown;
  call_name_ = function.name;
  Call call(*this, {values, count}, command == nullptr ? nullptr : command->prepared.get());
  return function.run(call);
}

bool Execution::eval_arguments(const Value& dot, const Function& function, const CommandNode* command,
                               const Value* final_argument, Value* values, size_t offset) {
  size_t i = 0;
  for (const NodePtr& argument : written_arguments(command)) {
    values[i] = eval_argument(dot, parameter_at(function, i + offset), *argument);
    if (failed_) return false;
    ++i;
  }
  if (final_argument != nullptr) values[i] = check_type(*final_argument, parameter_at(function, i + offset));
  return !failed_;
}

Value Execution::eval_argument(const Value& dot, Parameter parameter, const Node& node) {
  at_ = &node;
  switch (node.type) {
    case NodeType::Dot:
      return check_type(whole(dot), parameter);
    case NodeType::Nil:
      if (takes_anything(parameter)) return parameter == Parameter::Any ? Value::nil() : Value();
      fail(fmt::format("cannot assign nil to {}", parameter_name(parameter)));
      return {};
    case NodeType::Field:
    case NodeType::Variable:
      return check_type(eval_names(dot, static_cast<const NamesNode&>(node), nullptr, nullptr), parameter);
    case NodeType::Pipe:
      return check_type(eval_pipe(dot, static_cast<const PipeNode&>(node)), parameter);
    case NodeType::Identifier: {
      const auto& identifier = static_cast<const IdentifierNode&>(node);
      return check_type(eval_function(dot, identifier, node, nullptr, nullptr), parameter);
    }
    case NodeType::Chain:
      return check_type(eval_chain(dot, static_cast<const ChainNode&>(node), nullptr, nullptr), parameter);
    default:
      return takes_anything(parameter) ? eval_operand(dot, node) : eval_literal(parameter, node);
  }
}

// A literal takes the parameter's type, where it can.
Value Execution::eval_literal(Parameter parameter, const Node& node) {
  const auto* const number = node.type == NodeType::Number ? static_cast<const NumberNode*>(&node) : nullptr;
  std::string_view wanted;
  switch (parameter) {
    case Parameter::Bool:
      if (node.type == NodeType::Bool) return eval_operand({}, node);
      wanted = "bool";
      break;
    case Parameter::String:
      if (node.type == NodeType::String) return eval_operand({}, node);
      wanted = "string";
      break;
    case Parameter::Int:
      if (number != nullptr && number->is_int) return Value::of_int(number->integer);
      wanted = "integer";
      break;
    case Parameter::Float:
      if (number != nullptr && number->is_float) return Value::of_float(number->real);
      wanted = "float";
      break;
    default:
      fail(fmt::format("can't handle {} for arg of type {}", to_string(node), parameter_name(parameter)));
      return {};
  }
  fail(fmt::format("expected {}; found {}", wanted, to_string(node)));
  return {};
}

Value Execution::check_type(const Value& value, Parameter parameter) {
  if (failed_) return {};
  if (value.kind == Kind::Invalid) {
    if (parameter == Parameter::Any) return Value::nil();
    if (parameter == Parameter::Value) return value;
    fail(fmt::format("invalid value; expected {}", parameter_name(parameter)));
    return {};
  }
  if (is_of(value, parameter)) return value;
  fail(fmt::format("wrong type for value; expected {}; got {}", parameter_name(parameter), type_name(value)));
  return {};
}

}  // namespace lokilib::logql::go_template
