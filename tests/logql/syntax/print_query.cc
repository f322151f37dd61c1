// SPDX-License-Identifier: Apache-2.0
// print_query.cc: reads queries, each ended by a zero byte, and writes for each `+` and its pretty form, or
// `-` and the error, ended by a zero byte. A leading `m` before a query asks for parse_matchers, `M` likewise
// with everything allowed, `q` for parse.
#include <iostream>
#include <iterator>
#include <string>

#include <lokilib/logql.h>

namespace {

std::string answer(const std::string& request) {
  const std::string query = request.substr(1);
  if (request[0] == 'q' || request[0] == 'p') {
    const auto expr = lokilib::logql::parse(query);
    if (!expr) return "-" + expr.error().message;
    return "+" + (request[0] == 'q' ? lokilib::logql::print_pretty(*expr) : lokilib::logql::print(*expr));
  }
  const auto matchers = lokilib::logql::parse_matchers(query, request[0] == 'M');
  return matchers ? "+" + lokilib::logql::print(*matchers) : "-" + matchers.error().message;
}

}  // namespace

int main() {
  const std::string input((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
  for (size_t begin = 0; begin < input.size();) {
    const size_t end = input.find('\0', begin);
    if (end == std::string::npos || end == begin) return 1;
    std::cout << answer(input.substr(begin, end - begin)) << '\0';
    begin = end + 1;
  }
  return 0;
}
