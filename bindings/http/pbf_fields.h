// SPDX-License-Identifier: Apache-2.0
// pbf_fields.h: protozero's getters for bytes that nobody vouches for: protozero takes it as its caller's
// mistake (an assertion) if a field has another wire type than expected; here it is a BadWireType.
#pragma once

#include <cstdint>
#include <string_view>

#include <protozero/pbf_reader.hpp>

namespace lokilib::http {

struct BadWireType : protozero::exception {
  const char* what() const noexcept override { return "a field has the wrong wire type"; }
};

inline void require_wire_type(const protozero::pbf_reader& field, protozero::pbf_wire_type type) {
  if (field.wire_type() != type) throw BadWireType();
}

inline std::string_view text_of(protozero::pbf_reader& field) {
  require_wire_type(field, protozero::pbf_wire_type::length_delimited);
  const protozero::data_view view = field.get_view();
  return {view.data(), view.size()};
}

inline protozero::pbf_reader message_of(protozero::pbf_reader& field) {
  require_wire_type(field, protozero::pbf_wire_type::length_delimited);
  return field.get_message();
}

/// int32, int64, uint32, bool and enumerations.
inline int64_t varint_of(protozero::pbf_reader& field) {
  require_wire_type(field, protozero::pbf_wire_type::varint);
  return field.get_int64();
}

inline uint32_t fixed32_of(protozero::pbf_reader& field) {
  require_wire_type(field, protozero::pbf_wire_type::fixed32);
  return field.get_fixed32();
}

inline uint64_t fixed64_of(protozero::pbf_reader& field) {
  require_wire_type(field, protozero::pbf_wire_type::fixed64);
  return field.get_fixed64();
}

inline double double_of(protozero::pbf_reader& field) {
  require_wire_type(field, protozero::pbf_wire_type::fixed64);
  return field.get_double();
}

}  // namespace lokilib::http
