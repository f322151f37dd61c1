// SPDX-License-Identifier: Apache-2.0
// lokilib.cc: the C interface over the public C++ headers. Every function passes through at_boundary, which
// turns a Result and any exception into a status.
#include "lokilib.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <lokilib/database.h>
#include <lokilib/logql.h>
#include <lokilib/version.h>

using lokilib::Error;
using lokilib::ErrorCode;
using lokilib::Result;

struct lokilib_error {
  lokilib_status status;
  std::string message;
};

struct lokilib_db {
  lokilib::Database database;
};

struct lokilib_result {
  lokilib_result_kind kind = LOKILIB_RESULT_STREAMS;
  lokilib::LogResult logs;
  std::vector<std::string> log_labels;  // one text for each of logs.label_sets
  std::vector<lokilib::Series> series;
  std::vector<std::string> series_labels;
};

struct lokilib_strings {
  std::vector<std::string> items;
};

namespace {

lokilib_status status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return LOKILIB_INVALID_ARGUMENT;
    case ErrorCode::InvalidLabels:
      return LOKILIB_INVALID_LABELS;
    case ErrorCode::InvalidQuery:
    case ErrorCode::VectorMatching:
      return LOKILIB_INVALID_QUERY;
    case ErrorCode::Unsupported:
      return LOKILIB_UNSUPPORTED;
    case ErrorCode::LimitExceeded:
    case ErrorCode::LineTooLong:
    case ErrorCode::MetadataTooLarge:
    case ErrorCode::TooNew:
    case ErrorCode::RateLimited:
      return LOKILIB_LIMIT;
    case ErrorCode::TooFarBehind:
    case ErrorCode::TooOld:
      return LOKILIB_TOO_FAR_BEHIND;
    case ErrorCode::Cancelled:
    case ErrorCode::DeadlineExceeded:
      return LOKILIB_CANCELLED;
    case ErrorCode::NotFound:
      return LOKILIB_NOT_FOUND;
    case ErrorCode::AlreadyExists:
    case ErrorCode::Busy:
      return LOKILIB_BUSY;
    case ErrorCode::Corrupt:
      return LOKILIB_CORRUPT;
    case ErrorCode::Io:
      return LOKILIB_IO;
    case ErrorCode::NoSpace:
      return LOKILIB_NO_SPACE;
    case ErrorCode::Closed:
      return LOKILIB_CLOSED;
    case ErrorCode::Internal:
      return LOKILIB_INTERNAL;
  }
  return LOKILIB_INTERNAL;
}

lokilib_status report(lokilib_error** error, lokilib_status status, std::string message) noexcept {
  if (error != nullptr) {
    try {
      *error = new lokilib_error{status, std::move(message)};
    } catch (...) {
      *error = nullptr;  // no memory for the error: the status alone has to do
    }
  }
  return status;
}

template <typename Body>
lokilib_status at_boundary(lokilib_error** error, Body body) noexcept {
  try {
    const Result<void> result = body();
    if (result) return LOKILIB_OK;
    return report(error, status_of(result.error().code), result.error().to_string());
  } catch (const std::bad_alloc&) {
    return report(error, LOKILIB_INTERNAL, "out of memory");
  } catch (const std::exception& problem) {
    return report(error, LOKILIB_INTERNAL, problem.what());
  } catch (...) {
    return report(error, LOKILIB_INTERNAL, "unknown exception");
  }
}

Result<void> require(bool condition, const char* what) {
  if (condition) return {};
  return Error{ErrorCode::InvalidArgument, what, {}, {}};
}

std::string_view text_or_empty(const char* text, size_t size) {
  return text == nullptr ? std::string_view() : std::string_view(text, size);
}

std::string_view tenant_or_default(const char* tenant) {
  return tenant == nullptr || *tenant == '\0' ? lokilib::kDefaultTenant : std::string_view(tenant);
}

/// Copies as many bytes of an option struct as the caller's version of it has.
template <typename Options>
Result<Options> read_options(const Options* given, const Options& defaults) {
  Options options = defaults;
  if (given == nullptr) return options;
  LOKILIB_TRY(require(given->struct_size >= sizeof(size_t), "struct_size is not set: use the _INIT macro"));
  std::memcpy(static_cast<void*>(&options), given, std::min(given->struct_size, sizeof(Options)));
  return options;
}

Result<lokilib::DatabaseOptions> database_options(const char* directory, const lokilib_open_options* given) {
  LOKILIB_TRY_ASSIGN(const auto options,
                     read_options(given, lokilib_open_options(LOKILIB_OPEN_OPTIONS_INIT)));
  lokilib::DatabaseOptions result;
  result.directory = directory == nullptr ? "" : directory;
  switch (options.sync) {
    case LOKILIB_SYNC_INTERVAL:
      result.sync = lokilib::SyncMode::Interval;
      break;
    case LOKILIB_SYNC_ALWAYS:
      result.sync = lokilib::SyncMode::Always;
      break;
    case LOKILIB_SYNC_NONE:
      result.sync = lokilib::SyncMode::None;
      break;
    default:
      return Error{ErrorCode::InvalidArgument, "sync is none of the values of lokilib_sync", {}, {}};
  }
  if (options.sync_interval_ns > 0) result.sync_interval_ns = options.sync_interval_ns;
  if (options.head_bytes_max > 0) result.head_bytes_max = options.head_bytes_max;
  result.background_thread = options.no_background_thread == 0;
  if (options.loki_limits != 0) {
    result.limits.ingest = lokilib::IngestLimits::loki();
    result.limits.loki_quirks = true;
  }
  return result;
}

std::vector<lokilib::EntryView> entry_views(const lokilib_entry* entries, size_t count,
                                            std::vector<std::vector<lokilib::MetadataView>>& metadata) {
  std::vector<lokilib::EntryView> views;
  views.reserve(count);
  metadata.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const lokilib_entry& entry = entries[i];
    auto& pairs = metadata.emplace_back();
    for (size_t k = 0; k < entry.metadata_count; ++k) {
      const lokilib_metadata& pair = entry.metadata[k];
      pairs.push_back({text_or_empty(pair.name, pair.name_size), text_or_empty(pair.value, pair.value_size)});
    }
    views.push_back({entry.timestamp_ns, text_or_empty(entry.line, entry.line_size), pairs});
  }
  return views;
}

Result<std::vector<lokilib::Matcher>> parse_selector(const char* selector) {
  if (selector == nullptr || *selector == '\0') return std::vector<lokilib::Matcher>();
  return lokilib::logql::parse_matchers(selector, true);
}

std::string all_labels_text(const lokilib::EntryLabels& labels) {
  std::map<std::string, std::string> merged;
  for (const lokilib::LabelSet* set : {&labels.stream, &labels.structured_metadata, &labels.parsed}) {
    for (const lokilib::Label& label : set->labels()) merged[label.name] = label.value;
  }
  std::vector<lokilib::Label> sorted;
  for (auto& [name, value] : merged) sorted.push_back({name, std::move(value)});
  return lokilib::LabelSet::from_sorted(std::move(sorted)).to_string();
}

std::unique_ptr<lokilib_result> make_result(lokilib::QueryResult&& answer) {
  auto result = std::make_unique<lokilib_result>();
  if (auto* logs = std::get_if<lokilib::LogResult>(&answer.data)) {
    result->logs = std::move(*logs);
    for (const auto& labels : result->logs.label_sets) result->log_labels.push_back(all_labels_text(labels));
    return result;
  }
  if (auto* vector = std::get_if<lokilib::VectorResult>(&answer.data)) {
    result->kind = LOKILIB_RESULT_VECTOR;
    result->series = std::move(vector->series);
  } else if (auto* matrix = std::get_if<lokilib::MatrixResult>(&answer.data)) {
    result->kind = LOKILIB_RESULT_MATRIX;
    result->series = std::move(matrix->series);
  } else {
    result->kind = LOKILIB_RESULT_SCALAR;
    result->series.push_back({{}, {std::get<lokilib::ScalarResult>(answer.data).sample}});
  }
  for (const auto& series : result->series) result->series_labels.push_back(series.labels.to_string());
  return result;
}

}  // namespace

const char* lokilib_version(void) {
  return lokilib::version();
}

lokilib_status lokilib_error_status(const lokilib_error* error) {
  return error == nullptr ? LOKILIB_OK : error->status;
}

const char* lokilib_error_message(const lokilib_error* error) {
  return error == nullptr ? "" : error->message.c_str();
}

void lokilib_error_free(lokilib_error* error) {
  delete error;
}

lokilib_status lokilib_db_open(const char* directory, const lokilib_open_options* options, lokilib_db** db,
                               lokilib_error** error) {
  return at_boundary(error, [&]() -> Result<void> {
    LOKILIB_TRY(require(db != nullptr, "db is null"));
    *db = nullptr;
    LOKILIB_TRY_ASSIGN(auto database_opts, database_options(directory, options));
    LOKILIB_TRY_ASSIGN(auto database, lokilib::Database::open(std::move(database_opts)));
    *db = new lokilib_db{std::move(database)};
    return {};
  });
}

lokilib_status lokilib_db_close(lokilib_db* db, lokilib_error** error) {
  const std::unique_ptr<lokilib_db> owned(db);
  if (db == nullptr) return LOKILIB_OK;
  return at_boundary(error, [&]() -> Result<void> { return db->database.close(); });
}

lokilib_status lokilib_db_flush(lokilib_db* db, lokilib_error** error) {
  return at_boundary(error, [&]() -> Result<void> {
    LOKILIB_TRY(require(db != nullptr, "db is null"));
    return db->database.flush();
  });
}

lokilib_status lokilib_db_append(lokilib_db* db, const char* labels, size_t labels_size, int64_t timestamp_ns,
                                 const char* line, size_t line_size, lokilib_error** error) {
  return at_boundary(error, [&]() -> Result<void> {
    LOKILIB_TRY(require(db != nullptr, "db is null"));
    LOKILIB_TRY(require(line != nullptr || line_size == 0, "line is null"));
    LOKILIB_TRY_ASSIGN(const auto label_set, lokilib::parse_labels(text_or_empty(labels, labels_size)));
    return db->database.append(label_set, {timestamp_ns, text_or_empty(line, line_size), {}});
  });
}

lokilib_status lokilib_db_append_many(lokilib_db* db, const char* tenant, const char* labels,
                                      size_t labels_size, const lokilib_entry* entries, size_t entry_count,
                                      size_t* accepted, lokilib_error** error) {
  if (accepted != nullptr) *accepted = 0;
  return at_boundary(error, [&]() -> Result<void> {
    LOKILIB_TRY(require(db != nullptr, "db is null"));
    LOKILIB_TRY(require(entries != nullptr || entry_count == 0, "entries is null"));
    LOKILIB_TRY_ASSIGN(auto label_set, lokilib::parse_labels(text_or_empty(labels, labels_size)));
    std::vector<std::vector<lokilib::MetadataView>> metadata;
    const auto views = entry_views(entries, entry_count, metadata);
    const lokilib::StreamEntries stream{std::move(label_set), views};
    LOKILIB_TRY_ASSIGN(const auto outcome, db->database.append({&stream, 1}, tenant_or_default(tenant)));
    if (accepted != nullptr) *accepted = outcome.entries_accepted;
    if (outcome.rejections.empty()) return {};
    return Error{outcome.rejections[0].code, outcome.rejections[0].message, {}, {}};
  });
}

lokilib_status lokilib_db_query(lokilib_db* db, const lokilib_query* query, lokilib_result** result,
                                lokilib_error** error) {
  return at_boundary(error, [&]() -> Result<void> {
    LOKILIB_TRY(require(result != nullptr, "result is null"));
    *result = nullptr;
    LOKILIB_TRY(require(db != nullptr, "db is null"));
    LOKILIB_TRY(require(query != nullptr, "query is null"));
    LOKILIB_TRY_ASSIGN(const auto given, read_options(query, lokilib_query(LOKILIB_QUERY_INIT)));
    lokilib::QueryRequest request;
    request.query = text_or_empty(given.query, given.query_size);
    request.kind =
        given.instant != 0 ? lokilib::QueryRequest::Kind::Instant : lokilib::QueryRequest::Kind::Range;
    request.start_ns = given.start_ns;
    request.end_ns = given.end_ns;
    request.step_ns = given.step_ns;
    request.limit = given.limit;
    request.direction = given.forward != 0 ? lokilib::Direction::Forward : lokilib::Direction::Backward;
    const lokilib::Clock* const clock = db->database.options().clock;
    const lokilib::Clock& time = clock == nullptr ? lokilib::system_clock() : *clock;
    const lokilib::Cancellation deadline(time,
                                         given.timeout_ns > 0 ? time.monotonic_ns() + given.timeout_ns : 0);
    request.cancellation = &deadline;
    LOKILIB_TRY_ASSIGN(auto answer, db->database.query(request, tenant_or_default(given.tenant)));
    *result = make_result(std::move(answer)).release();
    return {};
  });
}

void lokilib_result_free(lokilib_result* result) {
  delete result;
}

lokilib_result_kind lokilib_result_get_kind(const lokilib_result* result) {
  return result == nullptr ? LOKILIB_RESULT_STREAMS : result->kind;
}

size_t lokilib_result_entry_count(const lokilib_result* result) {
  return result == nullptr ? 0 : result->logs.entries.size();
}

lokilib_status lokilib_result_get_entry(const lokilib_result* result, size_t index, int64_t* timestamp_ns,
                                        const char** line, size_t* line_size, lokilib_error** error) {
  return at_boundary(error, [&]() -> Result<void> {
    LOKILIB_TRY(require(result != nullptr, "result is null"));
    LOKILIB_TRY(require(index < result->logs.entries.size(), "there is no entry of that index"));
    const lokilib::ResultEntry& entry = result->logs.entries[index];
    if (timestamp_ns != nullptr) *timestamp_ns = entry.timestamp_ns;
    if (line != nullptr) *line = entry.line.c_str();
    if (line_size != nullptr) *line_size = entry.line.size();
    return {};
  });
}

const char* lokilib_result_entry_labels(const lokilib_result* result, size_t index) {
  if (result == nullptr || index >= result->logs.entries.size()) return nullptr;
  return result->log_labels[result->logs.entries[index].labels].c_str();
}

size_t lokilib_result_series_count(const lokilib_result* result) {
  return result == nullptr ? 0 : result->series.size();
}

const char* lokilib_result_series_labels(const lokilib_result* result, size_t series) {
  if (result == nullptr || series >= result->series.size()) return nullptr;
  return result->series_labels[series].c_str();
}

size_t lokilib_result_sample_count(const lokilib_result* result, size_t series) {
  if (result == nullptr || series >= result->series.size()) return 0;
  return result->series[series].samples.size();
}

lokilib_status lokilib_result_get_sample(const lokilib_result* result, size_t series, size_t index,
                                         int64_t* timestamp_ns, double* value, lokilib_error** error) {
  return at_boundary(error, [&]() -> Result<void> {
    LOKILIB_TRY(require(result != nullptr, "result is null"));
    LOKILIB_TRY(
        require(index < lokilib_result_sample_count(result, series), "there is no sample of that index"));
    const lokilib::Sample& sample = result->series[series].samples[index];
    if (timestamp_ns != nullptr) *timestamp_ns = sample.timestamp_ns;
    if (value != nullptr) *value = sample.value;
    return {};
  });
}

lokilib_status lokilib_db_labels(lokilib_db* db, const char* tenant, const char* selector, int64_t start_ns,
                                 int64_t end_ns, lokilib_strings** names, lokilib_error** error) {
  return at_boundary(error, [&]() -> Result<void> {
    LOKILIB_TRY(require(db != nullptr && names != nullptr, "db or names is null"));
    *names = nullptr;
    LOKILIB_TRY_ASSIGN(const auto matchers, parse_selector(selector));
    LOKILIB_TRY_ASSIGN(auto items,
                       db->database.label_names({start_ns, end_ns}, matchers, tenant_or_default(tenant)));
    *names = new lokilib_strings{std::move(items)};
    return {};
  });
}

lokilib_status lokilib_db_label_values(lokilib_db* db, const char* tenant, const char* name,
                                       const char* selector, int64_t start_ns, int64_t end_ns,
                                       lokilib_strings** values, lokilib_error** error) {
  return at_boundary(error, [&]() -> Result<void> {
    LOKILIB_TRY(require(db != nullptr && values != nullptr && name != nullptr, "db, name or values is null"));
    *values = nullptr;
    LOKILIB_TRY_ASSIGN(const auto matchers, parse_selector(selector));
    LOKILIB_TRY_ASSIGN(
        auto items, db->database.label_values(name, {start_ns, end_ns}, matchers, tenant_or_default(tenant)));
    *values = new lokilib_strings{std::move(items)};
    return {};
  });
}

size_t lokilib_strings_count(const lokilib_strings* strings) {
  return strings == nullptr ? 0 : strings->items.size();
}

const char* lokilib_strings_get(const lokilib_strings* strings, size_t index) {
  if (strings == nullptr || index >= strings->items.size()) return nullptr;
  return strings->items[index].c_str();
}

void lokilib_strings_free(lokilib_strings* strings) {
  delete strings;
}
