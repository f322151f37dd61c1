// SPDX-License-Identifier: Apache-2.0
#include "request_params.h"

namespace lokilib::http {
namespace {

Error bad_form(std::string text) {
  return Error{ErrorCode::InvalidArgument, std::move(text), {}, {}};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return bad_form("invalid URL escape \"" + std::string(text.substr(i, 3)) + "\"");
      }
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

bool is_form(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  for (char& c : type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return type == "application/x-www-form-urlencoded";
}

}  // namespace

Result<std::string> decode_form_value(std::string_view text) {
  return decode(text, true);
}
Result<std::string> decode_path(std::string_view text) {
  return decode(text, false);
}

Result<RequestParams> RequestParams::parse(const Request& request) {
  RequestParams params;
  if (request.method != "GET" && is_form(request.header("Content-Type")))
    LOKILIB_TRY(params.add(request.body));
  if (const size_t mark = request.target.find('?'); mark != std::string::npos) {
    LOKILIB_TRY(params.add(std::string_view(request.target).substr(mark + 1)));
  }
  return params;
}

Result<void> RequestParams::add(std::string_view form) {
  while (!form.empty()) {
    const size_t end = form.find('&');
    const std::string_view pair = form.substr(0, end);
    form = end == std::string_view::npos ? std::string_view() : form.substr(end + 1);
    if (pair.empty()) continue;
    if (pair.find(';') != std::string_view::npos) return bad_form("invalid semicolon separator in query");
    const size_t equals = pair.find('=');
    LOKILIB_TRY_ASSIGN(auto name, decode_form_value(pair.substr(0, equals)));
    const std::string_view raw =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    LOKILIB_TRY_ASSIGN(auto value, decode_form_value(raw));
    values_.emplace_back(std::move(name), std::move(value));
  }
  return {};
}

const std::string& RequestParams::get(std::string_view name) const {
  static const std::string kNone;
  for (const auto& [key, value] : values_) {
    if (key == name) return value;
  }
  return kNone;
}

bool RequestParams::has(std::string_view name) const {
  for (const auto& item : values_) {
    if (item.first == name) return true;
  }
  return false;
}

std::vector<std::string> RequestParams::all(std::string_view name) const {
  std::vector<std::string> result;
  for (const auto& [key, value] : values_) {
    if (key == name) result.push_back(value);
  }
  return result;
}

}  // namespace lokilib::http
