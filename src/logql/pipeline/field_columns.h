// SPDX-License-Identifier: Apache-2.0
// field_columns.h: where the fields that a parser finds in a line go. It knows the rules that all parsers
// share: a name that the stream or metadata has gets "_extracted", the first value wins, labels that nobody
// reads are left out.
//
// Lines of one stream look alike, so each field remembers which one came after it last time: the next line
// finds its columns by comparing names, without a hash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <lokilib/batch.h>

#include "logql/pipeline/parser_rules.h"

namespace lokilib::logql {

/// Lives for one run of a stage over one batch. Threads: one at a time.
class FieldColumns {
 public:
  FieldColumns(Batch& batch, const ParserRules& rules);
  FieldColumns(const FieldColumns&) = delete;
  FieldColumns& operator=(const FieldColumns&) = delete;

  enum class Outcome : uint8_t {
    Continue,
    Stop,    ///< all that is wanted has been found
    Reject,  ///< a later label filter drops this line
  };

  /// Begins with the row's line; fields follow in the order of the line.
  void start_row(size_t row) {
    row_ = row;
    previous_ = nullptr;
    rejected_ = false;
  }

  struct Field;

  /// A field of the row's line. `name` and `value` live in the line, in the arena, or outlive the batch.
  Outcome store(std::string_view name, std::string_view value) { return store(find(name), value); }
  /// The same for a name that was looked up before.
  Outcome store(Field& field, std::string_view value);
  Field& field(std::string_view name) { return find_or_add(name); }

  /// The same for a label that was asked for by name: it also takes the place of an earlier value, and is
  /// not subject to early rejection.
  void overwrite(Field& field, std::string_view value);
  /// Sets the label to "" unless the row has one of that name, as `| json a="b"` does where it finds nothing.
  void set_missing(Field& field);
  /// Sets the label to "" unless the stream or metadata has one of that name, as `| logfmt a="b"` does before
  /// it looks.
  void set_empty(Field& field);
  /// Whether a parsed label of that name has been set before in this row, by any stage.
  bool is_extracted(Field& field);

  /// For unpack, which stores what it has found only at the end of the line: where the text under `raw_key`
  /// is to go, or null if it is not wanted or was set by an earlier stage.
  Field* find_packed(std::string_view raw_key);
  /// Stores it; of keys that lead to one label the last counts.
  Outcome store_packed(Field& field, std::string_view value);

  /// Whether the row was rejected since start_row().
  bool rejected() const { return rejected_; }

 private:
  /// A column that a field may go to.
  struct Target {
    std::string_view name;
    LabelColumn* column = nullptr;  // null until somebody needs it
    const LabelCondition* condition = nullptr;
    bool wanted = false;
  };
  Field& find(std::string_view name);
  Field& find_or_add(std::string_view name);
  void grow();
  Target& target_of(Field& field);
  LabelColumn& column_of(Target& target);
  Target make_target(std::string_view name) const;
  Outcome after_store(Target& target);
  bool all_found();

  Batch& batch_;
  const ParserRules& rules_;
  size_t row_ = 0;
  Field* previous_ = nullptr;
  Field* first_ = nullptr;
  bool rejected_ = false;
  std::vector<Field*> fields_;
  std::vector<uint32_t> slots_;               // open addressing over names: field number + 1, 0 is free
  std::vector<LabelColumn*> needed_columns_;  // of rules_.needed, filled where it stops early
};

/// What is known of one key for the whole batch.
struct FieldColumns::Field {
  Target plain;
  Target suffixed;  // its name is empty until it is needed
  Field* next = nullptr;
  bool in_stream = false;
};

}  // namespace lokilib::logql
