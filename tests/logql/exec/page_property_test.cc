// SPDX-License-Identifier: Apache-2.0
// page_property_test.cc: pages of a log query: joined they are the whole answer, in both directions, whatever
// the pipeline drops, also over a source that was built anew or has grown between two pages.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "logql/exec/page_cursor.h"
#include "logql/exec/query_support.h"
#include "support/random.h"

namespace lokilib::test {
namespace {

// Few times, so that runs of equal times are long; many lines that a pipeline makes equal.
std::vector<VectorStream> random_streams(Random& random) {
  std::vector<VectorStream> streams;
  for (size_t i = 0, count = 1 + random.below(5); i < count; ++i) {
    VectorStream one{labels(R"({job="x", n=")" + std::to_string(i) + R"("})"), {}};
    for (size_t j = 0, entries = random.below(40); j < entries; ++j) {
      one.entries.push_back({kBase + random.between(0, 6) * kSecond,
                             "id=" + std::to_string(j) + " g=" + std::to_string(random.below(4)),
                             {}});
    }
    streams.push_back(std::move(one));
  }
  return streams;
}

QueryRequest random_request(Random& random) {
  const std::vector<std::string> queries = {R"({job="x"})",
                                            R"({job="x"} |= "g=1")",
                                            R"({job="x"} != "7" | logfmt | g > 1)",
                                            R"({job="x"} | logfmt | label_format n=g | drop id)",
                                            R"({job="x", n!="1"} | logfmt | line_format "{{.g}}" | drop id)",
                                            R"({job="x"} | logfmt | id < 0)"};
  QueryRequest request = range(random.pick(queries), kBase + random.between(-1, 2) * kSecond,
                               kBase + random.between(3, 8) * kSecond, 0);
  request.direction = random.one_in(2) ? Direction::Forward : Direction::Backward;
  request.limit = 1 + random.below(12);
  if (random.one_in(3)) request.interval_ns = random.between(1, 3) * kSecond;
  request.loki_quirks = random.one_in(3);
  return request;
}

std::string text_of(const LogResult& logs, size_t i) {
  const ResultEntry& entry = logs.entries[i];
  const EntryLabels& set = logs.label_sets[entry.labels];
  return std::to_string(entry.timestamp_ns) + ' ' + entry.line + ' ' + set.stream.to_string() +
         set.parsed.to_string();
}

std::vector<std::string> entries_of(const QueryRequest& request, const LogSource& source,
                                    std::string* cursor = nullptr) {
  const auto result = evaluate(request, source);
  if (!result) {
    ADD_FAILURE() << request.query << ": " << result.error().message;
    return {};
  }
  const auto& logs = std::get<LogResult>(result->data);
  std::vector<std::string> entries;
  for (size_t i = 0; i < logs.entries.size(); ++i) entries.push_back(text_of(logs, i));
  EXPECT_EQ(logs.cursor.empty(), request.limit == 0 || logs.entries.size() < request.limit);
  if (cursor != nullptr) *cursor = logs.cursor;
  return entries;
}

TEST(PageProperty, JoinedPagesAreTheWhole) {
  for_each_seed(400, [](Random& random) {
    const std::vector<VectorStream> streams = random_streams(random);
    QueryRequest request = random_request(random);
    QueryRequest all = request;
    all.limit = 0;
    const auto whole = entries_of(all, VectorLogSource(streams));
    std::vector<std::string> joined;
    do {
      const VectorLogSource source(streams);  // anew, as after a restart
      const auto page = entries_of(request, source, &request.after);
      joined.insert(joined.end(), page.begin(), page.end());
      ASSERT_LE(joined.size(), whole.size()) << request.query;
    } while (!request.after.empty());
    ASSERT_EQ(joined, whole) << request.query;
  });
}

// What arrives between two pages may be in later ones or not; what was there is given once, and in order.
TEST(PageProperty, ArrivalsBetweenPagesMoveNothing) {
  for_each_seed(200, [](Random& random) {
    std::vector<VectorStream> streams = random_streams(random);
    QueryRequest request = random_request(random);
    request.interval_ns = 0;
    request.loki_quirks = false;
    QueryRequest all = request;
    all.limit = 0;
    const auto whole = entries_of(all, VectorLogSource(streams));
    std::vector<std::string> joined;
    for (size_t pages = 0; pages == 0 || !request.after.empty(); ++pages) {
      const VectorLogSource source(streams);
      const auto page = entries_of(request, source, &request.after);
      joined.insert(joined.end(), page.begin(), page.end());
      if (pages < 20) {
        const std::string line = "id=new" + std::to_string(pages) + " g=1";
        random.pick(streams).entries.push_back({kBase + random.between(0, 6) * kSecond, line, {}});
      }
    }
    const auto is_new = [](const std::string& entry) { return entry.find("new") != std::string::npos; };
    joined.erase(std::remove_if(joined.begin(), joined.end(), is_new), joined.end());
    // Lines that lose their id look alike; those queries are checked by the number.
    if (request.query.find("drop id") == std::string::npos) {
      ASSERT_EQ(joined, whole) << request.query;
    } else {
      ASSERT_GE(joined.size(), whole.size()) << request.query;
    }
  });
}

// The place stays where it was when the stream that it names is gone.
TEST(PageProperty, AStreamThatIsGoneLeavesAPlaceBehind) {
  for_each_seed(100, [](Random& random) {
    std::vector<VectorStream> streams = random_streams(random);
    QueryRequest request = random_request(random);
    request.query = R"({job="x"})";
    request.interval_ns = 0;
    request.loki_quirks = false;
    const QueryRequest first = request;
    const auto page = entries_of(first, VectorLogSource(streams), &request.after);
    if (request.after.empty()) return;
    const std::string& last = page.back();
    streams.erase(std::remove_if(streams.begin(), streams.end(),
                                 [&](const VectorStream& stream) {
                                   return last.find(stream.labels.to_string()) != std::string::npos;
                                 }),
                  streams.end());
    request.limit = 0;
    QueryRequest all = first;
    all.limit = 0;
    std::vector<std::string> expected;
    for (std::string& entry : entries_of(all, VectorLogSource(streams))) {
      if (std::find(page.begin(), page.end(), entry) == page.end()) expected.push_back(std::move(entry));
    }
    ASSERT_EQ(entries_of(request, VectorLogSource(streams)), expected);
  });
}

std::string error_of(const QueryRequest& request) {
  const auto result = evaluate(request, VectorLogSource({stream(R"({a="1"})", {{1, "p"}, {2, "q"}})}));
  if (result) return "no error";
  EXPECT_EQ(result.error().code, ErrorCode::InvalidArgument);
  return result.error().message;
}

TEST(PageCursor, IsGoodForItsQueryOnly) {
  QueryRequest request = range(R"({a="1"})", kBase, kBase + 10 * kSecond, 0);
  request.limit = 1;
  const VectorLogSource source({stream(R"({a="1"})", {{1, "p"}, {2, "q"}})});
  request.after = std::get<LogResult>(evaluate(request, source)->data).cursor;
  ASSERT_FALSE(request.after.empty());
  EXPECT_EQ(to_text(evaluate(request, source)), "1 p {a=\"1\"}\n");

  QueryRequest spaced = request;
  spaced.query = R"({ a = "1" })";
  EXPECT_EQ(to_text(evaluate(spaced, source)), "1 p {a=\"1\"}\n");

  QueryRequest other = request;
  other.query = R"({a="1"} |= "p")";
  EXPECT_EQ(error_of(other), "the cursor belongs to another query");
  other = request;
  other.direction = Direction::Forward;
  EXPECT_EQ(error_of(other), "the cursor belongs to a query in the other direction");
  other = request;
  other.query = R"(count_over_time({a="1"}[1m]))";
  EXPECT_EQ(error_of(other), "only log queries have pages: a metric takes no cursor");
}

TEST(PageCursor, TellsWhatIsNoCursor) {
  QueryRequest request = range(R"({a="1"})", kBase, kBase + 10 * kSecond, 0);
  request.after = "%%%";
  EXPECT_EQ(error_of(request),
            "this is no cursor of a log query; take it as the last page gave it, or start without one");
  request.after = "AAAAAAAAAAAA";
  EXPECT_EQ(error_of(request),
            "the cursor is damaged; take it as the last page gave it, or start without one");
}

TEST(PageCursor, EveryChangedCharacterIsNoticed) {
  const std::string cursor =
      logql::to_cursor({Direction::Backward, -5, labels(R"({a="1", b="x y"})"), 300, 0xdeadbeef});
  const auto place = logql::parse_cursor(cursor);
  ASSERT_TRUE(place.has_value());
  EXPECT_EQ(place->direction, Direction::Backward);
  EXPECT_EQ(place->timestamp_ns, -5);
  EXPECT_EQ(place->stream, labels(R"({a="1", b="x y"})"));
  EXPECT_EQ(place->arrived_before, 300U);
  EXPECT_EQ(place->query_checksum, 0xdeadbeef);
  for (size_t i = 0; i + 1 < cursor.size(); ++i) {
    std::string changed = cursor;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(logql::parse_cursor(changed).has_value()) << i;
    EXPECT_FALSE(logql::parse_cursor(std::string_view(cursor).substr(0, i)).has_value()) << i;
  }
}

}  // namespace
}  // namespace lokilib::test
