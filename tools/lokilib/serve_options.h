// SPDX-License-Identifier: Apache-2.0
// serve_options.h: the settings of `lokilib serve`, from a YAML file and from flags (which win). Keys of the
// file are the flags' names with '_'; limits have Loki's names.
#pragma once

#include <string>
#include <vector>

#include <lokilib/http.h>
#include <lokilib/options.h>
#include <lokilib/result.h>

namespace lokilib::tool {

struct ServeOptions {
  std::string listen = "127.0.0.1:3100";
  std::string data = "./lokilib-data";
  std::string limits_profile = "lokilib";
  std::string sync = "interval";
  std::string head_bytes_max;  ///< e.g. 256MB
  bool auth_enabled = false;
  std::string path_prefix;
  std::string query_timeout = "1m";
  std::vector<std::string> limits;  ///< name=value, over the profile
};

/// Reads a YAML file over `options`. Errors: `InvalidArgument` with file, line, and the nearest known key.
Result<void> read_config_file(const std::string& path, ServeOptions& options);

struct ServeSettings {
  DatabaseOptions database;
  http::ApiOptions api;
  http::ServerOptions server;
};

/// Errors: `InvalidArgument`, naming the setting and what it may be.
Result<ServeSettings> resolve(const ServeOptions& options);

/// 123, 256KB, 1.5MB, 2GB: powers of 1024, as in Loki's configuration.
Result<uint64_t> parse_size(const std::string& text);

}  // namespace lokilib::tool
