// SPDX-License-Identifier: Apache-2.0
#include "serve_options.h"

#include <charconv>
#include <fstream>
#include <functional>
#include <map>

#include <yaml-cpp/yaml.h>

#include "nearest.h"
#include "target_flags.h"

namespace lokilib::tool {
namespace {

Error bad_setting(std::string text) {
  return Error{ErrorCode::InvalidArgument, std::move(text), {}, {}};
}

Result<bool> parse_bool(const std::string& text) {
  if (text == "true" || text == "1" || text == "yes") return true;
  if (text == "false" || text == "0" || text == "no") return false;
  return bad_setting("'" + text + "' is neither true nor false");
}

template <typename T>
Result<T> parse_count(const std::string& text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return bad_setting("'" + text + "' is not a number");
  return value;
}

/// Rates of Loki's *_mb settings: MiB a second, with a fraction.
Result<uint64_t> parse_megabytes(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    return bad_setting("'" + text + "' is not a number of megabytes");
  }
  return static_cast<uint64_t>(value * 1024 * 1024);
}

using LimitSetter = std::function<Result<void>(const std::string&, TenantLimits&, http::ApiOptions&)>;

template <typename T, typename Parse>
LimitSetter ingest_limit(T IngestLimits::*member, Parse parse) {
  return [member, parse](const std::string& text, TenantLimits& limits, http::ApiOptions&) -> Result<void> {
    LOKILIB_TRY_ASSIGN(auto value, parse(text));
    limits.ingest.*member = static_cast<T>(value);
    return {};
  };
}

template <typename T, typename Parse>
LimitSetter query_limit(T QueryLimits::*member, Parse parse) {
  return [member, parse](const std::string& text, TenantLimits& limits, http::ApiOptions&) -> Result<void> {
    LOKILIB_TRY_ASSIGN(auto value, parse(text));
    limits.query.*member = static_cast<T>(value);
    return {};
  };
}

template <typename Parse>
LimitSetter api_limit(uint64_t http::ApiOptions::*member, Parse parse) {
  return [member, parse](const std::string& text, TenantLimits&, http::ApiOptions& api) -> Result<void> {
    LOKILIB_TRY_ASSIGN(auto value, parse(text));
    api.*member = static_cast<uint64_t>(value);
    return {};
  };
}

/// Every limit that can be set, by Loki's name.
const std::map<std::string, LimitSetter>& known_limits() {
  const auto count32 = parse_count<uint32_t>;
  const auto count64 = parse_count<uint64_t>;
  static const std::map<std::string, LimitSetter> kLimits = {
      {"reject_old_samples", ingest_limit(&IngestLimits::reject_old_samples, parse_bool)},
      {"reject_old_samples_max_age",
       ingest_limit(&IngestLimits::reject_old_samples_age_ns_max, parse_duration_flag)},
      {"creation_grace_period", ingest_limit(&IngestLimits::creation_grace_ns, parse_duration_flag)},
      {"ordering_window", ingest_limit(&IngestLimits::ordering_window_ns, parse_duration_flag)},
      {"max_line_size", ingest_limit(&IngestLimits::line_bytes_max, parse_size)},
      {"max_line_size_truncate", ingest_limit(&IngestLimits::truncate_long_lines, parse_bool)},
      {"max_label_names_per_series", ingest_limit(&IngestLimits::label_names_max, count32)},
      {"max_label_name_length", ingest_limit(&IngestLimits::label_name_bytes_max, count32)},
      {"max_label_value_length", ingest_limit(&IngestLimits::label_value_bytes_max, count32)},
      {"allow_structured_metadata", ingest_limit(&IngestLimits::allow_structured_metadata, parse_bool)},
      {"max_structured_metadata_size", ingest_limit(&IngestLimits::metadata_bytes_max, parse_size)},
      {"max_structured_metadata_entries_count", ingest_limit(&IngestLimits::metadata_entries_max, count32)},
      {"increment_duplicate_timestamp",
       ingest_limit(&IngestLimits::increment_duplicate_timestamp, parse_bool)},
      {"discover_log_levels", ingest_limit(&IngestLimits::discover_log_levels, parse_bool)},
      {"ingestion_rate_mb", ingest_limit(&IngestLimits::ingestion_rate_bytes, parse_megabytes)},
      {"ingestion_burst_size_mb", ingest_limit(&IngestLimits::ingestion_burst_bytes, parse_megabytes)},
      {"max_streams_per_user", ingest_limit(&IngestLimits::streams_max, count64)},
      {"max_global_streams_per_user", ingest_limit(&IngestLimits::streams_max, count64)},
      {"per_stream_rate_limit", ingest_limit(&IngestLimits::stream_rate_bytes, parse_size)},
      {"per_stream_rate_limit_burst", ingest_limit(&IngestLimits::stream_burst_bytes, parse_size)},
      {"max_query_series", query_limit(&QueryLimits::series_max, count64)},
      {"max_query_length", query_limit(&QueryLimits::length_ns_max, parse_duration_flag)},
      {"max_query_bytes_read", query_limit(&QueryLimits::bytes_scanned_max, parse_size)},
      {"max_entries_limit_per_query", api_limit(&http::ApiOptions::entries_per_query_max, count64)},
      {"volume_max_series", api_limit(&http::ApiOptions::volume_series_max, count64)},
  };
  return kLimits;
}

Result<void> set_limit(const std::string& assignment, TenantLimits& limits, http::ApiOptions& api) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos)
    return bad_setting("limit '" + assignment + "' is not of the form name=value");
  const std::string name = assignment.substr(0, equals);
  const auto known = known_limits().find(name);
  if (known == known_limits().end()) {
    std::vector<std::string> names;
    for (const auto& item : known_limits()) names.push_back(item.first);
    const std::string hint = nearest(name, names);
    return bad_setting("unknown limit '" + name + "'" +
                       (hint.empty() ? "" : ": did you mean '" + hint + "'?"));
  }
  auto done = known->second(assignment.substr(equals + 1), limits, api);
  if (!done) return bad_setting("limit " + name + ": " + done.error().message);
  return {};
}

Error config_error(const std::string& path, const YAML::Mark& mark, const std::string& text) {
  return bad_setting(path + ":" + std::to_string(mark.line + 1) + ": " + text);
}

Result<void> read_limits(const std::string& path, const YAML::Node& node, ServeOptions& options) {
  if (!node.IsMap()) return config_error(path, node.Mark(), "'limits' must be a map of names to values");
  for (const auto& item : node) {
    if (!item.second.IsScalar())
      return config_error(path, item.second.Mark(), "a limit must be a single value");
    options.limits.push_back(item.first.Scalar() + "=" + item.second.Scalar());
  }
  return {};
}

Result<void> read_key(const std::string& path, const std::string& key, const YAML::Node& value,
                      ServeOptions& options) {
  const std::map<std::string, std::string*> texts = {{"listen", &options.listen},
                                                     {"data", &options.data},
                                                     {"sync", &options.sync},
                                                     {"limits_profile", &options.limits_profile},
                                                     {"path_prefix", &options.path_prefix},
                                                     {"head_bytes_max", &options.head_bytes_max},
                                                     {"query_timeout", &options.query_timeout}};
  if (key == "limits") return read_limits(path, value, options);
  if (!value.IsScalar()) return config_error(path, value.Mark(), "'" + key + "' must be a single value");
  if (key == "auth_enabled") {
    auto parsed = parse_bool(value.Scalar());
    if (!parsed) return config_error(path, value.Mark(), "auth_enabled: " + parsed.error().message);
    options.auth_enabled = *parsed;
    return {};
  }
  const auto known = texts.find(key);
  if (known == texts.end()) {
    std::vector<std::string> names = {"limits", "auth_enabled"};
    for (const auto& item : texts) names.push_back(item.first);
    const std::string hint = nearest(key, names);
    return config_error(path, value.Mark(),
                        "unknown key '" + key + "'" + (hint.empty() ? "" : ": did you mean '" + hint + "'?"));
  }
  *known->second = value.Scalar();
  return {};
}

Result<SyncMode> parse_sync_mode(const std::string& text) {
  if (text == "always") return SyncMode::Always;
  if (text == "interval") return SyncMode::Interval;
  if (text == "none") return SyncMode::None;
  return bad_setting("sync is '" + text + "': it must be always, interval or none");
}

Result<void> resolve_limits(const ServeOptions& options, ServeSettings& settings) {
  TenantLimits& limits = settings.database.limits;
  if (options.limits_profile == "loki") {
    limits.ingest = IngestLimits::loki();
    limits.query.series_max = 500;
    limits.query.length_ns_max = 721LL * 3600 * 1'000'000'000;
    limits.loki_quirks = true;
  } else if (options.limits_profile == "lokilib") {
    settings.api.entries_per_query_max = limits.query.entries_max;
    settings.api.volume_series_max = 0;
  } else {
    return bad_setting("limits_profile is '" + options.limits_profile + "': it must be lokilib or loki");
  }
  for (const std::string& assignment : options.limits)
    LOKILIB_TRY(set_limit(assignment, limits, settings.api));
  return {};
}

Result<void> resolve_listen(const std::string& listen, http::ServerOptions& server) {
  const size_t colon = listen.rfind(':');
  if (colon == std::string::npos) return bad_setting("listen is '" + listen + "': write address:port");
  auto port = parse_count<uint16_t>(listen.substr(colon + 1));
  if (!port) return bad_setting("listen is '" + listen + "': the port must be a number below 65536");
  server.port = *port;
  server.address = listen.substr(0, colon);
  if (server.address.size() > 1 && server.address.front() == '[') {
    server.address = server.address.substr(1, server.address.size() - 2);
  }
  if (server.address.empty()) server.address = "0.0.0.0";
  if (server.address == "localhost") server.address = "127.0.0.1";
  return {};
}

}  // namespace

Result<uint64_t> parse_size(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0)
    return bad_setting("'" + text + "' is not a size: write e.g. 256KB");
  std::string unit(end, text.data() + text.size());
  for (char& c : unit) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  const std::map<std::string, double> units = {
      {"", 1},           {"B", 1},           {"KB", 1024.0},       {"KIB", 1024.0},
      {"MB", 1048576.0}, {"MIB", 1048576.0}, {"GB", 1073741824.0}, {"GIB", 1073741824.0}};
  const auto known = units.find(unit);
  if (known == units.end())
    return bad_setting("'" + text + "': unknown unit '" + unit + "' (known: B KB MB GB)");
  return static_cast<uint64_t>(number * known->second);
}

Result<void> read_config_file(const std::string& path, ServeOptions& options) {
  std::ifstream in(path);
  if (!in) return Error{ErrorCode::NotFound, "cannot be read", path, {}};
  try {
    const YAML::Node root = YAML::Load(in);
    if (root.IsNull()) return {};
    if (!root.IsMap()) return config_error(path, root.Mark(), "the file must be a map of keys to values");
    std::map<std::string, int> seen;
    for (const auto& item : root) {
      const std::string key = item.first.Scalar();
      if (++seen[key] > 1) return config_error(path, item.first.Mark(), "key '" + key + "' is there twice");
      LOKILIB_TRY(read_key(path, key, item.second, options));
    }
  } catch (const YAML::Exception& problem) {
    return config_error(path, problem.mark, problem.msg);
  }
  return {};
}

Result<ServeSettings> resolve(const ServeOptions& options) {
  ServeSettings settings;
  settings.database.directory = options.data;
  LOKILIB_TRY_ASSIGN(settings.database.sync, parse_sync_mode(options.sync));
  if (!options.head_bytes_max.empty()) {
    LOKILIB_TRY_ASSIGN(settings.database.head_bytes_max, parse_size(options.head_bytes_max));
  }
  settings.api.auth_enabled = options.auth_enabled;
  settings.api.path_prefix = options.path_prefix;
  LOKILIB_TRY_ASSIGN(settings.api.query_timeout_ns, parse_duration_flag(options.query_timeout));
  LOKILIB_TRY(resolve_limits(options, settings));
  LOKILIB_TRY(resolve_listen(options.listen, settings.server));
  return settings;
}

}  // namespace lokilib::tool
