// SPDX-License-Identifier: Apache-2.0
// export.h: marks what the shared library exports.
#pragma once

#if defined(LOKILIB_SHARED) && defined(__GNUC__)
#define LOKILIB_EXPORT __attribute__((visibility("default")))
#else
#define LOKILIB_EXPORT
#endif
