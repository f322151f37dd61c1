// SPDX-License-Identifier: Apache-2.0
// push_json.cc: reads JSON push bodies with simdjson; lines and metadata stay in the parser's memory, which
// the request keeps. What Loki's own reader tolerates is tolerated: label values that are numbers, entries
// without a line, more elements than needed, bytes that are not UTF-8, anything behind the first value.
#include <algorithm>
#include <charconv>
#include <map>
#include <memory>

#include <simdjson.h>

#include <lokilib/labels.h>

#include "json_writer.h"
#include "push_request.h"
#include "rfc3339.h"

namespace lokilib::http {
namespace {

namespace dom = simdjson::dom;

Error refuse(std::string what) {
  return Error{ErrorCode::InvalidArgument, std::move(what), {}, {}};
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const char lower = a[i] >= 'A' && a[i] <= 'Z' ? static_cast<char>(a[i] + 32) : a[i];
    if (lower != b[i]) return false;
  }
  return true;
}

/// A scalar as the text that stands in a label; strings without quotes.
Result<std::string> label_value(dom::element value) {
  if (value.is_string()) return std::string(value.get_string().value_unsafe());
  if (value.is_object() || value.is_array())
    return refuse("a label's value must not be an object or an array");
  return simdjson::minify(value);
}

Result<std::string> labels_text(dom::element stream) {
  if (stream.is_null()) return std::string("{}");
  dom::object object;
  if (stream.get_object().get(object) != simdjson::SUCCESS) return refuse("\"stream\" must be an object");
  std::map<std::string_view, dom::element> fields;  // of a repeated key the last value counts
  for (const auto field : object) fields[field.key] = field.value;
  std::string text = "{";
  for (const auto& [name, element] : fields) {
    LOKILIB_TRY_ASSIGN(const auto value, label_value(element));
    if (text.size() > 1) text += ", ";
    text.append(name).append("=").append(quote(value));
  }
  return text + "}";
}

Result<std::span<const MetadataView>> read_metadata(dom::element element, Arena& arena) {
  dom::object object;
  if (element.get_object().get(object) != simdjson::SUCCESS) {
    return refuse("structured metadata must be an object");
  }
  auto* const items = arena.allocate_array<MetadataView>(object.size());
  size_t count = 0;
  for (const auto field : object) {
    std::string_view value;
    if (field.value.get_string().get(value) != simdjson::SUCCESS) {
      return refuse("the value of structured metadata \"" + std::string(field.key) + "\" must be a string");
    }
    if (count < object.size()) items[count++] = {field.key, value};
  }
  return std::span<const MetadataView>(items, count);
}

Result<int64_t> read_timestamp(dom::element element) {
  std::string_view text;
  if (element.get_string().get(text) != simdjson::SUCCESS)
    return refuse("a timestamp must be a string of nanoseconds");
  int64_t timestamp_ns = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), timestamp_ns);
  if (error != std::errc() || end != text.data() + text.size()) {
    return refuse("\"" + std::string(text) + "\" is not a timestamp in nanoseconds");
  }
  return timestamp_ns;
}

Result<EntryView> read_entry(dom::element element, Arena& arena) {
  dom::array parts;
  if (element.get_array().get(parts) != simdjson::SUCCESS) return refuse("an entry must be an array");
  EntryView entry;
  size_t index = 0;
  for (const dom::element part : parts) {
    if (index == 0) {
      LOKILIB_TRY_ASSIGN(entry.timestamp_ns, read_timestamp(part));
    } else if (index == 1) {
      std::string_view line;
      if (part.get_string().get(line) != simdjson::SUCCESS) return refuse("a line must be a string");
      entry.line = line;
    } else if (index == 2) {
      LOKILIB_TRY_ASSIGN(entry.metadata, read_metadata(part, arena));
    }
    ++index;
  }
  if (index == 0) return refuse("an entry needs a timestamp");
  return entry;
}

Result<void> read_values(dom::element element, PushStream& stream, Arena& arena) {
  if (element.is_null()) return {};
  dom::array values;
  if (element.get_array().get(values) != simdjson::SUCCESS) return refuse("\"values\" must be an array");
  stream.entries.reserve(values.size());
  for (const dom::element value : values) {
    LOKILIB_TRY_ASSIGN(const EntryView entry, read_entry(value, arena));
    stream.entries.push_back(entry);
  }
  return {};
}

Result<PushStream> read_stream(dom::element element, Arena& arena) {
  dom::object object;
  if (element.get_object().get(object) != simdjson::SUCCESS) return refuse("a stream must be an object");
  PushStream stream{"{}", {}};
  for (const auto field : object) {
    if (field.key == "stream") {
      LOKILIB_TRY_ASSIGN(stream.labels, labels_text(field.value));
    } else if (field.key == "values") {
      LOKILIB_TRY(read_values(field.value, stream, arena));
    }
  }
  return stream;
}

Result<EntryView> read_legacy_entry(dom::element element) {
  dom::object object;
  if (element.get_object().get(object) != simdjson::SUCCESS) return refuse("an entry must be an object");
  EntryView entry;
  for (const auto field : object) {
    std::string_view text;
    if (field.key != "ts" && field.key != "line") continue;
    if (field.value.get_string().get(text) != simdjson::SUCCESS) {
      return refuse("\"" + std::string(field.key) + "\" must be a string");
    }
    if (field.key == "line") {
      entry.line = text;
    } else if (const auto timestamp_ns = parse_rfc3339(text)) {
      entry.timestamp_ns = *timestamp_ns;
    } else {
      return refuse("\"" + std::string(text) + "\" is not an RFC 3339 time");
    }
  }
  return entry;
}

Result<PushStream> read_legacy_stream(dom::element element, Arena&) {
  dom::object object;
  if (element.get_object().get(object) != simdjson::SUCCESS) return refuse("a stream must be an object");
  PushStream stream{"", {}};
  for (const auto field : object) {
    if (field.key == "labels") {
      std::string_view labels;
      if (field.value.get_string().get(labels) != simdjson::SUCCESS)
        return refuse("\"labels\" must be a string");
      stream.labels = labels;
    } else if (field.key == "entries" && !field.value.is_null()) {
      dom::array entries;
      if (field.value.get_array().get(entries) != simdjson::SUCCESS)
        return refuse("\"entries\" must be an array");
      for (const dom::element entry : entries) {
        LOKILIB_TRY_ASSIGN(const EntryView view, read_legacy_entry(entry));
        stream.entries.push_back(view);
      }
    }
  }
  return stream;
}

/// Loki stores bytes that are not UTF-8 and shows each as U+FFFD; ours become so on the way in.
std::string replace_invalid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  while (!text.empty()) {
    const bool is_ascii = static_cast<unsigned char>(text[0]) < 0x80;
    const size_t size = is_ascii ? 1 : utf8_sequence(text);
    out += size == 0 ? std::string_view("\uFFFD") : text.substr(0, size);
    text.remove_prefix(std::max<size_t>(size, 1));
  }
  return out;
}

/// The end of the object that `text` begins with, or npos if it has none.
size_t find_object_end(std::string_view text) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (in_string) {
      if (text[i] == '\\') ++i;
      in_string = i >= text.size() || text[i] != '"';
    } else if (text[i] == '"') {
      in_string = true;
    } else if (text[i] == '{' || text[i] == '[') {
      ++depth;
    } else if (text[i] == '}' || text[i] == ']') {
      if (depth <= 1) return depth == 0 ? std::string_view::npos : i + 1;
      --depth;
    }
  }
  return std::string_view::npos;
}

/// Parses; if that fails, once more without what is behind the first value, as Loki reads no further.
Result<dom::element> parse_body(std::string body, dom::parser& parser) {
  dom::element root;
  auto error = parser.parse(body).get(root);
  if (error == simdjson::UTF8_ERROR) {
    body = replace_invalid_utf8(body);
    error = parser.parse(body).get(root);
  }
  if (error != simdjson::SUCCESS && error != simdjson::CAPACITY) {
    if (const size_t end = find_object_end(body); end < body.size()) {
      body.resize(end);
      error = parser.parse(body).get(root);
    }
  }
  if (error == simdjson::SUCCESS) return root;
  return refuse(std::string("the body is not JSON: ") + simdjson::error_message(error));
}

template <typename ReadStream>
Result<PushRequest> decode(std::string body, ReadStream read_one) {
  if (body.empty()) return refuse("EOF");
  PushRequest request;
  const auto parser = std::make_shared<dom::parser>();
  request.owner = parser;
  LOKILIB_TRY_ASSIGN(const dom::element root, parse_body(std::move(body), *parser));
  if (root.is_null()) return request;
  dom::object object;
  if (root.get_object().get(object) != simdjson::SUCCESS) return refuse("the body must be a JSON object");
  for (const auto field : object) {
    if (!equals_ignoring_case(field.key, "streams") || field.value.is_null()) continue;
    dom::array streams;
    if (field.value.get_array().get(streams) != simdjson::SUCCESS)
      return refuse("\"streams\" must be an array");
    for (const dom::element element : streams) {
      LOKILIB_TRY_ASSIGN(auto stream, read_one(element, request.arena));
      request.streams.push_back(std::move(stream));
    }
  }
  return request;
}

}  // namespace

Result<PushRequest> decode_push_json(std::string body) {
  return decode(std::move(body), read_stream);
}

Result<PushRequest> decode_legacy_push_json(std::string body) {
  return decode(std::move(body), read_legacy_stream);
}

}  // namespace lokilib::http
