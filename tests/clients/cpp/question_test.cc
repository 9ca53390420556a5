#include "clients/cpp/commands/question.h"

#include <gtest/gtest.h>

namespace awase::client::commands {
namespace {

TEST(Question, EveryOptionReachesTheRequest) {
  Question question;
  CLI::App app;
  AddQuestion(app, question);
  const char* arguments[] = {"awase",
                             "--store",
                             "demo",
                             "--cart",
                             "a,b",
                             "--cart",
                             "c",
                             "--focus",
                             "f",
                             "--customer",
                             "me",
                             "--session",
                             "s",
                             "--no-history",
                             "--placement",
                             "cart_page",
                             "--top",
                             "7",
                             "--filter",
                             "price < 3",
                             "--exclude",
                             "x,y",
                             "--exclude-substitutes",
                             "--fallback",
                             "none",
                             "--as-of",
                             "2024-04-01T00:00:00Z",
                             "--lang",
                             "ja"};
  app.parse(static_cast<int>(std::size(arguments)), arguments);
  const auto request = RequestFor(question);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->placement(), "stores/demo/placements/cart_page");
  ASSERT_EQ(request->cart_lines_size(), 3);
  EXPECT_EQ(request->cart_lines(2).item_id(), "c");
  EXPECT_EQ(request->focus_item_id(), "f");
  EXPECT_EQ(request->customer().customer_id(), "me");
  EXPECT_EQ(request->customer().session_id(), "s");
  EXPECT_TRUE(request->customer().has_personalization_consent());
  EXPECT_FALSE(request->customer().personalization_consent());
  EXPECT_EQ(request->max_results(), 7);
  EXPECT_EQ(request->filter(), "price < 3");
  EXPECT_EQ(request->exclude_item_ids_size(), 2);
  EXPECT_TRUE(request->exclude_substitutes());
  EXPECT_EQ(request->fallback_mode(), v1::FALLBACK_MODE_NONE);
  EXPECT_EQ(request->as_of_time().seconds(), 1'711'929'600);
  EXPECT_EQ(request->language_code(), "ja");
  EXPECT_EQ(request->view(), v1::RECOMMENDATION_VIEW_EXPLAINED);
}

TEST(Question, WhatIsNotAskedForStaysUnset) {
  Question question;
  question.store = "demo";
  const auto request = RequestFor(question);
  ASSERT_TRUE(request.ok());
  EXPECT_FALSE(request->has_customer());
  EXPECT_FALSE(request->has_exclude_substitutes());
  EXPECT_FALSE(request->has_as_of_time());
  EXPECT_EQ(request->max_results(), 0);
  EXPECT_EQ(request->fallback_mode(), v1::FALLBACK_MODE_UNSPECIFIED);
}

TEST(Question, ATimeThatIsNoneIsRefusedWithItsValue) {
  Question question;
  question.as_of = "yesterday";
  EXPECT_EQ(std::string(RequestFor(question).status().message()),
            "--as-of: is no RFC 3339 time, got yesterday");
}

}  // namespace
}  // namespace awase::client::commands
