// SPDX-License-Identifier: Apache-2.0
#include "otlp_map.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include <lokilib/labels.h>

#include "json_writer.h"

namespace lokilib::http {
namespace {

/// Loki's default: resource attributes that become labels.
constexpr std::array<std::string_view, 18> kLabelAttributes = {"service.name",
                                                               "service.namespace",
                                                               "service.instance.id",
                                                               "deployment.environment",
                                                               "deployment.environment.name",
                                                               "cloud.region",
                                                               "cloud.availability_zone",
                                                               "k8s.cluster.name",
                                                               "k8s.namespace.name",
                                                               "k8s.pod.name",
                                                               "k8s.container.name",
                                                               "container.name",
                                                               "k8s.replicaset.name",
                                                               "k8s.deployment.name",
                                                               "k8s.statefulset.name",
                                                               "k8s.daemonset.name",
                                                               "k8s.cronjob.name",
                                                               "k8s.job.name"};

bool becomes_label(std::string_view attribute) {
  return std::find(kLabelAttributes.begin(), kLabelAttributes.end(), attribute) != kLabelAttributes.end();
}

/// Go's JSON form of a number: an exponent only below 1e-6 and from 1e21 on.
void append_number(double value, std::string& out) {
  const double size = std::abs(value);
  char buffer[400];
  if (!std::isfinite(value) || size == 0 || (size >= 1e-6 && size < 1e21)) {
    append_sample_value(value, out);
    return;
  }
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific).ptr;
  std::string text(buffer, end);
  if (const size_t at = text.find("e-0"); at != std::string::npos) text.erase(at + 2, 1);
  out += text;
}

void append_base64(std::string_view bytes, std::string& out) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    for (size_t k = 0; k < 3; ++k) {
      group = (group << 8) | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (size_t k = 0; k < 4; ++k) {
      out.push_back(k <= count ? kDigits[(group >> (18 - 6 * k)) & 63] : '=');
    }
  }
}

void append_json(const OtlpValue& value, std::string& out);

void append_json_map(const OtlpValue& value, std::string& out) {
  std::vector<const OtlpAttribute*> fields(value.count);
  for (size_t i = 0; i < value.count; ++i) fields[i] = &value.fields[i];
  std::stable_sort(fields.begin(), fields.end(),
                   [](const OtlpAttribute* a, const OtlpAttribute* b) { return a->key < b->key; });
  out.push_back('{');
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i + 1 < fields.size() && fields[i + 1]->key == fields[i]->key) continue;  // the last one counts
    if (out.back() != '{') out.push_back(',');
    append_json_string(fields[i]->key, JsonEscape::Plain, out);
    out.push_back(':');
    append_json(fields[i]->value, out);
  }
  out.push_back('}');
}

void append_json(const OtlpValue& value, std::string& out) {
  switch (value.kind) {
    case OtlpValue::Kind::Empty:
      out += "null";
      break;
    case OtlpValue::Kind::String:
      append_json_string(value.text, JsonEscape::Plain, out);
      break;
    case OtlpValue::Kind::Bool:
      out += value.boolean ? "true" : "false";
      break;
    case OtlpValue::Kind::Int:
      append_integer(value.integer, out);
      break;
    case OtlpValue::Kind::Double:
      append_number(value.real, out);
      break;
    case OtlpValue::Kind::Bytes:
      out.push_back('"');
      append_base64(value.text, out);
      out.push_back('"');
      break;
    case OtlpValue::Kind::Array:
      out.push_back('[');
      for (size_t i = 0; i < value.count; ++i) {
        if (i > 0) out.push_back(',');
        append_json(value.items[i], out);
      }
      out.push_back(']');
      break;
    case OtlpValue::Kind::Map:
      append_json_map(value, out);
      break;
  }
}

/// Attributes as name and text; of maps, one for each of their fields, names joined by '_'.
class Flattener {
 public:
  Flattener(Arena& arena, std::vector<MetadataView>& out) : arena_(arena), out_(out) {}

  void add(std::string_view name, const OtlpValue& value) {
    if (value.kind != OtlpValue::Kind::Map) {
      out_.push_back({name, otlp_value_text(value, arena_)});
      return;
    }
    for (size_t i = 0; i < value.count; ++i) {
      const OtlpAttribute& field = value.fields[i];
      add(arena_.copy(std::string(name).append("_").append(field.key)), field.value);
    }
  }
  void add_all(std::span<const OtlpAttribute> attributes) {
    for (const OtlpAttribute& attribute : attributes) add(attribute.key, attribute.value);
  }
  void add_text(std::string_view name, std::string_view text) {
    if (!text.empty()) out_.push_back({name, text});
  }
  void add_number(std::string_view name, int64_t number) {
    if (number != 0) out_.push_back({name, arena_.copy(std::to_string(number))});
  }

 private:
  Arena& arena_;
  std::vector<MetadataView>& out_;
};

/// A name as a label may have it: letters and digits, every run of others one '_', a digit in front guarded.
std::string label_name(std::string_view attribute) {
  std::string name;
  for (const char c : attribute) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) {
      name.push_back(c);
    } else if (name.empty() || name.back() != '_') {
      name.push_back('_');
    }
  }
  if (!name.empty() && name[0] >= '0' && name[0] <= '9') name.insert(0, "key_");
  return name;
}

class Mapper {
 public:
  Mapper(PushRequest& out, const OtlpMapping& mapping) : out_(out), mapping_(mapping) {}

  void add(const OtlpResource& resource) {
    std::vector<MetadataView> labels;
    std::vector<MetadataView> shared;  // by all records of the resource
    for (const OtlpAttribute& attribute : resource.attributes) {
      Flattener(out_.arena, becomes_label(attribute.key) ? labels : shared)
          .add(attribute.key, attribute.value);
    }
    PushStream stream;
    stream.labels = labels_text(labels);
    for (const OtlpScope& scope : resource.scopes) {
      std::vector<MetadataView> of_scope;
      Flattener flattener(out_.arena, of_scope);
      flattener.add_all(scope.attributes);
      flattener.add_text("scope_name", scope.name);
      flattener.add_text("scope_version", scope.version);
      flattener.add_number("scope_dropped_attributes_count", scope.dropped_attributes);
      for (const OtlpRecord& record : scope.records) add(record, shared, of_scope, stream);
    }
    if (!stream.entries.empty()) out_.streams.push_back(std::move(stream));
  }

 private:
  void add(const OtlpRecord& record, const std::vector<MetadataView>& shared,
           const std::vector<MetadataView>& of_scope, PushStream& stream) {
    metadata_.clear();
    Flattener flattener(out_.arena, metadata_);
    flattener.add_all(record.attributes);
    if (record.time_ns != 0) flattener.add_number("observed_timestamp", record.observed_time_ns);
    flattener.add_number("severity_number", record.severity_number);
    flattener.add_text("severity_text", record.severity_text);
    flattener.add_number("dropped_attributes_count", record.dropped_attributes);
    flattener.add_number("flags", record.flags);
    flattener.add_text("trace_id", record.trace_id);
    flattener.add_text("span_id", record.span_id);
    metadata_.insert(metadata_.end(), shared.begin(), shared.end());
    metadata_.insert(metadata_.end(), of_scope.begin(), of_scope.end());
    auto* const items = out_.arena.allocate_array<MetadataView>(metadata_.size());
    std::copy(metadata_.begin(), metadata_.end(), items);
    EntryView& entry = stream.entries.emplace_back();
    entry.timestamp_ns = record.time_ns != 0            ? record.time_ns
                         : record.observed_time_ns != 0 ? record.observed_time_ns
                                                        : mapping_.now_ns;
    entry.line = otlp_value_text(record.body, out_.arena);
    entry.metadata = {items, metadata_.size()};
  }

  /// service.name gives service_name; else the first label that may stand for it.
  std::string labels_text(const std::vector<MetadataView>& attributes) const {
    std::vector<Label> labels;
    std::string service;
    for (const MetadataView& attribute : attributes) {
      std::string name = label_name(attribute.name);
      if (attribute.value.empty() || name.empty()) continue;
      if (service.empty() && mapping_.service_name_labels != nullptr &&
          std::find(mapping_.service_name_labels->begin(), mapping_.service_name_labels->end(), name) !=
              mapping_.service_name_labels->end()) {
        service = attribute.value;
      }
      std::erase_if(labels, [&](const Label& label) { return label.name == name; });
      labels.push_back({std::move(name), std::string(attribute.value)});
    }
    const bool has_service = std::any_of(labels.begin(), labels.end(),
                                         [](const Label& label) { return label.name == "service_name"; });
    if (!has_service && mapping_.discover_service_name) {
      labels.push_back({"service_name", service.empty() ? "unknown_service" : service});
    }
    std::sort(labels.begin(), labels.end());
    return LabelSet::from_sorted(std::move(labels)).to_string();
  }

  PushRequest& out_;
  const OtlpMapping& mapping_;
  std::vector<MetadataView> metadata_;
};

}  // namespace

std::string_view otlp_value_text(const OtlpValue& value, Arena& arena) {
  switch (value.kind) {
    case OtlpValue::Kind::Empty:
      return {};
    case OtlpValue::Kind::String:
      return value.text;
    case OtlpValue::Kind::Bool:
      return value.boolean ? "true" : "false";
    default:
      break;
  }
  std::string text;
  if (value.kind == OtlpValue::Kind::Bytes) {
    append_base64(value.text, text);
  } else {
    append_json(value, text);
  }
  return arena.copy(text);
}

PushRequest map_otlp_logs(OtlpRequest request, const OtlpMapping& mapping) {
  PushRequest out;
  const auto source = std::make_shared<OtlpRequest>(std::move(request));
  out.owner = source;
  Mapper mapper(out, mapping);
  for (const OtlpResource& resource : source->resources) mapper.add(resource);
  return out;
}

}  // namespace lokilib::http
