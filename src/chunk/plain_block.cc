// SPDX-License-Identifier: Apache-2.0
// plain_block.cc: reading a plain block, column by column, each when it is first asked for.
#include "chunk/plain_block.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <schema/chunk_generated.h>

#include "chunk/stored_columns.h"
#include "chunk/wanted_names.h"
#include "text/compiled_predicate.h"

namespace lokilib::chunk {
namespace {

// A schema has at most kMetadataNamesMax columns of five tables each.
constexpr flatbuffers::uoffset_t kSchemaTablesMax = 64 * 1024;
constexpr flatbuffers::uoffset_t kSchemaDepthMax = 8;

class PlainBlock final : public Block {
 public:
  PlainBlock(BlockSource source, const BlockMeta& meta) : source_(std::move(source)), meta_(meta) {}

  const BlockStats& stats() const override { return meta_.stats; }
  std::unique_ptr<BlockReader> open() const override;
  uint64_t memory_bytes() const override { return source_.memory_bytes() + sizeof(PlainBlock); }
  const BlockSource& source() const { return source_; }
  const BlockMeta& meta() const { return meta_; }

 private:
  BlockSource source_;
  BlockMeta meta_;
};

// A column of metadata, decoded.
struct MetadataColumn {
  std::string_view name;
  bool is_decoded = false;
  std::vector<uint16_t> rows;   // those that have it; empty: all
  std::vector<uint16_t> codes;  // dictionary: the text of each
  bool is_dictionary = false;
  StoredTexts texts;

  std::string_view value(size_t index) {
    const auto text = static_cast<uint32_t>(is_dictionary ? codes[index] : index);
    return texts.text(texts.page_of(text), text);
  }
};

class PlainBlockReader final : public BlockReader {
 public:
  PlainBlockReader(std::shared_ptr<const Block> keeper, const PlainBlock& block)
      : keeper_(std::move(keeper)),
        source_(block.source()),
        meta_(block.meta()),
        row_count_(meta_.stats.rows) {
    pages_.source = &source_;
    pages_.schema_offset = meta_.schema.offset;
  }

  Result<std::span<const int64_t>> times() override {
    if (times_.empty()) LOKILIB_TRY(read_times());
    return std::span<const int64_t>(times_);
  }

  Result<std::span<const uint32_t>> line_sizes() override {
    LOKILIB_TRY(open_lines());
    return std::span<const uint32_t>(lines_->sizes());
  }

  Result<void> filter(const text::CompiledPredicate& predicate, RowSet& rows, ScanStats& stats) override {
    LOKILIB_TRY(open_lines());
    Result<void> done = filter_pages(predicate, rows);
    pages_.move_counts(stats);
    return done;
  }

  Result<void> read(std::span<const uint16_t> rows, LineNeeds lines, const MetadataNeeds& metadata,
                    Batch& out, ScanStats& stats) override {
    Result<void> done = read_rows(rows, lines, metadata, out, stats);
    pages_.move_counts(stats);
    return done;
  }

 private:
  Result<void> read_times() {
    const BlockStats& stats = meta_.stats;
    if (meta_.times_header.count != row_count_) {
      return source_.corrupt(meta_.times.offset, "times: {} values, {} expected", meta_.times_header.count,
                             row_count_);
    }
    LOKILIB_TRY_ASSIGN(const PageBytes page, pages_.read(meta_.times));
    std::vector<int64_t> times(row_count_);
    if (Result<void> done = codec::decode_signed_ints(meta_.times_header, page.bytes, times);
        !done.has_value()) {
      return source_.located(std::move(done).error(), meta_.times.offset);
    }
    if (!std::is_sorted(times.begin(), times.end())) {
      return source_.corrupt(meta_.times.offset, "times go backwards");
    }
    if (times.front() != stats.time_min_ns || times.back() != stats.time_max_ns) {
      return source_.corrupt(meta_.times.offset, "times are not in the block's range");
    }
    times_ = std::move(times);
    return {};
  }

  Result<void> open_schema() {
    if (schema_ != nullptr) return {};
    LOKILIB_TRY_ASSIGN(schema_page_, pages_.read(meta_.schema));
    if (reinterpret_cast<uintptr_t>(schema_page_.bytes.data()) % codec::kPageAlignment != 0) {
      // Memory that a caller gave may begin anywhere; a FlatBuffer may not.
      const std::string_view bytes = schema_page_.bytes;
      PageBuffer copy{std::unique_ptr<char[]>(new char[bytes.size()]), bytes.size()};
      std::memcpy(copy.bytes.get(), bytes.data(), bytes.size());
      schema_page_.bytes = {copy.bytes.get(), bytes.size()};
      schema_page_.buffer = std::move(copy);
    }
    const auto* const bytes = reinterpret_cast<const uint8_t*>(schema_page_.bytes.data());
    flatbuffers::Verifier verifier(bytes, schema_page_.bytes.size(), kSchemaDepthMax, kSchemaTablesMax);
    if (!fbs::VerifyPlainSchemaBuffer(verifier))
      return source_.corrupt(meta_.schema.offset, "malformed schema");
    const fbs::PlainSchema* const schema = fbs::GetPlainSchema(bytes);
    LOKILIB_TRY(check_columns(*schema));
    schema_ = schema;
    return {};
  }

  Result<void> check_columns(const fbs::PlainSchema& schema) {
    if (schema.metadata() == nullptr) return {};
    if (schema.metadata()->size() > kMetadataNamesMax) {
      return source_.corrupt(meta_.schema.offset, "{} metadata columns", schema.metadata()->size());
    }
    uint64_t name_bytes = 0;
    std::vector<MetadataColumn> columns;
    for (const fbs::MetadataColumn* column : *schema.metadata()) {
      if (column->name() == nullptr || column->name()->size() == 0 || column->rows() == 0 ||
          column->rows() > row_count_) {
        return source_.corrupt(meta_.schema.offset, "malformed metadata column");
      }
      name_bytes += uint64_t{column->name()->size()} * column->rows();
      columns.emplace_back();
      columns.back().name = {reinterpret_cast<const char*>(column->name()->data()), column->name()->size()};
      if (columns.size() > 1 && !(columns[columns.size() - 2].name < columns.back().name)) {
        return source_.corrupt(meta_.schema.offset, "metadata columns out of order");
      }
    }
    // Bounds the values that all columns together can make us decode.
    if (name_bytes > meta_.stats.metadata_bytes) {
      return source_.corrupt(meta_.schema.offset, "metadata columns of more than {} bytes",
                             meta_.stats.metadata_bytes);
    }
    columns_ = std::move(columns);
    return {};
  }

  Result<void> open_lines() {
    if (lines_) return {};
    LOKILIB_TRY(open_schema());
    LOKILIB_TRY_ASSIGN(StoredTexts lines, StoredTexts::open(pages_, schema_->lines(), row_count_,
                                                            meta_.stats.line_bytes, "line lengths"));
    if (lines.total_bytes() != meta_.stats.line_bytes) {
      return source_.corrupt(meta_.schema.offset, "lines of {} bytes, {} expected", lines.total_bytes(),
                             meta_.stats.line_bytes);
    }
    lines_ = std::move(lines);
    return {};
  }

  Result<void> filter_pages(const text::CompiledPredicate& predicate, RowSet& rows) {
    const auto& ends = lines_->ends();
    for (size_t page = 0; page < lines_->page_count(); ++page) {
      const uint32_t first = rows.next(lines_->page_begin(page));
      if (first >= lines_->page_end(page)) continue;
      uint32_t end = lines_->page_end(page);
      while (!rows.contains(end - 1)) --end;
      LOKILIB_TRY_ASSIGN(const std::string_view bytes, lines_->peek(pages_, page, filter_buffer_));
      const uint32_t begin_byte = ends[first] - lines_->sizes()[first];
      std::span<const uint32_t> row_ends(ends.data() + first, end - first);
      if (begin_byte != 0) {
        shifted_ends_.clear();
        for (const uint32_t row_end : row_ends) shifted_ends_.push_back(row_end - begin_byte);
        row_ends = shifted_ends_;
      }
      predicate.filter_page(bytes.substr(begin_byte, ends[end - 1] - begin_byte), row_ends,
                            rows.words().data(), first);
      if (!filter_buffer_.bytes.empty() && rows.next(first) < end) {
        lines_->keep(page, std::move(filter_buffer_));  // its lines are likely to be read next
      }
      filter_buffer_.bytes = {};
    }
    return {};
  }

  Result<void> read_rows(std::span<const uint16_t> rows, LineNeeds lines, const MetadataNeeds& metadata,
                         Batch& out, ScanStats& stats) {
    if (times_.empty()) LOKILIB_TRY(read_times());
    for (size_t i = 0; i < rows.size(); ++i) out.timestamps_ns()[i] = times_[rows[i]];
    if (lines != LineNeeds::None) {
      LOKILIB_TRY(open_lines());
      for (size_t i = 0; i < rows.size(); ++i) out.line_sizes()[i] = lines_->sizes()[rows[i]];
    }
    if (lines == LineNeeds::Text) LOKILIB_TRY(read_lines(rows, out));
    if (meta_.stats.metadata_bytes > 0 && (metadata.all || !metadata.names.empty())) {
      LOKILIB_TRY(read_metadata(rows, metadata, out, stats));
    }
    return {};
  }

  Result<void> read_lines(std::span<const uint16_t> rows, Batch& out) {
    const std::span<std::string_view> lines = out.lines();
    size_t page = 0;
    uint32_t begin = 0;
    uint32_t end = 0;  // of the page's rows; none yet
    for (size_t i = 0; i < rows.size(); ++i) {
      if (rows[i] < begin || rows[i] >= end) {
        page = lines_->page_of(rows[i]);
        begin = lines_->page_begin(page);
        end = lines_->page_end(page);
        LOKILIB_TRY(drop_value(lines_->load(pages_, page)));
      }
      lines[i] = lines_->text(page, rows[i]);
    }
    return {};
  }

  template <typename T>
  static Result<void> drop_value(Result<T> result) {
    if (!result.has_value()) return std::move(result).error();
    return {};
  }

  Result<void> read_metadata(std::span<const uint16_t> rows, const MetadataNeeds& metadata, Batch& out,
                             ScanStats& stats) {
    LOKILIB_TRY(open_schema());
    const WantedNames wanted(metadata);
    for (uint32_t number = 0; number < columns_.size(); ++number) {
      MetadataColumn& column = columns_[number];
      if (!wanted.contains(column.name)) continue;
      if (!column.is_decoded) LOKILIB_TRY(decode(*schema_->metadata()->Get(number), column));
      read_column(column, rows, out, stats);
    }
    return {};
  }

  void read_column(MetadataColumn& column, std::span<const uint16_t> rows, Batch& out, ScanStats& stats) {
    ValueColumn* values = nullptr;
    const auto put = [&](size_t place, size_t index) {
      if (values == nullptr) values = &out.metadata_values(column.name);
      const std::string_view value = column.value(index);
      values->set(out.arena(), place, value);
      stats.metadata_bytes_scanned += column.name.size() + value.size();
    };
    if (column.rows.empty()) {
      for (size_t i = 0; i < rows.size(); ++i) put(i, rows[i]);
      return;
    }
    // Blocks may have thousands of names, each on few rows: those without a row here cost two searches.
    const auto [low, high] = std::minmax(rows.front(), rows.back());
    const auto begin = std::lower_bound(column.rows.begin(), column.rows.end(), low);
    const auto end = std::upper_bound(begin, column.rows.end(), high);
    if (begin == end) return;
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto found = std::lower_bound(begin, end, rows[i]);
      if (found != end && *found == rows[i]) put(i, static_cast<size_t>(found - column.rows.begin()));
    }
  }

  Result<void> decode(const fbs::MetadataColumn& stored, MetadataColumn& column) {
    MetadataColumn decoded;
    decoded.name = column.name;
    if (stored.row_numbers() != nullptr) {
      LOKILIB_TRY_ASSIGN(const std::vector<uint64_t> numbers,
                         read_ints(pages_, stored.row_numbers(), stored.rows(), row_count_, "metadata rows"));
      for (size_t i = 0; i < numbers.size(); ++i) {
        if (i > 0 && numbers[i] <= numbers[i - 1]) {
          return source_.corrupt(meta_.schema.offset, "metadata rows are not ascending");
        }
        decoded.rows.push_back(static_cast<uint16_t>(numbers[i]));
      }
    } else if (stored.rows() != row_count_) {
      return source_.corrupt(meta_.schema.offset, "metadata rows: missing");
    }
    uint32_t text_count = stored.rows();
    if (stored.encoding() == fbs::ColumnEncoding::Dictionary) {
      decoded.is_dictionary = true;
      LOKILIB_TRY_ASSIGN(text_count, dictionary_size(stored));
      LOKILIB_TRY_ASSIGN(const std::vector<uint64_t> codes,
                         read_ints(pages_, stored.codes(), stored.rows(), text_count, "metadata codes"));
      decoded.codes.assign(codes.begin(), codes.end());
    } else if (stored.encoding() != fbs::ColumnEncoding::Raw) {
      return source_.located(
          make_error(ErrorCode::Unsupported, "metadata encoding {} is from a newer version",
                     static_cast<unsigned>(stored.encoding())),
          meta_.schema.offset);
    }
    LOKILIB_TRY_ASSIGN(decoded.texts, StoredTexts::open(pages_, stored.texts(), text_count,
                                                        meta_.stats.metadata_bytes, "metadata values"));
    for (size_t page = 0; page < decoded.texts.page_count(); ++page) {
      LOKILIB_TRY(drop_value(decoded.texts.load(pages_, page)));
    }
    decoded.is_decoded = true;
    column = std::move(decoded);
    return {};
  }

  Result<uint32_t> dictionary_size(const fbs::MetadataColumn& stored) const {
    const fbs::Texts* const texts = stored.texts();
    if (texts == nullptr || texts->lengths() == nullptr || texts->lengths()->header() == nullptr) {
      return source_.corrupt(meta_.schema.offset, "metadata values: missing");
    }
    const uint32_t size = texts->lengths()->header()->count();
    if (size == 0 || size > stored.rows()) {
      return source_.corrupt(meta_.schema.offset, "dictionary of {} values for {} rows", size, stored.rows());
    }
    return size;
  }

  std::shared_ptr<const Block> keeper_;
  const BlockSource& source_;
  const BlockMeta& meta_;
  const uint32_t row_count_;
  PageReader pages_;
  PageBytes schema_page_;
  const fbs::PlainSchema* schema_ = nullptr;  // null until read
  std::vector<int64_t> times_;
  std::optional<StoredTexts> lines_;
  std::vector<MetadataColumn> columns_;
  PageBytes filter_buffer_;  // for pages in which no line passes
  std::vector<uint32_t> shifted_ends_;
};

std::unique_ptr<BlockReader> PlainBlock::open() const {
  return std::make_unique<PlainBlockReader>(shared_from_this(), *this);
}

}  // namespace

std::shared_ptr<const Block> create_plain_block(BlockSource source, const BlockMeta& meta) {
  return std::make_shared<PlainBlock>(std::move(source), meta);
}

std::shared_ptr<const Block> create_plain_block(EncodedBlock block) {
  block.bytes.append(Arena::kPadding, '\0');  // lines of stored pages are read where they are
  block.bytes.shrink_to_fit();
  return create_plain_block(BlockSource(std::move(block.bytes)), block.meta);
}

}  // namespace lokilib::chunk
