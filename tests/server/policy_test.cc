// Pure policy: addresses, versions, staleness, names, jobs.
#include <gtest/gtest.h>

#include "server/config/serve_options.h"
#include "server/store/version_choice.h"
#include "server/train/jobs.h"
#include "server/train/trainer.h"
#include "server/wire/names.h"

namespace awase {
namespace {

ServeOptions On(const std::string& address) {
  ServeOptions options;
  options.data_dir = "/data";
  options.listen = {address};
  return options;
}

TEST(ServeOptions, LoopbackAndUnixSocketsNeedNoTls) {
  for (const char* address :
       {"127.0.0.1:50051", "127.8.0.1:1", "localhost:0", "[::1]:50051", "unix:/run/awase.sock"}) {
    EXPECT_TRUE(CheckServeOptions(On(address)).ok()) << address;
  }
}

TEST(ServeOptions, OtherAddressesAreRefusedAndTheRiskIsNamed) {
  for (const char* address :
       {"0.0.0.0:50051", "[::]:50051", "192.168.1.2:50051", "example.com:443", "127.0.0.1.evil.com:1"}) {
    const absl::Status refused = CheckServeOptions(On(address));
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << address;
    EXPECT_NE(std::string(refused.message()).find("gRPC 1.51.1 has no fix for HTTP/2 rapid reset"),
              std::string::npos);
    ServeOptions told = On(address);
    told.insecure_listen = true;
    EXPECT_TRUE(CheckServeOptions(told).ok()) << address;
    ServeOptions tls = On(address);
    tls.tls_cert = "cert.pem";
    tls.tls_key = "key.pem";
    EXPECT_TRUE(CheckServeOptions(tls).ok()) << address;
  }
}

TEST(ServeOptions, HalfATlsPairAnHttpPortBeyondLoopbackAndOddAddressesAreRefused) {
  ServeOptions half = On("127.0.0.1:1");
  half.tls_cert = "cert.pem";
  EXPECT_FALSE(CheckServeOptions(half).ok());
  ServeOptions http = On("127.0.0.1:1");
  http.http = "0.0.0.0:8080";
  EXPECT_FALSE(CheckServeOptions(http).ok());
  http.http = "127.0.0.1:8080";
  EXPECT_TRUE(CheckServeOptions(http).ok());
  for (const char* address : {"", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "unix:", ":::1"}) {
    EXPECT_FALSE(CheckServeOptions(On(address)).ok()) << address;
  }
}

TEST(NextToLoad, PrefersTheActiveVersionAndNeverLeavesASoundOneForABrokenOne) {
  const Serving wanted{3, 2};
  const std::vector<Version> disk = {4, 3, 2, 1};
  EXPECT_EQ(NextToLoad({}, disk, std::nullopt, {}), std::nullopt);
  EXPECT_EQ(NextToLoad(wanted, disk, std::nullopt, {}), 3u);
  EXPECT_EQ(NextToLoad(wanted, disk, 2, {}), 3u);
  EXPECT_EQ(NextToLoad(wanted, disk, 3, {}), std::nullopt);
  EXPECT_EQ(NextToLoad(wanted, disk, 2, {3}), std::nullopt);
  EXPECT_EQ(NextToLoad(wanted, disk, std::nullopt, {3}), 2u);
  EXPECT_EQ(NextToLoad(wanted, disk, std::nullopt, {3, 2}), 4u);
  EXPECT_EQ(NextToLoad(wanted, disk, std::nullopt, {4, 3, 2, 1}), std::nullopt);
}

TEST(IsStale, CountsAgeAndCatalogueDecideButNotTheSameFactsTwice) {
  Staleness s;
  s.has_model = true;
  s.threshold = 1000;
  s.pending = s.since = 999;
  EXPECT_FALSE(IsStale(s));
  s.pending = s.since = 1000;
  EXPECT_TRUE(IsStale(s));
  s.since = 10;  // a training over the others was tried already
  EXPECT_FALSE(IsStale(s));
  s.catalogue_changed = true;
  EXPECT_TRUE(IsStale(s));
  Staleness aged{true, 5, 5, 1000, false, 100, 60};
  EXPECT_TRUE(IsStale(aged));
  aged.age_seconds = 10;
  EXPECT_FALSE(IsStale(aged));
  EXPECT_FALSE(IsStale({true, 5000, 5000, 0, true, 0, 0})) << "switched off";
  EXPECT_TRUE(IsStale({false, 3, 3, 1000, false, 0, 0})) << "first model";
  EXPECT_FALSE(IsStale({false, 0, 5, 1000, true, 0, 0})) << "nothing was ever bought";
}

TEST(Names, ItemIdsMayHoldSlashes) {
  std::string_view store, id;
  ASSERT_TRUE(ParseChildName("name", "stores/s/items/a/b c", "items", store, id).ok());
  EXPECT_EQ(store, "s");
  EXPECT_EQ(id, "a/b c");
}

TEST(Names, WhatIsNotANameIsRefused) {
  std::string_view store, id;
  for (const char* name : {"", "stores", "stores/", "stores//items/a", "stores/s/items/",
                           "stores/s/placements/a", "s/items/a"}) {
    EXPECT_FALSE(ParseChildName("name", name, "items", store, id).ok()) << name;
  }
  EXPECT_FALSE(ParseChildName("name", "stores/s/items/" + std::string(129, 'x'), "items", store, id).ok());
  for (const char* name : {"stores/", "stores/a/b", "stores/a b", "shops/a"}) {
    EXPECT_FALSE(ParseStoreName("parent", name, store).ok()) << name;
  }
  for (const char* name :
       {"stores/s/models/m/versions/", "stores/s/models/m/versions/x", "stores/s/models/m"}) {
    EXPECT_FALSE(ParseVersionName("name", name).ok()) << name;
  }
  EXPECT_EQ(ParseVersionName("name", FormatVersionName("s", "m", 7))->version, 7u);
}

TEST(PageToken, IsBoundToItsList) {
  const std::string token = MakePageToken("stores/a/items", "pen");
  EXPECT_EQ(*ReadPageToken(token, "stores/a/items"), "pen");
  EXPECT_FALSE(ReadPageToken(token, "stores/b/items").ok());
  EXPECT_FALSE(ReadPageToken("!!", "stores/a/items").ok());
  EXPECT_EQ(*ReadPageToken("", "stores/a/items"), "");
}

TEST(Jobs, ARequestIdYieldsTheFirstJobAndAHundredAreKept) {
  Jobs jobs;
  const auto [first, is_new] = jobs.Add("shop", "train", "r1");
  EXPECT_TRUE(is_new);
  const auto [again, is_new_again] = jobs.Add("shop", "train", "r1");
  EXPECT_FALSE(is_new_again);
  EXPECT_EQ(again.id, first.id);
  EXPECT_TRUE(jobs.Add("other", "train", "r1").second) << "request ids belong to a store";
  for (int n = 0; n < 100; ++n) jobs.Add("shop", "train", "");
  EXPECT_EQ(jobs.List("shop").size(), Jobs::kKept);
  EXPECT_FALSE(jobs.Find("shop", first.id).has_value());
  EXPECT_NE(jobs.List("shop")[0].id, jobs.List("shop")[1].id);
}

}  // namespace
}  // namespace awase
