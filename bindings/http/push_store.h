// SPDX-License-Identifier: Apache-2.0
// push_store.h: the way of a decoded push request into the database, the same for all encodings.
#pragma once

#include <string>

#include "push_request.h"
#include "routes.h"

namespace lokilib::http {

struct PushAnswer {
  int status = 204;
  std::string text;  ///< what was refused; empty for 204
};

/// Appends and counts. What is valid is stored also where the answer is a refusal.
PushAnswer store_push(RequestContext& context, const PushRequest& request);

}  // namespace lokilib::http
