// SPDX-License-Identifier: Apache-2.0
// ingest_limits.h: checks the labels of a stream and its entries against a tenant's IngestLimits. The struct and
// its two profiles are public: include/lokilib/ingest_limits.h.
#pragma once

#include <lokilib/ingest_limits.h>
