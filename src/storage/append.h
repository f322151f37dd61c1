// SPDX-License-Identifier: Apache-2.0
// append.h: what is appended to a tenant's store, under which rules, and what became of it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <lokilib/entry.h>
#include <lokilib/labels.h>
#include <lokilib/result.h>

namespace lokilib::storage {

/// Entries for one stream. Views: nothing of it is needed once append() has returned.
struct StreamAppend {
  const LabelSet* labels = nullptr;
  std::span<const EntryView> entries;
};

/// The tenant's limits as far as only the store can judge them.
struct AppendRules {
  int64_t ordering_window_ns = -1;  ///< how far behind its stream's newest entry one may be; -1: any
  uint64_t streams_max = 0;         ///< new streams beyond this many in memory are refused; 0: any number
};

/// An entry that was not stored.
struct RejectedEntry {
  uint32_t stream = 0;  ///< index into the call's streams
  uint32_t entry = 0;   ///< index into the stream's entries
  ErrorCode code =
      ErrorCode::TooFarBehind;       ///< or LineTooLong, MetadataTooLarge: beyond what a block can hold
  int64_t oldest_acceptable_ns = 0;  ///< where the code is TooFarBehind
};

struct AppendOutcome {
  uint64_t accepted = 0;
  uint64_t bytes_accepted = 0;  ///< of lines and metadata
  uint64_t duplicates = 0;      ///< stored already, so not stored again; no error
  std::vector<RejectedEntry> rejected;
  std::vector<uint32_t> refused_streams;  ///< new ones beyond streams_max: nothing of them was stored
};

}  // namespace lokilib::storage
