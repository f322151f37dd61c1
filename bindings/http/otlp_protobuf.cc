// SPDX-License-Identifier: Apache-2.0
// otlp_protobuf.cc: reads OTLP logs in protobuf. Texts are views into the body.
#include <algorithm>

#include "otlp_logs.h"
#include "pbf_fields.h"

namespace lokilib::http {
namespace {

using protozero::pbf_reader;

struct TooDeep : protozero::exception {
  const char* what() const noexcept override { return "values are nested too deep"; }
};

class Decoder {
 public:
  explicit Decoder(Arena& arena) : arena_(arena) {}

  OtlpResource resource_logs(pbf_reader message) {
    OtlpResource resource;
    while (message.next()) {
      if (message.tag() == 1) {
        resource.attributes = attributes_of(message_of(message), 1);
      } else if (message.tag() == 2) {
        resource.scopes.push_back(scope_logs(message_of(message)));
      } else {
        message.skip();
      }
    }
    return resource;
  }

 private:
  /// The attributes of a message that has them under `tag`; its other fields are left out.
  std::span<const OtlpAttribute> attributes_of(pbf_reader message, protozero::pbf_tag_type tag) {
    const size_t begin = attributes_.begin();
    while (message.next()) {
      if (message.tag() == tag) {
        attributes_.add(attribute(message_of(message), 0));
      } else {
        message.skip();
      }
    }
    return attributes_.finish(begin, arena_);
  }

  OtlpScope scope_logs(pbf_reader message) {
    OtlpScope scope;
    while (message.next()) {
      if (message.tag() == 1) {
        read_scope(message_of(message), scope);
      } else if (message.tag() == 2) {
        scope.records.push_back(record(message_of(message)));
      } else {
        message.skip();
      }
    }
    return scope;
  }

  void read_scope(pbf_reader message, OtlpScope& scope) {
    scope.attributes = attributes_of(message, 3);
    while (message.next()) {
      if (message.tag() == 1) {
        scope.name = text_of(message);
      } else if (message.tag() == 2) {
        scope.version = text_of(message);
      } else if (message.tag() == 4) {
        scope.dropped_attributes = static_cast<uint32_t>(varint_of(message));
      } else {
        message.skip();
      }
    }
  }

  OtlpRecord record(pbf_reader message) {
    OtlpRecord record;
    record.attributes = attributes_of(message, 6);
    while (message.next()) {
      switch (message.tag()) {
        case 1:
          record.time_ns = static_cast<int64_t>(fixed64_of(message));
          break;
        case 2:
          record.severity_number = varint_of(message);
          break;
        case 3:
          record.severity_text = text_of(message);
          break;
        case 5:
          record.body = value(message_of(message), 0);
          break;
        case 7:
          record.dropped_attributes = static_cast<uint32_t>(varint_of(message));
          break;
        case 8:
          record.flags = fixed32_of(message);
          break;
        case 9:
          record.trace_id = otlp_id_text(text_of(message), arena_);
          break;
        case 10:
          record.span_id = otlp_id_text(text_of(message), arena_);
          break;
        case 11:
          record.observed_time_ns = static_cast<int64_t>(fixed64_of(message));
          break;
        default:
          message.skip();
      }
    }
    return record;
  }

  OtlpAttribute attribute(pbf_reader message, int depth) {
    OtlpAttribute pair;
    while (message.next()) {
      if (message.tag() == 1) {
        pair.key = text_of(message);
      } else if (message.tag() == 2) {
        pair.value = value(message_of(message), depth);
      } else {
        message.skip();
      }
    }
    return pair;
  }

  OtlpValue value(pbf_reader message, int depth) {
    if (depth > kOtlpDepthMax) throw TooDeep();
    OtlpValue out;
    while (message.next()) {
      switch (message.tag()) {
        case 1:
        case 7:
          out = {};
          out.kind = message.tag() == 1 ? OtlpValue::Kind::String : OtlpValue::Kind::Bytes;
          out.text = text_of(message);
          break;
        case 2:
          out = {};
          out.kind = OtlpValue::Kind::Bool;
          out.boolean = varint_of(message) != 0;
          break;
        case 3:
          out = {};
          out.kind = OtlpValue::Kind::Int;
          out.integer = varint_of(message);
          break;
        case 4:
          out = {};
          out.kind = OtlpValue::Kind::Double;
          out.real = double_of(message);
          break;
        case 5:
          out = array(message_of(message), depth + 1);
          break;
        case 6:
          out = map(message_of(message), depth + 1);
          break;
        default:
          message.skip();
      }
    }
    return out;
  }

  OtlpValue array(pbf_reader message, int depth) {
    const size_t begin = values_.begin();
    while (message.next()) {
      if (message.tag() == 1) {
        values_.add(value(message_of(message), depth));
      } else {
        message.skip();
      }
    }
    const auto items = values_.finish(begin, arena_);
    OtlpValue out;
    out.kind = OtlpValue::Kind::Array;
    out.items = items.data();
    out.count = items.size();
    return out;
  }

  OtlpValue map(pbf_reader message, int depth) {
    const size_t begin = attributes_.begin();
    while (message.next()) {
      if (message.tag() == 1) {
        attributes_.add(attribute(message_of(message), depth));
      } else {
        message.skip();
      }
    }
    const auto fields = attributes_.finish(begin, arena_);
    OtlpValue out;
    out.kind = OtlpValue::Kind::Map;
    out.fields = fields.data();
    out.count = fields.size();
    return out;
  }

  Arena& arena_;
  OtlpListBuilder<OtlpAttribute> attributes_;
  OtlpListBuilder<OtlpValue> values_;
};

}  // namespace

std::string_view otlp_id_text(std::string_view bytes, Arena& arena) {
  constexpr char kHex[] = "0123456789abcdef";
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; })) return {};
  char* const text = arena.allocate(bytes.size() * 2);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text[2 * i] = kHex[byte >> 4];
    text[2 * i + 1] = kHex[byte & 15];
  }
  return {text, bytes.size() * 2};
}

Result<OtlpRequest> decode_otlp_protobuf(std::string body) {
  OtlpRequest request;
  const auto owned = std::make_shared<const std::string>(std::move(body));
  request.owner = owned;
  try {
    Decoder decoder(request.arena);
    pbf_reader message(owned->data(), owned->size());
    while (message.next()) {
      if (message.tag() == 1) {
        request.resources.push_back(decoder.resource_logs(message_of(message)));
      } else {
        message.skip();
      }
    }
  } catch (const protozero::exception& problem) {
    return Error{ErrorCode::InvalidArgument,
                 std::string("the body is not an OTLP logs message: ") + problem.what(),
                 {},
                 {}};
  }
  return request;
}

}  // namespace lokilib::http
