// SPDX-License-Identifier: Apache-2.0
// module.cc: the Python module _lokilib over the public C++ headers. Python objects are read and made with
// the GIL; it is released around every call into the database.
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <lokilib/database.h>
#include <lokilib/logql.h>
#include <lokilib/version.h>

namespace py = pybind11;

namespace {

using lokilib::Error;
using lokilib::ErrorCode;
using lokilib::Result;

/// Carries an Error to the translator that makes it a Python exception.
struct LokilibError {
  Error error;
};

template <typename T>
T unwrap(Result<T> result) {
  if (!result) throw LokilibError{std::move(result).error()};
  return std::move(result).value();
}
void unwrap(Result<void> result) {
  if (!result) throw LokilibError{std::move(result).error()};
}

/// Nanoseconds from an int (nanoseconds) or a datetime (naive ones are UTC).
int64_t to_ns(const py::handle& time) {
  if (py::isinstance<py::int_>(time)) return time.cast<int64_t>();
  const py::module_ datetime = py::module_::import("datetime");
  if (py::isinstance(time, datetime.attr("datetime"))) {
    py::object moment = py::reinterpret_borrow<py::object>(time);
    const py::object utc = datetime.attr("timezone").attr("utc");
    if (moment.attr("tzinfo").is_none()) moment = moment.attr("replace")(py::arg("tzinfo") = utc);
    const py::object delta = moment - datetime.attr("datetime")(1970, 1, 1, 0, 0, 0, 0, utc);
    const auto days = delta.attr("days").cast<int64_t>();
    const auto seconds = delta.attr("seconds").cast<int64_t>();
    const auto microseconds = delta.attr("microseconds").cast<int64_t>();
    return (days * 86'400 + seconds) * 1'000'000'000 + microseconds * 1000;
  }
  throw py::type_error("a time must be an int (nanoseconds since 1970) or a datetime");
}

std::optional<int64_t> to_optional_ns(const py::object& time) {
  if (time.is_none()) return std::nullopt;
  return to_ns(time);
}

/// A duration in nanoseconds from an int (nanoseconds) or a timedelta.
int64_t to_duration_ns(const py::object& duration) {
  if (duration.is_none()) return 0;
  if (py::isinstance<py::int_>(duration)) return duration.cast<int64_t>();
  if (py::isinstance(duration, py::module_::import("datetime").attr("timedelta"))) {
    return (duration.attr("days").cast<int64_t>() * 86'400 + duration.attr("seconds").cast<int64_t>()) *
               1'000'000'000 +
           duration.attr("microseconds").cast<int64_t>() * 1000;
  }
  throw py::type_error("a duration must be an int (nanoseconds) or a timedelta");
}

/// UTF-8 of a str, or bytes as they are.
std::string to_bytes(const py::handle& text) {
  if (py::isinstance<py::str>(text) || py::isinstance<py::bytes>(text)) return text.cast<std::string>();
  throw py::type_error("a text must be str or bytes");
}

/// str where the bytes are UTF-8; bytes that are not become U+FFFD.
py::str to_str(const std::string& text) {
  PyObject* const decoded =
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
  if (decoded == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(decoded);
}

lokilib::LabelSet to_labels(const py::object& labels) {
  if (py::isinstance<py::str>(labels)) return unwrap(lokilib::parse_labels(labels.cast<std::string>()));
  if (!py::isinstance<py::dict>(labels))
    throw py::type_error("labels must be a dict or a text like {app=\"api\"}");
  std::vector<lokilib::Label> items;
  for (const auto& [name, value] : labels.cast<py::dict>())
    items.push_back({to_bytes(name), to_bytes(value)});
  return unwrap(lokilib::LabelSet::create(std::move(items)));
}

py::dict to_dict(const lokilib::LabelSet& labels) {
  py::dict result;
  for (const lokilib::Label& label : labels.labels()) result[to_str(label.name)] = to_str(label.value);
  return result;
}

struct Entry {
  int64_t timestamp_ns = 0;
  py::str line;
  py::dict labels;  // of all origins
  py::dict structured_metadata;
  py::dict parsed;
};

struct Series {
  py::dict labels;
  std::vector<std::pair<int64_t, double>> samples;
};

py::dict merge(const lokilib::EntryLabels& labels) {
  py::dict result = to_dict(labels.stream);
  for (const lokilib::LabelSet* set : {&labels.structured_metadata, &labels.parsed}) {
    for (const lokilib::Label& label : set->labels()) result[to_str(label.name)] = to_str(label.value);
  }
  return result;
}

py::list to_entries(const lokilib::LogResult& logs) {
  std::vector<Entry> shapes(logs.label_sets.size());
  for (size_t i = 0; i < shapes.size(); ++i) {
    shapes[i].labels = merge(logs.label_sets[i]);
    shapes[i].structured_metadata = to_dict(logs.label_sets[i].structured_metadata);
    shapes[i].parsed = to_dict(logs.label_sets[i].parsed);
  }
  py::list result;
  for (const lokilib::ResultEntry& entry : logs.entries) {
    Entry out = shapes[entry.labels];
    out.timestamp_ns = entry.timestamp_ns;
    out.line = to_str(entry.line);
    result.append(py::cast(std::move(out)));
  }
  return result;
}

py::list to_series(const std::vector<lokilib::Series>& series) {
  py::list result;
  for (const lokilib::Series& one : series) {
    Series out{to_dict(one.labels), {}};
    for (const lokilib::Sample& sample : one.samples)
      out.samples.emplace_back(sample.timestamp_ns, sample.value);
    result.append(py::cast(std::move(out)));
  }
  return result;
}

py::object to_python(const lokilib::QueryResult& result) {
  if (const auto* logs = std::get_if<lokilib::LogResult>(&result.data)) return to_entries(*logs);
  if (const auto* vector = std::get_if<lokilib::VectorResult>(&result.data)) return to_series(vector->series);
  if (const auto* matrix = std::get_if<lokilib::MatrixResult>(&result.data)) return to_series(matrix->series);
  return py::float_(std::get<lokilib::ScalarResult>(result.data).sample.value);
}

/// Entries that own their bytes while the GIL is away.
struct OwnedEntries {
  std::vector<lokilib::Entry> entries;
  std::vector<std::vector<lokilib::MetadataView>> metadata;
  std::vector<lokilib::EntryView> views;

  void add(int64_t timestamp_ns, std::string line, const py::object& pairs) {
    lokilib::Entry& entry = entries.emplace_back();
    entry.timestamp_ns = timestamp_ns;
    entry.line = std::move(line);
    if (pairs.is_none()) return;
    for (const auto& [name, value] : pairs.cast<py::dict>())
      entry.metadata.push_back({to_bytes(name), to_bytes(value)});
  }

  const std::vector<lokilib::EntryView>& as_views() {
    metadata.resize(entries.size());
    for (size_t i = 0; i < entries.size(); ++i) {
      for (const lokilib::Label& pair : entries[i].metadata) metadata[i].push_back({pair.name, pair.value});
      views.push_back({entries[i].timestamp_ns, entries[i].line, metadata[i]});
    }
    return views;
  }
};

class Database {
 public:
  explicit Database(lokilib::DatabaseOptions options) {
    const py::gil_scoped_release release;
    database_ = std::make_shared<lokilib::Database>(unwrap(lokilib::Database::open(std::move(options))));
  }

  void append(const py::object& labels, const py::object& line, const py::object& timestamp,
              const py::object& metadata, const std::string& tenant) {
    OwnedEntries owned;
    owned.add(timestamp.is_none() ? lokilib::system_clock().now_ns() : to_ns(timestamp), to_bytes(line),
              metadata);
    store(to_labels(labels), owned, tenant);
  }

  uint64_t append_many(const py::object& labels, const py::iterable& entries, const std::string& tenant) {
    OwnedEntries owned;
    for (const py::handle item : entries) {
      const auto parts = py::reinterpret_borrow<py::object>(item).cast<py::sequence>();
      if (parts.size() != 2 && parts.size() != 3) {
        throw py::value_error("an entry must be (timestamp, line) or (timestamp, line, metadata)");
      }
      owned.add(to_ns(parts[0]), to_bytes(parts[1]), parts.size() == 3 ? py::object(parts[2]) : py::none());
    }
    return store(to_labels(labels), owned, tenant);
  }

  py::object query(const std::string& text, const py::object& time, uint64_t limit,
                   const std::string& tenant) {
    lokilib::QueryRequest request;
    request.query = text;
    request.end_ns = to_optional_ns(time).value_or(lokilib::system_clock().now_ns());
    request.limit = limit;
    const auto expr = unwrap(lokilib::logql::parse(text));
    if (expr.as<lokilib::logql::LogExpr>() == nullptr) {
      request.kind = lokilib::QueryRequest::Kind::Instant;
    } else {
      request.start_ns = std::numeric_limits<int64_t>::min();
    }
    return run(request, tenant);
  }

  py::object query_range(const std::string& text, const py::object& start, const py::object& end,
                         const py::object& step, uint64_t limit, const std::string& direction,
                         const std::string& tenant) {
    lokilib::QueryRequest request;
    request.query = text;
    request.end_ns = to_optional_ns(end).value_or(lokilib::system_clock().now_ns());
    request.start_ns = to_optional_ns(start).value_or(request.end_ns - 3'600'000'000'000);
    request.step_ns = to_duration_ns(step);
    request.limit = limit;
    if (direction != "forward" && direction != "backward") {
      throw py::value_error("direction must be \"forward\" or \"backward\"");
    }
    request.direction = direction == "forward" ? lokilib::Direction::Forward : lokilib::Direction::Backward;
    return run(request, tenant);
  }

  py::list labels(const py::object& start, const py::object& end, const std::string& selector,
                  const std::string& tenant) {
    const auto matchers = to_matchers(selector);
    const lokilib::TimeRange range = to_range(start, end);
    return to_list(
        without_gil([&](lokilib::Database& db) { return db.label_names(range, matchers, tenant); }));
  }

  py::list label_values(const std::string& name, const py::object& start, const py::object& end,
                        const std::string& selector, const std::string& tenant) {
    const auto matchers = to_matchers(selector);
    const lokilib::TimeRange range = to_range(start, end);
    return to_list(
        without_gil([&](lokilib::Database& db) { return db.label_values(name, range, matchers, tenant); }));
  }

  py::list series(const std::string& selector, const py::object& start, const py::object& end,
                  const std::string& tenant) {
    const auto matchers = to_matchers(selector);
    const lokilib::TimeRange range = to_range(start, end);
    const auto found = without_gil([&](lokilib::Database& db) { return db.series(range, matchers, tenant); });
    py::list result;
    for (const lokilib::LabelSet& labels : found) result.append(to_dict(labels));
    return result;
  }

  void flush() {
    without_gil([](lokilib::Database& db) { return db.flush(); });
  }

  void close() {
    if (database_ == nullptr) return;
    const std::shared_ptr<lokilib::Database> database = std::move(database_);
    const py::gil_scoped_release release;
    unwrap(database->close());
  }

 private:
  /// Calls into the database without the GIL. Another thread may close() meanwhile: the call keeps it alive.
  template <typename Call>
  typename std::invoke_result_t<Call, lokilib::Database&>::value_type without_gil(Call call) {
    const std::shared_ptr<lokilib::Database> database = database_;
    if (database == nullptr) throw LokilibError{{ErrorCode::Closed, "the database is closed", {}, {}}};
    const py::gil_scoped_release release;
    return unwrap(call(*database));
  }

  uint64_t store(lokilib::LabelSet labels, OwnedEntries& owned, const std::string& tenant) {
    const lokilib::StreamEntries stream{std::move(labels), owned.as_views()};
    const auto report = without_gil([&](lokilib::Database& db) { return db.append({&stream, 1}, tenant); });
    if (!report.rejections.empty()) {
      throw LokilibError{{report.rejections[0].code, report.rejections[0].message, {}, {}}};
    }
    return report.entries_accepted;
  }

  py::object run(const lokilib::QueryRequest& request, const std::string& tenant) {
    return to_python(without_gil([&](lokilib::Database& db) { return db.query(request, tenant); }));
  }

  static std::vector<lokilib::Matcher> to_matchers(const std::string& selector) {
    if (selector.empty()) return {};
    return unwrap(lokilib::logql::parse_matchers(selector, true));
  }

  static lokilib::TimeRange to_range(const py::object& start, const py::object& end) {
    lokilib::TimeRange range;
    range.begin_ns = to_optional_ns(start).value_or(range.begin_ns);
    range.end_ns = to_optional_ns(end).value_or(range.end_ns);
    return range;
  }

  static py::list to_list(const std::vector<std::string>& items) {
    py::list result;
    for (const std::string& item : items) result.append(to_str(item));
    return result;
  }

  std::shared_ptr<lokilib::Database> database_;
};

lokilib::SyncMode to_sync_mode(const std::string& name) {
  if (name == "interval") return lokilib::SyncMode::Interval;
  if (name == "always") return lokilib::SyncMode::Always;
  if (name == "none") return lokilib::SyncMode::None;
  throw py::value_error("sync must be \"interval\", \"always\" or \"none\"");
}

std::unique_ptr<Database> open_database(const std::string& path, const std::string& sync,
                                        const std::string& limits, uint64_t head_bytes_max) {
  lokilib::DatabaseOptions options;
  options.directory = path;
  options.sync = to_sync_mode(sync);
  if (head_bytes_max > 0) options.head_bytes_max = head_bytes_max;
  if (limits == "loki") {
    options.limits.ingest = lokilib::IngestLimits::loki();
    options.limits.loki_quirks = true;
  } else if (limits != "lokilib") {
    throw py::value_error("limits must be \"lokilib\" or \"loki\"");
  }
  return std::make_unique<Database>(std::move(options));
}

void define_exceptions(py::module_& module) {
  static py::exception<LokilibError> base(module, "Error");
  static const py::exception<int> query_error(module, "QueryError", base.ptr());
  static const py::exception<int> append_error(module, "AppendError", base.ptr());
  py::register_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const LokilibError& problem) {
      const ErrorCode code = problem.error.code;
      const bool is_query = code == ErrorCode::InvalidQuery || code == ErrorCode::VectorMatching;
      const bool is_append = code == ErrorCode::InvalidLabels || code == ErrorCode::TooFarBehind ||
                             code == ErrorCode::TooOld || code == ErrorCode::TooNew ||
                             code == ErrorCode::LineTooLong || code == ErrorCode::MetadataTooLarge ||
                             code == ErrorCode::RateLimited;
      PyObject* const type = is_query ? query_error.ptr() : is_append ? append_error.ptr() : base.ptr();
      PyErr_SetString(type, problem.error.to_string().c_str());
    }
  });
}

std::string entry_text(const Entry& entry) {
  return "Entry(" + std::to_string(entry.timestamp_ns) + ", " + std::string(py::repr(entry.line)) + ", " +
         std::string(py::repr(entry.labels)) + ")";
}

}  // namespace

PYBIND11_MODULE(_lokilib, module) {
  module.doc() = "lokilib: an embeddable log database";
  module.attr("__version__") = lokilib::version();
  define_exceptions(module);

  py::class_<Entry>(module, "Entry")
      .def_readonly("timestamp_ns", &Entry::timestamp_ns)
      .def_readonly("line", &Entry::line)
      .def_readonly("labels", &Entry::labels)
      .def_readonly("structured_metadata", &Entry::structured_metadata)
      .def_readonly("parsed", &Entry::parsed)
      .def("__repr__", entry_text);
  py::class_<Series>(module, "Series")
      .def_readonly("labels", &Series::labels)
      .def_readonly("samples", &Series::samples)
      .def("__repr__", [](const Series& series) {
        return "Series(" + std::string(py::repr(series.labels)) + ", " +
               std::to_string(series.samples.size()) + " samples)";
      });

  const std::string tenant(lokilib::kDefaultTenant);
  py::class_<Database>(module, "Database")
      .def("append", &Database::append, py::arg("labels"), py::arg("line"), py::arg("timestamp") = py::none(),
           py::kw_only(), py::arg("metadata") = py::none(), py::arg("tenant") = tenant)
      .def("append_many", &Database::append_many, py::arg("labels"), py::arg("entries"), py::kw_only(),
           py::arg("tenant") = tenant)
      .def("query", &Database::query, py::arg("query"), py::arg("time") = py::none(), py::kw_only(),
           py::arg("limit") = 100, py::arg("tenant") = tenant)
      .def("query_range", &Database::query_range, py::arg("query"), py::arg("start") = py::none(),
           py::arg("end") = py::none(), py::kw_only(), py::arg("step") = py::none(), py::arg("limit") = 100,
           py::arg("direction") = "backward", py::arg("tenant") = tenant)
      .def("labels", &Database::labels, py::arg("start") = py::none(), py::arg("end") = py::none(),
           py::kw_only(), py::arg("selector") = "", py::arg("tenant") = tenant)
      .def("label_values", &Database::label_values, py::arg("name"), py::arg("start") = py::none(),
           py::arg("end") = py::none(), py::kw_only(), py::arg("selector") = "", py::arg("tenant") = tenant)
      .def("series", &Database::series, py::arg("selector") = "", py::arg("start") = py::none(),
           py::arg("end") = py::none(), py::kw_only(), py::arg("tenant") = tenant)
      .def("flush", &Database::flush)
      .def("close", &Database::close)
      .def("__enter__", [](py::object self) { return self; })
      .def("__exit__", [](Database& self, const py::args&) { self.close(); });

  module.def("open", open_database, py::arg("path") = "", py::kw_only(), py::arg("sync") = "interval",
             py::arg("limits") = "lokilib", py::arg("head_bytes_max") = 0);
}
