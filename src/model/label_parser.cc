// SPDX-License-Identifier: Apache-2.0
// label_parser.cc: the text form of label sets, `{a="1", b="2"}`, with the positions and texts of errors that
// clients of push requests see.
//
// The grammar is the one that Loki takes for them (recorded, 3.7.6): an optional metric name in front becomes
// the label __name__, strings are Go's in "", '' or ``, a comma may follow the last pair, `#` starts a
// comment.
#include <algorithm>
#include <optional>

#include <lokilib/labels.h>

#include "base/make_error.h"
#include "model/utf8.h"

namespace lokilib {

namespace {

enum class TokenKind : uint8_t {
  End,
  Identifier,
  String,
  Comma,
  Equals,
  Operator,
  LeftBrace,
  RightBrace,
  Other
};

struct Token {
  TokenKind kind = TokenKind::End;
  size_t begin = 0;
  std::string_view text;
  std::string value;  // of a string: its bytes without quotes and escapes
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The rune in single quotes, as Go's %q prints it.
std::string quote_rune(char32_t rune) {
  if (rune == '\'') return "'\\''";
  if (rune == '"') return "'\"'";
  std::string text;
  append_rune(text, rune);
  std::string quoted = quote(text);
  quoted.front() = '\'';
  quoted.back() = '\'';
  return quoted;
}

/// The rune as Go's %#U prints it: U+0041 'A'.
std::string describe_rune(char32_t rune) {
  const std::string number = fmt::format("U+{:04X}", static_cast<uint32_t>(rune));
  if (!is_printable(rune)) return number;
  std::string text;
  append_rune(text, rune);
  return number + " '" + text + "'";
}

class LabelParser {
 public:
  explicit LabelParser(std::string_view text) : text_(text) {}

  Result<LabelSet> parse() {
    std::vector<Label> labels;
    LOKILIB_TRY(advance());
    if (token_.kind == TokenKind::Identifier) {
      labels.push_back({"__name__", std::string(token_.text)});
      LOKILIB_TRY(advance());
    }
    if (token_.kind == TokenKind::LeftBrace) {
      in_braces_ = true;
      LOKILIB_TRY(parse_pairs(labels));
      in_braces_ = false;
      LOKILIB_TRY(advance());
    }
    if (token_.kind != TokenKind::End) return unexpected("", "");
    return LabelSet::create(std::move(labels));
  }

 private:
  /// The pairs up to the closing brace, which stays the current token.
  Result<void> parse_pairs(std::vector<Label>& labels) {
    LOKILIB_TRY(advance());
    while (token_.kind != TokenKind::RightBrace) {
      if (token_.kind != TokenKind::Identifier) return unexpected("label set", R"(identifier or "}")");
      Label label{std::string(token_.text), {}};
      LOKILIB_TRY(advance());
      if (token_.kind != TokenKind::Equals) return unexpected("label set", R"("=")");
      LOKILIB_TRY(advance());
      if (token_.kind != TokenKind::String) return unexpected("label set", "string");
      label.value = std::move(token_.value);
      labels.push_back(std::move(label));
      LOKILIB_TRY(advance());
      if (token_.kind == TokenKind::RightBrace) break;
      if (token_.kind != TokenKind::Comma) return unexpected("label set", R"("," or "}")");
      LOKILIB_TRY(advance());
    }
    return {};
  }

  Result<void> advance() {
    skip_blanks();
    token_ = Token{TokenKind::End, position_, {}, {}};
    if (position_ == text_.size()) {
      if (in_braces_) return error_at(position_, "unexpected end of input inside braces");
      return {};
    }
    const char c = text_[position_];
    if (c == '"' || c == '\'' || c == '`') return read_string(c);
    if (is_letter(c) || (c == ':' && !in_braces_)) {
      size_t end = position_ + 1;
      while (end < text_.size() &&
             (is_letter(text_[end]) || is_digit(text_[end]) || (text_[end] == ':' && !in_braces_))) {
        ++end;
      }
      return take(TokenKind::Identifier, end - position_);
    }
    switch (c) {
      case ',':
        return take(TokenKind::Comma, 1);
      case '=':
        if (text_.substr(position_).starts_with("=~")) return take(TokenKind::Operator, 2);
        if (!in_braces_ && text_.substr(position_).starts_with("==")) return take(TokenKind::Operator, 2);
        return take(TokenKind::Equals, 1);
      case '!':
        return read_negation();
      case '{':
        if (in_braces_) return error_at(position_, "unexpected left brace '{'");
        return take(TokenKind::LeftBrace, 1);
      case '}':
        if (!in_braces_) return error_at(position_, "unexpected right brace '}'");
        return take(TokenKind::RightBrace, 1);
      default:
        break;
    }
    const DecodedRune decoded = decode_rune(text_, position_);
    if (in_braces_)
      return error_at(position_, "unexpected character inside braces: " + quote_rune(decoded.rune));
    if (is_digit(c)) return read_number();
    return error_at(position_, "unexpected character: " + quote_rune(decoded.rune));
  }

  void skip_blanks() {
    while (position_ < text_.size()) {
      const char c = text_[position_];
      if (c == '#') {
        position_ = std::min(text_.find_first_of("\r\n", position_), text_.size());
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++position_;
      } else {
        return;
      }
    }
  }

  Result<void> take(TokenKind kind, size_t size) {
    token_ = Token{kind, position_, text_.substr(position_, size), {}};
    position_ += size;
    return {};
  }

  Result<void> read_number() {
    size_t end = position_;
    while (end < text_.size() && (is_digit(text_[end]) || text_[end] == '.')) ++end;
    return take(TokenKind::Other, end - position_);
  }

  Result<void> read_negation() {
    const std::string_view rest = text_.substr(position_);
    if (rest.starts_with("!=") || rest.starts_with("!~")) return take(TokenKind::Operator, 2);
    if (rest.size() == 1) {
      return error_at(position_, in_braces_ ? "unexpected character after '!' inside braces: 'ÿ'"
                                            : "unexpected character after '!': 'ÿ'");
    }
    const std::string next = quote_rune(decode_rune(rest, 1).rune);
    return error_at(position_, (in_braces_ ? "unexpected character after '!' inside braces: "
                                           : "unexpected character after '!': ") +
                                   next);
  }

  Result<void> read_string(char opening) {
    const size_t begin = position_;
    std::string value;
    size_t i = begin + 1;
    while (true) {
      if (i >= text_.size() || (opening != '`' && text_[i] == '\n')) {
        return error_at(begin, opening == '`' ? "unterminated raw string" : "unterminated quoted string");
      }
      const char c = text_[i];
      if (c == opening) break;
      if (c == '\\' && opening != '`') {
        LOKILIB_TRY(read_escape(begin, i, opening, value));
        continue;
      }
      const DecodedRune decoded = decode_rune(text_, i);
      if (!decoded.valid) return error_at(begin, "invalid UTF-8 rune");
      // Go leaves out carriage returns of raw strings.
      if (opening != '`' || c != '\r') value.append(text_, i, decoded.size);
      i += decoded.size;
    }
    token_ = Token{TokenKind::String, begin, text_.substr(begin, i + 1 - begin), std::move(value)};
    position_ = i + 1;
    return {};
  }

  /// Reads the escape at text_[i], a backslash, and moves i behind it.
  Result<void> read_escape(size_t begin, size_t& i, char opening, std::string& value) {
    constexpr std::string_view kLetters = "abfnrtv\\";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\";
    if (++i >= text_.size()) return error_at(begin, "escape sequence not terminated");
    const char c = text_[i];
    if (c == opening) {
      value += c;
      ++i;
      return {};
    }
    if (const size_t letter = kLetters.find(c); letter != std::string_view::npos) {
      value += kMeanings[letter];
      ++i;
      return {};
    }
    int digits = 0;
    uint32_t base = 16;
    if (c >= '0' && c <= '7') {
      digits = 3, base = 8;
    } else if (c == 'x') {
      digits = 2, ++i;
    } else if (c == 'u') {
      digits = 4, ++i;
    } else if (c == 'U') {
      digits = 8, ++i;
    } else {
      return error_at(begin, "unknown escape sequence " + describe_rune(decode_rune(text_, i).rune));
    }
    uint64_t number = 0;
    for (; digits > 0; --digits, ++i) {
      if (i >= text_.size()) return error_at(begin, "escape sequence not terminated");
      const uint32_t digit = digit_value(text_[i]);
      if (digit >= base) {
        return error_at(
            begin, "illegal character " + describe_rune(decode_rune(text_, i).rune) + " in escape sequence");
      }
      number = number * base + digit;
    }
    const bool is_byte = base == 8 || c == 'x';
    if ((is_byte && number > 255) || number > kRuneMax || (!is_byte && number >= 0xD800 && number < 0xE000)) {
      return error_at(begin, "escape sequence is an invalid Unicode code point");
    }
    if (is_byte) {
      value += static_cast<char>(number);
    } else {
      append_rune(value, static_cast<char32_t>(number));
    }
    return {};
  }

  static uint32_t digit_value(char c) {
    if (is_digit(c)) return static_cast<uint32_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<uint32_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<uint32_t>(c - 'A' + 10);
    return 16;
  }

  Error unexpected(std::string_view context, std::string_view expected) const {
    std::string message = "unexpected " + describe_token();
    if (!context.empty()) message.append(" in ").append(context);
    if (!expected.empty()) message.append(", expected ").append(expected);
    return error_at(token_.begin, message);
  }

  std::string describe_token() const {
    // Long texts are cut after ten characters.
    size_t cut = 0;
    size_t runes = 0;
    for (; cut < token_.text.size() && runes < 10; ++runes) cut += decode_rune(token_.text, cut).size;
    const std::string text = quote(token_.text.substr(0, cut)) + (token_.text.size() > 10 ? "..." : "");
    switch (token_.kind) {
      case TokenKind::End:
        return "end of input";
      case TokenKind::Identifier:
        return "identifier " + text;
      case TokenKind::String:
        return "string " + text;
      case TokenKind::Operator:
        return "<op:" + std::string(token_.text) + ">";
      case TokenKind::Other:
        return "number " + text;
      case TokenKind::Comma:
      case TokenKind::Equals:
      case TokenKind::LeftBrace:
      case TokenKind::RightBrace:
        break;
    }
    return text;
  }

  Error error_at(size_t offset, const std::string& message) const {
    const std::string_view before = text_.substr(0, offset);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const size_t last_break = before.rfind('\n');
    const size_t column = last_break == std::string_view::npos ? offset + 1 : offset - last_break;
    return make_error(ErrorCode::InvalidLabels, "{}:{}: parse error: {}", line, column, message);
  }

  std::string_view text_;
  size_t position_ = 0;
  bool in_braces_ = false;
  Token token_;
};

}  // namespace

Result<LabelSet> parse_labels(std::string_view text) {
  return LabelParser(text).parse();
}

}  // namespace lokilib
