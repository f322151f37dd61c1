// SPDX-License-Identifier: Apache-2.0
// template_parser.cc: recursive descent over the tokens. The first mistake is kept and ends the tokens, so
// that every loop stops; what is built after it is thrown away.
#include "logql/pipeline/template_parser.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <lokilib/labels.h>

#include "base/make_error.h"
#include "logql/pipeline/go_unquote.h"
#include "logql/pipeline/template_functions.h"
#include "logql/pipeline/template_lexer.h"
#include "model/go_number.h"

namespace lokilib::logql::go_template {
namespace {

class Parser {
 public:
  Parser(std::string_view name, std::string_view source) : name_(name) { scan_template(source, tokens_); }

  Result<TemplateSet> parse() {
    auto root = std::make_unique<ListNode>(0);
    while (!failed_ && peek().type != TokenType::Eof) {
      if (peek().type == TokenType::LeftDelim) {
        const size_t mark = at_;
        next();
        if (next_after_space().type == TokenType::Define) {
          parse_definition();
          continue;
        }
        at_ = mark;
      }
      NodePtr node = text_or_action();
      if (failed_) break;
      if (node->type == NodeType::End || node->type == NodeType::Else) {
        fail("unexpected " + to_string(*node));
        break;
      }
      root->nodes.push_back(std::move(node));
    }
    add_template(std::string(name_), std::move(root));
    if (failed_) return Error{ErrorCode::InvalidQuery, std::move(problem_), {}, {}};
    return std::move(templates_);
  }

 private:
  // Tokens. A token that has been looked at counts as read for the line of an error, as in Go.
  const Token& next() {
    const Token& token = peek();
    if (at_ + 1 < tokens_.list.size()) ++at_;
    return token;
  }
  const Token& peek() {
    if (failed_) return end_;
    read_max_ = std::max(read_max_, at_);
    return tokens_.list[at_];
  }
  const Token& peek_after_space() {
    while (peek().type == TokenType::Space) next();
    return peek();
  }
  const Token& next_after_space() {
    peek_after_space();
    return next();
  }

  void fail(const std::string& problem) {
    if (failed_) return;
    problem_ = fmt::format("template: {}:{}: {}", name_, tokens_.list[read_max_].line, problem);
    failed_ = true;
  }

  static std::string describe(const Token& token) {
    if (token.type == TokenType::Eof) return "EOF";
    if (token.type == TokenType::Error) return std::string(token.text);
    if (token.type >= TokenType::Dot) return fmt::format("<{}>", token.text);
    if (token.text.size() > 10) return quote(token.text.substr(0, 10)) + "...";
    return quote(token.text);
  }

  void unexpected(const Token& token, std::string_view context) {
    if (token.type != TokenType::Error) {
      return fail(fmt::format("unexpected {} in {}", describe(token), context));
    }
    std::string problem(token.text);
    if (action_line_ != 0 && action_line_ != token.line) {
      const bool says_action = problem.size() > 7 && problem.compare(problem.size() - 7, 7, " action") == 0;
      problem += fmt::format("{} started at {}:{}", says_action ? "" : " in action", name_, action_line_);
    }
    fail(problem);
  }

  const Token& expect(TokenType type, std::string_view context) {
    const Token& token = next_after_space();
    if (token.type != type) unexpected(token, context);
    return token;
  }

  // An error here would be a mistake of ours; the node only keeps the parser going.
  NodePtr nothing() { return std::make_unique<Node>(NodeType::End, 0); }

  std::string parse_name(const Token& token, std::string_view context) {
    if (token.type != TokenType::String && token.type != TokenType::RawString) {
      unexpected(token, context);
      return {};
    }
    auto name = unquote(token.text);
    if (!name) fail("invalid syntax");
    return name.value_or("");
  }

  // {{define "name"}}...{{end}}: has its own variables.
  void parse_definition() {
    constexpr std::string_view kContext = "define clause";
    std::string name = parse_name(next_after_space(), kContext);
    expect(TokenType::RightDelim, kContext);
    parse_named_body(std::move(name), kContext);
  }

  void parse_named_body(std::string name, std::string_view context) {
    const auto variables = std::exchange(variables_, {"$"});
    const int range_depth = std::exchange(range_depth_, 0);
    const uint32_t action_line = std::exchange(action_line_, 0);
    NodePtr end;
    auto list = item_list(end);
    if (!failed_ && end->type != NodeType::End) {
      fail(fmt::format("unexpected {} in {}", to_string(*end), context));
    }
    add_template(std::move(name), std::move(list));
    variables_ = variables;
    range_depth_ = range_depth;
    action_line_ = action_line;
  }

  static bool is_empty(const ListNode& list) {
    return std::all_of(list.nodes.begin(), list.nodes.end(), [](const NodePtr& node) {
      return node->type == NodeType::Text && static_cast<const TextNode&>(*node).text.find_first_not_of(
                                                 " \t\r\n\v\f") == std::string_view::npos;
    });
  }

  void add_template(std::string name, std::unique_ptr<ListNode> list) {
    if (failed_) return;
    std::unique_ptr<ListNode>& known = templates_[name];
    if (known == nullptr || is_empty(*known)) {
      if (known != nullptr) replaced_.push_back(std::move(known));
      known = std::move(list);
    } else if (!is_empty(*list)) {
      fail(fmt::format("template: multiple definition of template {}", quote(name)));
    }
  }

  // Up to {{end}} or {{else}}, which is in `end`.
  std::unique_ptr<ListNode> item_list(NodePtr& end) {
    auto list = std::make_unique<ListNode>(peek_after_space().position);
    end = nothing();
    if (!enter()) return list;
    while (!failed_ && peek_after_space().type != TokenType::Eof) {
      NodePtr node = text_or_action();
      if (failed_) break;
      if (node->type == NodeType::End || node->type == NodeType::Else) {
        end = std::move(node);
        leave();
        return list;
      }
      list->nodes.push_back(std::move(node));
    }
    fail("unexpected EOF");
    return list;
  }

  bool enter() {
    if (++nesting_ > kNestingMax) fail("max expression depth exceeded");
    return !failed_;
  }
  void leave() { --nesting_; }

  NodePtr text_or_action() {
    const Token& token = next_after_space();
    if (token.type == TokenType::Text) return std::make_unique<TextNode>(token.position, token.text);
    if (token.type == TokenType::LeftDelim) {
      action_line_ = token.line;
      NodePtr node = action();
      action_line_ = 0;
      return node;
    }
    unexpected(token, "input");
    return nothing();
  }

  NodePtr action() {
    const size_t mark = (peek_after_space(), at_);
    const Token& token = next();
    switch (token.type) {
      case TokenType::Block:
        return block_control();
      case TokenType::Break:
        return loop_control(NodeType::Break, token.position, "{{break}}");
      case TokenType::Continue:
        return loop_control(NodeType::Continue, token.position, "{{continue}}");
      case TokenType::Else:
        return else_control();
      case TokenType::End:
        return std::make_unique<Node>(NodeType::End, expect(TokenType::RightDelim, "end").position);
      case TokenType::If:
        return branch(NodeType::If, "if");
      case TokenType::Range:
        return branch(NodeType::Range, "range");
      case TokenType::With:
        return branch(NodeType::With, "with");
      case TokenType::Template:
        return template_control();
      default:
        break;
    }
    at_ = mark;
    const uint32_t position = peek().position;
    auto node = std::make_unique<ActionNode>(position, pipeline("command", TokenType::RightDelim));
    if (!failed_) node->plain_field = plain_field(*node->pipe);
    return node;
  }

  static std::string_view plain_field(const PipeNode& pipe) {
    if (!pipe.variables.empty() || pipe.commands.size() != 1) return {};
    const CommandNode& command = *pipe.commands[0];
    if (command.arguments.size() != 1 || command.arguments[0]->type != NodeType::Field) return {};
    const auto& field = static_cast<const NamesNode&>(*command.arguments[0]);
    return field.names.size() == 1 ? field.names[0] : std::string_view();
  }

  NodePtr loop_control(NodeType type, uint32_t position, const char* text) {
    if (const Token& token = next_after_space(); token.type != TokenType::RightDelim) unexpected(token, text);
    if (range_depth_ == 0) fail(fmt::format("{} outside {{{{range}}}}", text));
    return std::make_unique<Node>(type, position);
  }

  // {{else if}} and {{else with}} leave their keyword to branch().
  NodePtr else_control() {
    const Token& token = peek_after_space();
    if (token.type == TokenType::If || token.type == TokenType::With) {
      return std::make_unique<Node>(NodeType::Else, token.position);
    }
    return std::make_unique<Node>(NodeType::Else, expect(TokenType::RightDelim, "else").position);
  }

  NodePtr branch(NodeType type, const char* context) {
    const size_t variable_count = variables_.size();
    auto pipe = pipeline(context, TokenType::RightDelim);
    auto node = std::make_unique<BranchNode>(type, pipe->position);
    node->pipe = std::move(pipe);
    if (type == NodeType::Range) ++range_depth_;
    NodePtr next_node;
    node->list = item_list(next_node);
    if (type == NodeType::Range) --range_depth_;
    if (!failed_ && next_node->type == NodeType::Else) {
      const TokenType chained = type == NodeType::If ? TokenType::If : TokenType::With;
      if (type != NodeType::Range && peek().type == chained) {
        next();
        node->else_list = std::make_unique<ListNode>(next_node->position);
        if (enter()) node->else_list->nodes.push_back(branch(type, context));
        leave();
      } else {
        node->else_list = item_list(next_node);
        if (!failed_ && next_node->type != NodeType::End) {
          fail("expected end; found " + to_string(*next_node));
        }
      }
    }
    variables_.resize(variable_count);
    return node;
  }

  NodePtr template_control() {
    constexpr std::string_view kContext = "template clause";
    const Token& token = next_after_space();
    auto node = std::make_unique<TemplateNode>(token.position, parse_name(token, kContext));
    if (failed_) return node;
    if (peek_after_space().type == TokenType::RightDelim) {
      next();
    } else {
      node->pipe = pipeline(kContext, TokenType::RightDelim);
    }
    return node;
  }

  // {{block "name" pipeline}}...{{end}} defines a template and uses it at once.
  NodePtr block_control() {
    constexpr std::string_view kContext = "block clause";
    const Token& token = next_after_space();
    auto node = std::make_unique<TemplateNode>(token.position, parse_name(token, kContext));
    if (failed_) return node;
    node->pipe = pipeline(kContext, TokenType::RightDelim);
    if (!failed_) parse_named_body(node->name, kContext);
    return node;
  }

  std::unique_ptr<PipeNode> pipeline(std::string_view context, TokenType end) {
    auto pipe = std::make_unique<PipeNode>(peek_after_space().position);
    declarations(*pipe, context);
    while (!failed_) {
      const Token& token = peek_after_space();
      if (token.type == end) {
        next();
        check_pipeline(*pipe, context);
        break;
      }
      if (!begins_operand(token.type)) {
        next();
        unexpected(token, context);
        break;
      }
      pipe->commands.push_back(command());
    }
    return pipe;
  }

  static bool begins_operand(TokenType type) {
    switch (type) {
      case TokenType::Bool:
      case TokenType::CharConstant:
      case TokenType::Complex:
      case TokenType::Dot:
      case TokenType::Field:
      case TokenType::Identifier:
      case TokenType::Number:
      case TokenType::Nil:
      case TokenType::RawString:
      case TokenType::String:
      case TokenType::Variable:
      case TokenType::LeftParen:
        return true;
      default:
        return false;
    }
  }

  // "$x :=", "$x =", and in a range "$i, $x :=".
  void declarations(PipeNode& pipe, std::string_view context) {
    while (peek_after_space().type == TokenType::Variable) {
      const size_t mark = at_;
      const Token& variable = next();
      const Token& token = peek_after_space();
      const bool is_comma = token.type == TokenType::Char && token.text == ",";
      if (token.type != TokenType::Assign && token.type != TokenType::Declare && !is_comma) {
        at_ = mark;
        return;
      }
      next();
      pipe.variables.push_back(variable.text);
      variables_.push_back(variable.text);
      if (!is_comma) {
        pipe.is_assignment = token.type == TokenType::Assign;
        return;
      }
      if (context != "range" || pipe.variables.size() >= 2) {
        return fail(fmt::format("too many declarations in {}", context));
      }
      const TokenType after = peek_after_space().type;
      if (after != TokenType::Variable && after != TokenType::RightDelim && after != TokenType::RightParen) {
        return fail("range can only initialize variables");
      }
    }
  }

  void check_pipeline(const PipeNode& pipe, std::string_view context) {
    if (pipe.commands.empty()) return fail(fmt::format("missing value for {}", context));
    for (size_t i = 1; i < pipe.commands.size(); ++i) {
      const NodeType type = pipe.commands[i]->arguments[0]->type;
      if (type == NodeType::Bool || type == NodeType::Dot || type == NodeType::Nil ||
          type == NodeType::Number || type == NodeType::String) {
        return fail(fmt::format("non executable command in pipeline stage {}", i + 1));
      }
    }
  }

  std::unique_ptr<CommandNode> command() {
    auto node = std::make_unique<CommandNode>(peek_after_space().position);
    while (!failed_) {
      peek_after_space();
      if (NodePtr argument = operand(); argument != nullptr) node->arguments.push_back(std::move(argument));
      const Token& token = peek();
      if (token.type == TokenType::Space) {
        next();
        continue;
      }
      if (token.type == TokenType::RightDelim || token.type == TokenType::RightParen) break;
      next();
      if (token.type != TokenType::Pipe) unexpected(token, "operand");
      break;
    }
    if (node->arguments.empty()) fail("empty command");
    if (!failed_) prepare(*node);
    return node;
  }

  // A term with the fields behind it. Null if no term begins here.
  NodePtr operand() {
    NodePtr node = term();
    if (node == nullptr || failed_ || peek().type != TokenType::Field) return node;
    const uint32_t position = peek().position;
    std::vector<std::string_view> names;
    while (peek().type == TokenType::Field) names.push_back(next().text.substr(1));
    switch (node->type) {
      case NodeType::Field:
      case NodeType::Variable: {
        auto longer = std::make_unique<NamesNode>(node->type, position);
        longer->names = static_cast<const NamesNode&>(*node).names;
        longer->names.insert(longer->names.end(), names.begin(), names.end());
        return longer;
      }
      case NodeType::Bool:
      case NodeType::String:
      case NodeType::Number:
      case NodeType::Nil:
      case NodeType::Dot:
        fail("unexpected . after term " + quote(to_string(*node)));
        return node;
      default:
        break;
    }
    auto chain = std::make_unique<ChainNode>(position, std::move(node));
    chain->names = std::move(names);
    return chain;
  }

  NodePtr term() {
    const Token& token = peek_after_space();
    if (!begins_operand(token.type)) return nullptr;
    next();
    switch (token.type) {
      case TokenType::Identifier:
        return identifier(token);
      case TokenType::Dot:
        return std::make_unique<Node>(NodeType::Dot, token.position);
      case TokenType::Nil:
        return std::make_unique<Node>(NodeType::Nil, token.position);
      case TokenType::Variable:
        return variable(token);
      case TokenType::Field: {
        auto field = std::make_unique<NamesNode>(NodeType::Field, token.position);
        field->names.push_back(token.text.substr(1));
        return field;
      }
      case TokenType::Bool:
        return std::make_unique<BoolNode>(token.position, token.text == "true");
      case TokenType::LeftParen: {
        NodePtr pipe;
        if (enter()) pipe = pipeline("parenthesized pipeline", TokenType::RightParen);
        leave();
        return pipe;
      }
      case TokenType::String:
      case TokenType::RawString: {
        auto text = unquote(token.text);
        if (!text) fail("invalid syntax");
        return std::make_unique<StringNode>(token.position, token.text, text.value_or(""));
      }
      default:
        return number(token);
    }
  }

  NodePtr identifier(const Token& token) {
    const Function* const function = find_function(token.text);
    if (function == nullptr) fail(fmt::format("function {} not defined", quote(token.text)));
    return std::make_unique<IdentifierNode>(token.position, token.text, function);
  }

  NodePtr variable(const Token& token) {
    if (std::find(variables_.begin(), variables_.end(), token.text) == variables_.end()) {
      fail(fmt::format("undefined variable {}", quote(token.text)));
    }
    auto node = std::make_unique<NamesNode>(NodeType::Variable, token.position);
    node->names.push_back(token.text);
    return node;
  }

  NodePtr number(const Token& token) {
    auto node = std::make_unique<NumberNode>(token.position, token.text);
    if (token.type == TokenType::CharConstant) {
      read_char(*node);
    } else if (token.type == TokenType::Complex || token.text.back() == 'i') {
      fail(fmt::format("illegal number syntax: {}", quote(token.text)));  // no complex numbers here
    } else {
      read_number(*node);
    }
    return node;
  }

  void read_char(NumberNode& node) {
    const auto character = unquote_char(node.text.substr(1), node.text[0]);
    if (!character) return fail("invalid syntax");
    if (character->rest != "'") return fail(fmt::format("malformed character constant: {}", node.text));
    node.is_int = node.is_float = true;
    node.integer = static_cast<int64_t>(character->value);
    node.real = static_cast<double>(node.integer);
  }

  void read_number(NumberNode& node) {
    const bool is_hex = node.text.size() > 2 && node.text[0] == '0' && (node.text[1] | 32) == 'x' &&
                        node.text.find_first_of("pP") == std::string_view::npos;
    const bool looks_float = node.text.find_first_of(".eEpP") != std::string_view::npos;
    if (const auto integer = parse_go_int(node.text, 0); integer) {
      node.is_int = node.is_float = true;
      node.integer = *integer;
      node.real = static_cast<double>(*integer);
    } else if (const auto real = try_parse_go_float(node.text); real) {
      // Digits alone that do not fit. Those that fit into Go's uint64 are no error before they are used.
      if (!looks_float && *real >= 0x1p64) {
        return fail(fmt::format("integer overflow: {}", quote(node.text)));
      }
      if (!looks_float && *real < 0) return fail(fmt::format("integer overflow: {}", quote(node.text)));
      node.is_float = true;
      node.real = *real;
      if (*real >= -0x1p63 && *real < 0x1p63 && std::trunc(*real) == *real) {
        node.is_int = true;
        node.integer = static_cast<int64_t>(*real);
      }
    } else {
      return fail(fmt::format("illegal number syntax: {}", quote(node.text)));
    }
    node.prefers_float = looks_float && !is_hex;
  }

  // Functions that can make something of a constant argument do so now.
  static void prepare(CommandNode& command) {
    if (command.arguments[0]->type != NodeType::Identifier) return;
    const Function& function = *static_cast<const IdentifierNode&>(*command.arguments[0]).function;
    if (function.prepare == nullptr || command.arguments.size() <= function.prepared_argument + 1u) return;
    const Node& argument = *command.arguments[function.prepared_argument + 1u];
    if (argument.type != NodeType::String) return;
    command.prepared = function.prepare(static_cast<const StringNode&>(argument).text);
  }

  std::string_view name_;
  Tokens tokens_;
  const Token end_;  // what there is after a mistake
  size_t at_ = 0;
  size_t read_max_ = 0;
  bool failed_ = false;
  std::string problem_;
  std::vector<std::string_view> variables_{"$"};
  int range_depth_ = 0;
  int nesting_ = 0;
  uint32_t action_line_ = 0;
  TemplateSet templates_;
  std::vector<std::unique_ptr<ListNode>> replaced_;
};

}  // namespace

Result<TemplateSet> parse_template(std::string_view name, std::string_view source) {
  return Parser(name, source).parse();
}

}  // namespace lokilib::logql::go_template
