// SPDX-License-Identifier: Apache-2.0
// metadata_names.cc: nearly all metadata is fine as it is, so the first pass only looks.
#include "stream/metadata_names.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <lokilib/labels.h>

#include "base/make_error.h"
#include "model/utf8.h"

namespace lokilib::stream {
namespace {

constexpr std::string_view kReservedMark = "__";
constexpr std::string_view kDigitPrefix = "key_";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
  return is_digit(c) || static_cast<unsigned char>((static_cast<unsigned char>(c) | 0x20) - 'a') < 26;
}

bool is_reserved(std::string_view name) {
  return name.size() >= 4 && name.starts_with(kReservedMark) && name.ends_with(kReservedMark);
}

// A name that needs no look at its parts: letters, digits, single underscores, a letter somewhere.
bool is_normal(std::string_view name) {
  if (name.empty() || is_digit(name[0])) return false;
  bool any = false;
  for (size_t i = 0; i < name.size(); ++i) {
    if (is_alphanumeric(name[i])) {
      any = true;
    } else if (name[i] != '_' || (i > 0 && name[i - 1] == '_')) {
      return false;
    }
  }
  return any;
}

char* write_joined(std::string_view part, char* out) {
  bool in_run = false;
  for (const char c : part) {
    if (is_alphanumeric(c)) {
      *out++ = c;
      in_run = false;
    } else if (!in_run) {
      *out++ = '_';
      in_run = true;
    }
  }
  return out;
}

// U+FFFD itself becomes a space too: Loki does not tell it from a byte that is no UTF-8.
bool is_clean(std::string_view value) {
  return is_ascii(value) || (is_valid_utf8(value) && value.find("\xef\xbf\xbd") == std::string_view::npos);
}

std::string_view clean_value(std::string_view value, Arena& arena) {
  char* const start = arena.allocate(value.size());
  char* out = start;
  for (size_t i = 0; i < value.size();) {
    const DecodedRune rune = decode_rune(value, i);
    if (rune.rune == kReplacementRune) {
      *out++ = ' ';
    } else {
      std::memcpy(out, value.data() + i, rune.size);
      out += rune.size;
    }
    i += rune.size;
  }
  return {start, static_cast<size_t>(out - start)};
}

struct Renamed {
  MetadataView pair;
  bool renamed;
};

std::span<const MetadataView> in_arena(const std::vector<Renamed>& pairs, Arena& arena) {
  auto* const out = arena.allocate_array<MetadataView>(pairs.size());
  for (size_t i = 0; i < pairs.size(); ++i) out[i] = pairs[i].pair;
  return {out, pairs.size()};
}

}  // namespace

Result<std::string_view> normalise_metadata_name(std::string_view name, Arena& arena) {
  if (is_normal(name)) return name;
  if (name.empty()) return make_error(ErrorCode::InvalidArgument, "label name is empty");
  char* const start = arena.allocate(name.size() + kDigitPrefix.size());
  char* out = start;
  if (is_reserved(name)) {
    std::memcpy(out, "__", 2);
    out = write_joined(name.substr(2, name.size() - 4), out + 2);
    std::memcpy(out, "__", 2);
    out += 2;
  } else {
    char joined_first = is_alphanumeric(name[0]) ? name[0] : '_';
    if (is_digit(joined_first)) {
      std::memcpy(out, kDigitPrefix.data(), kDigitPrefix.size());
      out += kDigitPrefix.size();
    }
    out = write_joined(name, out);
  }
  const std::string_view result(start, static_cast<size_t>(out - start));
  if (result.find_first_not_of('_') == std::string_view::npos) {
    return make_error(ErrorCode::InvalidArgument,
                      "normalization for label name {} resulted in invalid name {}", quote(name),
                      quote(result));
  }
  return result;
}

Result<std::span<const MetadataView>> normalise_metadata(std::span<const MetadataView> metadata,
                                                         Arena& arena) {
  const bool unchanged = std::all_of(metadata.begin(), metadata.end(), [](const MetadataView& pair) {
    return is_normal(pair.name) && is_clean(pair.value);
  });
  if (unchanged) return metadata;
  std::vector<Renamed> pairs;
  pairs.reserve(metadata.size());
  bool any_renamed = false;
  for (const MetadataView& pair : metadata) {
    LOKILIB_TRY_ASSIGN(const std::string_view name, normalise_metadata_name(pair.name, arena));
    const std::string_view value = is_clean(pair.value) ? pair.value : clean_value(pair.value, arena);
    const bool renamed = name != pair.name;
    any_renamed = any_renamed || renamed;
    pairs.push_back({{name, value}, renamed});
  }
  if (!any_renamed) return in_arena(pairs, arena);
  // By name, those that were called so first, else as they came: then the last of equal names stays.
  std::stable_sort(pairs.begin(), pairs.end(), [](const Renamed& a, const Renamed& b) {
    return a.pair.name != b.pair.name ? a.pair.name < b.pair.name : a.renamed < b.renamed;
  });
  size_t kept = 0;
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (i + 1 < pairs.size() && pairs[i + 1].pair.name == pairs[i].pair.name) continue;
    pairs[kept++] = pairs[i];
  }
  pairs.resize(kept);
  return in_arena(pairs, arena);
}

}  // namespace lokilib::stream
