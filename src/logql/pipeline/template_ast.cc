// SPDX-License-Identifier: Apache-2.0
// template_ast.cc: prints nodes for error texts.
#include "logql/pipeline/template_ast.h"

#include <lokilib/labels.h>

namespace lokilib::logql::go_template {
namespace {

class NodePrinter {
 public:
  NodePrinter(std::string& out, size_t bytes_max) : out_(out), bytes_max_(bytes_max) {}

  void print(const Node& node) {
    if (out_.size() > bytes_max_) return;
    switch (node.type) {
      case NodeType::List:
        for (const NodePtr& child : static_cast<const ListNode&>(node).nodes) print(*child);
        return;
      case NodeType::Text:
        out_ += static_cast<const TextNode&>(node).text;
        return;
      case NodeType::Action:
        print_action(*static_cast<const ActionNode&>(node).pipe);
        return;
      case NodeType::If:
        return print_branch("if", static_cast<const BranchNode&>(node));
      case NodeType::Range:
        return print_branch("range", static_cast<const BranchNode&>(node));
      case NodeType::With:
        return print_branch("with", static_cast<const BranchNode&>(node));
      case NodeType::Template:
        return print_template(static_cast<const TemplateNode&>(node));
      case NodeType::Pipe:
        return print_pipe(static_cast<const PipeNode&>(node));
      case NodeType::Command:
        return print_command(static_cast<const CommandNode&>(node));
      case NodeType::Chain:
        return print_chain(static_cast<const ChainNode&>(node));
      case NodeType::Field:
        return print_names(static_cast<const NamesNode&>(node).names, true);
      case NodeType::Variable:
        return print_names(static_cast<const NamesNode&>(node).names, false);
      default:
        out_ += word(node);
        return;
    }
  }

 private:
  static std::string_view word(const Node& node) {
    switch (node.type) {
      case NodeType::Break:
        return "{{break}}";
      case NodeType::Continue:
        return "{{continue}}";
      case NodeType::End:
        return "{{end}}";
      case NodeType::Else:
        return "{{else}}";
      case NodeType::Dot:
        return ".";
      case NodeType::Nil:
        return "nil";
      case NodeType::Bool:
        return static_cast<const BoolNode&>(node).value ? "true" : "false";
      case NodeType::Identifier:
        return static_cast<const IdentifierNode&>(node).name;
      case NodeType::Number:
        return static_cast<const NumberNode&>(node).text;
      case NodeType::String:
        return static_cast<const StringNode&>(node).quoted;
      default:
        return "";
    }
  }

  void print_action(const PipeNode& pipe) {
    out_ += "{{";
    print(pipe);
    out_ += "}}";
  }

  void print_branch(std::string_view keyword, const BranchNode& branch) {
    out_ += "{{";
    out_ += keyword;
    out_ += ' ';
    print(*branch.pipe);
    out_ += "}}";
    print(*branch.list);
    if (branch.else_list != nullptr) {
      out_ += "{{else}}";
      print(*branch.else_list);
    }
    out_ += "{{end}}";
  }

  void print_template(const TemplateNode& node) {
    out_ += "{{template ";
    out_ += quote(node.name);
    if (node.pipe != nullptr) {
      out_ += ' ';
      print(*node.pipe);
    }
    out_ += "}}";
  }

  void print_pipe(const PipeNode& pipe) {
    for (size_t i = 0; i < pipe.variables.size(); ++i) {
      if (i > 0) out_ += ", ";
      out_ += pipe.variables[i];
    }
    if (!pipe.variables.empty()) out_ += pipe.is_assignment ? " = " : " := ";
    for (size_t i = 0; i < pipe.commands.size(); ++i) {
      if (i > 0) out_ += " | ";
      print(*pipe.commands[i]);
    }
  }

  void print_command(const CommandNode& command) {
    for (size_t i = 0; i < command.arguments.size(); ++i) {
      if (i > 0) out_ += ' ';
      print_operand(*command.arguments[i]);
    }
  }

  void print_chain(const ChainNode& chain) {
    print_operand(*chain.operand);
    print_names(chain.names, true);
  }

  void print_operand(const Node& node) {
    if (node.type == NodeType::Pipe) out_ += '(';
    print(node);
    if (node.type == NodeType::Pipe) out_ += ')';
  }

  void print_names(const std::vector<std::string_view>& names, bool leading_dot) {
    for (size_t i = 0; i < names.size(); ++i) {
      if (leading_dot || i > 0) out_ += '.';
      out_ += names[i];
    }
  }

  std::string& out_;
  size_t bytes_max_;
};

}  // namespace

std::string to_string(const Node& node, size_t bytes_max) {
  std::string out;
  NodePrinter(out, bytes_max).print(node);
  if (out.size() > bytes_max) out.resize(bytes_max);
  return out;
}

}  // namespace lokilib::logql::go_template
