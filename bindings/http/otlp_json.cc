// SPDX-License-Identifier: Apache-2.0
// otlp_json.cc: reads OTLP logs in JSON: names in lowerCamel (snake_case is taken too), 64-bit numbers as
// strings or numbers, ids as hex, bytes as base64. Unknown names are left out.
#include <array>
#include <charconv>

#include <simdjson.h>

#include "otlp_logs.h"

namespace lokilib::http {
namespace {

namespace dom = simdjson::dom;

Error refuse(std::string what) {
  return Error{ErrorCode::InvalidArgument, "the body is not OTLP JSON: " + std::move(what), {}, {}};
}

bool is(std::string_view key, std::string_view camel, std::string_view snake) {
  return key == camel || key == snake;
}

Result<dom::object> object_of(dom::element element, std::string_view name) {
  dom::object object;
  if (element.get_object().get(object) != simdjson::SUCCESS) {
    return refuse("\"" + std::string(name) + "\" must be an object");
  }
  return object;
}

Result<dom::array> array_of(dom::element element, std::string_view name) {
  dom::array array;
  if (element.get_array().get(array) != simdjson::SUCCESS) {
    return refuse("\"" + std::string(name) + "\" must be an array");
  }
  return array;
}

Result<std::string_view> text_of(dom::element element, std::string_view name) {
  std::string_view text;
  if (element.get_string().get(text) != simdjson::SUCCESS) {
    return refuse("\"" + std::string(name) + "\" must be a string");
  }
  return text;
}

/// A number, or a string that holds one.
Result<int64_t> integer_of(dom::element element, std::string_view name) {
  int64_t number = 0;
  if (element.get_int64().get(number) == simdjson::SUCCESS) return number;
  uint64_t big = 0;
  if (element.get_uint64().get(big) == simdjson::SUCCESS) return static_cast<int64_t>(big);
  std::string_view text;
  if (element.get_string().get(text) == simdjson::SUCCESS) {
    const char* const end = text.data() + text.size();
    if (const auto read = std::from_chars(text.data(), end, number);
        read.ec == std::errc() && read.ptr == end) {
      return number;
    }
    if (const auto read = std::from_chars(text.data(), end, big); read.ec == std::errc() && read.ptr == end) {
      return static_cast<int64_t>(big);
    }
  }
  return refuse("\"" + std::string(name) + "\" must be a whole number");
}

/// Also the enumeration's names, SEVERITY_NUMBER_WARN2.
Result<int64_t> severity_of(dom::element element) {
  constexpr std::array<std::string_view, 6> kNames = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
  constexpr std::string_view kPrefix = "SEVERITY_NUMBER_";
  std::string_view text;
  if (element.get_string().get(text) == simdjson::SUCCESS && text.substr(0, kPrefix.size()) == kPrefix) {
    const std::string_view name = text.substr(kPrefix.size());
    for (size_t i = 0; i < kNames.size(); ++i) {
      if (name.substr(0, kNames[i].size()) != kNames[i]) continue;
      const std::string_view step = name.substr(kNames[i].size());
      if (step.empty()) return static_cast<int64_t>(4 * i + 1);
      if (step.size() == 1 && step[0] >= '2' && step[0] <= '4') {
        return static_cast<int64_t>(4 * i) + (step[0] - '0');
      }
    }
    if (name == "UNSPECIFIED") return int64_t{0};
  }
  return integer_of(element, "severityNumber");
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

class Decoder {
 public:
  explicit Decoder(Arena& arena) : arena_(arena) {}

  Result<OtlpResource> resource_logs(dom::element element) {
    OtlpResource resource;
    LOKILIB_TRY_ASSIGN(const auto object, object_of(element, "resourceLogs"));
    for (const auto field : object) {
      if (field.key == "resource" && !field.value.is_null()) {
        LOKILIB_TRY_ASSIGN(const auto inner, object_of(field.value, "resource"));
        for (const auto part : inner) {
          if (part.key != "attributes") continue;
          LOKILIB_TRY_ASSIGN(resource.attributes, attributes(part.value, 0));
        }
      } else if (is(field.key, "scopeLogs", "scope_logs") && !field.value.is_null()) {
        LOKILIB_TRY_ASSIGN(const auto list, array_of(field.value, "scopeLogs"));
        for (const dom::element item : list) {
          LOKILIB_TRY_ASSIGN(auto scope, scope_logs(item));
          resource.scopes.push_back(std::move(scope));
        }
      }
    }
    return resource;
  }

 private:
  Result<OtlpScope> scope_logs(dom::element element) {
    OtlpScope scope;
    LOKILIB_TRY_ASSIGN(const auto object, object_of(element, "scopeLogs"));
    for (const auto field : object) {
      if (field.key == "scope" && !field.value.is_null()) {
        LOKILIB_TRY(read_scope(field.value, scope));
      } else if (is(field.key, "logRecords", "log_records") && !field.value.is_null()) {
        LOKILIB_TRY_ASSIGN(const auto list, array_of(field.value, "logRecords"));
        scope.records.reserve(list.size());
        for (const dom::element item : list) {
          LOKILIB_TRY_ASSIGN(const auto one, record(item));
          scope.records.push_back(one);
        }
      }
    }
    return scope;
  }

  Result<void> read_scope(dom::element element, OtlpScope& scope) {
    LOKILIB_TRY_ASSIGN(const auto object, object_of(element, "scope"));
    for (const auto field : object) {
      if (field.key == "name") {
        LOKILIB_TRY_ASSIGN(scope.name, text_of(field.value, "name"));
      } else if (field.key == "version") {
        LOKILIB_TRY_ASSIGN(scope.version, text_of(field.value, "version"));
      } else if (field.key == "attributes") {
        LOKILIB_TRY_ASSIGN(scope.attributes, attributes(field.value, 0));
      } else if (is(field.key, "droppedAttributesCount", "dropped_attributes_count")) {
        LOKILIB_TRY_ASSIGN(const int64_t count, integer_of(field.value, "droppedAttributesCount"));
        scope.dropped_attributes = static_cast<uint32_t>(count);
      }
    }
    return {};
  }

  Result<OtlpRecord> record(dom::element element) {
    OtlpRecord record;
    LOKILIB_TRY_ASSIGN(const auto object, object_of(element, "logRecords"));
    for (const auto field : object) {
      const std::string_view key = field.key;
      if (is(key, "timeUnixNano", "time_unix_nano")) {
        LOKILIB_TRY_ASSIGN(record.time_ns, integer_of(field.value, key));
      } else if (is(key, "observedTimeUnixNano", "observed_time_unix_nano")) {
        LOKILIB_TRY_ASSIGN(record.observed_time_ns, integer_of(field.value, key));
      } else if (is(key, "severityNumber", "severity_number")) {
        LOKILIB_TRY_ASSIGN(record.severity_number, severity_of(field.value));
      } else if (is(key, "severityText", "severity_text")) {
        LOKILIB_TRY_ASSIGN(record.severity_text, text_of(field.value, key));
      } else if (key == "body") {
        LOKILIB_TRY_ASSIGN(record.body, value(field.value, 0));
      } else if (key == "attributes") {
        LOKILIB_TRY_ASSIGN(record.attributes, attributes(field.value, 0));
      } else if (is(key, "droppedAttributesCount", "dropped_attributes_count")) {
        LOKILIB_TRY_ASSIGN(const int64_t count, integer_of(field.value, key));
        record.dropped_attributes = static_cast<uint32_t>(count);
      } else if (key == "flags") {
        LOKILIB_TRY_ASSIGN(const int64_t flags, integer_of(field.value, key));
        record.flags = static_cast<uint32_t>(flags);
      } else if (is(key, "traceId", "trace_id")) {
        LOKILIB_TRY_ASSIGN(record.trace_id, id(field.value, key));
      } else if (is(key, "spanId", "span_id")) {
        LOKILIB_TRY_ASSIGN(record.span_id, id(field.value, key));
      }
    }
    return record;
  }

  Result<std::string_view> id(dom::element element, std::string_view name) {
    LOKILIB_TRY_ASSIGN(const auto text, text_of(element, name));
    char* const bytes = arena_.allocate(text.size() / 2);
    for (size_t i = 0; i + 1 < text.size(); i += 2) {
      const int high = hex_digit(text[i]);
      const int low = hex_digit(text[i + 1]);
      if (high < 0 || low < 0) return refuse("\"" + std::string(name) + "\" must be hex");
      bytes[i / 2] = static_cast<char>(high * 16 + low);
    }
    if (text.size() % 2 != 0) return refuse("\"" + std::string(name) + "\" must be hex");
    return otlp_id_text({bytes, text.size() / 2}, arena_);
  }

  Result<std::string_view> base64(dom::element element) {
    LOKILIB_TRY_ASSIGN(std::string_view text, text_of(element, "bytesValue"));
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    char* const bytes = arena_.allocate(text.size());
    size_t size = 0;
    uint32_t pending = 0;
    int bits = 0;
    for (const char c : text) {
      const int digit = base64_digit(c);
      if (digit < 0) return refuse("\"bytesValue\" must be base64");
      pending = (pending << 6) | static_cast<uint32_t>(digit);
      bits += 6;
      if (bits < 8) continue;
      bits -= 8;
      bytes[size++] = static_cast<char>((pending >> bits) & 0xFF);
    }
    return std::string_view(bytes, size);
  }

  Result<std::span<const OtlpAttribute>> attributes(dom::element element, int depth) {
    if (element.is_null()) return std::span<const OtlpAttribute>();
    LOKILIB_TRY_ASSIGN(const auto list, array_of(element, "attributes"));
    const size_t begin = attributes_.begin();
    for (const dom::element item : list) {
      LOKILIB_TRY_ASSIGN(const auto object, object_of(item, "attributes"));
      OtlpAttribute pair;
      for (const auto field : object) {
        if (field.key == "key") {
          LOKILIB_TRY_ASSIGN(pair.key, text_of(field.value, "key"));
        } else if (field.key == "value") {
          LOKILIB_TRY_ASSIGN(pair.value, value(field.value, depth));
        }
      }
      attributes_.add(pair);
    }
    return attributes_.finish(begin, arena_);
  }

  Result<OtlpValue> value(dom::element element, int depth) {
    if (depth > kOtlpDepthMax) return refuse("values are nested too deep");
    OtlpValue out;
    if (element.is_null()) return out;
    LOKILIB_TRY_ASSIGN(const auto object, object_of(element, "value"));
    for (const auto field : object) {
      const std::string_view key = field.key;
      if (is(key, "stringValue", "string_value")) {
        out.kind = OtlpValue::Kind::String;
        LOKILIB_TRY_ASSIGN(out.text, text_of(field.value, key));
      } else if (is(key, "boolValue", "bool_value")) {
        out.kind = OtlpValue::Kind::Bool;
        if (field.value.get_bool().get(out.boolean) != simdjson::SUCCESS) {
          return refuse("\"boolValue\" must be true or false");
        }
      } else if (is(key, "intValue", "int_value")) {
        out.kind = OtlpValue::Kind::Int;
        LOKILIB_TRY_ASSIGN(out.integer, integer_of(field.value, key));
      } else if (is(key, "doubleValue", "double_value")) {
        out.kind = OtlpValue::Kind::Double;
        LOKILIB_TRY_ASSIGN(out.real, real(field.value));
      } else if (is(key, "bytesValue", "bytes_value")) {
        out.kind = OtlpValue::Kind::Bytes;
        LOKILIB_TRY_ASSIGN(out.text, base64(field.value));
      } else if (is(key, "arrayValue", "array_value")) {
        LOKILIB_TRY_ASSIGN(out, array(field.value, depth + 1));
      } else if (is(key, "kvlistValue", "kvlist_value")) {
        LOKILIB_TRY_ASSIGN(out, map(field.value, depth + 1));
      }
    }
    return out;
  }

  static Result<double> real(dom::element element) {
    double number = 0;
    if (element.get_double().get(number) == simdjson::SUCCESS) return number;
    std::string_view text;
    if (element.get_string().get(text) == simdjson::SUCCESS) {
      const char* const end = text.data() + text.size();
      if (const auto read = std::from_chars(text.data(), end, number);
          read.ec == std::errc() && read.ptr == end) {
        return number;
      }
    }
    return refuse("\"doubleValue\" must be a number");
  }

  Result<OtlpValue> array(dom::element element, int depth) {
    OtlpValue out;
    out.kind = OtlpValue::Kind::Array;
    LOKILIB_TRY_ASSIGN(const auto object, object_of(element, "arrayValue"));
    for (const auto field : object) {
      if (field.key != "values" || field.value.is_null()) continue;
      LOKILIB_TRY_ASSIGN(const auto list, array_of(field.value, "values"));
      const size_t begin = values_.begin();
      for (const dom::element item : list) {
        LOKILIB_TRY_ASSIGN(const auto one, value(item, depth));
        values_.add(one);
      }
      const auto items = values_.finish(begin, arena_);
      out.items = items.data();
      out.count = items.size();
    }
    return out;
  }

  Result<OtlpValue> map(dom::element element, int depth) {
    OtlpValue out;
    out.kind = OtlpValue::Kind::Map;
    LOKILIB_TRY_ASSIGN(const auto object, object_of(element, "kvlistValue"));
    for (const auto field : object) {
      if (field.key != "values") continue;
      LOKILIB_TRY_ASSIGN(const auto fields, attributes(field.value, depth));
      out.fields = fields.data();
      out.count = fields.size();
    }
    return out;
  }

  Arena& arena_;
  OtlpListBuilder<OtlpAttribute> attributes_;
  OtlpListBuilder<OtlpValue> values_;
};

}  // namespace

Result<OtlpRequest> decode_otlp_json(std::string body) {
  OtlpRequest request;
  const auto parser = std::make_shared<dom::parser>();
  request.owner = parser;
  dom::element root;
  if (const auto error = parser->parse(body).get(root); error != simdjson::SUCCESS) {
    return refuse(simdjson::error_message(error));
  }
  LOKILIB_TRY_ASSIGN(const auto object, object_of(root, "request"));
  Decoder decoder(request.arena);
  for (const auto field : object) {
    if (!is(field.key, "resourceLogs", "resource_logs") || field.value.is_null()) continue;
    LOKILIB_TRY_ASSIGN(const auto list, array_of(field.value, "resourceLogs"));
    for (const dom::element item : list) {
      LOKILIB_TRY_ASSIGN(auto resource, decoder.resource_logs(item));
      request.resources.push_back(std::move(resource));
    }
  }
  return request;
}

}  // namespace lokilib::http
