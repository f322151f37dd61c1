// SPDX-License-Identifier: Apache-2.0
// regex.cc: RE2 behind one door.
//
// RE2 matches no byte that is not UTF-8, Go takes it for U+FFFD: such texts are matched as a copy with the
// bytes replaced, and what was found is carried back to the original.
#include "model/regex.h"

#include <algorithm>
#include <array>

#include <re2/re2.h>

#include "base/make_error.h"
#include "model/regex_syntax.h"
#include "model/utf8.h"

namespace lokilib {

namespace {

// For the program and the caches of its automata, per expression; taken as needed.
constexpr int64_t kRegexMemoryMax = 32 << 20;

/// What Go would say. Most of it our own parser has said before: this is for what only RE2 knows.
std::string_view describe(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case re2::RE2::ErrorBadCharClass:
    case re2::RE2::ErrorBadCharRange:
      return "invalid character class range";
    case re2::RE2::ErrorMissingBracket:
      return "missing closing ]";
    case re2::RE2::ErrorMissingParen:
      return "missing closing )";
    case re2::RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case re2::RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case re2::RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case re2::RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case re2::RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case re2::RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case re2::RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case re2::RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case re2::RE2::ErrorPatternTooLarge:
      return "expression too large";
    case re2::RE2::NoError:
    case re2::RE2::ErrorInternal:
      break;
  }
  return "internal error";
}

/// Matching a copy of a text in which each invalid byte is U+FFFD.
class ReplacedText {
 public:
  explicit ReplacedText(std::string_view original)
      : original_(original), text_(replace_invalid_utf8(original)) {}

  std::string_view text() const { return text_; }

  /// Where the original's offset is in the copy, or the other way round. Offsets are at runes' starts.
  size_t to_copy(size_t offset) const { return walk(offset, true); }
  size_t to_original(size_t offset) const { return walk(offset, false); }

 private:
  size_t walk(size_t offset, bool offset_is_original) const {
    size_t original = 0;
    size_t copy = 0;
    while (original < original_.size() && (offset_is_original ? original : copy) < offset) {
      const DecodedRune decoded = decode_rune(original_, original);
      original += decoded.size;
      copy += decoded.valid ? decoded.size : 3;
    }
    return offset_is_original ? copy : original;
  }

  std::string_view original_;
  std::string text_;
};

}  // namespace

Regex::Regex(std::string source, std::unique_ptr<re2::RE2> program)
    : source_(std::move(source)), program_(std::move(program)) {}

Regex::~Regex() = default;

Result<std::shared_ptr<const Regex>> Regex::compile(std::string_view source, const RegexOptions& options) {
  LOKILIB_TRY_ASSIGN(RegexSyntax syntax, parse_regex_syntax(source, options.dot_matches_newline));
  re2::RE2::Options re2_options;
  re2_options.set_log_errors(false);
  re2_options.set_max_mem(kRegexMemoryMax);
  re2_options.set_dot_nl(options.dot_matches_newline);
  auto program = std::make_unique<re2::RE2>(syntax.unnamed_source, re2_options);
  if (!program->ok()) {
    const re2::RE2::ErrorCode code = program->error_code();
    const bool about_all = code == re2::RE2::ErrorPatternTooLarge || program->error_arg().empty();
    return make_error(ErrorCode::InvalidQuery, "error parsing regexp: {}: `{}`", describe(code),
                      about_all ? source : std::string_view(program->error_arg()));
  }
  std::shared_ptr<Regex> regex(new Regex(std::string(source), std::move(program)));
  regex->anchored_ = options.anchored;
  regex->group_names_ = std::move(syntax.group_names);
  if (options.anchored) regex->required_prefix_ = regex_prefix(source);
  return std::shared_ptr<const Regex>(std::move(regex));
}

bool Regex::run(std::string_view text, size_t offset, std::span<std::string_view> groups) const {
  constexpr size_t kFewGroups = 16;
  std::array<re2::StringPiece, kFewGroups> few;
  std::vector<re2::StringPiece> many;
  re2::StringPiece* found = few.data();
  if (groups.size() > kFewGroups) {
    many.resize(groups.size());
    found = many.data();
  }
  const auto anchor = anchored_ ? re2::RE2::ANCHOR_BOTH : re2::RE2::UNANCHORED;
  if (!program_->Match({text.data(), text.size()}, offset, text.size(), anchor, found,
                       static_cast<int>(groups.size()))) {
    return false;
  }
  for (size_t i = 0; i < groups.size(); ++i) groups[i] = {found[i].data(), found[i].size()};
  return true;
}

bool Regex::matches(std::string_view text) const {
  if (text.data() == nullptr) text = "";
  if (is_valid_utf8(text)) return run(text, 0, {});
  return run(replace_invalid_utf8(text), 0, {});
}

bool Regex::find(std::string_view text, size_t offset, std::span<std::string_view> groups) const {
  if (text.data() == nullptr) text = "";
  if (offset > text.size()) return false;
  if (is_valid_utf8(text)) return run(text, offset, groups);
  const ReplacedText replaced(text);
  if (!run(replaced.text(), replaced.to_copy(offset), groups)) return false;
  for (std::string_view& group : groups) {
    if (group.data() == nullptr) continue;
    const auto begin = static_cast<size_t>(group.data() - replaced.text().data());
    const size_t from = replaced.to_original(begin);
    group = text.substr(from, replaced.to_original(begin + group.size()) - from);
  }
  return true;
}

int Regex::group_count() const {
  return program_->NumberOfCapturingGroups();
}

}  // namespace lokilib
