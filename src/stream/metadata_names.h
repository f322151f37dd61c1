// SPDX-License-Identifier: Apache-2.0
// metadata_names.h: structured metadata under names that labels may have, whatever a client calls them.
#pragma once

#include <span>
#include <string_view>

#include <lokilib/arena.h>
#include <lokilib/entry.h>
#include <lokilib/result.h>

namespace lokilib::stream {

/// A name made of letters, digits and single underscores: every run of other bytes becomes one `_`; a digit
/// at the beginning gets `key_` before it; underscores around the name (`__name__`) stay. The result lives in
/// `name` or in the arena.
/// Errors: `InvalidArgument` with Loki's text for a name of which nothing is left; Loki answers the whole
/// request with 500.
Result<std::string_view> normalise_metadata_name(std::string_view name, Arena& arena);

/// Metadata with normalised names; in values, what is not UTF-8 becomes spaces. Where two pairs get one name,
/// a renamed one wins over one that was called so, and the later of two renamed ones. The result is
/// `metadata` itself where nothing changes, else it lives in the arena.
Result<std::span<const MetadataView>> normalise_metadata(std::span<const MetadataView> metadata,
                                                         Arena& arena);

}  // namespace lokilib::stream
