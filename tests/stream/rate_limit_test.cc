// SPDX-License-Identifier: Apache-2.0
// rate_limit_test.cc: the bucket by a clock that moves when told, and the texts.
#include "stream/rate_limit.h"

#include <gtest/gtest.h>

namespace lokilib::stream {
namespace {

class StoppedClock final : public Clock {
 public:
  int64_t now_ns() const override { return 0; }
  int64_t monotonic_ns() const override { return now; }
  int64_t now = 1'000'000'000;
};

TEST(TokenBucket, BeginsFullAndFillsWithTime) {
  StoppedClock clock;
  TokenBucket bucket(clock, 100, 250);
  EXPECT_TRUE(bucket.take(250));
  EXPECT_FALSE(bucket.take(1));
  EXPECT_TRUE(bucket.take(0));
  clock.now += 500'000'000;
  EXPECT_FALSE(bucket.take(51));  // and nothing is taken by asking
  EXPECT_TRUE(bucket.take(50));
  clock.now += 3'600'000'000'000;
  EXPECT_FALSE(bucket.take(251));
  EXPECT_TRUE(bucket.take(250));
}

TEST(TokenBucket, RateZeroIsNoLimit) {
  StoppedClock clock;
  TokenBucket bucket(clock, 0, 0);
  EXPECT_TRUE(bucket.take(UINT64_MAX));
}

TEST(TokenBucket, NewLimitsKeepWhatIsThere) {
  StoppedClock clock;
  TokenBucket bucket(clock, 100, 250);
  EXPECT_TRUE(bucket.take(200));
  bucket.set_limits(1000, 20);
  EXPECT_FALSE(bucket.take(21));
  EXPECT_TRUE(bucket.take(20));
  clock.now += 10'000'000;
  EXPECT_TRUE(bucket.take(10));
  EXPECT_FALSE(bucket.take(1));
}

TEST(RateTexts, AreLokis) {
  const Refusal refusal = tenant_rate_exceeded("fake", 4'194'304, 3, 7'000'000);
  EXPECT_EQ(refusal.reason, "rate_limited");
  EXPECT_EQ(refusal.message,
            "ingestion rate limit exceeded for user fake (limit: 4194304 bytes/sec) while attempting to "
            "ingest '3' lines "
            "totaling '7000000' bytes, reduce log volume or contact your Loki administrator to see if the "
            "limit can be "
            "increased");
  EXPECT_EQ(stream_rate_reason(LabelSet::from_sorted({{"a", "b"}}), 3'145'728, 20),
            "Per stream rate limit exceeded (limit: 3MB/sec) while attempting to ingest for stream "
            "'{a=\"b\"}' totaling "
            "20B, consider splitting a stream via additional labels or contact your Loki administrator to "
            "see if the "
            "limit can be increased");
}

}  // namespace
}  // namespace lokilib::stream
