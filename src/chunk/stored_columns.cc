// SPDX-License-Identifier: Apache-2.0
// stored_columns.cc: the checks of section "Bad bytes": counts, ranges and sums.
#include "chunk/stored_columns.h"

#include <algorithm>

#include <schema/chunk_generated.h>

namespace lokilib::chunk {

codec::PageRef from_fbs(const fbs::PageRef& ref) {
  return {ref.offset(), ref.stored(), ref.raw(), ref.crc32c(), static_cast<codec::Codec>(ref.codec())};
}

codec::IntHeader from_fbs(const fbs::IntHeader& header) {
  return {static_cast<codec::IntLayout>(header.layout()), header.width(), header.count(), header.base(),
          header.scale()};
}

Result<PageBytes> PageReader::read(const codec::PageRef& ref, PageBuffer buffer) {
  LOKILIB_TRY_ASSIGN(PageBytes page, source->read_page(ref, std::move(buffer)));
  compressed_bytes += ref.stored;
  decompressed_bytes += ref.raw;
  return page;
}

void PageReader::move_counts(ScanStats& stats) {
  stats.compressed_bytes += compressed_bytes;
  stats.decompressed_bytes += decompressed_bytes;
  compressed_bytes = decompressed_bytes = 0;
}

Result<std::vector<uint64_t>> read_ints(PageReader& pages, const fbs::Ints* ints, uint32_t count,
                                        uint64_t value_end, const char* what) {
  if (ints == nullptr || ints->header() == nullptr) {
    return pages.source->corrupt(pages.schema_offset, "{}: missing", what);
  }
  const codec::IntHeader header = from_fbs(*ints->header());
  if (header.count != count) {
    return pages.source->corrupt(pages.schema_offset, "{}: {} values, {} expected", what, header.count,
                                 count);
  }
  std::string_view bytes;
  PageBytes page;
  uint64_t offset = pages.schema_offset;
  if (ints->page() != nullptr) {
    const codec::PageRef ref = from_fbs(*ints->page());
    offset = ref.offset;
    LOKILIB_TRY_ASSIGN(page, pages.read(ref));
    bytes = page.bytes;
  } else if (ints->inline_bytes() != nullptr) {
    bytes = {reinterpret_cast<const char*>(ints->inline_bytes()->data()), ints->inline_bytes()->size()};
  }
  std::vector<uint64_t> values(count);
  if (Result<void> done = codec::decode_ints(header, bytes, values); !done.has_value()) {
    Error error = pages.source->located(std::move(done).error(), offset);
    error.message = std::string(what) + ": " + error.message;
    return error;
  }
  if (value_end != 0) {
    for (const uint64_t value : values) {
      if (value >= value_end) {
        return pages.source->corrupt(offset, "{}: value {}, at most {} expected", what, value, value_end - 1);
      }
    }
  }
  return values;
}

Result<StoredTexts> StoredTexts::open(PageReader& pages, const fbs::Texts* texts, uint32_t count,
                                      uint64_t bytes_max, const char* what) {
  if (texts == nullptr) return pages.source->corrupt(pages.schema_offset, "{}: missing", what);
  StoredTexts result;
  LOKILIB_TRY_ASSIGN(const std::vector<uint64_t> lengths,
                     read_ints(pages, texts->lengths(), count, bytes_max + 1, what));
  result.sizes_.resize(count);
  for (uint32_t row = 0; row < count; ++row) {
    result.sizes_[row] = static_cast<uint32_t>(lengths[row]);
    result.total_bytes_ += lengths[row];
  }
  if (result.total_bytes_ > bytes_max) {
    return pages.source->corrupt(pages.schema_offset, "{}: {} bytes, at most {} expected", what,
                                 result.total_bytes_, bytes_max);
  }
  LOKILIB_TRY(result.read_pages(pages, *texts, what));
  LOKILIB_TRY(result.place_texts(pages, what));
  return result;
}

Result<void> StoredTexts::read_pages(const PageReader& pages, const fbs::Texts& texts, const char* what) {
  if (texts.inline_bytes() != nullptr) {
    TextPage page;
    page.is_loaded = true;
    page.loaded.bytes = {reinterpret_cast<const char*>(texts.inline_bytes()->data()),
                         texts.inline_bytes()->size()};
    page.ref.raw = texts.inline_bytes()->size();
    page.ref.offset = static_cast<uint32_t>(pages.schema_offset);
    pages_.push_back(std::move(page));
    return {};
  }
  const auto* refs = texts.pages();
  const auto* first_rows = texts.first_rows();
  if (refs == nullptr || first_rows == nullptr || refs->size() != first_rows->size() || refs->size() == 0) {
    return pages.source->corrupt(pages.schema_offset, "{}: no pages", what);
  }
  pages_.reserve(refs->size());
  for (uint32_t i = 0; i < refs->size(); ++i) {
    TextPage page;
    page.ref = from_fbs(*refs->Get(i));
    page.first_row = first_rows->Get(i);
    const bool in_order = i == 0 ? page.first_row == 0 : page.first_row > pages_.back().first_row;
    if (!in_order || page.first_row >= count()) {
      return pages.source->corrupt(pages.schema_offset, "{}: page {} begins at row {}", what, i,
                                   page.first_row);
    }
    pages_.push_back(std::move(page));
  }
  return {};
}

Result<void> StoredTexts::place_texts(const PageReader& pages, const char* what) {
  ends_.resize(count());
  for (size_t page = 0; page < pages_.size(); ++page) {
    uint64_t end = 0;
    for (uint32_t row = page_begin(page); row < page_end(page); ++row) {
      end += sizes_[row];
      ends_[row] = static_cast<uint32_t>(end);  // the sum of all is below 2^32
    }
    if (end != pages_[page].ref.raw) {
      return pages.source->corrupt(pages_[page].ref.offset, "{}: {} bytes in a page, lengths add up to {}",
                                   what, pages_[page].ref.raw, end);
    }
  }
  return {};
}

size_t StoredTexts::page_of(uint32_t row) const {
  const auto after =
      std::upper_bound(pages_.begin(), pages_.end(), row,
                       [](uint32_t wanted, const TextPage& page) { return wanted < page.first_row; });
  return static_cast<size_t>(after - pages_.begin()) - 1;
}

Result<std::string_view> StoredTexts::load(PageReader& pages, size_t page) {
  TextPage& place = pages_[page];
  if (!place.is_loaded) {
    LOKILIB_TRY_ASSIGN(place.loaded, pages.read(place.ref));
    place.is_loaded = true;
  }
  return place.loaded.bytes;
}

Result<std::string_view> StoredTexts::peek(PageReader& pages, size_t page, PageBytes& buffer) {
  if (pages_[page].is_loaded) return pages_[page].loaded.bytes;
  LOKILIB_TRY_ASSIGN(buffer, pages.read(pages_[page].ref, std::move(buffer.buffer)));
  return buffer.bytes;
}

void StoredTexts::keep(size_t page, PageBytes bytes) {
  pages_[page].loaded = std::move(bytes);
  pages_[page].is_loaded = true;
}

}  // namespace lokilib::chunk
