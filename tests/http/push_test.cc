// SPDX-License-Identifier: Apache-2.0
// Pushes: what is accepted, in which encodings, what is refused with which text, and what is stored.
#include <limits>

#include <protozero/pbf_writer.hpp>
#include <snappy.h>
#include <zlib.h>

#include "api_fixture.h"

namespace lokilib::http::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kTime = std::to_string(kNow - kSecond);

class Push : public ApiFixture {};

/// A push of one stream: TS stands for a time a second ago.
std::string with_time(std::string body) {
  for (size_t at = 0; (at = body.find("TS", at)) != std::string::npos;) body.replace(at, 2, kTime);
  return body;
}

TEST_F(Push, StoresLinesAndMetadata) {
  const Response answer = push_json(with_time(
      R"({"streams":[{"stream":{"app":"shop"},"values":[["TS","plain"],["TS","meta",{"trace_id":"ab"}]]}]})"));
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(
      query_result(R"({app="shop"} | trace_id="ab")"),
      R"([{"stream":{"app":"shop","detected_level":"unknown","service_name":"shop","trace_id":"ab"},"values":[[")" +
          kTime + R"(","meta"]]}])");
}

struct JsonCase {
  std::string_view name, body;
  int status;
  std::string_view text;  ///< what the answer's body begins with
};

class PushJson : public Push, public testing::WithParamInterface<JsonCase> {};

TEST_P(PushJson, IsAnsweredAsByLoki) {
  const JsonCase& c = GetParam();
  const Response answer = push_json(with_time(std::string(c.body)));
  EXPECT_EQ(answer.status, c.status) << answer.body;
  EXPECT_THAT(answer.body, StartsWith(c.text));
  EXPECT_EQ(answer.body.empty(), c.status == 204);
  if (c.status != 204) {
    EXPECT_EQ(answer.body.back(), '\n');
  }
}

constexpr std::string_view kNoStream = "error at least one valid stream is required for ingestion\n";

INSTANTIATE_TEST_SUITE_P(
    Whole, PushJson,
    testing::Values(
        JsonCase{"EmptyBody", "", 400, "EOF\n"}, JsonCase{"Array", "[]", 400, ""},
        JsonCase{"Text", "\"\"", 400, ""}, JsonCase{"Number", "5", 400, ""},
        JsonCase{"Null", "null", 422, kNoStream}, JsonCase{"EmptyObject", "{}", 422, kNoStream},
        JsonCase{"NullStreams", R"({"streams":null})", 422, kNoStream},
        JsonCase{"NoStreams", R"({"streams":[]})", 422, kNoStream},
        JsonCase{"StreamsObject", R"({"streams":{}})", 400, ""},
        JsonCase{"StreamNull", R"({"streams":[null]})", 400, ""},
        JsonCase{"StreamsUpperCase", R"({"Streams":[{"stream":{"a":"b"},"values":[]}]})", 204, ""},
        JsonCase{"UnknownKeys", R"({"x":{"y":[1]},"streams":[{"z":1,"stream":{"a":"b"},"values":[]}]})", 204,
                 ""},
        JsonCase{"CutShort", R"({"streams":[{"stream":{"a":"b"},"values":[["TS","x"]]}])", 400, ""},
        JsonCase{"TrailingComma", R"({"streams":[{"stream":{"a":"b"},"values":[["TS","x"],]}]})", 400, ""},
        JsonCase{"SingleQuotes", "{'streams':[]}", 400, ""},
        JsonCase{"BehindTheEnd", R"({"streams":[{"stream":{"a":"}"},"values":[["TS","x"]]}]} and more)", 204,
                 ""},
        JsonCase{"ByteOrderMark", "\xef\xbb\xbf{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[]}]}", 400,
                 ""}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Stream, PushJson,
    testing::Values(
        JsonCase{"Empty", R"({"streams":[{}]})", 204, ""},
        JsonCase{"NoLabels", R"({"streams":[{"stream":{},"values":[["TS","x"]]}]})", 204, ""},
        JsonCase{"NullLabels", R"({"streams":[{"stream":null,"values":[["TS","x"]]}]})", 204, ""},
        JsonCase{"MissingLabels", R"({"streams":[{"values":[["TS","x"]]}]})", 204, ""},
        JsonCase{"TextLabels", R"({"streams":[{"stream":"{a=\"b\"}","values":[]}]})", 400, ""},
        JsonCase{"ListLabels", R"({"streams":[{"stream":[],"values":[]}]})", 400, ""},
        JsonCase{"NullValues", R"({"streams":[{"stream":{"a":"b"},"values":null}]})", 204, ""},
        JsonCase{"ObjectValues", R"({"streams":[{"stream":{"a":"b"},"values":{}}]})", 400, ""},
        JsonCase{"NoValues", R"({"streams":[{"stream":{"a":"b"}}]})", 204, ""},
        JsonCase{"NumberLabel", R"({"streams":[{"stream":{"a":5},"values":[["TS","x"]]}]})", 204, ""},
        JsonCase{"ObjectLabel", R"({"streams":[{"stream":{"a":{}},"values":[["TS","x"]]}]})", 400, ""},
        JsonCase{"BadName", R"({"streams":[{"stream":{"bad-name":"v"},"values":[["TS","x"]]}]})", 400,
                 "couldn't parse labels: 1:5: parse error: unexpected character inside braces: '-'\n"},
        JsonCase{"BadRune", R"({"streams":[{"stream":{"é":"v"},"values":[["TS","x"]]}]})", 400,
                 "couldn't parse labels: 1:2: parse error: unexpected character inside braces: 'é'\n"},
        JsonCase{"OldForm", R"({"streams":[{"labels":"{a=\"b\"}","entries":[{"ts":"x"}]}]})", 204, ""}),
    [](const auto& info) { return std::string(info.param.name); });

#define LOKILIB_ENTRY(entry) R"({"streams":[{"stream":{"a":"b"},"values":[)" entry "]}]}"

INSTANTIATE_TEST_SUITE_P(
    Entry, PushJson,
    testing::Values(JsonCase{"NoLine", LOKILIB_ENTRY(R"(["TS"])"), 204, ""},
                    JsonCase{"Empty", LOKILIB_ENTRY("[]"), 400, ""},
                    JsonCase{"Null", LOKILIB_ENTRY("null"), 400, ""},
                    JsonCase{"Object", LOKILIB_ENTRY("{}"), 400, ""},
                    JsonCase{"NumberTime", LOKILIB_ENTRY(R"([1767625601000000000,"x"])"), 400, ""},
                    JsonCase{"FloatTime", LOKILIB_ENTRY(R"(["1.5","x"])"), 400, ""},
                    JsonCase{"SpacedTime", LOKILIB_ENTRY(R"([" TS","x"])"), 400, ""},
                    JsonCase{"HugeTime", LOKILIB_ENTRY(R"(["99999999999999999999","x"])"), 400, ""},
                    JsonCase{"DateTime", LOKILIB_ENTRY(R"(["2026-01-01T00:00:00Z","x"])"), 400, ""},
                    JsonCase{"NullLine", LOKILIB_ENTRY(R"(["TS",null])"), 400, ""},
                    JsonCase{"ObjectLine", LOKILIB_ENTRY(R"(["TS",{"a":1}])"), 400, ""},
                    JsonCase{"TextMetadata", LOKILIB_ENTRY(R"(["TS","x","y"])"), 400, ""},
                    JsonCase{"NullMetadata", LOKILIB_ENTRY(R"(["TS","x",null])"), 400, ""},
                    JsonCase{"NumberInMetadata", LOKILIB_ENTRY(R"(["TS","x",{"a":5}])"), 400, ""},
                    JsonCase{"ObjectInMetadata", LOKILIB_ENTRY(R"(["TS","x",{"a":{"b":"c"}}])"), 400, ""},
                    JsonCase{"NullInMetadata", LOKILIB_ENTRY(R"(["TS","x",{"a":null}])"), 400, ""},
                    JsonCase{"FourthElement", LOKILIB_ENTRY(R"(["TS","x",{"a":"1"},{"b":2},[]])"), 204, ""},
                    JsonCase{"LoneSurrogate", LOKILIB_ENTRY(R"(["TS","\ud83d alone"])"), 400, ""},
                    JsonCase{"BadUtf8", LOKILIB_ENTRY("[\"TS\",\"a\xff\xfe z\"]"), 204, ""},
                    JsonCase{"EmptyLine", LOKILIB_ENTRY(R"(["TS",""])"), 204, ""}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(Push, CoercesLabelValuesAndTakesTheLastOfARepeatedKey) {
  ASSERT_EQ(push_json(with_time(R"({"streams":[{"stream":{"g":"one","n":5,"b":true,"z":null,"e":"","g":"two"},
      "values":[["TS","x"]]}]})"))
                .status,
            204);
  EXPECT_EQ(
      get("/loki/api/v1/series").body,
      R"({"status":"success","data":[{"b":"true","g":"two","n":"5","service_name":"unknown_service","z":"null"}]})"
      "\n");
}

TEST_F(Push, GivesAStreamWithoutLabelsAServiceName) {
  ASSERT_EQ(push_json(with_time(R"({"streams":[{"values":[["TS","x"]]}]})")).status, 204);
  EXPECT_EQ(query_result(R"({service_name="unknown_service"})"),
            R"([{"stream":{"detected_level":"unknown","service_name":"unknown_service"},"values":[[")" +
                kTime + R"(","x"]]}])");
}

TEST_F(Push, RefusesAStreamWithoutLabelsWhereNoneAreDiscovered) {
  TenantLimits limits;
  limits.ingest.discover_service_name.clear();
  reset({}, limits);
  const Response answer = push_json(with_time(R"({"streams":[{"values":[["TS","x"]]}]})"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "error at least one label pair is required per stream\n");
}

TEST_F(Push, ShowsBadBytesAsReplacementCharacters) {
  ASSERT_EQ(push_json(with_time(LOKILIB_ENTRY("[\"TS\",\"a\xff\xfe z\"]"))).status, 204);
  EXPECT_THAT(query_result(R"({a="b"})"), HasSubstr("\"a\uFFFD\uFFFD z\""));
}

TEST_F(Push, KeepsEscapesAndControlCharacters) {
  ASSERT_EQ(push_json(with_time(LOKILIB_ENTRY(R"(["TS","a\u00e9\ud83d\ude00\/b\t<\u0000>\n"])"))).status,
            204);
  EXPECT_THAT(query_result(R"({a="b"})"), HasSubstr("\"aé😀/b\\t\\u003c\\u0000\\u003e\\n\""));
}

TEST_F(Push, RefusesTheWholeRequestForOneBadLabelSet) {
  const Response answer = push_json(with_time(
      R"({"streams":[{"stream":{"a":"good"},"values":[["TS","x"]]},{"stream":{"1":"bad"},"values":[["TS","x"]]}]})"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(query_result(R"({a="good"})"), "[]");
}

// ---- the query for what is refused ---------------------------------------------------------------------

TEST_F(Push, StoresWhatIsValidBesideWhatIsNot) {
  reset_with_loki_limits();
  const std::string late = std::to_string(kNow + 3600 * kSecond);
  const Response answer = push_json(
      with_time(R"({"streams":[{"stream":{"a":"b"},"values":[["TS","good"],[")" + late + R"(","x"]]}]})"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body,
            "entry for stream '{a=\"b\", service_name=\"unknown_service\"}' has timestamp too new: "
            "2026-11-24T13:00:00Z\n");
  EXPECT_THAT(query_result(R"({a="b"})"), HasSubstr("good"));
}

TEST_F(Push, CountsEqualRefusals) {
  reset_with_loki_limits();
  const std::string late = std::to_string(kNow + 3600 * kSecond);
  const std::string entry = "[\"" + late + "\",\"x\"]";
  const Response answer =
      push_json(R"({"streams":[{"stream":{"a":"b"},"values":[)" + entry + "," + entry + "]}]}");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, StartsWith("2 errors like: entry for stream '{a=\"b\""));
  const Response two = push_json(R"({"streams":[{"stream":{"a":"b"},"values":[)" + entry +
                                 R"(]},{"stream":{"c":"d"},"values":[)" + entry + "]}]}");
  EXPECT_THAT(two.body, HasSubstr("1 errors like: entry for stream '{a=\"b\""));
  EXPECT_THAT(two.body, HasSubstr("; 1 errors like: entry for stream '{c=\"d\""));
}

TEST_F(Push, RefusesLongLinesAndMuchMetadata) {
  reset_with_loki_limits();
  const Response line = push_json(with_time(LOKILIB_ENTRY(R"(["TS",")" + std::string(262'145, 'y') + "\"]")));
  EXPECT_EQ(line.status, 400);
  EXPECT_EQ(
      line.body,
      "max entry size '262144' bytes exceeded for stream '{a=\"b\", service_name=\"unknown_service\"}' while "
      "adding an entry with length '262145' bytes\n");
  const Response metadata =
      push_json(with_time(LOKILIB_ENTRY(R"(["TS","x",{"k":")" + std::string(65'536, 'v') + "\"}]")));
  EXPECT_EQ(metadata.status, 400);
  EXPECT_THAT(metadata.body,
              HasSubstr("has structured metadata too large: '65537' bytes, limit: '65536' bytes"));
}

TEST_F(Push, AnswersEntriesThatAreTooFarBehindWith400) {
  reset_with_loki_limits();
  const std::string old = std::to_string(kNow - 24 * 3600 * kSecond);
  const Response answer = push_json(with_time(LOKILIB_ENTRY(R"(["TS","new"],[")" + old + R"(","old"])")));
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body,
              StartsWith("entry with timestamp 2026-11-23 12:00:00 +0000 UTC ignored, reason: 'entry too "
                         "far behind, entry timestamp is: 2026-11-23T12:00:00Z, oldest acceptable"));
  EXPECT_THAT(answer.body, HasSubstr("user 'fake', total ignored: 1 out of 2 for stream: {a=\"b\""));
}

TEST_F(Push, AnswersTooMuchAtOnceWith429) {
  TenantLimits limits;
  limits.ingest.ingestion_rate_bytes = 100;
  limits.ingest.ingestion_burst_bytes = 100;
  reset({}, limits);
  const Response answer = push_json(with_time(LOKILIB_ENTRY(R"(["TS",")" + std::string(101, 'y') + "\"]")));
  EXPECT_EQ(answer.status, 429);
  EXPECT_THAT(answer.body, StartsWith("ingestion rate limit exceeded for user fake (limit: 100 bytes/sec)"));
}

TEST_F(Push, AnswersTooManyStreamsWith429) {
  TenantLimits limits;
  limits.ingest.streams_max = 1;
  reset({}, limits);
  push_line(R"({"a":"1"})", "x");
  const Response answer = push_json(with_time(R"({"streams":[{"stream":{"a":"2"},"values":[["TS","x"]]}]})"));
  EXPECT_EQ(answer.status, 429);
  EXPECT_THAT(answer.body, StartsWith("maximum active stream limit exceeded"));
}

TEST_F(Push, AnswersMetadataNamesWithoutLettersWith500) {
  const Response answer = push_json(with_time(LOKILIB_ENTRY(R"(["TS","x",{"é":"1"}])")));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "normalization for label name \"é\" resulted in invalid name \"_\"\n");
}

// ---- content types and encodings -----------------------------------------------------------------------

std::string compress(std::string text, int window_bits) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 100, '\0');
  z.next_in = reinterpret_cast<Bytef*>(text.data());
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string snappy_of(const std::string& text) {
  std::string out;
  snappy::Compress(text.data(), text.size(), &out);
  return out;
}

struct TestEntry {
  int64_t seconds;
  int32_t nanos;
  std::string line;
  Params metadata = {};
};

/// A push message with one stream.
std::string protobuf(const std::string& labels, const std::vector<TestEntry>& entries) {
  std::string out;
  protozero::pbf_writer message(out);
  protozero::pbf_writer stream(message, 1);
  stream.add_string(1, labels);
  for (const TestEntry& item : entries) {
    protozero::pbf_writer entry(stream, 2);
    {
      protozero::pbf_writer time(entry, 1);
      time.add_int64(1, item.seconds);
      time.add_int32(2, item.nanos);
    }
    entry.add_string(2, item.line);
    for (const auto& [name, value] : item.metadata) {
      protozero::pbf_writer pair(entry, 3);
      pair.add_string(1, name);
      pair.add_string(2, value);
    }
  }
  return out;
}

class PushEncoding : public Push {
 protected:
  Response push(const std::string& body, const std::string& type, const std::string& encoding = "") {
    std::vector<Header> headers = {{"Content-Type", type}};
    if (!encoding.empty()) headers.emplace_back("Content-Encoding", encoding);
    return post("/loki/api/v1/push", body, std::move(headers));
  }
  const std::string json_ = with_time(LOKILIB_ENTRY(R"(["TS","hello"])"));
  const std::string message_ = protobuf(R"({a="b"})", {{kNow / kSecond - 1, 5, "hello"}});
};

TEST_F(PushEncoding, TakesEveryPairOfTypeAndEncoding) {
  EXPECT_EQ(push(json_, "application/json").status, 204);
  EXPECT_EQ(push(json_, "Application/JSON; charset=utf-8").status, 204);
  EXPECT_EQ(push(json_, "application/json", "snappy").status, 204);  // a marker without meaning
  EXPECT_EQ(push(compress(json_, 31), "application/json", "gzip").status, 204);
  EXPECT_EQ(push(compress(json_, -15), "application/json", "deflate").status, 204);
  EXPECT_EQ(push(snappy_of(message_), "application/x-protobuf").status, 204);
  EXPECT_EQ(push(snappy_of(message_), "text/plain").status, 204);
  EXPECT_EQ(push(compress(snappy_of(message_), 31), "application/x-protobuf", "gzip").status, 204);
  EXPECT_EQ(
      query_result(R"({a="b"})"),
      R"([{"stream":{"a":"b","detected_level":"unknown","service_name":"unknown_service"},"values":[[")" +
          kTime + R"(","hello"],[")" + std::to_string(kNow - kSecond + 5) + R"(","hello"]]}])");
}

TEST_F(PushEncoding, SaysWhatItDoesNotTake) {
  EXPECT_EQ(push(json_, "").body, "mime: no media type\n");
  EXPECT_EQ(push(json_, "; charset=utf-8").body, "mime: no media type\n");
  EXPECT_EQ(push(json_, "bogus").body, "snappy: corrupt input\n");
  EXPECT_EQ(push("", "application/x-protobuf").body, "snappy: corrupt input\n");
  EXPECT_EQ(push(json_, "application/json", "br").body, "Content-Encoding \"br\" not supported\n");
  EXPECT_EQ(push(json_, "application/json", "gzip").body, "gzip: invalid header\n");
  EXPECT_EQ(push(compress(json_, 15), "application/json", "deflate").body, "EOF\n");
  EXPECT_EQ(push(compress(json_, 31).substr(0, 40), "application/json", "gzip").body, "unexpected EOF\n");
  for (const Response& answer : {push(json_, ""), push(json_, "application/json", "br")}) {
    EXPECT_EQ(answer.status, 400);
  }
}

TEST_F(PushEncoding, RefusesBodiesOverTheBounds) {
  ApiOptions options;
  options.body_bytes_max = json_.size() - 1;
  reset(options, {});
  EXPECT_EQ(push(json_, "application/json").status, 413);
  EXPECT_THAT(push(json_, "application/json").body, StartsWith("request body too large: "));
  options = {};
  options.body_decompressed_bytes_max = 1000;
  reset(options, {});
  EXPECT_EQ(push(compress(std::string(1001, ' '), 31), "application/json", "gzip").status, 413);
  EXPECT_EQ(push(snappy_of(std::string(1001, ' ')), "application/x-protobuf").status, 413);
}

TEST_F(PushEncoding, ReadsProtobufLabels) {
  const auto answer = [&](const std::string& labels) {
    return push(snappy_of(protobuf(labels, {{kNow / kSecond, 0, "x"}})), "application/x-protobuf");
  };
  EXPECT_EQ(answer("").status, 204);
  EXPECT_EQ(answer("{}").status, 204);
  EXPECT_EQ(answer("{ a = `raw` , b=\"q\\\"\" }").status, 204);
  EXPECT_EQ(answer("{__name__=\"n\",a=\"b\"}").status, 204);
  EXPECT_EQ(answer("job=\"x\"").body, "couldn't parse labels: 1:4: parse error: unexpected \"=\"\n");
  EXPECT_EQ(answer("{").body,
            "couldn't parse labels: 1:2: parse error: unexpected end of input inside braces\n");
  EXPECT_EQ(answer("{a=\"1\",a=\"2\"}").status, 400);
}

TEST_F(PushEncoding, ReadsProtobufEntries) {
  const std::string body =
      protobuf(R"({a="b"})", {{kNow / kSecond - 2, 0, "with", {{"user.id", "7"}, {"t", "x"}}},
                              {kNow / kSecond - 1, 999'999'999, "late"}});
  ASSERT_EQ(push(snappy_of(body), "application/x-protobuf").status, 204);
  EXPECT_THAT(query_result(R"({a="b"} | user_id="7")"), HasSubstr("\"t\":\"x\""));
  EXPECT_THAT(query_result(R"({a="b"} |= "late")"), HasSubstr(std::to_string(kNow - 1)));
}

TEST_F(PushEncoding, RefusesMessagesThatAreNone) {
  const std::string whole = message_;
  EXPECT_EQ(push(snappy_of(""), "application/x-protobuf").status, 422);
  EXPECT_EQ(push(snappy_of("\x12\x03"
                           "abc"),
                 "application/x-protobuf")
                .status,
            422);  // only a `format`
  for (size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(push(snappy_of(whole.substr(0, size)), "application/x-protobuf").status, 400) << size;
  }
}

TEST_F(PushEncoding, RefusesFieldsOfAnotherWireType) {
  for (const std::string& message :
       {std::string("\x08\x01"),                                // streams is a number
        std::string("\x0a\x02\x08\x01"),                        // labels is a number
        std::string("\x0a\x04\x12\x02\x10\x01"),                // line is a number
        std::string("\x0a\x06\x12\x04\x0a\x02\x0a\x00", 8)}) {  // seconds is a text
    EXPECT_EQ(push(snappy_of(message), "application/x-protobuf").status, 400);
  }
}

TEST_F(PushEncoding, KeepsLinesOfTinyMessages) {
  reset({}, {});
  std::string tiny;  // so short that moving the string moves its bytes
  {
    protozero::pbf_writer message(tiny);
    protozero::pbf_writer stream(message, 1);
    protozero::pbf_writer entry(stream, 2);
    entry.add_string(2, "tiny");
  }
  ASSERT_LT(tiny.size(), 16U);
  ASSERT_EQ(push(snappy_of(tiny), "application/x-protobuf").status, 204);
  const Response answer =
      get("/loki/api/v1/query_range", {{"query", R"({service_name=~".+"})"}, {"start", "-5"}, {"end", "5"}});
  EXPECT_THAT(answer.body, HasSubstr(R"(["0","tiny"])"));
}

TEST_F(PushEncoding, TakesTheLegacyForm) {
  const std::string body =
      R"({"streams":[{"labels":"{app=\"x\"}","entries":[{"ts":"2026-11-24T11:59:00.5Z","line":"old form"},
                                                        {"ts":"2026-11-24T12:59:00+01:00","line":"zone"}]}]})";
  EXPECT_EQ(post("/api/prom/push", body, {{"Content-Type", "application/json"}}).status, 204);
  EXPECT_THAT(query_result(R"({app="x"})"), HasSubstr("old form"));
  EXPECT_EQ(post("/api/prom/push", snappy_of(message_), {{"Content-Type", "application/x-protobuf"}}).status,
            204);
  const std::string bad =
      R"({"streams":[{"labels":"{app=\"x\"}","entries":[{"ts":"yesterday","line":"x"}]}]})";
  EXPECT_EQ(post("/api/prom/push", bad, {{"Content-Type", "application/json"}}).status, 400);
  EXPECT_EQ(post("/api/prom/push", R"({"streams":[{"stream":{"a":"b"},"values":[["1","x"]]}]})",
                 {{"Content-Type", "application/json"}})
                .status,
            204);  // v1's form is read as a stream without entries
}

}  // namespace
}  // namespace lokilib::http::test
