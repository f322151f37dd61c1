// SPDX-License-Identifier: Apache-2.0
// OTLP logs: both encodings become the same entries, by Loki's mapping.
#include <protozero/pbf_writer.hpp>

#include "api_fixture.h"
#include "otlp_logs.h"

namespace lokilib::http::test {
namespace {

using protozero::pbf_writer;
using testing::HasSubstr;

const std::string kTime = std::to_string(kNow - kSecond);

class Otlp : public ApiFixture {
 protected:
  Response push(std::string body, const std::string& type = "application/json") {
    return post("/otlp/v1/logs", std::move(body), {{"Content-Type", type}});
  }
  /// A request with one record, given as JSON.
  Response push_record(const std::string& record, const std::string& resource_attributes = "") {
    return push(R"({"resourceLogs":[{"resource":{"attributes":[)" + resource_attributes +
                R"(]},"scopeLogs":[{"logRecords":[)" + record + "]}]}]}");
  }
};

std::string attribute(const std::string& key, const std::string& value) {
  return R"({"key":")" + key + R"(","value":)" + value + "}";
}
std::string text_attribute(const std::string& key, const std::string& text) {
  return attribute(key, R"({"stringValue":")" + text + "\"}");
}

TEST_F(Otlp, MapsAllFields) {
  const Response answer = push(
      R"({"resourceLogs":[{"resource":{"attributes":[)" + text_attribute("service.name", "shop") + "," +
      text_attribute("k8s.pod.name", "p-1") + "," + attribute("custom.attr", R"({"intValue":"5"})") +
      R"(]},"scopeLogs":[{"scope":{"name":"sc","version":"1","attributes":[)" + text_attribute("sa", "x") +
      R"(]},"logRecords":[{"timeUnixNano":")" + kTime +
      R"(","observedTimeUnixNano":"77","severityNumber":17,"severityText":"ERROR","body":{"stringValue":"boom"},)"
      R"("traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"0000000000000000","flags":1,)"
      R"("droppedAttributesCount":2,"attributes":[)" +
      attribute("a.b", R"({"boolValue":true})") + "," +
      attribute("nested", R"({"kvlistValue":{"values":[{"key":"x","value":{"doubleValue":1.5}}]}})") +
      "]}]}]}]}");
  EXPECT_EQ(answer.status, 204) << answer.body;
  EXPECT_EQ(
      query_result(R"({service_name="shop",k8s_pod_name="p-1"})"),
      R"([{"stream":{"a_b":"true","custom_attr":"5","detected_level":"error","dropped_attributes_count":"2",)"
      R"("flags":"1","k8s_pod_name":"p-1","nested_x":"1.5","observed_timestamp":"77","sa":"x",)"
      R"("scope_name":"sc","scope_version":"1","service_name":"shop","severity_number":"17",)"
      R"("severity_text":"ERROR","trace_id":"5b8efff798038103d269b633813fc60c"},"values":[[")" +
          kTime + R"(","boom"]]}])");
}

struct BodyCase {
  std::string_view name, value, line;
};

class OtlpBody : public Otlp, public testing::WithParamInterface<BodyCase> {};

TEST_P(OtlpBody, IsTheLine) {
  ASSERT_EQ(push_record(R"({"timeUnixNano":")" + kTime + R"(","body":)" + std::string(GetParam().value) + "}")
                .status,
            204);
  EXPECT_THAT(query_result(R"({service_name="unknown_service"})"),
              HasSubstr("\",\"" + std::string(GetParam().line) + "\"]"));
}

INSTANTIATE_TEST_SUITE_P(
    , OtlpBody,
    testing::Values(BodyCase{"Text", R"({"stringValue":"a b"})", "a b"}, BodyCase{"Null", "null", ""},
                    BodyCase{"Nothing", "{}", ""}, BodyCase{"Int", R"({"intValue":"42"})", "42"},
                    BodyCase{"IntNumber", R"({"intValue":-42})", "-42"},
                    BodyCase{"WholeDouble", R"({"doubleValue":3.0})", "3"},
                    BodyCase{"SmallDouble", R"({"doubleValue":1e-7})", "1e-7"},
                    BodyCase{"LargeDouble", R"({"doubleValue":1e21})", "1e+21"},
                    BodyCase{"Bool", R"({"boolValue":false})", "false"},
                    BodyCase{"Bytes", R"({"bytesValue":"aGVsbG8="})", "aGVsbG8="},
                    BodyCase{"Map",
                             R"({"kvlistValue":{"values":[{"key":"z","value":{"intValue":1}},)"
                             R"({"key":"a","value":{"stringValue":"b"}}]}})",
                             R"({\"a\":\"b\",\"z\":1})"},
                    BodyCase{"Array",
                             R"({"arrayValue":{"values":[{"stringValue":"p"},{"intValue":"3"},{},)"
                             R"({"arrayValue":{}}]}})",
                             R"([\"p\",3,null,[]])"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(Otlp, TakesObservedTimeAndThenNow) {
  push_record(R"({"observedTimeUnixNano":")" + kTime + R"(","body":{"stringValue":"observed"}})");
  push_record(R"({"body":{"stringValue":"none"}})");
  const Response answer = get("/loki/api/v1/query_range", {{"query", R"({service_name="unknown_service"})"},
                                                           {"end", std::to_string(kNow + 1)}});
  EXPECT_THAT(answer.body, HasSubstr("[\"" + kTime + "\",\"observed\"]"));
  EXPECT_THAT(answer.body, HasSubstr("[\"" + std::to_string(kNow) + "\",\"none\"]"));
  EXPECT_EQ(answer.body.find("observed_timestamp"), std::string::npos);
}

TEST_F(Otlp, FindsTheServicesName) {
  push_record(R"({"body":{"stringValue":"x"}})",
              text_attribute("service.name", "") + "," + text_attribute("k8s.container.name", "box"));
  EXPECT_THAT(get("/loki/api/v1/series", {{"end", std::to_string(kNow + 1)}}).body,
              HasSubstr(R"({"k8s_container_name":"box","service_name":"box"})"));
}

TEST_F(Otlp, ReadsSeverityNames) {
  push_record(R"({"severityNumber":"SEVERITY_NUMBER_WARN2","timeUnixNano":")" + kTime + R"("})");
  EXPECT_THAT(query_result(R"({service_name=~".+"})"), HasSubstr(R"("severity_number":"14")"));
  EXPECT_EQ(push_record(R"({"severityNumber":"LOUD"})").status, 400);
}

/// The text of a google.rpc.Status of fewer than 128 bytes.
std::string status_text(const Response& answer) {
  EXPECT_EQ(header_of(answer, "Content-Type"), "application/octet-stream");
  if (answer.body.size() < 2 || answer.body[0] != 0x12) return "no status: " + answer.body;
  EXPECT_EQ(static_cast<size_t>(answer.body[1]), answer.body.size() - 2);
  return answer.body.substr(2);
}

TEST_F(Otlp, RefusesWithAStatusMessage) {
  EXPECT_EQ(status_text(push("{}", "application/json; charset=utf-8")),
            "content type: application/json; charset=utf-8 is not supported");
  const Response encoding =
      post("/otlp/v1/logs", "{}", {{"Content-Type", "application/json"}, {"Content-Encoding", "deflate"}});
  EXPECT_EQ(encoding.status, 400);
  EXPECT_EQ(status_text(encoding),
            "unsupported content encoding deflate: only gzip, lz4 and zstd are supported");
  const Response none = push("{}");
  EXPECT_EQ(none.status, 422);
  EXPECT_EQ(status_text(none), "error at least one valid stream is required for ingestion");
  EXPECT_EQ(push("[]").status, 400);
  EXPECT_EQ(push(R"({"resourceLogs":5})").status, 400);
  EXPECT_EQ(push("").status, 400);
  EXPECT_EQ(push("\xff\xff", "application/x-protobuf").status, 400);
}

TEST_F(Otlp, AnswersServerFaultsWith503) {
  const Response answer = push_record(R"({"attributes":[)" + text_attribute("é", "1") + "]}");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(status_text(answer), "normalization for label name \"é\" resulted in invalid name \"_\"");
}

TEST_F(Otlp, BoundsNesting) {
  std::string value = R"({"intValue":1})";
  for (int i = 0; i < 40; ++i) value = R"({"arrayValue":{"values":[)" + value + "]}}";
  EXPECT_EQ(push_record(R"({"body":)" + value + "}").status, 204);
  for (int i = 0; i < 40; ++i) value = R"({"arrayValue":{"values":[)" + value + "]}}";
  EXPECT_EQ(push_record(R"({"body":)" + value + "}").status, 400);
  std::string message;
  for (int i = 0; i < 5000; ++i) {  // AnyValue.array_value.values of itself
    std::string array;
    pbf_writer(array).add_message(1, message);
    std::string outer;
    pbf_writer(outer).add_message(5, array);
    message = std::move(outer);
  }
  std::string record;
  pbf_writer(record).add_message(5, message);
  std::string scope;
  pbf_writer(scope).add_message(2, record);
  std::string resource;
  pbf_writer(resource).add_message(2, scope);
  std::string body;
  pbf_writer(body).add_message(1, resource);
  EXPECT_EQ(push(body, "application/x-protobuf").status, 400);
}

/// The protobuf form of MapsAllFields.
std::string protobuf_request() {
  const auto text = [](pbf_writer& attributes, const std::string& key, const std::string& value) {
    attributes.add_string(1, key);
    pbf_writer any(attributes, 2);
    any.add_string(1, value);
  };
  std::string body;
  pbf_writer request(body);
  pbf_writer resource_logs(request, 1);
  {
    pbf_writer resource(resource_logs, 1);
    pbf_writer pair(resource, 1);
    text(pair, "service.name", "shop");
  }
  pbf_writer scope_logs(resource_logs, 2);
  {
    pbf_writer scope(scope_logs, 1);
    scope.add_string(1, "sc");
    pbf_writer pair(scope, 3);
    text(pair, "sa", "x");
  }
  pbf_writer record(scope_logs, 2);
  record.add_fixed64(1, static_cast<uint64_t>(kNow - kSecond));
  record.add_fixed64(11, 77);
  record.add_enum(2, 9);
  record.add_string(3, "Info");
  {
    pbf_writer any(record, 5);
    pbf_writer list(any, 6);
    pbf_writer pair(list, 1);
    pair.add_string(1, "k");
    pbf_writer value(pair, 2);
    value.add_int64(3, -7);
  }
  {
    pbf_writer pair(record, 6);
    pair.add_string(1, "d");
    pbf_writer value(pair, 2);
    value.add_double(4, 0.25);
  }
  record.add_fixed32(8, 3);
  record.add_bytes(9, "\x01\x02\xff");
  return body;
}

TEST_F(Otlp, ReadsProtobuf) {
  ASSERT_EQ(push(protobuf_request(), "application/x-protobuf").status, 204);
  EXPECT_EQ(
      query_result(R"({service_name="shop"})"),
      R"([{"stream":{"d":"0.25","detected_level":"info","flags":"3","observed_timestamp":"77","sa":"x",)"
      R"("scope_name":"sc","service_name":"shop","severity_number":"9","severity_text":"Info",)"
      R"("trace_id":"0102ff"},"values":[[")" +
          kTime + R"(","{\"k\":-7}"]]}])");
}

TEST_F(Otlp, RefusesCutMessages) {
  const std::string whole = protobuf_request();
  for (size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(push(whole.substr(0, size), "application/x-protobuf").status, 400) << size;
  }
}

}  // namespace
}  // namespace lokilib::http::test
