// A server's life: start, health, broken files, other processes, retraining, logs, drain.
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "grpc/health/v1/health.pb.h"

#include "awase/v1/admin_service.pb.h"
#include "awase/v1/event_service.pb.h"
#include "awase/v1/recommendation_service.pb.h"
#include "engine/ledger/ledger.h"
#include "tests/server/world.h"

namespace awase {
namespace {

namespace pb = ::awase::v1;
using testing::Call;
using testing::Eventually;
using testing::World;
using Health = grpc::health::v1::HealthCheckResponse;

pb::RecommendRequest Cart(const std::string& item) {
  pb::RecommendRequest request;
  request.set_placement("stores/shop/placements/default");
  request.add_cart_lines()->set_item_id(item);
  return request;
}

grpc::Status Recommend(grpc::Channel& channel, const pb::RecommendRequest& request,
                       pb::RecommendResponse* response) {
  return Call(channel, "awase.v1.RecommendationService/Recommend", request, response);
}

int HealthOf(grpc::Channel& channel, const std::string& service) {
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  Health response;
  const grpc::Status status = Call(channel, "grpc.health.v1.Health/Check", request, &response);
  return status.ok() ? response.status() : -static_cast<int>(status.error_code());
}

pb::StoreStatus StatusOf(World& world) {
  pb::GetServerStatusResponse status;
  EXPECT_TRUE(
      Call(*world.channel(), "awase.v1.AdminService/GetServerStatus", pb::GetServerStatusRequest(), &status)
          .ok());
  return status.stores(0);
}

TEST(ServerLife, HealthFollowsTheModels) {
  World world(/*trained=*/false);
  EXPECT_EQ(HealthOf(*world.channel(), ""), Health::NOT_SERVING);
  EXPECT_EQ(HealthOf(*world.channel(), "stores/shop"), Health::NOT_SERVING);
  EXPECT_EQ(HealthOf(*world.channel(), "stores/nope"), -static_cast<int>(grpc::StatusCode::NOT_FOUND));
  EXPECT_FALSE(world.server().ready());
  testing::TrainShop(world.data_dir(), "shop");  // as another process would
  EXPECT_TRUE(Eventually([&] { return HealthOf(*world.channel(), "stores/shop") == Health::SERVING; }));
  EXPECT_EQ(HealthOf(*world.channel(), ""), Health::SERVING);
  pb::RecommendResponse response;
  EXPECT_TRUE(Recommend(*world.channel(), Cart("camera"), &response).ok());
}

TEST(ServerLife, ANewStoreIsNoticed) {
  World world;
  testing::MakeShop(world.data_dir(), "second");
  testing::TrainShop(world.data_dir(), "second");
  EXPECT_TRUE(Eventually([&] { return HealthOf(*world.channel(), "stores/second") == Health::SERVING; }));
}

TEST(ServerLife, ABrokenModelIsRefusedAndTheOldOneServesOn) {
  World world;
  const Shelf shelf(ModelFolder(world.data_dir(), "shop", "default"));
  const Version second = testing::TrainShop(world.data_dir(), "shop");
  ASSERT_EQ(second, 2u);
  ASSERT_TRUE(shelf.Activate(1).ok());
  ASSERT_TRUE(Eventually([&] { return StatusOf(world).models(0).model_version().back() == '1'; }));
  {
    std::fstream file(shelf.PathOf(second), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-20, std::ios::end);
    file.write("broken", 6);
  }
  ASSERT_TRUE(shelf.Activate(second).ok());
  EXPECT_TRUE(Eventually(
      [&] { return StatusOf(world).last_problem().find("version 2 was refused") != std::string::npos; }));
  pb::RecommendResponse response;
  ASSERT_TRUE(Recommend(*world.channel(), Cart("camera"), &response).ok());
  EXPECT_EQ(response.serving_info().model_version(), "stores/shop/models/default/versions/1");
}

TEST(ServerLife, FactsThatAnotherProcessImportsReachTheProfiles) {
  World world;
  const auto personal = [&] {
    pb::RecommendRequest request = Cart("lamp");
    request.mutable_customer()->set_customer_id("late");
    request.set_fallback_mode(pb::FALLBACK_MODE_NONE);
    pb::RecommendResponse response;
    EXPECT_TRUE(Recommend(*world.channel(), request, &response).ok());
    return response.recommendations_size();
  };
  EXPECT_EQ(personal(), 0);
  auto other = Ledger::Open(world.data_dir(), "shop", Ledger::Mode::kWrite);
  OrderRow row;
  row.order_id = "imported";
  row.customer_id = "late";
  row.time = static_cast<UnixSeconds>(absl::ToUnixSeconds(absl::Now()) - 100);
  row.item_id = "pen";
  ASSERT_TRUE((*other)->AppendOrderRows({&row, 1}).ok());
  EXPECT_TRUE(Eventually([&] { return personal() > 0; }));
}

TEST(ServerLife, EnoughNewEventsRetrain) {
  World world;
  ASSERT_TRUE((*Ledger::Open(world.data_dir(), "shop", Ledger::Mode::kWrite))
                  ->Set("retrain_after_events", "10")
                  .ok());
  pb::WriteEventsRequest request;
  request.set_parent("stores/shop");
  for (int e = 0; e < 12; ++e) {
    pb::Event* event = request.add_events();
    event->set_event_id("e" + std::to_string(e));
    event->mutable_event_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) - 60);
    event->mutable_customer()->set_customer_id("new-" + std::to_string(e));
    event->mutable_order()->set_order_id("o" + std::to_string(e));
    event->mutable_order()->add_lines()->set_item_id("lamp");
    event->mutable_order()->add_lines()->set_item_id("paper");
  }
  pb::WriteEventsResponse response;
  ASSERT_TRUE(Call(*world.channel(), "awase.v1.EventService/WriteEvents", request, &response).ok());
  ASSERT_EQ(response.accepted_count(), 12);
  EXPECT_TRUE(Eventually([&] {
    pb::RecommendRequest ask = Cart("lamp");
    ask.set_fallback_mode(pb::FALLBACK_MODE_NONE);
    pb::RecommendResponse answer;
    EXPECT_TRUE(Recommend(*world.channel(), ask, &answer).ok());
    return answer.recommendations_size() > 0 && answer.recommendations(0).item_id() == "paper";
  }));
  EXPECT_EQ(world.server().trainer().failed(), 0u);
}

TEST(ServerLife, TheHttpPortTellsMetricsAndReadiness) {
  World world(true, [](ServeOptions& o) { o.http = "127.0.0.1:0"; });
  pb::RecommendResponse response;
  ASSERT_TRUE(Recommend(*world.channel(), Cart("camera"), &response).ok());
  pb::RecommendRequest bad = Cart("camera");
  bad.set_max_results(-1);
  ASSERT_FALSE(Recommend(*world.channel(), bad, &response).ok());
  httplib::Client http("http://" + world.server().http_address());
  EXPECT_EQ(http.Get("/livez")->status, 200);
  EXPECT_EQ(http.Get("/readyz")->status, 200);
  const std::string metrics = http.Get("/metrics")->body;
  const std::string method = "method=\"awase.v1.RecommendationService/Recommend\"";
  EXPECT_NE(metrics.find("awase_calls_total{" + method + ",code=\"OK\"} 1"), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("awase_calls_total{" + method + ",code=\"INVALID_ARGUMENT\"} 1"), std::string::npos);
  EXPECT_NE(metrics.find("awase_call_seconds_bucket{" + method), std::string::npos);
  for (const char* name :
       {"awase_model_age_seconds", "awase_model_items", "awase_model_edges", "awase_profiles",
        "awase_events_accepted_total", "awase_trainings_total", "awase_calls_in_flight"}) {
    EXPECT_NE(metrics.find(name), std::string::npos) << name;
  }
}

TEST(ServerLife, NoCustomerIsNamedInLogsMetricsOrErrors) {
  const std::string canary = "CANARY-7f3a91";
  ::testing::internal::CaptureStderr();
  std::string told;
  {
    World world(true, [](ServeOptions& o) { o.http = "127.0.0.1:0"; });
    pb::WriteEventsRequest write;
    write.set_parent("stores/shop");
    for (int e = 0; e < 3; ++e) {
      pb::Event* event = write.add_events();
      event->set_event_id("e" + std::to_string(e));
      event->mutable_event_time()->set_seconds(e == 0 ? absl::ToUnixSeconds(absl::Now()) : 5);
      event->mutable_customer()->set_customer_id(e == 2 ? canary + std::string(200, 'x') : canary);
      event->mutable_customer()->set_session_id(canary);
      event->mutable_order()->set_order_id(canary + "-order");
      event->mutable_order()->add_lines()->set_item_id("pen");
    }
    write.mutable_events(2)->mutable_event_time()->set_seconds(absl::ToUnixSeconds(absl::Now()));
    pb::WriteEventsResponse written;
    const grpc::Status kept = Call(*world.channel(), "awase.v1.EventService/WriteEvents", write, &written);
    EXPECT_EQ(written.errors_size(), 2);
    told += kept.error_message() + kept.error_details() + written.DebugString();
    pb::RecommendRequest ask = Cart("camera");
    ask.mutable_customer()->set_customer_id(canary + std::string(200, 'x'));
    pb::RecommendResponse answer;
    const grpc::Status refused = Recommend(*world.channel(), ask, &answer);
    EXPECT_FALSE(refused.ok());
    told += refused.error_message() + refused.error_details();
    ask.mutable_customer()->set_customer_id(canary);
    EXPECT_TRUE(Recommend(*world.channel(), ask, &answer).ok());
    told += httplib::Client("http://" + world.server().http_address()).Get("/metrics")->body;
  }
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("\"event\":\"store_opened\""), std::string::npos) << "the log was looked at";
  EXPECT_EQ(log.find(canary), std::string::npos) << log;
  EXPECT_EQ(told.find(canary), std::string::npos) << told;
}

TEST(ServerLife, AFloodOfColdCallsIsRefusedWithTheTimeToWait) {
  World world(true, [](ServeOptions& o) {
    o.cold_threads = 1;
    o.max_cold_calls = 1;
  });
  std::atomic<int> refused{0}, answered{0}, other{0}, pushback{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 8; ++t) {
    callers.emplace_back([&] {
      const auto channel = world.NewChannel();
      for (int n = 0; n < 50; ++n) {
        std::multimap<std::string, std::string> trailing;
        pb::GetServerStatusResponse response;
        const grpc::Status status = Call(*channel, "awase.v1.AdminService/GetServerStatus",
                                         pb::GetServerStatusRequest(), &response, &trailing);
        if (status.ok()) {
          ++answered;
        } else if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
          ++refused;
          pushback += static_cast<int>(trailing.count("grpc-retry-pushback-ms"));
        } else {
          ++other;
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_GT(answered, 0);
  EXPECT_GT(refused, 0);
  EXPECT_EQ(pushback, refused);
  EXPECT_EQ(other, 0);
}

TEST(ServerLife, DrainFinishesWhatItAcceptedAndEnds) {
  World world;
  std::atomic<bool> stop{false};
  std::atomic<int> ok{0}, unavailable{0}, other{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      const auto channel = world.NewChannel();
      while (!stop) {
        pb::RecommendResponse response;
        const grpc::Status status = Recommend(*channel, Cart("camera"), &response);
        if (status.ok()) {
          ++ok;
        } else if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
          ++unavailable;
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
        } else {
          ++other;
        }
      }
    });
  }
  ASSERT_TRUE(Eventually([&] { return ok > 100; }));
  const auto begin = std::chrono::steady_clock::now();
  world.server().Drain();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_TRUE(Eventually([&] { return unavailable > 4; }));
  EXPECT_EQ(HealthOf(*world.channel(), ""), Health::NOT_SERVING);
  EXPECT_FALSE(world.server().ready());
  stop = true;
  for (std::thread& caller : callers) caller.join();
  world.StopServer();
  EXPECT_EQ(other, 0) << "calls either succeed or may be retried elsewhere";
}

TEST(ServerStart, TwoServersNeverShareAPort) {
  testing::TempDir dir;
  testing::MakeShop(dir.path(), "shop");
  ServeOptions options = testing::TestOptions(dir);
  options.listen.push_back("127.0.0.1:0");
  const auto first = Server::Start(options);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(Server::Start(options).status().code(), absl::StatusCode::kUnavailable) << "the Unix socket";
  options.listen = {(*first)->addresses()[1]};
  EXPECT_EQ(Server::Start(options).status().code(), absl::StatusCode::kUnavailable) << "the port";
}

TEST(ServerStart, RefusesWhatItCannotServe) {
  testing::TempDir dir;
  ServeOptions options = testing::TestOptions(dir);
  options.data_dir = dir / "nowhere";
  EXPECT_EQ(Server::Start(options).status().code(), absl::StatusCode::kNotFound);
  options.data_dir = dir.path();
  options.listen = {"0.0.0.0:0"};
  EXPECT_EQ(Server::Start(options).status().code(), absl::StatusCode::kInvalidArgument);
  options.tls_cert = dir / "none.pem";
  options.tls_key = dir / "none.key";
  EXPECT_EQ(Server::Start(options).status().code(), absl::StatusCode::kInvalidArgument) << "unreadable key";
}

}  // namespace
}  // namespace awase
