// SPDX-License-Identifier: Apache-2.0
// cmd_serve.cc: `lokilib serve`: a Loki-compatible server over a data directory.
#include <csignal>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <malloc.h>

#include <lokilib/database.h>
#include <lokilib/http.h>

#include "commands.h"
#include "serve_options.h"
#include "target_flags.h"

namespace lokilib::tool {
namespace {

/// Blocks the signals that end the program in all threads; to be called before any thread is started.
sigset_t block_end_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

/// Every thread of a server may run any query: with an arena each, all of them would keep the memory of the
/// largest one.
void share_memory_between_threads() {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 4);
#endif
}

Result<void> run_serve(const ServeOptions& options) {
  share_memory_between_threads();
  LOKILIB_TRY_ASSIGN(ServeSettings settings, resolve(options));
  settings.database.logger = [](LogLevel level, std::string_view text) {
    constexpr const char* kNames[] = {"debug", "info", "warn", "error"};
    std::fprintf(stderr, "level=%s msg=\"%.*s\"\n", kNames[static_cast<int>(level)],
                 static_cast<int>(text.size()), text.data());
  };
  const sigset_t end_signals = block_end_signals();
  LOKILIB_TRY_ASSIGN(Database database, Database::open(settings.database));
  http::Api api(database, settings.api);
  LOKILIB_TRY_ASSIGN(const auto server, http::Server::start(api, settings.server));
  std::printf("lokilib serves %s on http://%s:%u\n", options.data.c_str(), settings.server.address.c_str(),
              static_cast<unsigned>(server->port()));
  std::fflush(stdout);
  int signal = 0;
  sigwait(&end_signals, &signal);
  server->stop();
  return database.close();
}

}  // namespace

void add_serve(CLI::App& app, Action& chosen) {
  auto flags = std::make_shared<ServeOptions>();
  auto config = std::make_shared<std::string>();
  CLI::App* const command = app.add_subcommand("serve", "Serve Loki's HTTP API over a data directory");
  command->add_option("--config", *config, "YAML file with the same keys (flags win)");
  command->add_option("--listen", flags->listen, "address:port; port 0: any free one")->capture_default_str();
  command->add_option("--data", flags->data, "Data directory, created if need be")->capture_default_str();
  command->add_option("--limits-profile", flags->limits_profile, "lokilib (generous) or loki (Loki's own)")
      ->capture_default_str();
  command->add_option("--limit", flags->limits,
                      "A limit by Loki's name, e.g. max_line_size=1MB; may be repeated");
  command->add_option("--sync", flags->sync, "When appends reach stable storage: always, interval or none")
      ->capture_default_str();
  command->add_option("--head-bytes-max", flags->head_bytes_max,
                      "Bytes in memory before a flush, e.g. 256MB");
  command->add_flag("--auth-enabled", flags->auth_enabled, "Require X-Scope-OrgID and keep tenants apart");
  command->add_option("--path-prefix", flags->path_prefix, "Put in front of every route");
  command->add_option("--query-timeout", flags->query_timeout, "Longest time of a query")
      ->capture_default_str();
  command->callback([flags, config, command, &chosen] {
    chosen = [flags, config, command] {
      ServeOptions options = *flags;
      if (!config->empty()) {
        ServeOptions from_file;
        if (const auto read = read_config_file(*config, from_file); !read) return fail(read.error());
        // What was given as a flag wins over the file.
        const auto given = [&](const char* name) { return command->count(name) > 0; };
        if (given("--listen")) from_file.listen = flags->listen;
        if (given("--data")) from_file.data = flags->data;
        if (given("--limits-profile")) from_file.limits_profile = flags->limits_profile;
        if (given("--sync")) from_file.sync = flags->sync;
        if (given("--head-bytes-max")) from_file.head_bytes_max = flags->head_bytes_max;
        if (given("--auth-enabled")) from_file.auth_enabled = flags->auth_enabled;
        if (given("--path-prefix")) from_file.path_prefix = flags->path_prefix;
        if (given("--query-timeout")) from_file.query_timeout = flags->query_timeout;
        from_file.limits.insert(from_file.limits.end(), flags->limits.begin(), flags->limits.end());
        options = std::move(from_file);
      }
      const auto done = run_serve(options);
      return done ? 0 : fail(done.error());
    };
  });
}

}  // namespace lokilib::tool
