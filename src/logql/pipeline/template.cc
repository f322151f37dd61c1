// SPDX-License-Identifier: Apache-2.0
// template.cc: a parsed template and what it reads of an entry.
#include "logql/pipeline/template.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/make_error.h"
#include "logql/pipeline/template_execution.h"
#include "logql/pipeline/template_parser.h"

namespace lokilib::logql {
namespace {

using namespace go_template;  // NOLINT(google-build-using-namespace): the engine behind this interface

constexpr size_t kSourceBytesMax = size_t{128} << 10;

// Which labels a template may read. What matters is whether dot is the labels or something else: `with` and
// `range` set it to what their pipeline gives, and that is the labels only if the pipeline uses them as a
// whole, which counts as reading all of them.
class LabelReader {
 public:
  explicit LabelReader(const TemplateSet& templates) : templates_(templates) {}

  void visit_template(std::string_view name, bool dot_is_labels) {
    const auto found = templates_.find(name);
    if (found == templates_.end() || !visited_.insert({found->first, dot_is_labels}).second) return;
    const bool outer = std::exchange(root_is_labels_, dot_is_labels);
    visit(*found->second, dot_is_labels);
    root_is_labels_ = outer;
  }

  std::set<std::string> names;
  bool reads_all = false;

 private:
  void visit(const Node& node, bool dot) {
    switch (node.type) {
      case NodeType::List:
        for (const NodePtr& child : static_cast<const ListNode&>(node).nodes) visit(*child, dot);
        return;
      case NodeType::Action:
        return visit(*static_cast<const ActionNode&>(node).pipe, dot);
      case NodeType::If:
      case NodeType::Range:
      case NodeType::With:
        return visit_branch(static_cast<const BranchNode&>(node), dot);
      case NodeType::Template:
        return visit_call(static_cast<const TemplateNode&>(node), dot);
      case NodeType::Pipe:
        for (const auto& command : static_cast<const PipeNode&>(node).commands) visit(*command, dot);
        return;
      case NodeType::Command:
        return visit_command(static_cast<const CommandNode&>(node), dot);
      case NodeType::Chain:
        return visit(*static_cast<const ChainNode&>(node).operand, dot);
      case NodeType::Dot:
        reads_all = reads_all || dot;
        return;
      case NodeType::Field:
        if (dot) names.emplace(static_cast<const NamesNode&>(node).names[0]);
        return;
      case NodeType::Variable:
        return visit_variable(static_cast<const NamesNode&>(node));
      default:
        return;
    }
  }

  void visit_branch(const BranchNode& branch, bool dot) {
    visit(*branch.pipe, dot);
    visit(*branch.list, branch.type == NodeType::If && dot);
    if (branch.else_list != nullptr) visit(*branch.else_list, dot);
  }

  // Another variable holds the labels only where they have been used as a whole.
  void visit_variable(const NamesNode& node) {
    if (node.names[0] != "$" || !root_is_labels_) return;
    if (node.names.size() > 1) {
      names.emplace(node.names[1]);
    } else {
      reads_all = true;
    }
  }

  static const Node* only_operand(const PipeNode& pipe) {
    const bool bare =
        pipe.variables.empty() && pipe.commands.size() == 1 && pipe.commands[0]->arguments.size() == 1;
    return bare ? pipe.commands[0]->arguments[0].get() : nullptr;
  }

  void visit_call(const TemplateNode& node, bool dot) {
    const Node* const operand = node.pipe == nullptr ? nullptr : only_operand(*node.pipe);
    const bool passes_dot = operand != nullptr && operand->type == NodeType::Dot && dot;
    if (node.pipe != nullptr && !passes_dot) visit(*node.pipe, dot);
    visit_template(node.name, passes_dot);
  }

  // index . "name" reads one label.
  void visit_command(const CommandNode& command, bool dot) {
    size_t first = 0;
    const std::vector<NodePtr>& arguments = command.arguments;
    if (arguments.size() >= 3 && arguments[0]->type == NodeType::Identifier &&
        static_cast<const IdentifierNode&>(*arguments[0]).name == "index" && dot &&
        arguments[1]->type == NodeType::Dot && arguments[2]->type == NodeType::String) {
      names.insert(static_cast<const StringNode&>(*arguments[2]).text);
      first = 3;
    }
    for (size_t i = first; i < arguments.size(); ++i) visit(*arguments[i], dot);
  }

  const TemplateSet& templates_;
  std::set<std::pair<std::string, bool>> visited_;
  bool root_is_labels_ = false;
};

}  // namespace

struct Template::Impl {
  std::string name;
  std::string source;
  TemplateSet templates;
  const ListNode* root = nullptr;
  std::string_view single_field;
  std::vector<std::string> labels_read;
  bool reads_all_labels = false;
};

Template::Template(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;
Template::~Template() = default;

Result<Template> Template::parse(std::string_view name, std::string_view source) {
  if (source.size() > kSourceBytesMax) {
    return make_error(ErrorCode::InvalidQuery, "template: {}:1: template of {} bytes is longer than {}", name,
                      source.size(), kSourceBytesMax);
  }
  auto impl = std::make_unique<Impl>();
  impl->name = name;
  impl->source = source;
  LOKILIB_TRY_ASSIGN(impl->templates, parse_template(impl->name, impl->source));
  impl->root = impl->templates.find(impl->name)->second.get();
  if (impl->root->nodes.size() == 1 && impl->root->nodes[0]->type == NodeType::Action) {
    impl->single_field = static_cast<const ActionNode&>(*impl->root->nodes[0]).plain_field;
  }
  LabelReader reader(impl->templates);
  reader.visit_template(impl->name, true);
  impl->labels_read.assign(reader.names.begin(), reader.names.end());
  impl->reads_all_labels = reader.reads_all;
  return Template(std::move(impl));
}

Result<void> Template::execute(const TemplateScope& scope, std::string& out) const {
  return Execution(impl_->templates, impl_->name, impl_->source, scope, out).run(*impl_->root);
}

std::string_view Template::single_field() const {
  return impl_->single_field;
}

const std::vector<std::string>& Template::labels_read() const {
  return impl_->labels_read;
}

bool Template::reads_all_labels() const {
  return impl_->reads_all_labels;
}

}  // namespace lokilib::logql
