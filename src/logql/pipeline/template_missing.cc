// SPDX-License-Identifier: Apache-2.0
// template_missing.cc: stands in for the template engine: every template is refused, and says why.
#include "base/make_error.h"
#include "logql/pipeline/template.h"

namespace lokilib::logql {

struct Template::Impl {
  std::vector<std::string> labels;
};

Template::Template(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;
Template::~Template() = default;

Result<Template> Template::parse(std::string_view name, std::string_view) {
  return make_error(ErrorCode::Unsupported, "template: {}:1: templates are not in this build", name);
}

Result<void> Template::execute(const TemplateScope&, std::string&) const {
  return make_error(ErrorCode::Unsupported, "templates are not in this build");
}

std::string_view Template::single_field() const {
  return {};
}

const std::vector<std::string>& Template::labels_read() const {
  return impl_->labels;
}

bool Template::reads_all_labels() const {
  return false;
}

}  // namespace lokilib::logql
