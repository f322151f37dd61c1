// SPDX-License-Identifier: Apache-2.0
// assertion.h: states what only our own mistake could break. Aborts in debug builds, is nothing in release:
// it never stands guard over data.
#pragma once

#include <cassert>

#ifdef NDEBUG
#define LOKILIB_ASSERT(condition) static_cast<void>(sizeof(condition))
#else
#define LOKILIB_ASSERT(condition) assert(condition)
#endif
