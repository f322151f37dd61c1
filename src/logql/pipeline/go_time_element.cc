// SPDX-License-Identifier: Apache-2.0
// go_time_element.cc: which texts of a layout are elements.
#include "logql/pipeline/go_time_element.h"

#include <algorithm>

namespace lokilib::logql {
namespace {

struct Word {
  std::string_view text;
  TimeElement element;
};

// Longer words stand before their beginnings.
constexpr Word kWords[] = {
    {"January", TimeElement::LongMonth},
    {"Jan", TimeElement::Month},
    {"Monday", TimeElement::LongWeekday},
    {"Mon", TimeElement::Weekday},
    {"MST", TimeElement::ZoneName},
    {"002", TimeElement::ZeroYearDay},
    {"01", TimeElement::ZeroMonth},
    {"02", TimeElement::ZeroDay},
    {"03", TimeElement::ZeroHour12},
    {"04", TimeElement::ZeroMinute},
    {"05", TimeElement::ZeroSecond},
    {"06", TimeElement::Year},
    {"15", TimeElement::Hour},
    {"1", TimeElement::NumMonth},
    {"2006", TimeElement::LongYear},
    {"2", TimeElement::Day},
    {"__2", TimeElement::UnderYearDay},
    {"_2", TimeElement::UnderDay},
    {"3", TimeElement::Hour12},
    {"4", TimeElement::Minute},
    {"5", TimeElement::Second},
    {"PM", TimeElement::UpperPm},
    {"pm", TimeElement::LowerPm},
};

struct ZoneWord {
  std::string_view text;
  ZoneForm form;
};

constexpr ZoneWord kZoneWords[] = {
    {"-070000", {false, false, 3}}, {"-07:00:00", {false, true, 3}}, {"-0700", {false, false, 2}},
    {"-07:00", {false, true, 2}},   {"-07", {false, false, 1}},      {"Z070000", {true, false, 3}},
    {"Z07:00:00", {true, true, 3}}, {"Z0700", {true, false, 2}},     {"Z07:00", {true, true, 2}},
    {"Z07", {true, false, 1}},
};

bool starts_with_lower_case(std::string_view text) {
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z';
}

// Fills in what begins at `at`; false if it is plain text.
bool element_at(std::string_view layout, size_t at, LayoutChunk& chunk) {
  const std::string_view here = layout.substr(at);
  const auto take = [&](TimeElement element, size_t size) {
    chunk.prefix = layout.substr(0, at);
    chunk.element = element;
    chunk.rest = here.substr(size);
    return true;
  };
  if (here[0] == '-' || here[0] == 'Z') {
    for (const ZoneWord& word : kZoneWords) {
      if (here.substr(0, word.text.size()) != word.text) continue;
      chunk.zone = word.form;
      return take(TimeElement::Zone, word.text.size());
    }
    return false;
  }
  if (here[0] == '.' || here[0] == ',') {
    if (here.size() < 2 || (here[1] != '0' && here[1] != '9')) return false;
    const size_t end = std::min(here.find_first_not_of(here[1], 1), here.size());
    if (is_digit(here, end)) return false;
    chunk.digits = end - 1;
    chunk.separator = here[0];
    return take(here[1] == '0' ? TimeElement::FractionZeros : TimeElement::FractionNines, end);
  }
  if (here.substr(0, 5) == "_2006") {  // a plain '_' and the year
    at += 1;
    chunk.prefix = layout.substr(0, at);
    chunk.element = TimeElement::LongYear;
    chunk.rest = here.substr(5);
    return true;
  }
  for (const Word& word : kWords) {
    if (here.substr(0, word.text.size()) != word.text) continue;
    const bool name = word.element == TimeElement::Month || word.element == TimeElement::Weekday;
    if (name && starts_with_lower_case(here.substr(3))) return false;  // "Month", "Mondays"
    return take(word.element, word.text.size());
  }
  return false;
}

}  // namespace

LayoutChunk next_chunk(std::string_view layout) {
  LayoutChunk chunk;
  for (size_t at = 0; at < layout.size(); ++at) {
    if (element_at(layout, at, chunk)) return chunk;
  }
  chunk.prefix = layout;
  return chunk;
}

}  // namespace lokilib::logql
