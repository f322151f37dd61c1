// SPDX-License-Identifier: Apache-2.0
// commands.h: the subcommands. Each adds itself to the command line and leaves behind what to run.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace lokilib::tool {

/// What the chosen subcommand does; returns the exit status.
using Action = std::function<int()>;

void add_serve(CLI::App& app, Action& chosen);
void add_query(CLI::App& app, Action& chosen);
void add_push(CLI::App& app, Action& chosen);
void add_labels(CLI::App& app, Action& chosen);

}  // namespace lokilib::tool
