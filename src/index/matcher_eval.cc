// SPDX-License-Identifier: Apache-2.0
// matcher_eval.cc: the set algebra of matchers.
//
// Let M be the series whose label has a non-empty value that the operand (a text or a regex) matches, and N
// the series that have the label at all. A missing label is "", so a matcher is one of four:
//
//   =  =~  where the operand refuses ""   in M
//   !  !~  where the operand accepts ""   in N without M
//   =  =~  where the operand accepts ""   not in N without M
//   !  !~  where the operand refuses ""   not in M
//
// The first two narrow the result, smallest first; the others are subtracted. Regexes that are not a list of
// literals come last: by then the result may be so small that its own values are tested instead of all.
#include "index/matcher_eval.h"

#include <algorithm>
#include <unordered_map>

namespace lokilib {

namespace {

// Testing a series costs a look at its pairs and a hash look-up besides the regex; testing a value only the
// regex.
constexpr uint64_t kSeriesTestCost = 2;

struct Term {
  const Matcher* matcher = nullptr;
  std::optional<uint32_t> name;
  bool negative = false;        // != or !~
  bool accepts_empty = false;   // the operand, not the matcher
  bool runs_regex = false;      // M is not known without asking the regex
  bool matches_all = false;     // M is N
  std::vector<uint32_t> pairs;  // M, where it is known
  uint64_t size_max = 0;        // of M or of N without M

  bool narrows() const { return negative == accepts_empty; }
  bool uses_complement() const { return accepts_empty; }
};

Term make_term(const PostingsSource& source, const Matcher& matcher) {
  Term term;
  term.matcher = &matcher;
  term.name = source.find_name(matcher.name());
  term.negative = matcher.op() == MatchOp::NotEqual || matcher.op() == MatchOp::NotRegex;
  term.accepts_empty = matcher.matches("") != term.negative;
  if (!term.name) return term;  // M and N are empty
  const bool is_regex = matcher.op() == MatchOp::Regex || matcher.op() == MatchOp::NotRegex;
  if (const std::vector<std::string>* literals = matcher.literal_values(); literals != nullptr) {
    for (const std::string& literal : *literals) {
      if (literal.empty()) continue;
      const auto pair = source.find_pair(*term.name, literal);
      if (!pair) continue;
      term.pairs.push_back(*pair);
      term.size_max += source.count_of_pair(*pair);
    }
  } else if (is_regex && (matcher.value() == ".*" || matcher.value() == ".+")) {
    term.matches_all = true;
    term.size_max = source.count_of_name(*term.name);
  } else {
    term.runs_regex = true;
  }
  if (term.uses_complement()) term.size_max = term.matches_all ? 0 : source.count_of_name(*term.name);
  return term;
}

/// M, or N without M: what the term narrows to or subtracts.
Postings postings_of(const PostingsSource& source, const Term& term) {
  Postings matched;
  if (!term.name) return matched;
  if (term.matches_all) {
    if (!term.uses_complement()) source.add_name_to(*term.name, matched);
    return matched;
  }
  for (const uint32_t pair : term.pairs) source.add_pair_to(pair, matched);
  if (!term.uses_complement()) return matched;
  Postings others;
  source.add_name_to(*term.name, others);
  others.subtract(matched);
  return others;
}

/// Asks the regex about the values of the name that begin as it demands.
void run_regex(const PostingsSource& source, Term& term) {
  const auto operand_matches = [&](uint32_t pair) {
    return term.matcher->matches(source.pair_value(pair)) != term.negative;
  };
  term.pairs = source.pairs_with_prefix(*term.name, term.matcher->required_prefix());
  std::erase_if(term.pairs, [&](uint32_t pair) { return !operand_matches(pair); });
}

/// Keeps the series whose own values satisfy the matcher.
Postings test_series(const PostingsSource& source, const Term& term, const Postings& result) {
  const bool without_label = term.matcher->matches("");
  std::unordered_map<uint32_t, bool> answers;
  std::vector<uint32_t> kept;
  for (const uint32_t series : result.to_vector()) {
    bool passes = without_label;
    if (const auto pair = term.name ? source.pair_of(series, *term.name) : std::nullopt) {
      const auto [answer, is_new] = answers.try_emplace(*pair, false);
      if (is_new) answer->second = term.matcher->matches(source.pair_value(*pair));
      passes = answer->second;
    }
    if (passes) kept.push_back(series);
  }
  Postings postings;
  postings.add(kept);
  return postings;
}

}  // namespace

std::vector<SeriesId> resolve_matchers(const PostingsSource& source, const std::vector<Matcher>& matchers) {
  std::vector<Term> terms;
  terms.reserve(matchers.size());
  for (const Matcher& matcher : matchers) terms.push_back(make_term(source, matcher));
  std::stable_sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) {
    if (a.runs_regex != b.runs_regex) return !a.runs_regex;
    if (a.narrows() != b.narrows()) return a.narrows();
    return a.size_max < b.size_max;
  });
  std::optional<Postings> result;
  for (Term& term : terms) {
    if (!term.narrows() && !result) result = Postings::all(source.series_total());
    if (result && result->empty()) return {};
    if (term.runs_regex) {
      if (result && result->size() * kSeriesTestCost < source.pair_count(*term.name)) {
        result = test_series(source, term, *result);
        continue;
      }
      run_regex(source, term);
    }
    if (!term.narrows()) {
      result->subtract(postings_of(source, term));
    } else if (result) {
      result->intersect(postings_of(source, term));
    } else {
      result = postings_of(source, term);
    }
  }
  if (!result) result = Postings::all(source.series_total());
  return result->to_vector();
}

}  // namespace lokilib
