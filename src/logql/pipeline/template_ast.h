// SPDX-License-Identifier: Apache-2.0
// template_ast.h: a parsed template. Nodes are immutable after parsing; views point into the template's
// source, which outlives them. A node's type says which struct it is.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lokilib::logql::go_template {

struct Function;

enum class NodeType : uint8_t {
  List,
  Text,
  Action,
  If,
  Range,
  With,
  Template,
  Break,
  Continue,
  End,   // only while parsing
  Else,  // only while parsing
  Pipe,
  Command,
  Identifier,
  Field,
  Variable,
  Chain,
  Dot,
  Nil,
  Bool,
  Number,
  String,
};

/// Also what Break, Continue, End, Else, Dot and Nil consist of.
struct Node {
  Node(NodeType node_type, uint32_t node_position) : type(node_type), position(node_position) {}
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const NodeType type;
  const uint32_t position;  ///< byte offset in the source
};
using NodePtr = std::unique_ptr<Node>;

struct ListNode final : Node {
  explicit ListNode(uint32_t at) : Node(NodeType::List, at) {}
  std::vector<NodePtr> nodes;
};

struct TextNode final : Node {
  TextNode(uint32_t at, std::string_view value) : Node(NodeType::Text, at), text(value) {}
  std::string_view text;
};

struct IdentifierNode final : Node {
  IdentifierNode(uint32_t at, std::string_view value, const Function* called)
      : Node(NodeType::Identifier, at), name(value), function(called) {}
  std::string_view name;
  const Function* function;
};

/// Field: .a.b has the names a and b. Variable: $x.a has the names $x and a.
struct NamesNode final : Node {
  NamesNode(NodeType node_type, uint32_t at) : Node(node_type, at) {}
  std::vector<std::string_view> names;
};

/// (pipeline).a.b or function.a
struct ChainNode final : Node {
  ChainNode(uint32_t at, NodePtr of) : Node(NodeType::Chain, at), operand(std::move(of)) {}
  NodePtr operand;
  std::vector<std::string_view> names;
};

struct BoolNode final : Node {
  BoolNode(uint32_t at, bool is) : Node(NodeType::Bool, at), value(is) {}
  bool value;
};

/// A literal may be several numbers at once: 1.0 is good for an int and for a float.
struct NumberNode final : Node {
  NumberNode(uint32_t at, std::string_view as_written) : Node(NodeType::Number, at), text(as_written) {}
  std::string_view text;
  bool is_int = false;
  bool is_float = false;
  bool prefers_float = false;  ///< where either would do
  int64_t integer = 0;
  double real = 0;
};

struct StringNode final : Node {
  StringNode(uint32_t at, std::string_view as_written, std::string unquoted)
      : Node(NodeType::String, at), quoted(as_written), text(std::move(unquoted)) {}
  std::string_view quoted;
  std::string text;
};

/// What a function has made of a constant argument, such as a regex, so that it is done once per template.
struct Prepared {
  virtual ~Prepared() = default;
};

struct CommandNode final : Node {
  explicit CommandNode(uint32_t at) : Node(NodeType::Command, at) {}
  std::vector<NodePtr> arguments;  ///< the first is what is called, or the value
  std::unique_ptr<const Prepared> prepared;
};

struct PipeNode final : Node {
  explicit PipeNode(uint32_t at) : Node(NodeType::Pipe, at) {}
  std::vector<std::string_view> variables;  ///< declared or assigned, at most two
  bool is_assignment = false;
  std::vector<std::unique_ptr<CommandNode>> commands;
};

struct ActionNode final : Node {
  ActionNode(uint32_t at, std::unique_ptr<PipeNode> pipeline)
      : Node(NodeType::Action, at), pipe(std::move(pipeline)) {}
  std::unique_ptr<PipeNode> pipe;
  std::string_view plain_field;  ///< the name if it is {{.name}} and nothing else
};

/// If, Range and With.
struct BranchNode final : Node {
  BranchNode(NodeType node_type, uint32_t at) : Node(node_type, at) {}
  std::unique_ptr<PipeNode> pipe;
  std::unique_ptr<ListNode> list;
  std::unique_ptr<ListNode> else_list;  ///< may be null
};

struct TemplateNode final : Node {
  TemplateNode(uint32_t at, std::string called) : Node(NodeType::Template, at), name(std::move(called)) {}
  std::string name;
  std::unique_ptr<PipeNode> pipe;  ///< null: the template gets nil
};

/// What {{define}} and {{block}} name, and the template itself under its own name.
using TemplateSet = std::map<std::string, std::unique_ptr<ListNode>, std::less<>>;

/// A node as Go's error texts show it: close to how it was written. Cut off after `bytes_max`.
std::string to_string(const Node& node, size_t bytes_max = 4096);

}  // namespace lokilib::logql::go_template
