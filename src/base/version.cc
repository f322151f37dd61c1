// SPDX-License-Identifier: Apache-2.0
// version.cc: the version that was linked.
#include <lokilib/version.h>

namespace lokilib {

const char* version() {
  return LOKILIB_VERSION;
}

}  // namespace lokilib
