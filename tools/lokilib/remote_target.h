// SPDX-License-Identifier: Apache-2.0
// remote_target.h: a Loki-compatible server as a Target, through its HTTP API.
#pragma once

#include <memory>
#include <string>

#include "target.h"

namespace lokilib::tool {

/// `url` is the server's base, e.g. http://127.0.0.1:3100. Nothing is sent yet.
Result<std::unique_ptr<Target>> create_remote_target(const std::string& url, const std::string& tenant);

}  // namespace lokilib::tool
