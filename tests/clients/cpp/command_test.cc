// The `awase` command as a user runs it, against a fake server: what it sends, prints and exits with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/wait.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/clients/cpp/fake_server.h"
#include "tests/support/temp_dir.h"
#include <nlohmann/json.hpp>

namespace awase::client {
namespace {

using awase::testing::FakeServer;
using awase::testing::TempDir;
using nlohmann::json;
using ::testing::HasSubstr;

struct Outcome {
  int exit = -1;
  std::string out, err;
};

Outcome Awase(const std::string& arguments, const std::string& input = "/dev/null") {
  TempDir folder;
  const std::string command =
      "LC_ALL=C " AWASE_COMMAND " " + arguments + " <" + input + " 2>" + (folder / "err");
  Outcome outcome;
  FILE* pipe = popen(command.c_str(), "r");
  char part[4096];
  for (size_t n = 0; (n = fread(part, 1, sizeof part, pipe)) > 0;) {
    outcome.out.append(part, n);
  }
  const int status = pclose(pipe);
  outcome.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  std::stringstream err;
  err << std::ifstream(folder / "err").rdbuf();
  outcome.err = err.str();
  return outcome;
}

void AnswerTeaWithPot(FakeServer& server) {
  server.recommend = [](grpc::ServerContext&, const v1::RecommendRequest& request,
                        v1::RecommendResponse& answer) {
    auto* it = answer.add_recommendations();
    it->set_item_id("pot");
    it->set_title(request.language_code() == "ja" ? "急須" : "Teapot");
    it->set_score(0.5);
    it->set_source(v1::RESULT_SOURCE_CO_PURCHASE);
    it->mutable_explanation()->set_text("bought with tea");
    auto* evidence = it->mutable_explanation()->add_evidence();
    evidence->set_anchor_item_id(request.cart_lines(0).item_id());
    evidence->set_joint_count(12);
    evidence->set_anchor_count(30);
    evidence->set_candidate_count(20);
    auto* shortfall = answer.add_shortfalls();
    shortfall->set_reason(v1::SUPPRESSION_REASON_IN_CART);
    shortfall->set_count(2);
    answer.mutable_serving_info()->set_model_version("stores/demo/models/default/versions/1");
    return grpc::Status::OK;
  };
}

TEST(AwaseRecommend, JsonHasThePromisedKeys) {
  FakeServer server;
  AnswerTeaWithPot(server);
  const Outcome outcome = Awase("recommend --json --store demo --cart tea,cup --server " + server.target());
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const json answer = json::parse(outcome.out);
  const json& it = answer.at("recommendations").at(0);
  EXPECT_EQ(it.at("item_id"), "pot");
  EXPECT_EQ(it.at("title"), "Teapot");
  EXPECT_EQ(it.at("score"), 0.5);
  EXPECT_EQ(it.at("source"), "RESULT_SOURCE_CO_PURCHASE");
  EXPECT_EQ(it.at("reason"), "bought with tea");
  const json& evidence = it.at("evidence").at(0);
  EXPECT_EQ(evidence.at("anchor_item_id"), "tea");
  EXPECT_TRUE(evidence.at("joint_count").is_number_integer());
  EXPECT_EQ(evidence.at("joint_count"), 12);
  EXPECT_EQ(evidence.at("anchor_count"), 30);
  EXPECT_EQ(evidence.at("candidate_count"), 20);
  EXPECT_EQ(answer.at("model_version"), "stores/demo/models/default/versions/1");
  EXPECT_EQ(answer.at("shortfalls").at(0).at("reason"), "SUPPRESSION_REASON_IN_CART");
  EXPECT_EQ(answer.at("shortfalls").at(0).at("count"), 2);
}

TEST(AwaseRecommend, TextShowsTitleSourceReasonAndShortfall) {
  FakeServer server;
  AnswerTeaWithPot(server);
  const Outcome english = Awase("recommend --store demo --cart tea --server " + server.target());
  EXPECT_EQ(english.exit, 0) << english.err;
  EXPECT_THAT(english.out, HasSubstr("Teapot"));
  EXPECT_THAT(english.out, HasSubstr("[bought together] bought with tea"));
  EXPECT_THAT(english.out, HasSubstr("2 in the cart"));
  const Outcome japanese = Awase("recommend --lang ja --store demo --cart tea --server " + server.target());
  EXPECT_THAT(japanese.out, HasSubstr("急須"));
  EXPECT_THAT(japanese.out, HasSubstr("[一緒に購入]"));
}

TEST(AwaseRecommend, TextNamesTheCartByItsTitles) {
  FakeServer server;
  AnswerTeaWithPot(server);
  server.get_item = [](grpc::ServerContext&, const v1::GetItemRequest& request, v1::GetItemResponse& got) {
    if (request.name() != "stores/demo/items/tea") {
      return grpc::Status(grpc::StatusCode::NOT_FOUND, "no such item");
    }
    (*got.mutable_item()->mutable_titles())[""] = "Green tea";
    (*got.mutable_item()->mutable_titles())["ja"] = "緑茶";
    return grpc::Status::OK;
  };
  const std::string question = "recommend --store demo --cart tea,unknown --server " + server.target();
  EXPECT_THAT(Awase(question).out, HasSubstr("cart: tea Green tea, unknown\n"));
  EXPECT_THAT(Awase(question + " --lang ja").out, HasSubstr("カート: tea 緑茶, unknown\n"));
}

TEST(AwaseRecommend, AnErrorOfTheServerIsExitOneWithItsText) {
  FakeServer server;
  server.recommend = [](grpc::ServerContext&, const auto&, auto&) {
    return grpc::Status(grpc::StatusCode::NOT_FOUND, "placement: no such store, got demo");
  };
  const Outcome outcome = Awase("recommend --json --store demo --cart tea --server " + server.target());
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "awase recommend: NOT_FOUND: placement: no such store, got demo\n");
}

TEST(AwaseCommand, NobodyThereIsExitOneAndNamesTheServer) {
  const Outcome outcome = Awase("status --server unix:/nonexistent/awase.sock");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_THAT(outcome.err, HasSubstr("unix:/nonexistent/awase.sock"));
}

TEST(AwaseCommand, UsageErrorsAreExitTwoAndHelpIsZero) {
  EXPECT_EQ(Awase("").exit, 2);
  EXPECT_EQ(Awase("recommend --cart tea").exit, 2);  // no --store
  EXPECT_EQ(Awase("recommend --store demo --lang fr").exit, 2);
  EXPECT_EQ(Awase("nonsense").exit, 2);
  EXPECT_EQ(Awase("--help").exit, 0);
  for (const char* command : {"recommend", "related", "explain", "events", "train", "placements", "status"}) {
    const Outcome help = Awase(std::string(command) + " --help");
    EXPECT_EQ(help.exit, 0) << command;
    EXPECT_THAT(help.out, HasSubstr("Usage")) << command;
  }
}

TEST(AwaseRelated, JsonCarriesTheCounts) {
  FakeServer server;
  server.related = [](grpc::ServerContext&, const v1::ListRelatedItemsRequest& request, auto& row) {
    EXPECT_EQ(request.parent(), "stores/demo/items/tea");
    EXPECT_EQ(request.page_size(), 5);
    auto* it = row.add_related_items();
    it->set_item_id("pot");
    it->mutable_evidence()->set_joint_count(12);
    row.set_model_version("v");
    return grpc::Status::OK;
  };
  const Outcome outcome = Awase("related --json --store demo --item tea --top 5 --server " + server.target());
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const json row = json::parse(outcome.out);
  EXPECT_EQ(row.at("item_id"), "tea");
  EXPECT_EQ(row.at("related_items").at(0).at("evidence").at("joint_count"), 12);
  EXPECT_EQ(row.at("model_version"), "v");
  const Outcome text = Awase("related --store demo --item tea --top 5 --server " + server.target());
  EXPECT_THAT(text.out, HasSubstr("pot"));
}

TEST(AwaseExplain, TellsWhyNot) {
  FakeServer server;
  server.explain = [](grpc::ServerContext&, const v1::ExplainDecisionRequest& request, auto& told) {
    EXPECT_EQ(request.item_id(), "pot");
    told.set_model_rank(4);
    told.mutable_suppression()->add_reasons(v1::SUPPRESSION_REASON_FILTERED);
    return grpc::Status::OK;
  };
  const std::string question = "explain --store demo --cart tea --item pot --server " + server.target();
  EXPECT_THAT(Awase(question).out, HasSubstr("because: filtered"));
  EXPECT_THAT(Awase(question + " --lang ja").out, HasSubstr("理由: 絞り込み"));
  const json told = json::parse(Awase(question + " --json").out);
  EXPECT_EQ(told.at("shown"), false);
  EXPECT_EQ(told.at("suppression").at("reasons").at(0), "SUPPRESSION_REASON_FILTERED");
}

TEST(AwaseStatus, GivesStoresModelsAndAges) {
  FakeServer server;
  server.status = [](grpc::ServerContext&, const auto&, v1::GetServerStatusResponse& status) {
    auto* store = status.add_stores();
    store->set_name("stores/demo");
    store->set_serving(true);
    store->set_order_line_count(541'909);
    auto* model = store->add_models();
    model->set_model_version("stores/demo/models/default/versions/1");
    model->mutable_create_time()->set_seconds(1'711'929'600);
    return grpc::Status::OK;
  };
  const json status = json::parse(Awase("status --json --server " + server.target()).out);
  EXPECT_EQ(status.at("stores").at(0).at("order_line_count"), 541'909);
  EXPECT_GT(status.at("stores").at(0).at("models").at(0).at("age_seconds"), 1e6);
  const Outcome text = Awase("status --server " + server.target());
  EXPECT_THAT(text.out, HasSubstr("541,909"));
  EXPECT_THAT(text.out, HasSubstr("serving"));
}

std::string EventLine(int i) {
  return R"({"eventId":"e)" + std::to_string(i) + R"(","view":{"itemIds":["a"]}})";
}

TEST(AwaseEvents, SendsBatchesAndNamesTheLinesOfErrors) {
  FakeServer server;
  std::vector<int> batches;
  server.write_events = [&](grpc::ServerContext&, const v1::WriteEventsRequest& request, auto& kept) {
    batches.push_back(request.events_size());
    for (int i = 0; i < request.events_size(); ++i) {
      if (request.events(i).event_id() == "e1001") {
        auto* error = kept.add_errors();
        error->set_index(i);
        error->set_code(3);
        error->set_reason("BAD_TIME");
        error->set_message("events[" + std::to_string(i) + "].event_time: is required");
      }
    }
    kept.set_duplicate_count(1);
    kept.set_accepted_count(request.events_size() - 1 - kept.errors_size());
    return grpc::Status::OK;
  };
  TempDir folder;
  std::ofstream file(folder / "events.jsonl");
  file << "\nthis is no event\n";
  for (int i = 0; i < 1500; ++i) {
    file << EventLine(i) << "\n";
  }
  file << R"({"eventId":"x","nonsense":1})";  // no newline at the end
  file.close();
  const std::string send = "events --json --store demo --server " + server.target() + " --file ";
  const Outcome outcome = Awase(send + (folder / "events.jsonl"));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(batches, ::testing::ElementsAre(1000, 500));
  const json kept = json::parse(outcome.out);
  EXPECT_EQ(kept.at("accepted"), 1497);
  EXPECT_EQ(kept.at("duplicates"), 2);
  ASSERT_EQ(kept.at("errors").size(), 3u);
  EXPECT_EQ(kept.at("errors").at(0).at("line"), 2);
  EXPECT_EQ(kept.at("errors").at(0).at("reason"), "INVALID_JSON");
  EXPECT_EQ(kept.at("errors").at(0).at("message").get<std::string>().find('\n'), std::string::npos);
  EXPECT_EQ(kept.at("errors").at(1).at("line"), 1004);  // e1001 stands behind two lines
  EXPECT_EQ(kept.at("errors").at(1).at("reason"), "BAD_TIME");
  EXPECT_EQ(kept.at("errors").at(1).at("code"), "INVALID_ARGUMENT");
  EXPECT_EQ(kept.at("errors").at(1).at("message"), "event_time: is required");
  EXPECT_EQ(kept.at("errors").at(2).at("line"), 1503);
  const Outcome piped = Awase(send + "-", folder / "events.jsonl");
  EXPECT_EQ(piped.exit, 0) << piped.err;
  EXPECT_EQ(json::parse(piped.out), kept);
}

TEST(AwaseEvents, NotOneTakenIsExitOne) {
  FakeServer server;
  TempDir folder;
  std::ofstream(folder / "bad.jsonl") << "no\nnever\n";
  const Outcome outcome =
      Awase("events --json --store demo --server " + server.target() + " --file " + (folder / "bad.jsonl"));
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(json::parse(outcome.out).at("errors").size(), 2u);
  EXPECT_EQ(Awase("events --store demo --server " + server.target() + " --file /nonexistent").exit, 1);
}

TEST(AwaseTrain, FollowsTheJobToItsEnd) {
  FakeServer server;
  int asked = 0;
  server.train = [](grpc::ServerContext&, const v1::TrainModelRequest& request,
                    v1::TrainModelResponse& started) {
    EXPECT_EQ(request.model(), "stores/demo/models/default");
    EXPECT_EQ(request.options().measure(), v1::MEASURE_LLR);
    EXPECT_EQ(request.options().window().max_lag().seconds(), 90 * 86400);
    started.set_job("stores/demo/jobs/1");
    return grpc::Status::OK;
  };
  server.get_job = [&](grpc::ServerContext&, const v1::GetJobRequest& request, v1::GetJobResponse& got) {
    EXPECT_EQ(request.name(), "stores/demo/jobs/1");
    got.mutable_job()->set_state(++asked < 3 ? v1::Job::STATE_RUNNING : v1::Job::STATE_SUCCEEDED);
    got.mutable_job()->set_result("stores/demo/models/default/versions/2");
    return grpc::Status::OK;
  };
  const std::string train = "train --json --store demo --measure llr --server " + server.target();
  const Outcome outcome = Awase(train + " --unit customer --window 90d");
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(json::parse(outcome.out).at("model_version"), "stores/demo/models/default/versions/2");
  EXPECT_EQ(Awase(train + " --window ninety").exit, 1);
}

TEST(AwaseTrain, AFailedJobIsExitOneWithItsCode) {
  FakeServer server;
  server.train = [](grpc::ServerContext&, const auto&, auto&) { return grpc::Status::OK; };
  server.get_job = [](grpc::ServerContext&, const auto&, v1::GetJobResponse& got) {
    got.mutable_job()->set_state(v1::Job::STATE_FAILED);
    got.mutable_job()->set_error_code(8);
    got.mutable_job()->set_error_message("memory limit");
    return grpc::Status::OK;
  };
  const Outcome outcome = Awase("train --store demo --server " + server.target());
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_THAT(outcome.err, HasSubstr("RESOURCE_EXHAUSTED"));
  EXPECT_THAT(outcome.err, HasSubstr("memory limit"));
}

TEST(AwasePlacements, PutsAJsonFile) {
  FakeServer server;
  server.update_placement = [](grpc::ServerContext&, const v1::UpdatePlacementRequest& request,
                               v1::UpdatePlacementResponse& kept) {
    *kept.mutable_placement() = request.placement();
    return grpc::Status::OK;
  };
  TempDir folder;
  std::ofstream(folder / "p.json")
      << R"({"filter":"price < 20","rules":[{"ruleId":"r","itemFilter":"price > 1","boost":1.5}]})";
  const std::string put = "placements put cart --store demo --server " + server.target() + " --file ";
  const Outcome outcome = Awase(put + (folder / "p.json"));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const json kept = json::parse(outcome.out);
  EXPECT_EQ(kept.at("name"), "stores/demo/placements/cart");
  EXPECT_EQ(kept.at("filter"), "price < 20");
  EXPECT_EQ(kept.at("rules").at(0).at("boost"), 1.5);
  std::ofstream(folder / "bad.json") << R"({"filtre":"x"})";
  EXPECT_EQ(Awase(put + (folder / "bad.json")).exit, 1);
}

}  // namespace
}  // namespace awase::client
