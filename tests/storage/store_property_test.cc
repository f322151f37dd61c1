// SPDX-License-Identifier: Apache-2.0
// store_property_test.cc: whatever is appended, flushed and reopened in whatever order, a store answers as a
// plain list does: entries by time, equal times by arrival, equal entries once; backward is the reverse.
#include <algorithm>
#include <set>

#include "storage/store_fixture.h"
#include "support/random.h"

namespace lokilib::storage {
namespace {

/// Streams as lists in order of arrival.
class NaiveStore {
 public:
  void append(const LabelSet& labels, const Entry& entry) {
    auto& entries = streams_[labels.to_string()];
    if (std::find(entries.begin(), entries.end(), entry) == entries.end()) entries.push_back(entry);
    labels_.insert({labels.to_string(), labels});
  }
  Contents contents(const SelectRequest& request) const {
    Contents result;
    for (const auto& [name, entries] : streams_) {
      if (!matches_all(request.matchers, labels_.at(name))) continue;
      std::vector<Entry> chosen;
      for (const Entry& entry : entries) {
        if (request.range.contains(entry.timestamp_ns)) chosen.push_back(entry);
      }
      std::stable_sort(chosen.begin(), chosen.end(),
                       [](const Entry& a, const Entry& b) { return a.timestamp_ns < b.timestamp_ns; });
      if (request.direction == Direction::Backward) std::reverse(chosen.begin(), chosen.end());
      if (!chosen.empty()) result[name] = std::move(chosen);
    }
    return result;
  }

 private:
  Contents streams_;
  std::map<std::string, LabelSet> labels_;
};

class StoreProperty : public StoreFixture {
 protected:
  LabelSet random_labels(test::Random& random) {
    std::vector<Label> labels = {{"app", std::to_string(random.below(3))}};
    if (random.one_in(2)) labels.push_back({"env", std::to_string(random.below(2))});
    return LabelSet::create(std::move(labels)).value();
  }
  Entry random_entry(test::Random& random) {
    Entry entry{random.between(-5, 40), random.text("ab", 2), {}};
    if (random.one_in(3)) entry.metadata = {{"k", random.text("xy", 1)}};
    return entry;
  }
  SelectRequest random_request(test::Random& random) {
    SelectRequest request;
    if (random.one_in(2)) request.direction = Direction::Backward;
    if (random.one_in(2)) request.range.begin_ns = random.between(-6, 41);
    if (random.one_in(2)) request.range.end_ns = random.between(-6, 41);
    if (random.one_in(3)) request.matchers.push_back(matcher(MatchOp::Equal, "app", "1"));
    if (random.one_in(3)) request.matchers.push_back(matcher(MatchOp::NotEqual, "env", "0"));
    request.batch_rows_max = static_cast<uint32_t>(1 + random.below(5));
    return request;
  }
  void compare(const NaiveStore& naive, test::Random& random) {
    for (int i = 0; i < 4; ++i) {
      const SelectRequest request = random_request(random);
      Contents found = contents(request);
      std::erase_if(found, [](const auto& stream) { return stream.second.empty(); });
      ASSERT_EQ(found, naive.contents(request));
    }
    std::vector<std::string> series;
    for (const auto& [name, entries] : naive.contents({})) series.push_back(name);
    std::vector<std::string> found;
    const auto label_sets = store->source()->series({}, {});
    ASSERT_TRUE(label_sets);
    for (const LabelSet& labels : *label_sets) found.push_back(labels.to_string());
    std::sort(found.begin(), found.end());
    ASSERT_EQ(found, series);
  }
};

TEST_F(StoreProperty, AnswersAsAPlainListDoes) {
  test::for_each_seed(25, [this](test::Random& random) {
    store.reset();
    memory = create_memory_file_system();
    open();
    NaiveStore naive;
    for (int step = 0; step < 30; ++step) {
      if (random.one_in(5)) {
        ASSERT_TRUE(store->flush());
      } else if (random.one_in(5)) {
        open();
        ASSERT_TRUE(store->damage().empty());
      } else {
        // Several streams in one append, the same one perhaps twice.
        std::vector<LabelSet> labels(1 + random.below(3));
        std::vector<std::vector<Entry>> entries(labels.size());
        for (size_t i = 0; i < labels.size(); ++i) {
          labels[i] = random_labels(random);
          for (uint64_t n = random.below(5); n > 0; --n) entries[i].push_back(random_entry(random));
        }
        std::vector<std::vector<MetadataView>> metadata;
        std::vector<std::vector<EntryView>> views(labels.size());
        std::vector<StreamAppend> appends;
        for (size_t i = 0; i < labels.size(); ++i) {
          for (const Entry& entry : entries[i]) {
            auto& pairs = metadata.emplace_back();
            for (const Label& pair : entry.metadata) pairs.push_back({pair.name, pair.value});
            views[i].push_back({entry.timestamp_ns, entry.line, pairs});
            naive.append(labels[i], entry);
          }
        }
        for (size_t i = 0; i < labels.size(); ++i) appends.push_back({&labels[i], views[i]});
        ASSERT_TRUE(store->append(appends));
      }
      compare(naive, random);
    }
  });
}

}  // namespace
}  // namespace lokilib::storage
