// SPDX-License-Identifier: Apache-2.0
// compiled_predicate.cc: turns the filters of a predicate into line tests and runs the cheap ones first.
#include "text/compiled_predicate.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/make_error.h"
#include "text/line_test.h"
#include "text/regex_alternatives.h"

namespace lokilib::text {
namespace {

// Passes a line if any test matches; with `negated` if none does.
struct CompiledFilter {
  bool negated = false;
  std::vector<LineTest> tests;

  bool passes(std::string_view line) const {
    for (const LineTest& test : tests) {
      if (test.matches(line)) return !negated;
    }
    return negated;
  }
  int cost() const {
    int highest = 0;
    for (const LineTest& test : tests) highest = std::max(highest, test.cost());
    return highest;
  }
};

// More texts than this are left to the regex: each one is a search of its own.
constexpr size_t kTextAlternativesMax = 16;

Result<void> add_regex_tests(const std::string& source, std::vector<LineTest>& tests) {
  LOKILIB_TRY_ASSIGN(const std::shared_ptr<const Regex> regex, Regex::compile(source, RegexOptions{}));
  std::optional<TextAlternatives> choice = text_alternatives(source);
  if (!choice || choice->texts.size() > kTextAlternativesMax) {
    tests.push_back(LineTest::regex(regex, regex_required_literal(source)));
    return {};
  }
  bool has_k = false;
  bool has_s = false;
  for (std::string& text : choice->texts) {
    has_k |= text.find_first_of("kK") != std::string::npos;
    has_s |= text.find_first_of("sS") != std::string::npos;
    tests.push_back(choice->ignore_case ? LineTest::contains_ignoring_case(std::move(text))
                                        : LineTest::contains(std::move(text)));
  }
  // Two runes beyond ASCII equal an ASCII letter when case is ignored: lines with them go to the regex.
  if (choice->ignore_case && has_k) tests.push_back(LineTest::regex(regex, "\u212a"));
  if (choice->ignore_case && has_s) tests.push_back(LineTest::regex(regex, "\u017f"));
  return {};
}

Result<void> add_tests(LineFilterOp op, const LineFilterOperand& operand, std::vector<LineTest>& tests) {
  const bool is_text = op == LineFilterOp::Contains || op == LineFilterOp::NotContains;
  if (operand.is_ip) {
    if (!is_text) return make_error(ErrorCode::InvalidQuery, "ip: invalid operation");
    LOKILIB_TRY_ASSIGN(const IpFilter filter, IpFilter::parse(operand.text));
    tests.push_back(LineTest::ip(filter));
    return {};
  }
  if (is_text) {
    tests.push_back(LineTest::contains(operand.text));
    return {};
  }
  if (op == LineFilterOp::Regex || op == LineFilterOp::NotRegex) return add_regex_tests(operand.text, tests);
  LOKILIB_TRY_ASSIGN(Pattern pattern, Pattern::parse_for_filter(operand.text));
  tests.push_back(LineTest::pattern(std::move(pattern)));
  return {};
}

Result<CompiledFilter> compile_filter(const LineFilter& filter, const PredicateOptions& options) {
  CompiledFilter compiled;
  compiled.negated = filter.op == LineFilterOp::NotContains || filter.op == LineFilterOp::NotRegex ||
                     filter.op == LineFilterOp::NotPattern;
  const bool is_chain = filter.alternatives.size() > 1;
  for (const LineFilterOperand& operand : filter.alternatives) {
    LineFilterOperand plain = operand;
    if (options.loki_quirks && is_chain && filter.op == LineFilterOp::Contains) plain.is_ip = false;
    LOKILIB_TRY(add_tests(filter.op, plain, compiled.tests));
  }
  // Loki passes over an empty alternative of a positive chain (recorded, 3.7.6).
  const auto is_always = [](const LineTest& test) { return test.is_always(); };
  if (std::any_of(compiled.tests.begin(), compiled.tests.end(), is_always)) {
    if (!compiled.negated) {
      compiled.tests.erase(std::remove_if(compiled.tests.begin(), compiled.tests.end(), is_always),
                           compiled.tests.end());
    } else {
      compiled.tests.clear();
    }
    if (compiled.tests.empty()) compiled.tests.push_back(LineTest::always());
  }
  std::stable_sort(compiled.tests.begin(), compiled.tests.end(),
                   [](const LineTest& a, const LineTest& b) { return a.cost() < b.cost(); });
  return compiled;
}

// Bitmaps of a page; pages are small, so they live on the stack as a rule.
class PageBits {
 public:
  explicit PageBits(size_t words) : words_(words) {
    if (words > inline_.size()) large_.resize(words);
    clear();
  }
  uint64_t* data() { return large_.empty() ? inline_.data() : large_.data(); }
  void clear() { std::memset(data(), 0, words_ * sizeof(uint64_t)); }

 private:
  size_t words_;
  std::array<uint64_t, 64> inline_;
  std::vector<uint64_t> large_;
};

// `count` bits of `words` from `first` on, at most 64.
uint64_t load_bits(const uint64_t* words, size_t first, size_t count) {
  const size_t shift = first % 64;
  uint64_t bits = words[first / 64] >> shift;
  if (shift != 0 && shift + count > 64) bits |= words[first / 64 + 1] << (64 - shift);
  return count == 64 ? bits : bits & ((uint64_t{1} << count) - 1);
}

void clear_bits(uint64_t* words, size_t first, uint64_t bits) {
  const size_t shift = first % 64;
  words[first / 64] &= ~(bits << shift);
  if (shift != 0 && bits >> (64 - shift) != 0) words[first / 64 + 1] &= ~(bits >> (64 - shift));
}

}  // namespace

struct CompiledPredicate::Impl {
  std::vector<CompiledFilter> filters;  // cheap ones first
};

CompiledPredicate::CompiledPredicate(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CompiledPredicate::~CompiledPredicate() = default;

Result<std::shared_ptr<const CompiledPredicate>> CompiledPredicate::compile(const LinePredicate& predicate,
                                                                            const PredicateOptions& options) {
  auto impl = std::make_unique<Impl>();
  for (const LineFilter& filter : predicate.filters) {
    LOKILIB_TRY_ASSIGN(CompiledFilter compiled, compile_filter(filter, options));
    if (!compiled.negated && !compiled.tests.empty() && compiled.tests[0].is_always()) continue;
    impl->filters.push_back(std::move(compiled));
  }
  std::stable_sort(impl->filters.begin(), impl->filters.end(),
                   [](const CompiledFilter& a, const CompiledFilter& b) { return a.cost() < b.cost(); });
  return std::shared_ptr<const CompiledPredicate>(new CompiledPredicate(std::move(impl)));
}

bool CompiledPredicate::always_matches() const {
  return impl_->filters.empty();
}

std::vector<std::string> CompiledPredicate::required_literals() const {
  std::vector<std::string> literals;
  for (const CompiledFilter& filter : impl_->filters) {
    if (filter.negated || filter.tests.size() != 1) continue;
    if (!filter.tests[0].required_literal().empty()) literals.push_back(filter.tests[0].required_literal());
  }
  return literals;
}

bool CompiledPredicate::matches(std::string_view line) const {
  for (const CompiledFilter& filter : impl_->filters) {
    if (!filter.passes(line)) return false;
  }
  return true;
}

size_t CompiledPredicate::filter_rows(std::span<const std::string_view> lines,
                                      std::span<uint16_t> rows) const {
  size_t count = rows.size();
  for (const CompiledFilter& filter : impl_->filters) {
    size_t kept = 0;
    if (filter.tests.size() == 1) {
      const LineTest& test = filter.tests[0];
      for (size_t i = 0; i < count; ++i) {
        const uint16_t row = rows[i];
        rows[kept] = row;
        kept += static_cast<size_t>(test.matches(lines[row]) != filter.negated);
      }
    } else {
      for (size_t i = 0; i < count; ++i) {
        const uint16_t row = rows[i];
        rows[kept] = row;
        kept += static_cast<size_t>(filter.passes(lines[row]));
      }
    }
    count = kept;
  }
  return count;
}

void CompiledPredicate::filter_page(std::string_view page, std::span<const uint32_t> ends, uint64_t* words,
                                    size_t first_bit) const {
  const PageLines lines{page, ends};
  const size_t word_count = (ends.size() + 63) / 64;
  const auto bits_of = [&](size_t word) { return std::min<size_t>(64, ends.size() - word * 64); };
  PageBits alive(word_count);
  for (size_t i = 0; i < word_count; ++i) alive.data()[i] = load_bits(words, first_bit + i * 64, bits_of(i));
  PageBits hits(word_count);
  for (const CompiledFilter& filter : impl_->filters) {
    hits.clear();
    for (const LineTest& test : filter.tests) test.mark(lines, alive.data(), hits.data());
    uint64_t any = 0;
    for (size_t i = 0; i < word_count; ++i) {
      alive.data()[i] &= filter.negated ? ~hits.data()[i] : hits.data()[i];
      any |= alive.data()[i];
    }
    if (any == 0) break;
  }
  for (size_t i = 0; i < word_count; ++i) {
    const uint64_t before = load_bits(words, first_bit + i * 64, bits_of(i));
    clear_bits(words, first_bit + i * 64, before & ~alive.data()[i]);
  }
}

}  // namespace lokilib::text
