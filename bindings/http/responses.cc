// SPDX-License-Identifier: Apache-2.0
// responses.cc: the forms that answers and errors take.
#include "routes.h"

namespace lokilib::http {

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
    case ErrorCode::InvalidLabels:
    case ErrorCode::InvalidQuery:
    case ErrorCode::Unsupported:
    case ErrorCode::LimitExceeded:
    case ErrorCode::TooFarBehind:
    case ErrorCode::TooOld:
    case ErrorCode::TooNew:
    case ErrorCode::LineTooLong:
    case ErrorCode::MetadataTooLarge:
      return 400;
    case ErrorCode::NotFound:
      return 404;
    case ErrorCode::AlreadyExists:
    case ErrorCode::Busy:
      return 409;
    case ErrorCode::RateLimited:
      return 429;
    case ErrorCode::Cancelled:
      return 499;
    case ErrorCode::Closed:
      return 503;
    case ErrorCode::DeadlineExceeded:
      return 504;
    case ErrorCode::VectorMatching:  // Loki's status for series that do not match (recorded, 3.7.6)
    case ErrorCode::Corrupt:
    case ErrorCode::Io:
    case ErrorCode::NoSpace:
    case ErrorCode::Internal:
      return 500;
  }
  return 500;
}

namespace {

Response text(int status, std::string body) {
  return {status,
          {{"Content-Type", "text/plain; charset=utf-8"}, {"X-Content-Type-Options", "nosniff"}},
          std::move(body)};
}

}  // namespace

Response text_error(int status, std::string_view message) {
  return text(status, std::string(message) + "\n");
}

Response query_error(const Error& error) {
  return text(http_status(error.code), error.to_string());
}

Response json_response(std::string body) {
  return {200, {{"Content-Type", "application/json; charset=UTF-8"}}, std::move(body)};
}

Response plain_response(int status, std::string body) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

}  // namespace lokilib::http
