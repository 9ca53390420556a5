#include "clients/cpp/status.h"

#include <gtest/gtest.h>

#include <string>

#include "google/rpc/status.pb.h"

#include "clients/cpp/client.h"
#include "tests/clients/cpp/fake_server.h"

namespace awase::client {
namespace {

grpc::Status Refusal() {
  google::rpc::BadRequest bad_request;
  auto* first = bad_request.add_field_violations();
  first->set_field("cart_lines[3].quantity");
  first->set_description("is negative, got -3");
  auto* second = bad_request.add_field_violations();
  second->set_field("filter");
  second->set_description("knows no field, got colour");
  google::rpc::ErrorInfo info;
  info.set_reason("BAD_REQUEST_FIELDS");
  info.set_domain("awase");
  (*info.mutable_metadata())["store"] = "demo";
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(50'000'000);
  google::rpc::Status details;
  details.set_code(3);
  details.set_message("the request has errors");
  details.add_details()->PackFrom(bad_request);
  details.add_details()->PackFrom(info);
  details.add_details()->PackFrom(retry);
  return {grpc::StatusCode::INVALID_ARGUMENT, "the request has errors", details.SerializeAsString()};
}

TEST(StatusFromGrpc, OkStaysOk) { EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok()); }

TEST(StatusFromGrpc, TheTextNamesFieldsAndReason) {
  const absl::Status status = FromGrpc(Refusal());
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()),
            "the request has errors; cart_lines[3].quantity: is negative, got -3; "
            "filter: knows no field, got colour (BAD_REQUEST_FIELDS)");
}

TEST(StatusFromGrpc, DoesNotSayTwiceWhatTheTextSaysAlready) {
  grpc::Status sent(grpc::StatusCode::INVALID_ARGUMENT,
                    "cart_lines[3].quantity: is negative, got -3; filter: knows no field, got colour",
                    Refusal().error_details());
  EXPECT_EQ(std::string(FromGrpc(sent).message()), sent.error_message() + " (BAD_REQUEST_FIELDS)");
}

TEST(StatusFromGrpc, DetailsCanBeReadByPrograms) {
  const absl::Status status = FromGrpc(Refusal());
  ASSERT_TRUE(ErrorInfoOf(status).has_value());
  EXPECT_EQ(ErrorInfoOf(status)->reason(), "BAD_REQUEST_FIELDS");
  EXPECT_EQ(ErrorInfoOf(status)->metadata().at("store"), "demo");
  ASSERT_TRUE(BadRequestOf(status).has_value());
  EXPECT_EQ(BadRequestOf(status)->field_violations(1).field(), "filter");
  ASSERT_TRUE(RetryInfoOf(status).has_value());
  EXPECT_EQ(RetryInfoOf(status)->retry_delay().nanos(), 50'000'000);
}

TEST(StatusFromGrpc, WithoutDetailsThereAreNone) {
  const absl::Status status = FromGrpc({grpc::StatusCode::NOT_FOUND, "no such store, got x"});
  EXPECT_EQ(std::string(status.message()), "no such store, got x");
  EXPECT_FALSE(ErrorInfoOf(status).has_value());
  EXPECT_FALSE(BadRequestOf(status).has_value());
}

TEST(StatusFromGrpc, BrokenDetailsAreLeftOut) {
  const absl::Status status = FromGrpc({grpc::StatusCode::INTERNAL, "text", "\xff\xff\xff no protobuf"});
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(std::string(status.message()), "text");
  EXPECT_FALSE(ErrorInfoOf(status).has_value());
}

TEST(StatusFromGrpc, DetailsSurviveTheWire) {
  awase::testing::FakeServer server;
  server.recommend = [](grpc::ServerContext&, const auto&, auto&) { return Refusal(); };
  Options options;
  options.question_deadline = absl::Seconds(20);
  const absl::Status status = Client(server.target(), options).Recommend({}).status();
  ASSERT_TRUE(BadRequestOf(status).has_value()) << status;
  EXPECT_EQ(BadRequestOf(status)->field_violations(0).description(), "is negative, got -3");
}

}  // namespace
}  // namespace awase::client
