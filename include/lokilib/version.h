// SPDX-License-Identifier: Apache-2.0
// version.h: the version compiled against and the version linked, to be compared at run time.
#pragma once

#include <lokilib/export.h>

#define LOKILIB_VERSION_MAJOR 0
#define LOKILIB_VERSION_MINOR 1
#define LOKILIB_VERSION_PATCH 0
#define LOKILIB_VERSION "0.1.0"

namespace lokilib {

/// The library's version, e.g. "0.1.0". Static storage.
LOKILIB_EXPORT const char* version();

}  // namespace lokilib
