// Hot swap under load: no call fails, and every answer belongs to the version that it names.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "awase/v1/model_service.pb.h"
#include "awase/v1/recommendation_service.pb.h"
#include "tests/server/world.h"

namespace awase {
namespace {

namespace pb = ::awase::v1;
using testing::Call;
using testing::World;

constexpr int kSwaps = 200;

TEST(HotSwap, TwoHundredSwapsUnderLoadNeitherFailNorMix) {
  World world(/*trained=*/false);
  const Shelf shelf(ModelFolder(world.data_dir(), "shop", "default"));
  // Version 1 leads from camera to bag, version 2 to pen.
  ASSERT_EQ(*shelf.Publish(testing::OneEdge("camera", "bag", "pen")), 1u);
  ASSERT_EQ(*shelf.Publish(testing::OneEdge("camera", "pen", "bag")), 2u);
  const std::map<std::string, std::string> expected = {{"stores/shop/models/default/versions/1", "bag"},
                                                       {"stores/shop/models/default/versions/2", "pen"}};
  const auto activate = [&](int version) {
    pb::ActivateModelVersionRequest request;
    request.set_name("stores/shop/models/default/versions/" + std::to_string(version));
    request.mutable_guards()->set_min_weighted_overlap(0);
    request.mutable_guards()->set_max_lost_item_share(1);
    pb::ActivateModelVersionResponse response;
    return Call(*world.channel(), "awase.v1.ModelService/ActivateModelVersion", request, &response);
  };
  ASSERT_TRUE(activate(1).ok());

  std::atomic<bool> stop{false};
  std::atomic<int> answered{0}, failed{0}, mixed{0};
  std::atomic<int> by_version[2] = {0, 0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      const auto channel = world.NewChannel();
      pb::RecommendRequest request;
      request.set_placement("stores/shop/placements/default");
      request.add_cart_lines()->set_item_id("camera");
      request.set_fallback_mode(pb::FALLBACK_MODE_NONE);
      request.set_view(pb::RECOMMENDATION_VIEW_EXPLAINED);
      request.set_filter("available = true");
      while (!stop) {
        pb::RecommendResponse response;
        if (!Call(*channel, "awase.v1.RecommendationService/Recommend", request, &response).ok()) {
          ++failed;
          continue;
        }
        ++answered;
        const auto it = expected.find(response.serving_info().model_version());
        if (it == expected.end() || response.recommendations_size() != 1 ||
            response.recommendations(0).item_id() != it->second) {
          ++mixed;
        } else {
          ++by_version[it->second == "bag" ? 0 : 1];
        }
      }
    });
  }
  for (int swap = 1; swap <= kSwaps; ++swap) {
    const grpc::Status status = activate(1 + swap % 2);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  stop = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(mixed, 0);
  EXPECT_GT(by_version[0], 0) << "the load saw both versions";
  EXPECT_GT(by_version[1], 0);
  EXPECT_EQ(answered, by_version[0] + by_version[1]);
  EXPECT_EQ(world.server().stores().Find("shop")->Reap(), 0u) << "retired models are freed";
}

}  // namespace
}  // namespace awase
