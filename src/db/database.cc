// SPDX-License-Identifier: Apache-2.0
// database.cc: tenants by name, each in a directory of its own below tenants/.
#include <map>

#include <lokilib/database.h>

#include "base/make_error.h"
#include "base/mutex.h"
#include "db/tenant.h"

namespace lokilib {
namespace {

constexpr const char* kMemoryDirectory = "/memory";

Error closed_error() {
  return make_error(ErrorCode::Closed, "the database is closed");
}

}  // namespace

struct Database::Impl {
  DatabaseOptions options;
  std::unique_ptr<FileSystem> owned_file_system;  // for a database in memory
  FileSystem* file_system = nullptr;
  const Clock* clock = nullptr;
  std::string directory;
  std::unique_ptr<FileLock> lock;

  mutable SharedMutex mutex;
  std::map<std::string, std::shared_ptr<db::Tenant>, std::less<>> tenants LOKILIB_GUARDED_BY(mutex);
  std::vector<std::string> damage LOKILIB_GUARDED_BY(mutex);
  bool closed LOKILIB_GUARDED_BY(mutex) = false;

  std::string tenants_directory() const { return directory + "/tenants"; }

  Result<void> start();
  Result<std::shared_ptr<db::Tenant>> open_tenant(const std::string& name) LOKILIB_REQUIRES(mutex);
  /// The tenant; null if it has never appended anything.
  Result<std::shared_ptr<db::Tenant>> find_tenant(std::string_view name) const LOKILIB_EXCLUDES(mutex);
  Result<std::shared_ptr<db::Tenant>> find_or_create_tenant(std::string_view name) LOKILIB_EXCLUDES(mutex);
  Result<void> for_each_tenant(Result<void> (db::Tenant::*action)()) LOKILIB_EXCLUDES(mutex);
};

Result<void> Database::Impl::start() {
  const bool in_memory = options.directory.empty();
  if (options.file_system != nullptr) {
    file_system = options.file_system;
  } else if (in_memory) {
    owned_file_system = create_memory_file_system();
    file_system = owned_file_system.get();
  } else {
    file_system = &posix_file_system();
  }
  clock = options.clock != nullptr ? options.clock : &system_clock();
  directory = in_memory ? kMemoryDirectory : options.directory;
  LOKILIB_TRY(file_system->create_directories(tenants_directory()));
  LOKILIB_TRY_ASSIGN(lock, file_system->lock(directory + "/LOCK"));
  LOKILIB_TRY_ASSIGN(const auto names, file_system->list(tenants_directory()));
  const WriteLock guard(mutex);
  for (const std::string& name : names) {
    if (db::is_tenant_name(name)) LOKILIB_TRY(open_tenant(name));
  }
  return {};
}

Result<std::shared_ptr<db::Tenant>> Database::Impl::open_tenant(const std::string& name) {
  LOKILIB_TRY_ASSIGN(auto opened,
                     db::Tenant::open(name, tenants_directory() + "/" + name, options, *file_system, *clock));
  std::shared_ptr<db::Tenant> tenant = std::move(opened);
  for (const storage::Damage& place : tenant->store().damage()) {
    damage.push_back(place.to_string());
    if (options.logger) options.logger(LogLevel::Warn, damage.back());
  }
  tenants[name] = tenant;
  return tenant;
}

Result<std::shared_ptr<db::Tenant>> Database::Impl::find_tenant(std::string_view name) const {
  const ReadLock guard(mutex);
  if (closed) return closed_error();
  const auto found = tenants.find(name);
  return found == tenants.end() ? nullptr : found->second;
}

Result<std::shared_ptr<db::Tenant>> Database::Impl::find_or_create_tenant(std::string_view name) {
  LOKILIB_TRY_ASSIGN(auto tenant, find_tenant(name));
  if (tenant != nullptr) return tenant;
  if (!db::is_tenant_name(name)) {
    return make_error(ErrorCode::InvalidArgument, "'{}' cannot be the name of a tenant", name);
  }
  const WriteLock guard(mutex);
  if (closed) return closed_error();
  if (const auto found = tenants.find(name); found != tenants.end()) return found->second;
  return open_tenant(std::string(name));
}

Result<void> Database::Impl::for_each_tenant(Result<void> (db::Tenant::*action)()) {
  std::vector<std::shared_ptr<db::Tenant>> all;
  {
    const ReadLock guard(mutex);
    for (const auto& item : tenants) all.push_back(item.second);
  }
  Result<void> first;
  for (const auto& tenant : all) {
    Result<void> done = (tenant.get()->*action)();
    if (!done && first) first = std::move(done);
  }
  return first;
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Database::~Database() {
  if (impl_ != nullptr) static_cast<void>(close());
}

Result<Database> Database::open(DatabaseOptions options) {
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  LOKILIB_TRY(impl->start());
  return Database(std::move(impl));
}

Result<AppendReport> Database::append(std::span<const StreamEntries> streams, std::string_view tenant) {
  LOKILIB_TRY_ASSIGN(const auto found, impl_->find_or_create_tenant(tenant));
  return found->append(streams);
}

Result<void> Database::append(const LabelSet& labels, const EntryView& entry, std::string_view tenant) {
  const StreamEntries stream{labels, {&entry, 1}};
  LOKILIB_TRY_ASSIGN(const auto report, append({&stream, 1}, tenant));
  if (report.rejections.empty()) return {};
  return Error{report.rejections[0].code, report.rejections[0].message, {}, {}};
}

Result<QueryResult> Database::query(const QueryRequest& request, std::string_view tenant) const {
  LOKILIB_TRY_ASSIGN(const auto found, impl_->find_tenant(tenant));
  if (found != nullptr) return found->query(request);
  return evaluate(db::within_limits(request, impl_->options.limits), VectorLogSource({}));
}

Result<std::vector<std::string>> Database::label_names(const TimeRange& range,
                                                       const std::vector<Matcher>& matchers,
                                                       std::string_view tenant) const {
  LOKILIB_TRY_ASSIGN(const auto found, impl_->find_tenant(tenant));
  if (found == nullptr) return std::vector<std::string>();
  return found->source()->label_names(range, matchers);
}

Result<std::vector<std::string>> Database::label_values(std::string_view name, const TimeRange& range,
                                                        const std::vector<Matcher>& matchers,
                                                        std::string_view tenant) const {
  LOKILIB_TRY_ASSIGN(const auto found, impl_->find_tenant(tenant));
  if (found == nullptr) return std::vector<std::string>();
  return found->source()->label_values(name, range, matchers);
}

Result<std::vector<LabelSet>> Database::series(const TimeRange& range, const std::vector<Matcher>& matchers,
                                               std::string_view tenant) const {
  LOKILIB_TRY_ASSIGN(const auto found, impl_->find_tenant(tenant));
  if (found == nullptr) return std::vector<LabelSet>();
  return found->source()->series(range, matchers);
}

Result<std::vector<StreamVolume>> Database::volumes(const TimeRange& range,
                                                    const std::vector<Matcher>& matchers,
                                                    std::string_view tenant) const {
  LOKILIB_TRY_ASSIGN(const auto found, impl_->find_tenant(tenant));
  if (found == nullptr) return std::vector<StreamVolume>();
  return found->volumes(range, matchers);
}

Result<std::shared_ptr<const LogSource>> Database::source(std::string_view tenant) const {
  LOKILIB_TRY_ASSIGN(const auto found, impl_->find_tenant(tenant));
  if (found == nullptr)
    return std::shared_ptr<const LogSource>(std::make_shared<VectorLogSource>(std::vector<VectorStream>()));
  return std::shared_ptr<const LogSource>(found->source());
}

Result<void> Database::flush() {
  return impl_->for_each_tenant(&db::Tenant::flush);
}

DatabaseStats Database::stats() const {
  DatabaseStats stats;
  const ReadLock guard(impl_->mutex);
  stats.tenants = impl_->tenants.size();
  stats.damage = impl_->damage;
  for (const auto& item : impl_->tenants) {
    const storage::StoreStats one = item.second->store().stats();
    stats.streams_in_memory += one.streams_in_memory;
    stats.bytes_in_memory += one.bytes_in_memory;
    stats.segments += one.segments;
    stats.segment_bytes += one.segment_bytes;
    stats.wal_bytes += one.wal_bytes;
    stats.entries_appended += one.entries_appended;
    stats.bytes_appended += one.bytes_appended;
    stats.flushes += one.flushes;
  }
  return stats;
}

const DatabaseOptions& Database::options() const {
  return impl_->options;
}

Result<void> Database::close() {
  {
    const WriteLock guard(impl_->mutex);
    if (impl_->closed) return {};
    impl_->closed = true;
  }
  Result<void> closed = impl_->for_each_tenant(&db::Tenant::close);
  impl_->lock.reset();
  return closed;
}

}  // namespace lokilib
