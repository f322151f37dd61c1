// SPDX-License-Identifier: Apache-2.0
// json_index.h: where the quotes, the brackets and the unusual bytes of a JSON line are, as bitmaps of 64
// bytes a word, made when they are first needed. A string's end is then a look at a word instead of a loop
// over its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <lokilib/arena.h>

namespace lokilib::text {

class JsonIndex {
 public:
  static constexpr size_t npos = std::string_view::npos;

  /// Lines up to a few KiB need no memory of the arena.
  JsonIndex(std::string_view line, Arena& arena);
  JsonIndex(const JsonIndex&) = delete;
  JsonIndex& operator=(const JsonIndex&) = delete;

  std::string_view line() const { return line_; }

  /// Where the string that began before `from` has its closing quote: one behind an even number of
  /// backslashes. npos if there is none before `limit`.
  size_t string_end(size_t from, size_t limit) {
    for (size_t at = next(quotes_, from, limit); at != npos; at = next(quotes_, at + 1, limit)) {
      if (at == from || line_[at - 1] != '\\') return at;
      size_t slashes = 1;
      while (at - slashes > from && line_[at - slashes - 1] == '\\') ++slashes;
      if (slashes % 2 == 0) return at;
    }
    return npos;
  }

  /// Behind the bracket that closes the one at `at`; npos if there is none before `limit`. Brackets of the
  /// other kind are not looked at.
  size_t block_end(size_t at, size_t limit);

  /// Whether a backslash or a byte above 0x7f is in [begin, end).
  bool has_special(size_t begin, size_t end) { return next(specials_, begin, end) != npos; }

 private:
  // The first set bit in [from, limit).
  size_t next(const uint64_t* words, size_t from, size_t limit) {
    if (from >= limit) return npos;
    size_t word = from / 64;
    if (word >= built_) build(word);
    uint64_t bits = words[word] & (~uint64_t{0} << (from % 64));
    while (bits == 0) {
      ++word;
      if (word * 64 >= limit) return npos;
      if (word >= built_) build(word);
      bits = words[word];
    }
    const size_t at = word * 64 + static_cast<size_t>(__builtin_ctzll(bits));
    return at < limit ? at : npos;
  }
  // Makes the words up to `word`.
  void build(size_t word);

  static constexpr size_t kInlineWords = 64;

  std::string_view line_;
  size_t built_ = 0;  // words made so far
  uint64_t* quotes_ = nullptr;
  uint64_t* brackets_ = nullptr;
  uint64_t* specials_ = nullptr;
  uint64_t inline_words_[3 * kInlineWords];  // not initialised: only words below built_ are read
};

}  // namespace lokilib::text
