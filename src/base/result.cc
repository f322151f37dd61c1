// SPDX-License-Identifier: Apache-2.0
// result.cc: names of error codes and the text of an error with its place.
#include <lokilib/result.h>

namespace lokilib {

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return "invalid_argument";
    case ErrorCode::InvalidLabels:
      return "invalid_labels";
    case ErrorCode::InvalidQuery:
      return "invalid_query";
    case ErrorCode::Unsupported:
      return "unsupported";
    case ErrorCode::LimitExceeded:
      return "limit_exceeded";
    case ErrorCode::VectorMatching:
      return "vector_matching";
    case ErrorCode::TooFarBehind:
      return "too_far_behind";
    case ErrorCode::TooOld:
      return "too_old";
    case ErrorCode::TooNew:
      return "too_new";
    case ErrorCode::LineTooLong:
      return "line_too_long";
    case ErrorCode::MetadataTooLarge:
      return "metadata_too_large";
    case ErrorCode::RateLimited:
      return "rate_limited";
    case ErrorCode::Cancelled:
      return "cancelled";
    case ErrorCode::DeadlineExceeded:
      return "deadline_exceeded";
    case ErrorCode::NotFound:
      return "not_found";
    case ErrorCode::AlreadyExists:
      return "already_exists";
    case ErrorCode::Busy:
      return "busy";
    case ErrorCode::Corrupt:
      return "corrupt";
    case ErrorCode::Io:
      return "io";
    case ErrorCode::NoSpace:
      return "no_space";
    case ErrorCode::Closed:
      return "closed";
    case ErrorCode::Internal:
      return "internal";
  }
  return "unknown";
}

std::string Error::to_string() const {
  std::string text;
  if (!file.empty()) text += file + ": ";
  text += message;
  if (offset) text += " (offset " + std::to_string(*offset) + ")";
  return text;
}

}  // namespace lokilib
