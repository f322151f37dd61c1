// SPDX-License-Identifier: Apache-2.0
// json_path.cc: the grammar of paths, and the walk that follows all paths of a stage at once.
#include "text/json_path.h"

#include <algorithm>

#include "base/make_error.h"
#include "model/utf8.h"
#include "text/json_scan.h"

namespace lokilib::text {
namespace {

enum class PathToken : uint8_t { End, Dot, LeftBracket, RightBracket, Field, String, Index };

const char* token_name(PathToken token) {
  switch (token) {
    case PathToken::End:
      return "$end";
    case PathToken::Dot:
      return "DOT";
    case PathToken::LeftBracket:
      return "LSB";
    case PathToken::RightBracket:
      return "RSB";
    case PathToken::Field:
      return "FIELD";
    case PathToken::String:
      return "STRING";
    case PathToken::Index:
      break;
  }
  return "INDEX";
}

class PathParser {
 public:
  explicit PathParser(std::string_view text) : text_(text) {}

  // path := (FIELD | access) { DOT FIELD | access };  access := LSB (STRING | INDEX) RSB
  Result<void> parse(std::vector<JsonPath::Step>& steps) {
    LOKILIB_TRY(advance());
    if (token_ == PathToken::Field) {
      steps.push_back({false, std::string(token_text_), 0});
      LOKILIB_TRY(advance());
    } else if (token_ == PathToken::LeftBracket) {
      LOKILIB_TRY(parse_access(steps));
    } else {
      return unexpected("LSB or FIELD");
    }
    while (token_ != PathToken::End) {
      if (token_ == PathToken::LeftBracket) {
        LOKILIB_TRY(parse_access(steps));
        continue;
      }
      if (token_ != PathToken::Dot) return unexpected("");
      LOKILIB_TRY(advance());
      if (token_ != PathToken::Field) return unexpected("FIELD");
      steps.push_back({false, std::string(token_text_), 0});
      LOKILIB_TRY(advance());
    }
    return {};
  }

 private:
  Result<void> parse_access(std::vector<JsonPath::Step>& steps) {
    LOKILIB_TRY(advance());
    if (token_ == PathToken::String) {
      steps.push_back({false, std::string(token_text_), 0});
    } else if (token_ == PathToken::Index) {
      uint64_t index = 0;
      for (const char c : token_text_) {
        if (__builtin_mul_overflow(index, uint64_t{10}, &index) ||
            __builtin_add_overflow(index, static_cast<uint64_t>(c - '0'), &index)) {
          index = ~uint64_t{0};  // no array has it
          break;
        }
      }
      steps.push_back({true, {}, index});
    } else {
      return unexpected("STRING or INDEX");
    }
    LOKILIB_TRY(advance());
    if (token_ != PathToken::RightBracket) return unexpected("RSB");
    return advance();
  }

  Result<void> advance() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
    if (at_ == text_.size()) {
      token_ = PathToken::End;
      return {};
    }
    const char c = text_[at_];
    if (c == '.' || c == '[' || c == ']') {
      token_ = c == '.' ? PathToken::Dot : c == '[' ? PathToken::LeftBracket : PathToken::RightBracket;
      ++at_;
      return {};
    }
    const auto is_letter = [](char x) { return (x | 0x20) >= 'a' && (x | 0x20) <= 'z'; };
    const auto is_digit = [](char x) { return x >= '0' && x <= '9'; };
    size_t end = at_;
    if (is_letter(c) || c == '_') {
      while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == '_'))
        ++end;
      return take(PathToken::Field, at_, end, end);
    }
    if (is_digit(c)) {
      while (end < text_.size() && is_digit(text_[end])) ++end;
      return take(PathToken::Index, at_, end, end);
    }
    if (c == '"') {
      end = text_.find_first_of("\"]", at_ + 1);
      if (end == std::string_view::npos || text_[end] == ']') return fault("unterminated string");
      return take(PathToken::String, at_ + 1, end, end + 1);
    }
    return fault(fmt::format("unexpected char {}", text_.substr(at_, decode_rune(text_, at_).size)));
  }

  Result<void> take(PathToken token, size_t begin, size_t end, size_t next) {
    token_ = token;
    token_text_ = text_.substr(begin, end - begin);
    at_ = next;
    return {};
  }

  Error unexpected(std::string_view expecting) const {
    return fault(expecting.empty() ? fmt::format("syntax error: unexpected {}", token_name(token_))
                                   : fmt::format("syntax error: unexpected {}, expecting {}",
                                                 token_name(token_), expecting));
  }
  Error fault(std::string_view cause) const {
    return make_error(ErrorCode::InvalidQuery, "cannot parse expression [{}]: {}", text_, cause);
  }

  std::string_view text_;
  size_t at_ = 0;
  PathToken token_ = PathToken::End;
  std::string_view token_text_;
};

using json_scan::Type;
using json_scan::Value;

// Follows up to 64 paths through nested values. A path is at home in a value when all its steps led there.
class PathWalk {
 public:
  PathWalk(JsonIndex& index, std::span<const JsonPath> paths, Arena& arena,
           std::span<std::string_view> values)
      : index_(index), paths_(paths), arena_(arena), values_(values) {}

  // `candidates`: paths whose first `depth` steps led to `value`.
  void visit(const Value& value, uint64_t candidates, size_t depth) {
    uint64_t further = 0;
    for (uint64_t left = candidates; left != 0; left &= left - 1) {
      const auto i = static_cast<size_t>(__builtin_ctzll(left));
      if (paths_[i].steps().size() == depth) {
        store(i, value);
      } else {
        further |= left & (~left + 1);
      }
    }
    if (further == 0 || depth == json_scan::kDepthMax) return;
    if (value.type == Type::Object) visit_object(value, further, depth);
    if (value.type == Type::Array) visit_array(value, further, depth);
  }
  /// Why a value that a path leads to could not be read; null if all could.
  JsonProblem problem() const { return problem_; }

 private:
  void store(size_t path, const Value& value) {
    if (value.type == Type::Null) {
      values_[path] = index_.line().substr(value.begin, 0);
      return;
    }
    // Loki resolves escapes also in the raw text of objects and arrays.
    // Objects and arrays stay as they are written, escapes included (recorded, 3.7.6).
    const bool is_raw = value.type == Type::Object || value.type == Type::Array;
    values_[path] = is_raw ? index_.line().substr(value.begin, value.end - value.begin)
                           : json_scan::read_string(index_, value, arena_);
  }

  void visit_object(const Value& value, uint64_t candidates, size_t depth) {
    json_scan::for_each_pair(
        index_, value.begin, value.end,
        [&](const json_scan::Pair& pair) -> JsonProblem {
          uint64_t matching = 0;
          if (JsonProblem bad = match_key(pair, candidates, depth, matching); bad != nullptr) return bad;
          if (matching == 0) return nullptr;
          candidates &= ~matching;  // of equal keys the first one counts
          visit(pair.value, matching, depth + 1);
          return candidates == 0 ? json_scan::kStopped : nullptr;
        },
        [&](const json_scan::Pair& pair, size_t begin, JsonProblem damage) {
          uint64_t matching = 0;
          if (match_key(pair, candidates, depth, matching) != nullptr) return;
          visit_damaged(begin, value.end, matching, depth + 1, damage);
        });
  }

  // Paths of `candidates` whose next step is the pair's key.
  JsonProblem match_key(const json_scan::Pair& pair, uint64_t candidates, size_t depth, uint64_t& matching) {
    std::string_view key;
    if (JsonProblem bad = json_scan::read_key(index_, pair, arena_, key); bad != nullptr) return bad;
    for (uint64_t left = candidates; left != 0; left &= left - 1) {
      const auto i = static_cast<size_t>(__builtin_ctzll(left));
      const JsonPath::Step& step = paths_[i].steps()[depth];
      if (!step.is_index && step.key == key) matching |= uint64_t{1} << i;
    }
    return nullptr;
  }

  // A value that has no end: paths into it go on, those that end here have a problem.
  void visit_damaged(size_t begin, size_t limit, uint64_t candidates, size_t depth, JsonProblem damage) {
    uint64_t further = 0;
    for (uint64_t left = candidates; left != 0; left &= left - 1) {
      const auto i = static_cast<size_t>(__builtin_ctzll(left));
      if (paths_[i].steps().size() == depth) {
        problem_ = damage;
      } else {
        further |= left & (~left + 1);
      }
    }
    if (further == 0 || begin >= limit || depth == json_scan::kDepthMax) return;
    if (index_.line()[begin] == '{') visit_object({Type::Object, begin, limit}, further, depth);
    if (index_.line()[begin] == '[') visit_array({Type::Array, begin, limit}, further, depth);
  }

  void visit_array(const Value& value, uint64_t candidates, size_t depth) {
    const std::string_view line = index_.line();
    uint64_t position = 0;
    size_t at = json_scan::skip_blanks(line, value.begin + 1, value.end);
    while (at < value.end && line[at] != ']') {
      Value element;
      if (json_scan::read_value(index_, at, value.end, element, at) != nullptr) return;
      uint64_t matching = 0;
      uint64_t waiting = 0;
      for (uint64_t left = candidates; left != 0; left &= left - 1) {
        const auto i = static_cast<size_t>(__builtin_ctzll(left));
        const JsonPath::Step& step = paths_[i].steps()[depth];
        if (!step.is_index) continue;
        if (step.index == position) matching |= uint64_t{1} << i;
        if (step.index > position) waiting |= uint64_t{1} << i;
      }
      if (matching != 0) visit(element, matching, depth + 1);
      candidates = waiting;
      if (candidates == 0) return;
      ++position;
      at = json_scan::skip_blanks(line, at, value.end);
      if (at >= value.end || line[at] != ',') return;
      at = json_scan::skip_blanks(line, at + 1, value.end);
    }
  }

  JsonIndex& index_;
  std::span<const JsonPath> paths_;
  Arena& arena_;
  std::span<std::string_view> values_;
  JsonProblem problem_ = nullptr;
};

}  // namespace

Result<JsonPath> JsonPath::parse(std::string_view expression) {
  JsonPath path;
  LOKILIB_TRY(PathParser(expression).parse(path.steps_));
  return path;
}

bool find_json_paths(std::string_view line, std::span<const JsonPath> paths, Arena& arena,
                     std::span<std::string_view> values, const char** problem) {
  if (problem != nullptr) *problem = nullptr;
  std::fill(values.begin(), values.end(), std::string_view());
  if (line.empty() || (line[0] != '{' && line[0] != '[' && line[0] != '"')) return false;
  JsonIndex index(line, arena);
  // A line that breaks off is walked as far as it goes, so the outermost value has no end of its own.
  const Value whole = {line[0] == '{'   ? Type::Object
                       : line[0] == '[' ? Type::Array
                                        : Type::String,
                       0, line.size()};
  for (size_t first = 0; first < paths.size(); first += 64) {
    const size_t count = std::min<size_t>(64, paths.size() - first);
    PathWalk walk(index, paths.subspan(first, count), arena, values.subspan(first, count));
    walk.visit(whole, count == 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1, 0);
    if (problem != nullptr && walk.problem() != nullptr) *problem = walk.problem();
  }
  return true;
}

}  // namespace lokilib::text
