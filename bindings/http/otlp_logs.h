// SPDX-License-Identifier: Apache-2.0
// otlp_logs.h: OpenTelemetry's ExportLogsServiceRequest as decoded from protobuf or JSON. Lists and texts
// live in the request's arena or with its owner; all types are plain values.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lokilib/arena.h>
#include <lokilib/result.h>

namespace lokilib::http {

/// How deep an AnyValue may be nested; deeper requests are refused.
inline constexpr int kOtlpDepthMax = 64;

struct OtlpAttribute;

/// An AnyValue.
struct OtlpValue {
  enum class Kind : uint8_t { Empty, String, Bool, Int, Double, Bytes, Array, Map };

  Kind kind = Kind::Empty;
  bool boolean = false;
  int64_t integer = 0;
  double real = 0;
  std::string_view text;                  ///< of String and Bytes
  const OtlpValue* items = nullptr;       ///< of Array
  const OtlpAttribute* fields = nullptr;  ///< of Map
  size_t count = 0;                       ///< of `items` or `fields`
};

struct OtlpAttribute {
  std::string_view key;
  OtlpValue value;
};

struct OtlpRecord {
  int64_t time_ns = 0;           ///< 0: not given
  int64_t observed_time_ns = 0;  ///< 0: not given
  int64_t severity_number = 0;
  std::string_view severity_text;
  OtlpValue body;
  std::span<const OtlpAttribute> attributes;
  uint32_t dropped_attributes = 0;
  uint32_t flags = 0;
  std::string_view trace_id;  ///< lower-case hex, or empty
  std::string_view span_id;   ///< likewise
};

struct OtlpScope {
  std::string_view name;
  std::string_view version;
  std::span<const OtlpAttribute> attributes;
  uint32_t dropped_attributes = 0;
  std::vector<OtlpRecord> records;
};

struct OtlpResource {
  std::span<const OtlpAttribute> attributes;
  std::vector<OtlpScope> scopes;
};

struct OtlpRequest {
  Arena arena;
  std::shared_ptr<const void> owner;
  std::vector<OtlpResource> resources;
};

/// Gathers a list whose length is not known while lists inside its items are gathered the same way, and moves
/// it to the arena: one allocation per list, none per item.
template <typename T>
class OtlpListBuilder {
 public:
  size_t begin() const { return items_.size(); }
  void add(const T& item) { items_.push_back(item); }
  /// The items added since `begin`, now in the arena.
  std::span<const T> finish(size_t begin, Arena& arena) {
    const size_t count = items_.size() - begin;
    T* const list = arena.allocate_array<T>(count);
    for (size_t i = 0; i < count; ++i) list[i] = items_[begin + i];
    items_.resize(begin);
    return {list, count};
  }

 private:
  std::vector<T> items_;
};

/// Takes the body. Errors: `InvalidArgument`.
Result<OtlpRequest> decode_otlp_protobuf(std::string body);
Result<OtlpRequest> decode_otlp_json(std::string body);

/// Lower-case hex of an id, in the arena; empty for an empty id and for one that is all zero.
std::string_view otlp_id_text(std::string_view bytes, Arena& arena);

}  // namespace lokilib::http
