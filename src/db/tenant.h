// SPDX-License-Identifier: Apache-2.0
// tenant.h: one tenant: its rules of ingestion in front of its store, and its limits in front of its queries.
// Tenants share nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/database.h>

#include "db/ingest.h"
#include "storage/tenant_store.h"

namespace lokilib::db {

/// Threads: all members may be called from any thread, but close() and the destructor.
class Tenant {
 public:
  /// Opens or creates the tenant in `directory`.
  static Result<std::unique_ptr<Tenant>> open(const std::string& name, const std::string& directory,
                                              const DatabaseOptions& options, FileSystem& file_system,
                                              const Clock& clock);

  Result<AppendReport> append(std::span<const StreamEntries> streams);
  Result<QueryResult> query(const QueryRequest& request) const;
  Result<std::vector<StreamVolume>> volumes(const TimeRange& range,
                                            const std::vector<Matcher>& matchers) const;

  std::shared_ptr<const storage::StoredLogSource> source() const { return store_->source(); }
  const storage::TenantStore& store() const { return *store_; }
  Result<void> flush() { return store_->flush(); }
  Result<void> close() { return store_->close(); }

 private:
  Tenant(const std::string& name, const TenantLimits& limits, const Clock& clock,
         std::unique_ptr<storage::TenantStore> store)
      : limits_(limits), ingest_(name, limits_.ingest, clock), store_(std::move(store)) {}

  const TenantLimits limits_;
  Ingest ingest_;
  std::unique_ptr<storage::TenantStore> store_;
};

/// The request within the tenant's limits: of two bounds the tighter one counts.
QueryRequest within_limits(const QueryRequest& request, const TenantLimits& limits);

/// Whether a tenant may be called so (Loki's rule): letters, digits and !-_.*'(), up to 150 bytes, not . or
/// ..
bool is_tenant_name(std::string_view name);

}  // namespace lokilib::db
