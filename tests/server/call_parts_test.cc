// Statuses on their way to the wire, and the pool of cold calls.
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

#include "server/rpc/call_stats.h"
#include "server/rpc/status.h"
#include "server/rpc/work_pool.h"

namespace awase::rpc {
namespace {

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

TEST(ToGrpc, CarriesCodeReasonAndEveryViolation) {
  Violations wrong("request.");
  wrong.Add("max_results", "must not be negative, got -1");
  wrong.Add("filter", "has over 2,000 bytes");
  const grpc::Status status = ToGrpc(wrong.ToStatus());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(),
            "request.max_results: must not be negative, got -1; request.filter: has over 2,000 bytes");
  int infos = 0, bads = 0;
  const google::rpc::Status details = DetailsOf(status);
  for (const auto& any : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    if (any.UnpackTo(&info)) {
      ++infos;
      EXPECT_EQ(info.domain(), "awase");
      EXPECT_EQ(info.reason(), "INVALID_FIELD");
    }
    if (any.UnpackTo(&bad)) {
      ++bads;
      ASSERT_EQ(bad.field_violations_size(), 2);
      EXPECT_EQ(bad.field_violations(1).field(), "request.filter");
    }
  }
  EXPECT_EQ(infos, 1);
  EXPECT_EQ(bads, 1);
}

TEST(ToGrpc, AnEnginesErrorGetsItsCodesNameAsReason) {
  const grpc::Status status = ToGrpc(absl::NotFoundError("x: is not there"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(DetailsOf(status).details_size(), 1);
  EXPECT_EQ(ReasonOf(WithReason(absl::NotFoundError("x"), "ITEM_NOT_FOUND")), "ITEM_NOT_FOUND");
  EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok());
}

TEST(RetryAfter, IsReadBackInMilliseconds) {
  EXPECT_EQ(RetryAfterMs(absl::UnavailableError("x")), -1);
  EXPECT_EQ(RetryAfterMs(WithRetryAfter(absl::ResourceExhaustedError("x"), absl::Milliseconds(1250))), 1250);
}

TEST(InvalidUnder, DropsTheValue) {
  const absl::Status status =
      InvalidUnder("events[3]", absl::InvalidArgumentError("customer_id: is too long, got 'secret'"));
  EXPECT_EQ(std::string(status.message()), "events[3].customer_id: is too long");
}

TEST(WorkPool, RefusesBeyondItsLimitAndFinishesWhatItTook) {
  WorkPool pool(1, 2);
  std::promise<void> gate;
  std::shared_future<void> open(gate.get_future());
  std::atomic<int> done{0};
  EXPECT_TRUE(pool.Submit([&] { open.wait(), ++done; }));
  EXPECT_TRUE(pool.Submit([&] { ++done; }));
  EXPECT_FALSE(pool.Submit([&] { ++done; }));
  gate.set_value();
  pool.Stop();
  EXPECT_EQ(done, 2);
  EXPECT_FALSE(pool.Submit([&] { ++done; }));
}

TEST(CallStats, CountsByCodeAndBucket) {
  CallStats stats("m");
  stats.Record(0, 9'999);
  stats.Record(3, 10'001);
  stats.Record(99, 60'000'000'000);
  EXPECT_EQ(stats.by_code[0], 1u);
  EXPECT_EQ(stats.by_code[3], 1u);
  EXPECT_EQ(stats.by_code[2], 1u) << "a code beyond the known ones counts as unknown";
  EXPECT_EQ(stats.by_latency[0], 1u);
  EXPECT_EQ(stats.by_latency[1], 1u);
  EXPECT_EQ(stats.by_latency[kLatencyEdgesUs.size()], 1u);
}

}  // namespace
}  // namespace awase::rpc
