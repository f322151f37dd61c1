// SPDX-License-Identifier: Apache-2.0
// stored_columns.h: reads the columns of a block's schema: integers, and texts in pages. Every number is
// checked against what it must be before memory is taken for it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <lokilib/log_source.h>
#include <lokilib/result.h>

#include "chunk/block_source.h"
#include "codec/int_sequence.h"

namespace lokilib::fbs {
struct Ints;
struct Texts;
struct PageRef;
struct IntHeader;
}  // namespace lokilib::fbs

namespace lokilib::chunk {

codec::PageRef from_fbs(const fbs::PageRef& ref);
codec::IntHeader from_fbs(const fbs::IntHeader& header);

/// Reads pages of one block and counts the bytes.
struct PageReader {
  const BlockSource* source = nullptr;
  uint64_t schema_offset = 0;     ///< where errors in the schema itself are said to be
  uint64_t compressed_bytes = 0;  ///< since the last move_counts()
  uint64_t decompressed_bytes = 0;

  Result<PageBytes> read(const codec::PageRef& ref, PageBuffer buffer = {});
  void move_counts(ScanStats& stats);
};

/// `count` integers, each below `value_end` (0: any). `what` is for errors.
Result<std::vector<uint64_t>> read_ints(PageReader& pages, const fbs::Ints* ints, uint32_t count,
                                        uint64_t value_end, const char* what);

/// Texts in pages: where each is, known at once; the bytes of a page when they are asked for.
class StoredTexts {
 public:
  /// Reads lengths and checks pages. `bytes_max` bounds the sum of all texts.
  static Result<StoredTexts> open(PageReader& pages, const fbs::Texts* texts, uint32_t count,
                                  uint64_t bytes_max, const char* what);

  uint32_t count() const { return static_cast<uint32_t>(sizes_.size()); }
  uint64_t total_bytes() const { return total_bytes_; }
  const std::vector<uint32_t>& sizes() const { return sizes_; }
  /// For each text, where it ends in its page.
  const std::vector<uint32_t>& ends() const { return ends_; }

  size_t page_count() const { return pages_.size(); }
  uint32_t page_begin(size_t page) const { return pages_[page].first_row; }
  uint32_t page_end(size_t page) const {
    return page + 1 < pages_.size() ? pages_[page + 1].first_row : count();
  }
  size_t page_of(uint32_t row) const;

  /// The page's bytes, kept.
  Result<std::string_view> load(PageReader& pages, size_t page);
  /// The page's bytes; unless they were loaded before, in `buffer`, and not kept.
  Result<std::string_view> peek(PageReader& pages, size_t page, PageBytes& buffer);
  /// Keeps what peek() gave.
  void keep(size_t page, PageBytes bytes);

  /// A text of a page that was loaded.
  std::string_view text(size_t page, uint32_t row) const {
    return pages_[page].loaded.bytes.substr(ends_[row] - sizes_[row], sizes_[row]);
  }

 private:
  struct TextPage {
    codec::PageRef ref;
    uint32_t first_row = 0;
    bool is_loaded = false;
    PageBytes loaded;
  };

  Result<void> read_pages(const PageReader& pages, const fbs::Texts& texts, const char* what);
  Result<void> place_texts(const PageReader& pages, const char* what);

  std::vector<uint32_t> sizes_;
  std::vector<uint32_t> ends_;
  std::vector<TextPage> pages_;
  uint64_t total_bytes_ = 0;
};

}  // namespace lokilib::chunk
