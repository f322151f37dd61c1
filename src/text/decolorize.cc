// SPDX-License-Identifier: Apache-2.0
// decolorize.cc: a sequence is an introducer (ESC or U+009B), any of []()#;? and then either letters, digits
// and ';' up to a BEL, or numbers of up to four digits joined by ';' and one final byte. Where the final byte
// is missing, the last digit is taken for it: that is what a backtracking match of the same grammar finds.
#include "text/decolorize.h"

#include <cstring>

namespace lokilib::text {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}
bool is_introducing(char c) {
  return std::strchr("[]()#;?", c) != nullptr && c != '\0';
}

bool is_final(char c) {
  if (is_digit(c) || (c >= 'A' && c <= 'P') || (c >= 'f' && c <= 'n')) return true;
  return c != '\0' && std::strchr("RZctqry=><~", c) != nullptr;
}

// Behind the numbers and the final byte that begin at `at`; 0 if there are none.
size_t numbers_end(std::string_view line, size_t at) {
  size_t digits_end = 0;  // behind the last digit
  if (at < line.size() && is_digit(line[at])) {
    for (;;) {
      const size_t begin = at;
      while (at < line.size() && at - begin < 4 && is_digit(line[at])) ++at;
      if (at > begin) digits_end = at;
      if (at == line.size() || line[at] != ';') break;
      ++at;
    }
  }
  if (at < line.size() && is_final(line[at])) return at + 1;
  return digits_end;
}

// Behind the sequence whose introducer ends at `at`; 0 if it is none.
size_t sequence_end(std::string_view line, size_t at) {
  while (at < line.size() && is_introducing(line[at])) ++at;
  size_t bell = at;
  while (bell < line.size() && (is_letter(line[bell]) || is_digit(line[bell]) || line[bell] == ';')) ++bell;
  if (bell < line.size() && line[bell] == '\a') return bell + 1;
  return numbers_end(line, at);
}

// Finds one introducer after the other. Keeps the next of each kind, so that a line full of one kind is not
// searched to its end for the other again and again.
class Introducers {
 public:
  explicit Introducers(std::string_view line)
      : line_(line), escape_(line.find(kEscape)), csi_(line.find(kCsi)) {}

  // The first at or behind `from` and its size; npos if there is none.
  size_t next(size_t from, size_t& size) {
    if (escape_ != kNone && escape_ < from) escape_ = line_.find(kEscape, from);
    if (csi_ != kNone && csi_ < from) csi_ = line_.find(kCsi, from);
    size = csi_ < escape_ ? kCsi.size() : kEscape.size();
    return csi_ < escape_ ? csi_ : escape_;
  }

 private:
  static constexpr size_t kNone = std::string_view::npos;
  static constexpr std::string_view kEscape = "\x1b";
  static constexpr std::string_view kCsi = "\xc2\x9b";

  std::string_view line_;
  size_t escape_;
  size_t csi_;
};

}  // namespace

std::string_view decolorize(std::string_view line, Arena& arena) {
  size_t introducer_size = 0;
  Introducers introducers(line);
  size_t found = introducers.next(0, introducer_size);
  if (found == std::string_view::npos) return line;
  char* const out = arena.allocate(line.size());
  size_t size = 0;
  size_t copied = 0;  // bytes of the line that are dealt with
  const auto copy_to = [&](size_t end) {
    std::memcpy(out + size, line.data() + copied, end - copied);
    size += end - copied;
    copied = end;
  };
  while (found != std::string_view::npos) {
    const size_t end = sequence_end(line, found + introducer_size);
    if (end == 0) {
      copy_to(found + introducer_size);
    } else {
      copy_to(found);
      copied = end;
    }
    found = introducers.next(copied, introducer_size);
  }
  copy_to(line.size());
  return {out, size};
}

}  // namespace lokilib::text
