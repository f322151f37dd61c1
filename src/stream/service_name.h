// SPDX-License-Identifier: Apache-2.0
// service_name.h: the label service_name that every stream gets from its other labels.
#pragma once

#include <lokilib/ingest_limits.h>
#include <lokilib/labels.h>

namespace lokilib::stream {

/// The stream's labels with service_name: the value of the first label of limits.discover_service_name that
/// the stream has, else `unknown_service`. Unchanged where it has one already, where the list is empty, and
/// for streams of the server's own. A stream without labels gets it too (recorded, 3.7.6).
LabelSet add_service_name(LabelSet labels, const IngestLimits& limits);

}  // namespace lokilib::stream
