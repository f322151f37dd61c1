// SPDX-License-Identifier: Apache-2.0
#include "target.h"

#include <lokilib/database.h>
#include <lokilib/logql.h>

#include "remote_target.h"

namespace lokilib::tool {
namespace {

class EmbeddedTarget final : public Target {
 public:
  EmbeddedTarget(Database database, std::string tenant)
      : database_(std::move(database)), tenant_(std::move(tenant)) {}

  Result<QueryResult> query(const QueryRequest& request) override {
    return database_.query(request, tenant_);
  }

  Result<std::vector<std::string>> label_names(const TimeRange& range, const std::string& selector) override {
    LOKILIB_TRY_ASSIGN(const auto matchers, parse_selector(selector));
    return database_.label_names(range, matchers, tenant_);
  }

  Result<std::vector<std::string>> label_values(const std::string& name, const TimeRange& range,
                                                const std::string& selector) override {
    LOKILIB_TRY_ASSIGN(const auto matchers, parse_selector(selector));
    return database_.label_values(name, range, matchers, tenant_);
  }

  Result<void> push(const LabelSet& labels, const std::vector<EntryView>& entries) override {
    const StreamEntries stream{labels, entries};
    LOKILIB_TRY_ASSIGN(const AppendReport report, database_.append({&stream, 1}, tenant_));
    if (report.rejections.empty()) return {};
    return Error{report.rejections[0].code, report.rejections[0].message, {}, {}};
  }

  Result<void> close() override { return database_.close(); }

 private:
  static Result<std::vector<Matcher>> parse_selector(const std::string& selector) {
    if (selector.empty()) return std::vector<Matcher>();
    return logql::parse_matchers(selector, true);
  }

  Database database_;
  std::string tenant_;
};

}  // namespace

bool is_url(const std::string& word) {
  return word.rfind("http://", 0) == 0 || word.rfind("https://", 0) == 0;
}

Result<std::unique_ptr<Target>> open_target(const TargetOptions& options, bool create) {
  if (!options.url.empty()) return create_remote_target(options.url, options.tenant);
  if (!create) {
    LOKILIB_TRY_ASSIGN(const bool exists, posix_file_system().exists(options.directory));
    if (!exists) return Error{ErrorCode::NotFound, "there is no data directory " + options.directory, {}, {}};
  }
  LOKILIB_TRY_ASSIGN(auto database, Database::open({.directory = options.directory}));
  std::string tenant = options.tenant.empty() ? std::string(kDefaultTenant) : options.tenant;
  return std::unique_ptr<Target>(std::make_unique<EmbeddedTarget>(std::move(database), std::move(tenant)));
}

}  // namespace lokilib::tool
