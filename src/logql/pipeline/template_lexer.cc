// SPDX-License-Identifier: Apache-2.0
// template_lexer.cc: text up to "{{", then tokens up to "}}", and so on. The first mistake ends it.
#include "logql/pipeline/template_lexer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <lokilib/labels.h>

#include "logql/pipeline/rune_case.h"
#include "model/utf8.h"

namespace lokilib::logql::go_template {
namespace {

constexpr std::string_view kLeftDelim = "{{";
constexpr std::string_view kRightDelim = "}}";
constexpr std::string_view kBlanks = " \t\r\n";
constexpr char32_t kEnd = 0xFFFFFFFF;

constexpr std::pair<std::string_view, TokenType> kKeywords[] = {
    {"block", TokenType::Block},
    {"break", TokenType::Break},
    {"continue", TokenType::Continue},
    {"define", TokenType::Define},
    {"else", TokenType::Else},
    {"end", TokenType::End},
    {"if", TokenType::If},
    {"nil", TokenType::Nil},
    {"range", TokenType::Range},
    {"template", TokenType::Template},
    {"with", TokenType::With},
    {"true", TokenType::Bool},
    {"false", TokenType::Bool},
};

bool is_blank(char32_t rune) {
  return rune == ' ' || rune == '\t' || rune == '\r' || rune == '\n';
}

bool is_word(char32_t rune) {
  return rune != kEnd && (rune == '_' || is_letter_or_digit(rune));
}

class Lexer {
 public:
  Lexer(std::string_view source, Tokens& tokens) : source_(source), tokens_(tokens) {}

  void run() {
    while (!done_) {
      if (inside_) {
        scan_inside();
      } else {
        scan_text();
      }
    }
  }

 private:
  std::string_view rest() const { return source_.substr(at_); }
  bool at(std::string_view text) const { return rest().substr(0, text.size()) == text; }

  char32_t peek() const { return at_ < source_.size() ? decode_rune(source_, at_).rune : kEnd; }
  char32_t next() {
    if (at_ >= source_.size()) return kEnd;
    const DecodedRune decoded = decode_rune(source_, at_);
    at_ += decoded.size;
    return decoded.rune;
  }

  // Lines are counted up to the token's begin; tokens come in order.
  uint32_t line_of(size_t position) {
    for (; counted_ < position; ++counted_) {
      if (source_[counted_] == '\n') ++line_;
    }
    return line_;
  }

  void emit(TokenType type) { emit(type, start_, at_); }
  void emit(TokenType type, size_t begin, size_t end) {
    tokens_.list.push_back(
        {type, static_cast<uint32_t>(begin), line_of(begin), source_.substr(begin, end - begin)});
    start_ = at_;
  }

  void fail(std::string message) {
    tokens_.error = std::move(message);
    tokens_.list.push_back({TokenType::Error, static_cast<uint32_t>(start_), line_of(start_), tokens_.error});
    done_ = true;
  }

  // " -}}" or "}}".
  bool at_right_delim(bool& trims) const {
    const std::string_view text = rest();
    trims = text.size() >= 2 && is_blank(static_cast<uint8_t>(text[0])) && text[1] == '-' &&
            text.substr(2, 2) == kRightDelim;
    return trims || at(kRightDelim);
  }

  bool trims_left(size_t position) const {
    return position + 1 < source_.size() && source_[position] == '-' &&
           is_blank(static_cast<uint8_t>(source_[position + 1]));
  }

  void skip_blanks() { at_ = std::min(source_.find_first_not_of(kBlanks, at_), source_.size()); }

  void scan_text() {
    start_ = at_;
    const size_t delim = source_.find(kLeftDelim, at_);
    if (delim == std::string_view::npos) {
      at_ = source_.size();
      if (at_ > start_) emit(TokenType::Text);
      emit(TokenType::Eof);
      done_ = true;
      return;
    }
    size_t end = delim;
    if (trims_left(delim + 2)) {
      while (end > start_ && is_blank(static_cast<uint8_t>(source_[end - 1]))) --end;
    }
    at_ = delim;
    if (end > start_) emit(TokenType::Text, start_, end);
    scan_left_delim();
  }

  void scan_left_delim() {
    start_ = at_;
    const size_t marker = trims_left(at_ + 2) ? 2 : 0;
    if (source_.substr(at_ + 2 + marker, 2) == "/*") {
      at_ += 2 + marker;
      start_ = at_;
      return scan_comment();
    }
    emit(TokenType::LeftDelim, at_, at_ + 2);
    at_ += 2 + marker;
    start_ = at_;
    inside_ = true;
    paren_depth_ = 0;
  }

  void scan_comment() {
    const size_t end = source_.find("*/", at_ + 2);
    if (end == std::string_view::npos) return fail("unclosed comment");
    at_ = end + 2;
    bool trims = false;
    if (!at_right_delim(trims)) return fail("comment ends before closing delimiter");
    at_ += trims ? 4 : 2;
    if (trims) skip_blanks();
  }

  void scan_right_delim(bool trims) {
    if (trims) at_ += 2;
    start_ = at_;
    at_ += 2;
    emit(TokenType::RightDelim);
    if (trims) skip_blanks();
    inside_ = false;
  }

  void scan_inside() {
    bool trims = false;
    start_ = at_;
    if (at_right_delim(trims)) {
      if (paren_depth_ == 0) return scan_right_delim(trims);
      return fail("unclosed left paren");
    }
    const char32_t rune = peek();
    if (rune == kEnd) return fail("unclosed action");
    if (is_blank(rune)) return scan_space();
    if (rune == '"') return scan_quoted('"', TokenType::String, "unterminated quoted string");
    if (rune == '\'') return scan_quoted('\'', TokenType::CharConstant, "unterminated character constant");
    if (rune == '`') return scan_raw_string();
    if (rune == '$') return scan_name(TokenType::Variable, TokenType::Variable);
    const char second = at_ + 1 < source_.size() ? source_[at_ + 1] : '0';
    if (rune == '.' && (second < '0' || second > '9')) return scan_name(TokenType::Field, TokenType::Dot);
    if (rune == '.' || rune == '+' || rune == '-' || (rune >= '0' && rune <= '9')) return scan_number();
    if (is_word(rune)) return scan_word();
    scan_sign();
  }

  void scan_sign() {
    const char32_t rune = next();
    switch (rune) {
      case '=':
        return emit(TokenType::Assign);
      case ':':
        if (next() != '=') return fail("expected :=");
        return emit(TokenType::Declare);
      case '|':
        return emit(TokenType::Pipe);
      case '(':
        ++paren_depth_;
        return emit(TokenType::LeftParen);
      case ')':
        if (--paren_depth_ < 0) return fail("unexpected right paren");
        return emit(TokenType::RightParen);
      default:
        break;
    }
    if (rune > ' ' && rune < 0x7F) return emit(TokenType::Char);
    fail("unrecognized character in action: " + describe(rune));
  }

  // A blank in front of "-}}" belongs to the delimiter.
  void scan_space() {
    while (is_blank(peek())) ++at_;
    const std::string_view text = source_.substr(at_ - 1);
    if (text.size() >= 2 && text[1] == '-' && text.substr(2, 2) == kRightDelim) {
      --at_;
      if (at_ == start_) return scan_right_delim(true);
    }
    emit(TokenType::Space);
  }

  void scan_quoted(char quote, TokenType type, const char* problem) {
    next();
    for (;;) {
      char32_t rune = next();
      if (rune == '\\') {
        rune = next();
        if (rune != kEnd && rune != '\n') continue;
      }
      if (rune == kEnd || rune == '\n') return fail(problem);
      if (rune == static_cast<char32_t>(quote)) return emit(type);
    }
  }

  void scan_raw_string() {
    const size_t end = source_.find('`', at_ + 1);
    if (end == std::string_view::npos) {
      at_ = source_.size();
      return fail("unterminated raw quoted string");
    }
    at_ = end + 1;
    emit(TokenType::RawString);
  }

  bool at_terminator() const {
    const char32_t rune = peek();
    if (rune == kEnd || is_blank(rune)) return true;
    return rune == '.' || rune == ',' || rune == '|' || rune == ':' || rune == ')' || rune == '(' ||
           at(kRightDelim);
  }

  // ".name" and "$name"; `bare` is what the sign alone is.
  void scan_name(TokenType type, TokenType bare) {
    next();
    if (at_terminator()) return emit(bare);
    while (is_word(peek())) next();
    if (!at_terminator()) return fail("bad character " + describe(peek()));
    emit(type);
  }

  void scan_word() {
    while (is_word(peek())) next();
    if (!at_terminator()) return fail("bad character " + describe(peek()));
    const std::string_view word = source_.substr(start_, at_ - start_);
    const auto* const keyword = std::find_if(std::begin(kKeywords), std::end(kKeywords),
                                             [&](const auto& entry) { return entry.first == word; });
    emit(keyword == std::end(kKeywords) ? TokenType::Identifier : keyword->second);
  }

  bool accept(std::string_view characters) {
    if (at_ >= source_.size() || characters.find(source_[at_]) == std::string_view::npos) return false;
    ++at_;
    return true;
  }
  void accept_run(std::string_view characters) {
    while (accept(characters)) {
    }
  }

  void scan_number() {
    bool good = scan_digits();
    TokenType type = TokenType::Number;
    if (good && (peek() == '+' || peek() == '-')) {
      type = TokenType::Complex;
      good = scan_digits() && source_[at_ - 1] == 'i';
    }
    if (!good) return fail("bad number syntax: " + quote(source_.substr(start_, at_ - start_)));
    emit(type);
  }

  bool scan_digits() {
    constexpr std::string_view kDecimal = "0123456789_";
    constexpr std::string_view kHex = "0123456789abcdefABCDEF_";
    std::string_view digits = kDecimal;
    accept("+-");
    if (accept("0")) {
      if (accept("xX")) {
        digits = kHex;
      } else if (accept("oO")) {
        digits = "01234567_";
      } else if (accept("bB")) {
        digits = "01_";
      }
    }
    accept_run(digits);
    if (accept(".")) accept_run(digits);
    if ((digits == kDecimal && accept("eE")) || (digits == kHex && accept("pP"))) {
      accept("+-");
      accept_run(kDecimal);
    }
    accept("i");
    if (!is_word(peek())) return true;
    next();
    return false;
  }

  // Go's %#U: U+00E9 'é'.
  static std::string describe(char32_t rune) {
    if (rune == kEnd) return "U+FFFFFFFFFFFFFFFF";
    std::string text = fmt::format("U+{:04X}", static_cast<uint32_t>(rune));
    if (is_printable(rune)) {
      text += " '";
      append_rune(text, rune);
      text += '\'';
    }
    return text;
  }

  std::string_view source_;
  Tokens& tokens_;
  size_t start_ = 0;  // of the token
  size_t at_ = 0;
  size_t counted_ = 0;
  uint32_t line_ = 1;
  bool inside_ = false;
  bool done_ = false;
  int paren_depth_ = 0;
};

}  // namespace

void scan_template(std::string_view source, Tokens& tokens) {
  Lexer(source, tokens).run();
}

}  // namespace lokilib::logql::go_template
