#include "clients/cpp/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "tests/clients/cpp/fake_server.h"
#include "tests/support/temp_dir.h"

namespace awase::client {
namespace {

using awase::testing::FakeServer;
using awase::testing::TempDir;

// Long enough that a machine under load does not decide a test; those about deadlines set their own.
Options Patient() {
  Options options;
  options.question_deadline = absl::Seconds(20);
  options.work_deadline = absl::Seconds(20);
  options.first_backoff = absl::Milliseconds(2);
  options.largest_backoff = absl::Milliseconds(5);
  return options;
}

auto Always(grpc::StatusCode code) {
  return [code](grpc::ServerContext&, const auto&, auto&) { return grpc::Status(code, "as told"); };
}

TEST(Client, AsksAndGetsTheAnswer) {
  FakeServer server;
  server.recommend = [](grpc::ServerContext&, const v1::RecommendRequest& request,
                        v1::RecommendResponse& answer) {
    answer.add_recommendations()->set_item_id("goes with " + request.cart_lines(0).item_id());
    return grpc::Status::OK;
  };
  Client client(server.target(), Patient());
  v1::RecommendRequest request;
  request.add_cart_lines()->set_item_id("tea");
  const auto answer = client.Recommend(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->recommendations(0).item_id(), "goes with tea");
}

TEST(Client, SpeaksOverAUnixSocket) {
  TempDir folder;
  FakeServer server("unix:" + (folder / "awase.sock"));
  server.status = Always(grpc::StatusCode::OK);
  Client client(server.target(), Patient());
  EXPECT_TRUE(client.GetServerStatus({}).ok());
}

TEST(Client, TriesAgainOnUnavailableAndNothingElse) {
  for (int code = 1; code <= 16; ++code) {
    FakeServer server;
    server.recommend = Always(static_cast<grpc::StatusCode>(code));
    Client client(server.target(), Patient());
    const auto answer = client.Recommend({});
    EXPECT_EQ(static_cast<int>(answer.status().code()), code);
    EXPECT_EQ(server.calls, code == grpc::StatusCode::UNAVAILABLE ? 3 : 1) << "code " << code;
  }
}

TEST(Client, ASecondTryThatWorksIsAnAnswer) {
  FakeServer server;
  server.get_item = [&](grpc::ServerContext&, const auto&, v1::GetItemResponse&) {
    return server.calls == 1 ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "restarting") : grpc::Status::OK;
  };
  Client client(server.target(), Patient());
  EXPECT_TRUE(client.GetItem({}).ok());
  EXPECT_EQ(server.calls, 2);
}

TEST(Client, OneAttemptMeansNoRetry) {
  FakeServer server;
  server.recommend = Always(grpc::StatusCode::UNAVAILABLE);
  Options options = Patient();
  options.attempts = 1;
  Client client(server.target(), options);
  EXPECT_FALSE(client.Recommend({}).ok());
  EXPECT_EQ(server.calls, 1);
}

TEST(Client, WhatCannotBeRepeatedIsTriedOnce) {
  FakeServer server;
  server.rollback = Always(grpc::StatusCode::UNAVAILABLE);
  server.activate = Always(grpc::StatusCode::UNAVAILABLE);
  server.delete_item = Always(grpc::StatusCode::UNAVAILABLE);
  server.update_placement = Always(grpc::StatusCode::UNAVAILABLE);
  Client client(server.target(), Patient());
  EXPECT_FALSE(client.RollbackModel({}).ok());
  EXPECT_FALSE(client.ActivateModelVersion({}).ok());
  EXPECT_FALSE(client.DeleteItem({}).ok());
  EXPECT_FALSE(client.UpdatePlacement({}).ok());
  EXPECT_EQ(server.calls, 4);
}

TEST(Client, WaitsAsLongAsTheServerAsks) {
  FakeServer server;
  server.recommend = [](grpc::ServerContext& call, const auto&, auto&) {
    call.AddTrailingMetadata("grpc-retry-pushback-ms", "150");
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "later");
  };
  Client client(server.target(), Patient());
  const absl::Time start = absl::Now();
  EXPECT_FALSE(client.Recommend({}).ok());
  EXPECT_EQ(server.calls, 3);
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(300));
}

TEST(Client, StopsWhenTheServerSaysSo) {
  FakeServer server;
  server.recommend = [](grpc::ServerContext& call, const auto&, auto&) {
    call.AddTrailingMetadata("grpc-retry-pushback-ms", "-1");
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "do not come back");
  };
  Client client(server.target(), Patient());
  EXPECT_FALSE(client.Recommend({}).ok());
  EXPECT_EQ(server.calls, 1);
}

TEST(Client, RetriesStopWhenMostCallsFail) {
  FakeServer server;
  server.recommend = Always(grpc::StatusCode::UNAVAILABLE);
  Client client(server.target(), Patient());
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(client.Recommend({}).ok());
  }
  EXPECT_GT(server.calls, 100);
  EXPECT_LT(server.calls, 130);
}

TEST(Client, TheDeadlineEndsACall) {
  FakeServer server;
  server.recommend = [](grpc::ServerContext& call, const auto&, auto&) {
    while (!call.IsCancelled()) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    return grpc::Status::OK;
  };
  Client client(server.target());
  ASSERT_TRUE(client.Connect(absl::Seconds(20)).ok());
  const absl::Time start = absl::Now();
  EXPECT_EQ(client.Recommend({}).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(245));
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
  EXPECT_EQ(server.calls, 1);
}

TEST(Client, RetriesEndByTheDeadlineToo) {
  FakeServer server;
  server.recommend = [](grpc::ServerContext& call, const auto&, auto&) {
    call.AddTrailingMetadata("grpc-retry-pushback-ms", "60000");
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "in a minute");
  };
  Client client(server.target());
  ASSERT_TRUE(client.Connect(absl::Seconds(20)).ok());
  const absl::Time start = absl::Now();
  EXPECT_FALSE(client.Recommend({}).ok());
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
  EXPECT_EQ(server.calls, 1);
}

TEST(Client, ConnectTellsAtOnceThatNobodyIsThere) {
  TempDir folder;
  Client client("unix:" + (folder / "nobody.sock"), Patient());
  const absl::Time start = absl::Now();
  EXPECT_EQ(client.Connect(absl::Seconds(20)).code(), absl::StatusCode::kUnavailable);
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
  EXPECT_EQ(client.Recommend({}).status().code(), absl::StatusCode::kUnavailable);
}

TEST(Client, FindsAServerThatRestarted) {
  TempDir folder;
  const std::string target = "unix:" + (folder / "awase.sock");
  auto server = std::make_unique<FakeServer>(target);
  server->status = Always(grpc::StatusCode::OK);
  Client client(target, Patient());
  ASSERT_TRUE(client.GetServerStatus({}).ok());
  server.reset();
  EXPECT_FALSE(client.GetServerStatus({}).ok());
  server = std::make_unique<FakeServer>(target);
  server->status = Always(grpc::StatusCode::OK);
  const absl::Time end = absl::Now() + absl::Seconds(20);
  bool answered = false;
  while (!answered && absl::Now() < end) {
    answered = client.GetServerStatus({}).ok();
    absl::SleepFor(absl::Milliseconds(answered ? 0 : 20));
  }
  EXPECT_TRUE(answered);
}

TEST(Client, OneClientServesManyThreads) {
  FakeServer server;
  server.recommend = [](grpc::ServerContext&, const v1::RecommendRequest& request,
                        v1::RecommendResponse& answer) {
    answer.add_recommendations()->set_item_id(request.focus_item_id());
    return grpc::Status::OK;
  };
  Client client(server.target(), Patient());
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        v1::RecommendRequest request;
        request.set_focus_item_id(std::to_string(t) + "." + std::to_string(i));
        const auto answer = client.Recommend(request);
        right += answer.ok() && answer->recommendations(0).item_id() == request.focus_item_id() ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(right, 400);
}

TEST(Client, EveryTryOfATrainingHasOneRequestId) {
  FakeServer server;
  std::mutex mutex;
  std::vector<std::string> ids;
  server.train = [&](grpc::ServerContext&, const v1::TrainModelRequest& request, auto&) {
    const std::lock_guard lock(mutex);
    ids.push_back(request.request_id());
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "not now");
  };
  Client client(server.target(), Patient());
  EXPECT_FALSE(client.TrainModel({}).ok());
  ASSERT_EQ(ids.size(), 3u);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1u);
  EXPECT_EQ(ids[0].size(), 32u);
  EXPECT_FALSE(client.TrainModel({}).ok());
  EXPECT_NE(ids.back(), ids.front());
  v1::TrainModelRequest mine;
  mine.set_request_id("mine");
  EXPECT_FALSE(client.TrainModel(mine).ok());
  EXPECT_EQ(ids.back(), "mine");
}

TEST(Client, NamesAreTheProtosOwn) {
  EXPECT_EQ(StoreName("demo"), "stores/demo");
  EXPECT_EQ(ItemName("demo", "85123A"), "stores/demo/items/85123A");
  EXPECT_EQ(PlacementName("demo", "default"), "stores/demo/placements/default");
  EXPECT_EQ(ModelName("demo", "also-viewed"), "stores/demo/models/also-viewed");
}

}  // namespace
}  // namespace awase::client
