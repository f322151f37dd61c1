// SPDX-License-Identifier: Apache-2.0
// JSON strings and numbers have the bytes that Loki's have.
#include "json_writer.h"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/random.h"

namespace lokilib::http {
namespace {

std::string json(std::string_view text, JsonEscape escape) {
  std::string out;
  append_json_string(text, escape, out);
  return out;
}

TEST(JsonString, EscapesWhatJsonMust) {
  EXPECT_EQ(json("", JsonEscape::Plain), R"("")");
  EXPECT_EQ(json("plain text, all of it", JsonEscape::Plain), R"("plain text, all of it")");
  EXPECT_EQ(json("q\" b\\ n\n r\r t\t", JsonEscape::Plain), R"("q\" b\\ n\n r\r t\t")");
  EXPECT_EQ(json(std::string_view("\0\x01\x08\x0c\x1f\x7f", 6), JsonEscape::Plain),
            "\"\\u0000\\u0001\\u0008\\u000c\\u001f\x7f\"");
}

TEST(JsonString, EscapesHtmlInLinesOnly) {
  EXPECT_EQ(json("<a href=\"x\">&</a>", JsonEscape::Html),
            R"("\u003ca href=\"x\"\u003e\u0026\u003c/a\u003e")");
  EXPECT_EQ(json("<a>&", JsonEscape::Plain), R"("<a>&")");
  EXPECT_EQ(json("a\u2028b\u2029c", JsonEscape::Html), R"("a\u2028b\u2029c")");
  EXPECT_EQ(json("a\u2028b", JsonEscape::Plain), "\"a\u2028b\"");
}

TEST(JsonString, KeepsUtf8AndReplacesEachBadByte) {
  EXPECT_EQ(json("grüße 日本 😀 ende", JsonEscape::Html), "\"grüße 日本 😀 ende\"");
  EXPECT_EQ(json("a\xff\xfe z", JsonEscape::Html), R"("a\ufffd\ufffd z")");
  EXPECT_EQ(json("\xc3", JsonEscape::Html), R"("\ufffd")");                      // cut short
  EXPECT_EQ(json("\xc0\x80", JsonEscape::Html), R"("\ufffd\ufffd")");            // overlong
  EXPECT_EQ(json("\xed\xa0\x80", JsonEscape::Html), R"("\ufffd\ufffd\ufffd")");  // a surrogate
  EXPECT_EQ(json("\xf4\x90\x80\x80", JsonEscape::Html), R"("\ufffd\ufffd\ufffd\ufffd")");
}

/// The same a byte at a time.
std::string naive_json(std::string_view text, JsonEscape escape) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text[0]);
    size_t size = 1;
    if (byte >= 0x80) {
      size = std::max<size_t>(utf8_sequence(text), 1);
      const std::string_view rune = text.substr(0, size);
      const bool separator = rune == "\u2028" || rune == "\u2029";
      if (size == 1) {
        out += "\\ufffd";
      } else if (separator && escape == JsonEscape::Html) {
        out += rune == "\u2028" ? "\\u2028" : "\\u2029";
      } else {
        out += rune;
      }
    } else if (byte == '"' || byte == '\\') {
      out += {'\\', text[0]};
    } else if (byte == '\n' || byte == '\r' || byte == '\t') {
      out += {'\\', byte == '\n' ? 'n' : byte == '\r' ? 'r' : 't'};
    } else if (byte < 0x20 || (escape == JsonEscape::Html && (byte == '<' || byte == '>' || byte == '&'))) {
      out += {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      out.push_back(text[0]);
    }
    text.remove_prefix(size);
  }
  return out + "\"";
}

TEST(JsonStringProperty, EqualsAByteAtATime) {
  lokilib::test::for_each_seed(300, [](lokilib::test::Random& random) {
    for (int i = 0; i < 20; ++i) {
      std::string text = random.text("abcdefgh \"\\\n\t<>&'=$*!#,|\x01\x1f", 60);
      const std::vector<std::string> extra = {"ü",    "日",   "\u2028",   "\u2029", "😀",
                                              "\xff", "\xc3", "\xe2\x80", "\x80"};
      for (uint64_t k = random.below(4); k > 0; --k) {
        text.insert(random.below(text.size() + 1), random.pick(extra));
      }
      ASSERT_EQ(json(text, JsonEscape::Html), naive_json(text, JsonEscape::Html));
      ASSERT_EQ(json(text, JsonEscape::Plain), naive_json(text, JsonEscape::Plain));
    }
  });
}

TEST(JsonStringProperty, SeesEveryByteInEveryPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    for (size_t place = 0; place < 20; ++place) {
      std::string text(20, 'x');
      text[place] = static_cast<char>(byte);
      ASSERT_EQ(json(text, JsonEscape::Html), naive_json(text, JsonEscape::Html)) << byte << " at " << place;
      ASSERT_EQ(json(text, JsonEscape::Plain), naive_json(text, JsonEscape::Plain)) << byte;
    }
  }
}

TEST(SampleValue, HasNoExponent) {
  const auto text = [](double value) {
    std::string out;
    append_sample_value(value, out);
    return out;
  };
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(text(15), "15");
  EXPECT_EQ(text(-0.0), "-0");
  EXPECT_EQ(text(1e-8), "0.00000001");
  EXPECT_EQ(text(1e22), "10000000000000000000000");
  EXPECT_EQ(text(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(text(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(text(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(Seconds, HaveUpToThreeDecimals) {
  const auto text = [](int64_t timestamp_ns) {
    std::string out;
    append_seconds(timestamp_ns, out);
    return out;
  };
  EXPECT_EQ(text(1'700'000'000'000'000'000), "1700000000");
  EXPECT_EQ(text(1'700'000'000'500'000'000), "1700000000.5");
  EXPECT_EQ(text(1'795'465'938'117'999'999), "1795465938.117");
  EXPECT_EQ(text(1'010'000'000), "1.01");
  EXPECT_EQ(text(1'000'010'000), "1");  // below a millisecond
  EXPECT_EQ(text(0), "0");
  EXPECT_EQ(text(-1'500'000'000), "-1.5");
  EXPECT_EQ(text(-500'000'000), "-0.5");
}

}  // namespace
}  // namespace lokilib::http
