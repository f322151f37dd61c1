// SPDX-License-Identifier: Apache-2.0
// line_predicate.cc: the operators of line filters as LogQL writes them.
#include <lokilib/line_predicate.h>

namespace lokilib {

const char* to_string(LineFilterOp op) {
  switch (op) {
    case LineFilterOp::Contains:
      return "|=";
    case LineFilterOp::NotContains:
      return "!=";
    case LineFilterOp::Regex:
      return "|~";
    case LineFilterOp::NotRegex:
      return "!~";
    case LineFilterOp::Pattern:
      return "|>";
    case LineFilterOp::NotPattern:
      return "!>";
  }
  return "";
}

}  // namespace lokilib
