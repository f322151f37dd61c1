// SPDX-License-Identifier: Apache-2.0
// request_params.h: the parameters of a request, from the query string and a form body, as Go's ParseForm
// merges them: of a name given twice the body's value comes first.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <lokilib/http.h>
#include <lokilib/result.h>

namespace lokilib::http {

/// Decodes %xx and '+'. Errors: `InvalidArgument`: invalid URL escape "%zz".
Result<std::string> decode_form_value(std::string_view text);
/// Decodes %xx only, as in paths.
Result<std::string> decode_path(std::string_view text);

class RequestParams {
 public:
  /// Errors: `InvalidArgument` for a bad escape.
  static Result<RequestParams> parse(const Request& request);

  /// The first value, or "" if there is none.
  const std::string& get(std::string_view name) const;
  bool has(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;

 private:
  Result<void> add(std::string_view form);

  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace lokilib::http
