// SPDX-License-Identifier: Apache-2.0
// plain_block_encode.cc: rows to the pages of a plain block.
#include <algorithm>
#include <unordered_map>

#include <schema/chunk_generated.h>

#include "base/assertion.h"
#include "base/byte_writer.h"
#include "chunk/plain_block.h"

namespace lokilib::chunk {
namespace {

// Buffers below this are kept in the schema page; together not more than the second, so that the schema
// stays within a page.
constexpr size_t kInlineBytesMax = 4 * 1024;
constexpr size_t kInlineBytesSumMax = 1024 * 1024;

// A column is a dictionary where it has few distinct values: a quarter of its rows, but at least as many as
// this.
constexpr size_t kDictionaryEntriesMin = 16;

fbs::PageRef to_fbs(const codec::PageRef& ref) {
  return {ref.offset, ref.stored, ref.raw, ref.crc32c, static_cast<uint8_t>(ref.codec)};
}

fbs::IntHeader to_fbs(const codec::IntHeader& header) {
  return {header.base, header.scale, header.count, static_cast<uint8_t>(header.layout), header.width};
}

class Encoder {
 public:
  Encoder(codec::Compressor compressor, codec::Compressor schema_compressor, uint32_t page_bytes_max,
          codec::PlanesTrial trial)
      : compressor_(std::move(compressor)),
        schema_compressor_(std::move(schema_compressor)),
        page_bytes_max_(page_bytes_max),
        trial_(trial) {}

  Result<EncodedBlock> encode(BlockBuilder& rows) {
    rows.sort_columns();
    EncodedBlock block;
    LOKILIB_TRY_ASSIGN(const auto lines, put_texts(rows.lines(), /*may_inline=*/false));
    std::vector<flatbuffers::Offset<fbs::MetadataColumn>> columns;
    columns.reserve(rows.columns().size());
    for (const BlockBuilder::Column& column : rows.columns()) {
      LOKILIB_TRY_ASSIGN(const auto encoded, put_column(column, rows.stats().rows));
      columns.push_back(encoded);
    }
    const codec::EncodedInts times = codec::encode_times(rows.times_ns(), trial_);
    LOKILIB_TRY_ASSIGN(block.meta.times,
                       put_page(times.bytes, times.compressible() ? &compressor_ : nullptr));
    block.meta.times_header = times.header;
    builder_.Finish(fbs::CreatePlainSchema(builder_, lines, builder_.CreateVector(columns)));
    const std::string_view schema(reinterpret_cast<const char*>(builder_.GetBufferPointer()),
                                  builder_.GetSize());
    LOKILIB_TRY_ASSIGN(block.meta.schema, put_page(schema, &schema_compressor_));
    block.meta.stats = rows.stats();
    block.meta.length = static_cast<uint32_t>(out_.size());
    block.bytes = out_.take();
    return block;
  }

 private:
  Result<codec::PageRef> put_page(std::string_view raw, codec::Compressor* compressor) {
    return codec::write_page(raw, compressor, out_);
  }

  bool may_inline(size_t size) {
    if (size >= kInlineBytesMax || inline_bytes_ + size > kInlineBytesSumMax) return false;
    inline_bytes_ += size;
    return true;
  }

  flatbuffers::Offset<flatbuffers::Vector<uint8_t>> put_bytes(std::string_view bytes) {
    return builder_.CreateVector(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  }

  Result<flatbuffers::Offset<fbs::Ints>> put_ints(std::span<const uint64_t> values) {
    const codec::EncodedInts ints = codec::encode_ints(values, trial_);
    const fbs::IntHeader header = to_fbs(ints.header);
    if (may_inline(ints.bytes.size())) {
      return fbs::CreateInts(builder_, &header, ints.bytes.empty() ? 0 : put_bytes(ints.bytes));
    }
    LOKILIB_TRY_ASSIGN(const codec::PageRef ref,
                       put_page(ints.bytes, ints.compressible() ? &compressor_ : nullptr));
    const fbs::PageRef page = to_fbs(ref);
    return fbs::CreateInts(builder_, &header, 0, &page);
  }

  Result<flatbuffers::Offset<fbs::Texts>> put_texts(std::span<const std::string_view> texts,
                                                    bool inline_allowed) {
    numbers_.clear();
    size_t bytes = 0;
    for (const std::string_view text : texts) {
      numbers_.push_back(text.size());
      bytes += text.size();
    }
    LOKILIB_TRY_ASSIGN(const auto lengths, put_ints(numbers_));
    if (inline_allowed && may_inline(bytes)) {
      page_.clear();
      for (const std::string_view text : texts) page_.append(text);
      return fbs::CreateTexts(builder_, lengths, put_bytes(page_));
    }
    std::vector<fbs::PageRef> pages;
    std::vector<uint32_t> first_rows;
    for (size_t row = 0; row < texts.size();) {
      first_rows.push_back(static_cast<uint32_t>(row));
      page_.clear();
      do {
        page_.append(texts[row++]);
      } while (row < texts.size() && page_.size() + texts[row].size() <= page_bytes_max_);
      LOKILIB_TRY_ASSIGN(const codec::PageRef ref, put_page(page_, &compressor_));
      pages.push_back(to_fbs(ref));
    }
    return fbs::CreateTexts(builder_, lengths, 0, builder_.CreateVectorOfStructs(pages),
                            builder_.CreateVector(first_rows));
  }

  Result<flatbuffers::Offset<fbs::MetadataColumn>> put_column(const BlockBuilder::Column& column,
                                                              uint32_t row_count) {
    flatbuffers::Offset<fbs::Ints> row_numbers;
    if (column.rows.size() != row_count) {
      numbers_.assign(column.rows.begin(), column.rows.end());
      LOKILIB_TRY_ASSIGN(row_numbers, put_ints(numbers_));
    }
    fbs::ColumnEncoding encoding = fbs::ColumnEncoding::Raw;
    flatbuffers::Offset<fbs::Texts> texts;
    flatbuffers::Offset<fbs::Ints> codes;
    if (make_dictionary(column.values)) {
      encoding = fbs::ColumnEncoding::Dictionary;
      LOKILIB_TRY_ASSIGN(codes, put_ints(codes_));
      LOKILIB_TRY_ASSIGN(texts, put_texts(entries_, /*may_inline=*/true));
    } else {
      LOKILIB_TRY_ASSIGN(texts, put_texts(column.values, /*may_inline=*/true));
    }
    return fbs::CreateMetadataColumn(builder_, put_bytes(column.name),
                                     static_cast<uint32_t>(column.rows.size()), row_numbers, encoding, texts,
                                     codes);
  }

  // Fills entries_ and codes_; false where there are too many different values.
  bool make_dictionary(const std::vector<std::string_view>& values) {
    const size_t entries_max = std::max(kDictionaryEntriesMin, values.size() / 4);
    entries_.clear();
    codes_.clear();
    entry_numbers_.clear();
    for (const std::string_view value : values) {
      const auto [found, is_new] = entry_numbers_.emplace(value, entries_.size());
      if (is_new) {
        if (entries_.size() == entries_max) return false;
        entries_.push_back(value);
      }
      codes_.push_back(found->second);
    }
    return true;
  }

  codec::Compressor compressor_;
  codec::Compressor schema_compressor_;
  uint32_t page_bytes_max_;
  codec::PlanesTrial trial_;
  ByteWriter out_;
  flatbuffers::FlatBufferBuilder builder_;
  size_t inline_bytes_ = 0;
  std::string page_;
  std::vector<uint64_t> numbers_;
  std::vector<std::string_view> entries_;
  std::vector<uint64_t> codes_;
  std::unordered_map<std::string_view, uint64_t> entry_numbers_;
};

}  // namespace

Result<EncodedBlock> encode_plain_block(BlockBuilder& rows, const PlainBlockOptions& options) {
  LOKILIB_ASSERT(!rows.empty());
  LOKILIB_TRY_ASSIGN(codec::Compressor compressor, codec::Compressor::create(options.compression));
  LOKILIB_TRY_ASSIGN(codec::Compressor schema_compressor,
                     codec::Compressor::create({codec::Codec::Lz4, /*level=*/9}));
  const codec::PlanesTrial trial =
      options.compression.codec == codec::Codec::Zstd ? codec::PlanesTrial::Entropy : codec::PlanesTrial::Lz4;
  const uint32_t page_bytes_max = std::min(options.line_page_bytes_max, codec::kPageBytesMax);
  Encoder encoder(std::move(compressor), std::move(schema_compressor), page_bytes_max, trial);
  return encoder.encode(rows);
}

}  // namespace lokilib::chunk
