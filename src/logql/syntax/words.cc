// SPDX-License-Identifier: Apache-2.0
// words.cc: one sorted table of keywords and function names.
#include "logql/syntax/words.h"

#include <algorithm>
#include <array>
#include <string>

namespace lokilib::logql::syntax {
namespace {

constexpr size_t kWordSizeMax = 32;

constexpr std::array kWords = {
    Word{"absent_over_time", TokenKind::AbsentOverTime, true},
    Word{"and", TokenKind::And, false},
    Word{"approx_topk", TokenKind::ApproxTopk, true},
    Word{"avg", TokenKind::Avg, true},
    Word{"avg_over_time", TokenKind::AvgOverTime, true},
    Word{"bool", TokenKind::Bool, false},
    Word{"bottomk", TokenKind::Bottomk, true},
    Word{"by", TokenKind::By, false},
    Word{"bytes", TokenKind::BytesConv, true},
    Word{"bytes_over_time", TokenKind::BytesOverTime, true},
    Word{"bytes_rate", TokenKind::BytesRate, true},
    Word{"count", TokenKind::Count, true},
    Word{"count_over_time", TokenKind::CountOverTime, true},
    Word{"decolorize", TokenKind::Decolorize, false},
    Word{"drop", TokenKind::Drop, false},
    Word{"duration", TokenKind::DurationConv, true},
    Word{"duration_seconds", TokenKind::DurationSecondsConv, true},
    Word{"first_over_time", TokenKind::FirstOverTime, true},
    Word{"group_left", TokenKind::GroupLeft, false},
    Word{"group_right", TokenKind::GroupRight, false},
    Word{"ignoring", TokenKind::Ignoring, false},
    Word{"ip", TokenKind::Ip, true},
    Word{"json", TokenKind::Json, false},
    Word{"keep", TokenKind::Keep, false},
    Word{"label_format", TokenKind::LabelFormat, false},
    Word{"label_replace", TokenKind::LabelReplace, true},
    Word{"last_over_time", TokenKind::LastOverTime, true},
    Word{"line_format", TokenKind::LineFormat, false},
    Word{"logfmt", TokenKind::Logfmt, false},
    Word{"max", TokenKind::Max, true},
    Word{"max_over_time", TokenKind::MaxOverTime, true},
    Word{"min", TokenKind::Min, true},
    Word{"min_over_time", TokenKind::MinOverTime, true},
    Word{"of", TokenKind::Of, false},
    Word{"offset", TokenKind::Offset, false},
    Word{"on", TokenKind::On, false},
    Word{"or", TokenKind::Or, false},
    Word{"pattern", TokenKind::Pattern, false},
    Word{"quantile_over_time", TokenKind::QuantileOverTime, true},
    Word{"rate", TokenKind::Rate, true},
    Word{"rate_counter", TokenKind::RateCounter, true},
    Word{"regexp", TokenKind::Regexp, false},
    Word{"sort", TokenKind::Sort, true},
    Word{"sort_desc", TokenKind::SortDesc, true},
    Word{"stddev", TokenKind::Stddev, true},
    Word{"stddev_over_time", TokenKind::StddevOverTime, true},
    Word{"stdvar", TokenKind::Stdvar, true},
    Word{"stdvar_over_time", TokenKind::StdvarOverTime, true},
    Word{"sum", TokenKind::Sum, true},
    Word{"sum_over_time", TokenKind::SumOverTime, true},
    Word{"topk", TokenKind::Topk, true},
    Word{"unless", TokenKind::Unless, false},
    Word{"unpack", TokenKind::Unpack, false},
    Word{"unwrap", TokenKind::Unwrap, false},
    Word{"variants", TokenKind::Variants, false},
    Word{"vector", TokenKind::Vector, true},
    Word{"without", TokenKind::Without, false},
};
static_assert(std::is_sorted(kWords.begin(), kWords.end(),
                             [](const Word& a, const Word& b) { return a.text < b.text; }));

}  // namespace

const Word* find_word(std::string_view text) {
  if (text.size() > kWordSizeMax) return nullptr;
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const auto found =
      std::lower_bound(kWords.begin(), kWords.end(), folded,
                       [](const Word& word, const std::string& key) { return word.text < key; });
  return found != kWords.end() && found->text == folded ? &*found : nullptr;
}

}  // namespace lokilib::logql::syntax
