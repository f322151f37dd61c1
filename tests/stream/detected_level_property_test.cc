// SPDX-License-Identifier: Apache-2.0
// detected_level_property_test.cc: the fast search for words agrees with the slow one and with a naive one,
// and nothing is read outside a line.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "stream/detected_level.h"
#include "support/random.h"

namespace lokilib::stream {
namespace {

using test::for_each_seed;
using test::Random;

std::string_view naive_level_word(std::string text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kWords = {{{"trace", "trace"},
                                                                                    {"debug", "debug"},
                                                                                    {"fatal", "fatal"},
                                                                                    {"critical", "critical"},
                                                                                    {"error", "error"},
                                                                                    {"err", "error"},
                                                                                    {"warning", "warn"},
                                                                                    {"warn", "warn"},
                                                                                    {"info", "info"}}};
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (size_t i = 0; i < text.size(); ++i) {
    for (const auto& [word, level] : kWords) {
      if (text.compare(i, word.size(), word) != 0) continue;
      const size_t end = i + word.size();
      const bool left = i == 0 || std::string_view(" \t\n[({\"=").find(text[i - 1]) != std::string_view::npos;
      const bool right = end == text.size() ||
                         std::string_view(" \t\n[](){}:,!\"=").find(text[end]) != std::string_view::npos;
      if (left && right) return level;
    }
  }
  return "unknown";
}

// Words, parts of words, boundaries and noise in an order that makes near misses likely.
std::string level_soup(Random& random) {
  static const std::vector<std::string> pieces = {"error",
                                                  "ERR",
                                                  "Warn",
                                                  "warning",
                                                  "info",
                                                  "INFO",
                                                  "trace",
                                                  "debug",
                                                  "fatal",
                                                  "critical",
                                                  "erro",
                                                  "er",
                                                  "wa",
                                                  "in",
                                                  "tr",
                                                  "{\"level\":\"",
                                                  "level=",
                                                  "lvl",
                                                  " ",
                                                  " ",
                                                  "\t",
                                                  "\n",
                                                  "[",
                                                  "]",
                                                  "(",
                                                  ")",
                                                  "{",
                                                  "}",
                                                  ":",
                                                  ",",
                                                  "!",
                                                  "\"",
                                                  "=",
                                                  "/",
                                                  "<",
                                                  "-",
                                                  "x",
                                                  "some text ",
                                                  "0123456789abcdef",
                                                  "\xc3\xa9",
                                                  std::string("\0", 1),
                                                  "\\"};
  std::string text;
  const uint64_t count = random.below(14);
  for (uint64_t i = 0; i < count; ++i) text += random.pick(pieces);
  return text;
}

TEST(LevelWordProperty, FastIsSlowIsNaive) {
  for_each_seed(300, [](Random& random) {
    for (int i = 0; i < 50; ++i) {
      const std::string text = level_soup(random);
      const std::unique_ptr<char[]> exact(new char[text.size()]);  // a sanitizer sees what is read outside
      std::copy(text.begin(), text.end(), exact.get());
      const std::string_view view(exact.get(), text.size());
      ASSERT_EQ(find_level_word(view), naive_level_word(text)) << text;
      ASSERT_EQ(find_level_word_scalar(view), naive_level_word(text)) << text;
    }
  });
}

// The value of the level field of a logfmt line, or "": every pair is read, in the plainest way.
std::string naive_logfmt_value(const std::string& line, const std::vector<std::string>& fields) {
  const auto lower = [](std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
  };
  const auto blank = [&](size_t i) { return static_cast<unsigned char>(line[i]) <= ' '; };
  size_t best = fields.size();
  std::string value;
  size_t i = 0;
  while (i < line.size()) {
    if (blank(i)) {
      ++i;
      continue;
    }
    std::string key;
    while (i < line.size() && !blank(i) && line[i] != '=' && line[i] != '"') key += line[i++];
    if (i == line.size() || blank(i)) continue;
    bool good = line[i] == '=' && !key.empty();
    std::string found;
    ++i;
    if (good && i < line.size() && line[i] == '"') {
      size_t end = i + 1;
      while (end < line.size() && line[end] != '"') end += line[end] == '\\' ? 2 : 1;
      if (end >= line.size()) return value;
      found = line.substr(i + 1, end - i - 1);
      i = end + 1;
    } else {
      while (i < line.size() && !blank(i)) {
        good = good && line[i] != '=' && line[i] != '"';
        found += line[i++];
      }
    }
    for (size_t field = 0; good && field < best; ++field) {
      if (lower(fields[field]) != lower(key)) continue;
      best = field;
      value = found;
    }
  }
  return value;
}

std::string logfmt_soup(Random& random) {
  static const std::vector<std::string> pieces = {
      "level=", "lvl=", "severity=", "LEVEL=", "sublevel=", "level",           "a=", "wrn", "dbg",
      "trc",    "inf",  "\"x\"",     "\"",     "\"wrn\"",   "\"a level=trc\"", "=",  "\\",  " ",
      " ",      " ",    "\n",        "x",      "text"};
  std::string text;
  const uint64_t count = random.below(12);
  for (uint64_t i = 0; i < count; ++i) text += random.pick(pieces);
  return text;
}

TEST(LevelDetectorProperty, LogfmtFieldsAreThoseOfAPlainReader) {
  const IngestLimits limits = IngestLimits::loki();
  const LevelDetector detector(limits);
  for_each_seed(300, [&](Random& random) {
    for (int i = 0; i < 50; ++i) {
      const std::string line = logfmt_soup(random) + "=";
      const std::string value = naive_logfmt_value(line, limits.log_level_fields);
      const bool known = value == "wrn" || value == "dbg" || value == "trc" || value == "inf";
      ASSERT_EQ(detector.from_line(line), known ? normalise_level(value) : "unknown") << line;
    }
  });
}

TEST(LevelDetectorProperty, AnyLineHasALevel) {
  const LevelDetector detector(IngestLimits::loki());
  for_each_seed(300, [&](Random& random) {
    for (int i = 0; i < 50; ++i) {
      const std::string text = random.one_in(2) ? level_soup(random) : "{" + level_soup(random) + "}";
      const std::unique_ptr<char[]> exact(new char[text.size()]);
      std::copy(text.begin(), text.end(), exact.get());
      ASSERT_FALSE(detector.from_line({exact.get(), text.size()}).empty()) << text;
    }
  });
}

}  // namespace
}  // namespace lokilib::stream
