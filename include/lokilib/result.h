// SPDX-License-Identifier: Apache-2.0
// result.h: how expected failures travel. An Error says what, where and, if possible, what to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <lokilib/export.h>

namespace lokilib {

/// What kind of failure an Error is. Callers decide by the code, people read the text.
enum class ErrorCode : uint8_t {
  InvalidArgument,   ///< a parameter that makes no sense, whatever the data
  InvalidLabels,     ///< a label set that cannot be parsed or breaks a rule
  InvalidQuery,      ///< LogQL that does not parse, does not check, or whose pipeline fails on the data
  Unsupported,       ///< known, but not available in this version or configuration
  LimitExceeded,     ///< a per-query or per-tenant limit
  VectorMatching,    ///< series of a binary operation that do not match one to one (Loki answers 500)
  TooFarBehind,      ///< an entry older than the stream's ordering window
  TooOld,            ///< an entry older than the tenant accepts
  TooNew,            ///< an entry further in the future than the tenant accepts
  LineTooLong,       ///< a line over the tenant's limit
  MetadataTooLarge,  ///< structured metadata over the tenant's limits
  RateLimited,       ///< more than the tenant may write; try again later
  Cancelled,         ///< the caller asked to stop
  DeadlineExceeded,  ///< the time allowed is over
  NotFound,
  AlreadyExists,
  Busy,      ///< somebody else holds it, e.g. a second writer of one directory
  Corrupt,   ///< bytes that fail their checksum or an invariant
  Io,        ///< the file system said no
  NoSpace,   ///< the disk or a quota is full
  Closed,    ///< used after close()
  Internal,  ///< a mistake of ours
};

/// The code's name in snake_case, e.g. "invalid_query". Static storage.
LOKILIB_EXPORT const char* to_string(ErrorCode code);

/// One failure. A value type; moving it is cheap.
struct LOKILIB_EXPORT Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message;
  std::string file;                ///< the file it was found in, empty if none
  std::optional<uint64_t> offset;  ///< byte offset in that file

  /// "message", or "file: message (offset n)" where a place is known.
  std::string to_string() const;
};

/// A value or an Error; shaped like std::expected so that it can become it.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value; only to be called when there is one.
  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }

  /// The error; only to be called when there is one.
  Error& error() & { return *std::get_if<1>(&state_); }
  const Error& error() const& { return *std::get_if<1>(&state_); }
  Error&& error() && { return std::move(*std::get_if<1>(&state_)); }

  /// The same result, its error marked with the file it was found in (unless one is marked already).
  Result in_file(const std::string& path) && {
    if (!has_value() && error().file.empty()) error().file = path;
    return std::move(*this);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  Error& error() & { return *error_; }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

  Result in_file(const std::string& path) && {
    if (error_ && error_->file.empty()) error_->file = path;
    return std::move(*this);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace lokilib

#define LOKILIB_CONCAT_INNER(a, b) a##b
#define LOKILIB_CONCAT(a, b) LOKILIB_CONCAT_INNER(a, b)

/// Returns the error of `expression` from the enclosing function, if it has one.
#define LOKILIB_TRY(expression)                                                    \
  do {                                                                             \
    if (auto lokilib_try_result = (expression); !lokilib_try_result.has_value()) { \
      return std::move(lokilib_try_result).error();                                \
    }                                                                              \
  } while (false)

/// `LOKILIB_TRY_ASSIGN(auto x, f());` declares x from the value of f(), or returns its error.
/// Several statements: it stands on a line of its own.
#define LOKILIB_TRY_ASSIGN(declaration, expression) \
  LOKILIB_TRY_ASSIGN_INNER(LOKILIB_CONCAT(lokilib_result_, __LINE__), declaration, expression)
#define LOKILIB_TRY_ASSIGN_INNER(result, declaration, expression) \
  auto result = (expression);                                     \
  if (!result.has_value()) return std::move(result).error();      \
  declaration = std::move(result).value()
