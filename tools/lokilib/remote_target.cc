// SPDX-License-Identifier: Apache-2.0
#include "remote_target.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <curl/curl.h>
#include <simdjson.h>

#include <lokilib/labels.h>

namespace lokilib::tool {
namespace {

namespace dom = simdjson::dom;

struct HttpAnswer {
  long status = 0;
  std::string body;
};

size_t take_bytes(char* bytes, size_t size, size_t count, void* out) {
  static_cast<std::string*>(out)->append(bytes, size * count);
  return size * count;
}

class HttpClient {
 public:
  HttpClient() : handle_(curl_easy_init()) {}
  ~HttpClient() { curl_easy_cleanup(handle_); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// `body` null: GET. Errors: `Io`.
  Result<HttpAnswer> send(const std::string& url, const std::vector<std::string>& headers,
                          const std::string* body) {
    HttpAnswer answer;
    curl_slist* list = nullptr;
    for (const std::string& header : headers) list = curl_slist_append(list, header.c_str());
    curl_easy_reset(handle_);
    curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT, 10L);
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    if (body != nullptr) {
      curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, body->data());
      curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    }
    const CURLcode code = curl_easy_perform(handle_);
    curl_slist_free_all(list);
    if (code != CURLE_OK) return Error{ErrorCode::Io, url + ": " + curl_easy_strerror(code), {}, {}};
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &answer.status);
    return answer;
  }

 private:
  CURL* handle_;
};

std::string escape_url(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

Error unexpected(const std::string& what) {
  return Error{ErrorCode::Io, "the server's answer is not what was expected: " + what, {}, {}};
}

LabelSet read_labels(dom::object object) {
  std::vector<Label> labels;
  for (const auto field : object) {
    std::string_view value;
    if (field.value.get_string().get(value) == simdjson::SUCCESS) {
      labels.push_back({std::string(field.key), std::string(value)});
    }
  }
  std::sort(labels.begin(), labels.end());
  return LabelSet::from_sorted(std::move(labels));
}

Result<Sample> read_sample(dom::element element) {
  double seconds = 0;
  std::string_view text;
  if (element.at_pointer("/0").get_double().get(seconds) != simdjson::SUCCESS ||
      element.at_pointer("/1").get_string().get(text) != simdjson::SUCCESS) {
    return unexpected("a sample");
  }
  Sample sample;
  sample.timestamp_ns = static_cast<int64_t>(seconds * 1000) * 1'000'000;
  if (text == "+Inf") text.remove_prefix(1);
  if (std::from_chars(text.data(), text.data() + text.size(), sample.value).ec != std::errc()) {
    return unexpected("a sample's value");
  }
  return sample;
}

Result<LogResult> read_streams(dom::array streams, Direction direction) {
  LogResult result;
  for (const dom::element stream : streams) {
    dom::object labels;
    dom::array values;
    if (stream["stream"].get_object().get(labels) != simdjson::SUCCESS ||
        stream["values"].get_array().get(values) != simdjson::SUCCESS) {
      return unexpected("a stream");
    }
    const auto number = static_cast<uint32_t>(result.label_sets.size());
    result.label_sets.push_back({read_labels(labels), {}, {}});
    for (const dom::element value : values) {
      std::string_view time;
      std::string_view line;
      ResultEntry entry{0, "", number};
      if (value.at_pointer("/0").get_string().get(time) != simdjson::SUCCESS ||
          value.at_pointer("/1").get_string().get(line) != simdjson::SUCCESS ||
          std::from_chars(time.data(), time.data() + time.size(), entry.timestamp_ns).ec != std::errc()) {
        return unexpected("an entry");
      }
      entry.line = line;
      result.entries.push_back(std::move(entry));
    }
  }
  std::stable_sort(result.entries.begin(), result.entries.end(),
                   [&](const ResultEntry& a, const ResultEntry& b) {
                     return direction == Direction::Forward ? a.timestamp_ns < b.timestamp_ns
                                                            : a.timestamp_ns > b.timestamp_ns;
                   });
  return result;
}

Result<std::vector<Series>> read_series(dom::array list) {
  std::vector<Series> result;
  for (const dom::element element : list) {
    dom::object labels;
    if (element["metric"].get_object().get(labels) != simdjson::SUCCESS) return unexpected("a series");
    Series series{read_labels(labels), {}};
    if (dom::element value; element["value"].get(value) == simdjson::SUCCESS) {
      LOKILIB_TRY_ASSIGN(const Sample sample, read_sample(value));
      series.samples.push_back(sample);
    }
    if (dom::array values; element["values"].get_array().get(values) == simdjson::SUCCESS) {
      for (const dom::element value : values) {
        LOKILIB_TRY_ASSIGN(const Sample sample, read_sample(value));
        series.samples.push_back(sample);
      }
    }
    result.push_back(std::move(series));
  }
  return result;
}

Result<QueryResult> read_query_result(const std::string& body, Direction direction) {
  dom::parser parser;
  dom::element root;
  if (parser.parse(body).get(root) != simdjson::SUCCESS) return unexpected("not JSON");
  std::string_view type;
  if (root.at_pointer("/data/resultType").get_string().get(type) != simdjson::SUCCESS)
    return unexpected("no resultType");
  QueryResult result;
  if (type == "scalar") {
    dom::element value;
    if (root.at_pointer("/data/result").get(value) != simdjson::SUCCESS) return unexpected("no result");
    LOKILIB_TRY_ASSIGN(const Sample sample, read_sample(value));
    result.data = ScalarResult{sample};
    return result;
  }
  dom::array list;
  if (root.at_pointer("/data/result").get_array().get(list) != simdjson::SUCCESS)
    return unexpected("no result");
  if (type == "streams") {
    LOKILIB_TRY_ASSIGN(auto logs, read_streams(list, direction));
    result.data = std::move(logs);
    return result;
  }
  LOKILIB_TRY_ASSIGN(auto series, read_series(list));
  if (type == "vector") {
    result.data = VectorResult{std::move(series)};
  } else {
    result.data = MatrixResult{std::move(series)};
  }
  return result;
}

void append_json_text(std::string_view text, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
      out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

class RemoteTarget final : public Target {
 public:
  RemoteTarget(std::string url, std::string tenant) : url_(std::move(url)), tenant_(std::move(tenant)) {
    while (!url_.empty() && url_.back() == '/') url_.pop_back();
  }

  Result<QueryResult> query(const QueryRequest& request) override {
    std::string path =
        request.kind == QueryRequest::Kind::Instant ? "/loki/api/v1/query?" : "/loki/api/v1/query_range?";
    path += "query=" + escape_url(request.query) + "&limit=" + std::to_string(request.limit) +
            "&direction=" + (request.direction == Direction::Forward ? "forward" : "backward");
    if (request.kind == QueryRequest::Kind::Instant) {
      path += "&time=" + std::to_string(request.end_ns);
    } else {
      path += "&start=" + std::to_string(request.start_ns) + "&end=" + std::to_string(request.end_ns);
      if (request.step_ns > 0) path += "&step=" + std::to_string(request.step_ns / 1'000'000) + "ms";
    }
    LOKILIB_TRY_ASSIGN(const std::string body, get(path));
    return read_query_result(body, request.direction);
  }

  Result<std::vector<std::string>> label_names(const TimeRange& range, const std::string& selector) override {
    return list("/loki/api/v1/labels", range, selector);
  }

  Result<std::vector<std::string>> label_values(const std::string& name, const TimeRange& range,
                                                const std::string& selector) override {
    return list("/loki/api/v1/label/" + escape_url(name) + "/values", range, selector);
  }

  Result<void> push(const LabelSet& labels, const std::vector<EntryView>& entries) override {
    std::string body = "{\"streams\":[{\"stream\":{";
    for (const Label& label : labels.labels()) {
      if (body.back() != '{') body.push_back(',');
      append_json_text(label.name, body);
      body.push_back(':');
      append_json_text(label.value, body);
    }
    body += "},\"values\":[";
    for (const EntryView& entry : entries) {
      if (body.back() != '[') body.push_back(',');
      body += "[\"" + std::to_string(entry.timestamp_ns) + "\",";
      append_json_text(entry.line, body);
      body.push_back(']');
    }
    body += "]}]}";
    std::vector<std::string> headers = base_headers();
    headers.emplace_back("Content-Type: application/json");
    LOKILIB_TRY_ASSIGN(const HttpAnswer answer, client_.send(url_ + "/loki/api/v1/push", headers, &body));
    return check(answer);
  }

  Result<void> close() override { return {}; }

 private:
  std::vector<std::string> base_headers() const {
    if (tenant_.empty()) return {};
    return {"X-Scope-OrgID: " + tenant_};
  }

  static Result<void> check(const HttpAnswer& answer) {
    if (answer.status >= 200 && answer.status < 300) return {};
    std::string text = answer.body;
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return Error{ErrorCode::Io, "the server answered " + std::to_string(answer.status) + ": " + text, {}, {}};
  }

  Result<std::string> get(const std::string& path) {
    LOKILIB_TRY_ASSIGN(HttpAnswer answer, client_.send(url_ + path, base_headers(), nullptr));
    LOKILIB_TRY(check(answer));
    return std::move(answer.body);
  }

  Result<std::vector<std::string>> list(const std::string& path, const TimeRange& range,
                                        const std::string& selector) {
    std::string request =
        path + "?start=" + std::to_string(range.begin_ns) + "&end=" + std::to_string(range.end_ns);
    if (!selector.empty()) request += "&query=" + escape_url(selector);
    LOKILIB_TRY_ASSIGN(const std::string body, get(request));
    dom::parser parser;
    dom::element root;
    if (parser.parse(body).get(root) != simdjson::SUCCESS) return unexpected("not JSON");
    std::vector<std::string> items;
    if (dom::array data; root["data"].get_array().get(data) == simdjson::SUCCESS) {
      for (const dom::element item : data) {
        if (std::string_view text; item.get_string().get(text) == simdjson::SUCCESS) items.emplace_back(text);
      }
    }
    return items;
  }

  std::string url_;
  std::string tenant_;
  HttpClient client_;
};

}  // namespace

Result<std::unique_ptr<Target>> create_remote_target(const std::string& url, const std::string& tenant) {
  return std::unique_ptr<Target>(std::make_unique<RemoteTarget>(url, tenant));
}

}  // namespace lokilib::tool
