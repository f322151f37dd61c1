// SPDX-License-Identifier: Apache-2.0
// ingest_limits_test.cc: each rule at its edge, with Loki's text and reason.
#include "stream/ingest_limits.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stream/time_text.h"

namespace lokilib::stream {
namespace {

constexpr int64_t kNow = 1'795'465'937'081'027'363;  // 2026-11-23T20:32:17.081027363Z
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kDay = 86'400 * kSecond;

std::string text_of(const std::optional<Refusal>& refusal) {
  if (!refusal) return "accepted";
  return std::string(to_string(refusal->code)) + "/" + std::string(refusal->reason) + ": " + refusal->message;
}

std::string labels_answer(std::vector<Label> labels, const IngestLimits& limits = IngestLimits::loki()) {
  return text_of(check_labels(LabelSet::from_sorted(std::move(labels)), limits, "fake"));
}

std::string entry_answer(const EntryView& entry, const IngestLimits& limits = IngestLimits::loki()) {
  return text_of(
      check_entry(entry, LabelSet::from_sorted({{"job", "a"}, {"service_name", "a"}}), limits, kNow));
}

std::vector<Label> many_labels(size_t count) {
  std::vector<Label> labels;
  for (size_t i = 0; i < count; ++i) labels.push_back({"l" + std::to_string(100 + i), "v"});
  labels.push_back({"service_name", "s"});
  return labels;
}

TEST(CheckLabels, WantsAtLeastOne) {
  EXPECT_EQ(labels_answer({}),
            "invalid_labels/missing_labels: error at least one label pair is required per stream");
}

TEST(CheckLabels, CountsNamesWithoutServiceName) {
  EXPECT_EQ(labels_answer(many_labels(15)), "accepted");
  const std::string stream = LabelSet::from_sorted(many_labels(16)).to_string();
  EXPECT_EQ(labels_answer(many_labels(16)), "invalid_labels/max_label_names_per_series: entry for stream '" +
                                                stream + "' has 16 label names; limit 15");
}

TEST(CheckLabels, MeasuresNamesAndValuesInBytes) {
  const std::string name(1024, 'n');
  const std::string value(2048, 'v');
  EXPECT_EQ(labels_answer({{name, value}}), "accepted");
  EXPECT_EQ(labels_answer({{name + "n", "x"}}), "invalid_labels/label_name_too_long: stream '{" + name +
                                                    "n=\"x\"}' has label name too long: '" + name + "n'");
  EXPECT_EQ(labels_answer({{"a", value + "v"}}), "invalid_labels/label_value_too_long: stream '{a=\"" +
                                                     value + "v\"}' has label value too long: '" + value +
                                                     "v'");
}

TEST(CheckLabels, LeavesStreamsOfTheServerAlone) {
  EXPECT_EQ(labels_answer({{"__pattern__", std::string(3000, 'v')}}), "accepted");
  EXPECT_EQ(labels_answer({{"__aggregated_metric__", std::string(3000, 'v')}}), "accepted");
}

TEST(CheckLabels, NamesTheEnforcedLabelsThatAreMissing) {
  IngestLimits limits = IngestLimits::loki();
  limits.enforced_labels = {"env", "job", "team"};
  EXPECT_EQ(
      labels_answer({{"job", "a"}}, limits),
      "invalid_labels/missing_enforced_labels: missing required labels 'env,team' for user 'fake' for stream "
      "'{job=\"a\"}' (policy: '')");
  EXPECT_EQ(labels_answer({{"env", "e"}, {"job", "a"}, {"team", "t"}}, limits), "accepted");
}

TEST(CheckLabels, TheGenerousProfileTakesMore) {
  EXPECT_EQ(labels_answer(many_labels(256), IngestLimits::lokilib()), "accepted");
  EXPECT_EQ(labels_answer({{"a", std::string(65'536, 'v')}}, IngestLimits::lokilib()), "accepted");
}

TEST(CheckEntry, RefusesWhatIsTooOldWhereAskedTo) {
  IngestLimits limits = IngestLimits::loki();
  EXPECT_EQ(entry_answer({.timestamp_ns = INT64_MIN, .line = "x"}, limits), "accepted");
  limits.reject_old_samples = true;
  EXPECT_EQ(entry_answer({.timestamp_ns = kNow - 7 * kDay, .line = "x"}, limits), "accepted");
  EXPECT_EQ(entry_answer({.timestamp_ns = kNow - 7 * kDay - 1, .line = "x"}, limits),
            "too_old/greater_than_max_sample_age: entry for stream '{job=\"a\", service_name=\"a\"}' has "
            "timestamp too "
            "old: 2026-11-16T20:32:17Z, oldest acceptable timestamp is: 2026-11-16T20:32:17Z");
}

TEST(CheckEntry, RefusesWhatIsTooFarInTheFuture) {
  EXPECT_EQ(entry_answer({.timestamp_ns = kNow + 600 * kSecond, .line = "x"}), "accepted");
  EXPECT_EQ(
      entry_answer({.timestamp_ns = kNow + 600 * kSecond + 1, .line = "x"}),
      "too_new/too_far_in_future: entry for stream '{job=\"a\", service_name=\"a\"}' has timestamp too new: "
      "2026-11-23T20:42:17Z");
  EXPECT_EQ(entry_answer({.timestamp_ns = INT64_MAX, .line = "x"}, IngestLimits::lokilib()), "accepted");
}

TEST(CheckEntry, RefusesALineThatIsTooLong) {
  const std::string line(262'145, 'y');
  EXPECT_EQ(entry_answer({.timestamp_ns = kNow, .line = std::string_view(line).substr(1)}), "accepted");
  EXPECT_EQ(entry_answer({.timestamp_ns = kNow, .line = line}),
            "line_too_long/line_too_long: max entry size '262144' bytes exceeded for stream '{job=\"a\", "
            "service_name=\"a\"}' while adding an entry with length '262145' bytes");
}

TEST(CheckEntry, RefusesMetadataOverItsLimits) {
  const std::string value(65'536, 'v');
  const std::vector<MetadataView> fits = {{"k", std::string_view(value).substr(1)}};
  const std::vector<MetadataView> large = {{"k", value}};
  const std::vector<MetadataView> many(129, MetadataView{"k", "v"});
  EXPECT_EQ(entry_answer({.timestamp_ns = kNow, .line = "x", .metadata = fits}), "accepted");
  EXPECT_EQ(entry_answer({.timestamp_ns = kNow, .line = "x", .metadata = large}),
            "metadata_too_large/structured_metadata_too_large: stream '{job=\"a\", service_name=\"a\"}' has "
            "structured "
            "metadata too large: '65537' bytes, limit: '65536' bytes. Please see "
            "`limits_config.max_structured_metadata_size` or contact your Loki administrator to increase it");
  EXPECT_EQ(entry_answer({.timestamp_ns = kNow, .line = "x", .metadata = std::span(many).first(128)}),
            "accepted");
  EXPECT_EQ(entry_answer({.timestamp_ns = kNow, .line = "x", .metadata = many}),
            "metadata_too_large/structured_metadata_too_many: stream '{job=\"a\", service_name=\"a\"}' has "
            "too many "
            "structured metadata labels: '129', limit: '128'. Please see "
            "`limits_config.max_structured_metadata_entries_count` or contact your Loki administrator to "
            "increase it");
  IngestLimits limits = IngestLimits::loki();
  limits.allow_structured_metadata = false;
  EXPECT_EQ(entry_answer({.timestamp_ns = kNow, .line = "x"}, limits), "accepted");
  EXPECT_EQ(
      entry_answer({.timestamp_ns = kNow, .line = "x", .metadata = fits}, limits),
      "metadata_too_large/disallowed_structured_metadata: stream '{job=\"a\", service_name=\"a\"}' includes "
      "structured metadata, but this feature is disallowed. Please see "
      "`limits_config.allow_structured_metadata` "
      "or contact your Loki administrator to enable it");
}

TEST(TruncateLine, CutsToTheLimitWithTheIdentifierAtTheEnd) {
  Arena arena;
  IngestLimits limits;
  limits.line_bytes_max = 8;
  EXPECT_EQ(truncate_line("0123456789", limits, arena), "0123456789");
  limits.truncate_long_lines = true;
  EXPECT_EQ(truncate_line("01234567", limits, arena), "01234567");
  EXPECT_EQ(truncate_line("0123456789", limits, arena), "01234567");
  limits.truncate_identifier = "...";
  EXPECT_EQ(truncate_line("0123456789", limits, arena), "01234...");
  limits.truncate_identifier = "longer than the limit";
  EXPECT_EQ(truncate_line("0123456789", limits, arena), "0123456789");
}

TEST(EntryBytes, CountsLineAndMetadata) {
  const std::vector<MetadataView> metadata = {{"ab", "c"}, {"d", ""}};
  EXPECT_EQ(entry_bytes({.line = "12345", .metadata = metadata}), 9u);
}

TEST(BumpDuplicateTimestamp, MovesOnlyAnotherLineAtTheSameTime) {
  EXPECT_EQ(bump_duplicate_timestamp(5, "b", 5, "a"), 6);
  EXPECT_EQ(bump_duplicate_timestamp(5, "a", 5, "a"), 5);
  EXPECT_EQ(bump_duplicate_timestamp(6, "b", 5, "a"), 6);
  EXPECT_EQ(bump_duplicate_timestamp(4, "b", 5, "a"), 4);
}

TEST(IgnoredEntries, AreListedUpToTen) {
  const LabelSet labels = LabelSet::from_sorted({{"apiprobe", "a1"}, {"job", "j"}, {"service_name", "j"}});
  const int64_t behind = kNow - 2 * 3600 * kSecond;
  const std::string reason = too_far_behind_reason(behind, kNow - 3600 * kSecond);
  EXPECT_EQ(
      ignored_entries_message(std::vector<IgnoredEntry>{{behind, reason}}, 1, 1, labels, "fake"),
      "entry with timestamp 2026-11-23 18:32:17.081027363 +0000 UTC ignored, reason: 'entry too far behind, "
      "entry "
      "timestamp is: 2026-11-23T18:32:17Z, oldest acceptable timestamp is: 2026-11-23T19:32:17Z',\n"
      "user 'fake', total ignored: 1 out of 1 for stream: {apiprobe=\"a1\", job=\"j\", service_name=\"j\"}");
  const std::string many =
      ignored_entries_message(std::vector<IgnoredEntry>(11, {0, "r"}), 11, 12, labels, "t");
  size_t lines = 0;
  for (const char c : many) lines += c == '\n' ? 1 : 0;
  EXPECT_EQ(lines, 10u);
  EXPECT_NE(many.find("user 't', total ignored: 11 out of 12 for stream: {"), std::string::npos);
}

TEST(TooManyStreams, NamesTheStreamAndTheTenant) {
  EXPECT_EQ(
      text_of(too_many_streams(LabelSet::from_sorted({{"a", "b"}}), "fake")),
      "rate_limited/stream_limit: maximum active stream limit exceeded when trying to create stream "
      "{a=\"b\"}, "
      "reduce the number of active streams (reduce labels or reduce label values), or contact your Loki "
      "administrator to see if the limit can be increased, user: 'fake'");
}

struct TimeCase {
  std::string_view name;
  int64_t time_ns;
  std::string_view seconds, go;
};

class TimeText : public testing::TestWithParam<TimeCase> {};

TEST_P(TimeText, IsAsLokiPrintsIt) {
  EXPECT_EQ(rfc3339_seconds(GetParam().time_ns), GetParam().seconds);
  EXPECT_EQ(go_time_text(GetParam().time_ns), GetParam().go);
}

INSTANTIATE_TEST_SUITE_P(
    , TimeText,
    testing::Values(
        TimeCase{"Epoch", 0, "1970-01-01T00:00:00Z", "1970-01-01 00:00:00 +0000 UTC"},
        TimeCase{"Fraction", kNow, "2026-11-23T20:32:17Z", "2026-11-23 20:32:17.081027363 +0000 UTC"},
        TimeCase{"ShortFraction", 1'500'000'000, "1970-01-01T00:00:01Z", "1970-01-01 00:00:01.5 +0000 UTC"},
        TimeCase{"BeforeTheEpoch", -1, "1969-12-31T23:59:59Z", "1969-12-31 23:59:59.999999999 +0000 UTC"},
        TimeCase{"LeapDay", 951'782'400 * kSecond, "2000-02-29T00:00:00Z", "2000-02-29 00:00:00 +0000 UTC"},
        TimeCase{"First", INT64_MIN, "1677-09-21T00:12:43Z", "1677-09-21 00:12:43.145224192 +0000 UTC"},
        TimeCase{"Last", INT64_MAX, "2262-04-11T23:47:16Z", "2262-04-11 23:47:16.854775807 +0000 UTC"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace lokilib::stream
