// SPDX-License-Identifier: Apache-2.0
// main.cc: the one program: `lokilib serve|query|push|labels`.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <lokilib/version.h>

#include "commands.h"
#include "nearest.h"

namespace {

/// Names of the options or subcommands of `app`, for suggestions.
std::vector<std::string> known_words(const CLI::App& app, bool options) {
  std::vector<std::string> words;
  if (options) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
  } else {
    for (const CLI::App* command : app.get_subcommands({})) words.push_back(command->get_name());
  }
  return words;
}

int report_unknown(const CLI::App& app) {
  const CLI::App* scope = &app;
  for (const CLI::App* command : app.get_subcommands()) scope = command;
  for (const std::string& word : scope->remaining(true)) {
    const bool is_option = word.rfind('-', 0) == 0;
    const std::string name = word.substr(0, word.find('='));
    const std::string hint = lokilib::tool::nearest(name, known_words(*scope, is_option));
    std::fprintf(stderr, "lokilib: unknown %s '%s'%s\n", is_option ? "option" : "command or argument",
                 name.c_str(), hint.empty() ? "" : (": did you mean '" + hint + "'?").c_str());
  }
  return 2;
}

int run(int argc, char** argv) {
  CLI::App app("lokilib: an embeddable log database that speaks LogQL", "lokilib");
  app.set_version_flag("--version", std::string("lokilib ") + lokilib::version());
  app.require_subcommand(0, 1);
  app.allow_extras();
  lokilib::tool::Action chosen;
  lokilib::tool::add_serve(app, chosen);
  lokilib::tool::add_query(app, chosen);
  lokilib::tool::add_push(app, chosen);
  lokilib::tool::add_labels(app, chosen);
  for (CLI::App* command : app.get_subcommands({})) command->allow_extras();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    const int status = app.exit(problem);
    return status == 0 ? 0 : 2;
  }
  if (!app.remaining(true).empty()) return report_unknown(app);
  if (!chosen) {
    std::fputs(app.help().c_str(), stdout);
    return argc > 1 ? 2 : 0;
  }
  return chosen();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "lokilib: %s\n", problem.what());
    return 1;
  }
}
