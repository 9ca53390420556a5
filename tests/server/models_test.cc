// ModelService and AdminService: trainings, versions, guards, rollback, jobs, status.
#include <gtest/gtest.h>

#include <string>

#include "awase/v1/admin_service.pb.h"
#include "awase/v1/model_service.pb.h"
#include "awase/v1/recommendation_service.pb.h"
#include "tests/server/world.h"

namespace awase {
namespace {

namespace pb = ::awase::v1;
using testing::Call;
using testing::Eventually;
using testing::FieldIn;
using testing::ReasonIn;
using testing::World;

const std::string kModel = "awase.v1.ModelService/";
const std::string kAdmin = "awase.v1.AdminService/";
constexpr char kDefault[] = "stores/shop/models/default";

std::string VersionPath(int version) {
  return std::string(kDefault) + "/versions/" + std::to_string(version);
}

class Models : public ::testing::Test {
 protected:
  template <class Request, class Response>
  grpc::Status Ask(const std::string& method, const Request& request, Response* response) {
    return Call(*world_.channel(), method, request, response);
  }
  // Waits for the job to end.
  pb::Job Finish(const std::string& name) {
    pb::GetJobRequest request;
    request.set_name(name);
    pb::GetJobResponse response;
    EXPECT_TRUE(Eventually([&] {
      EXPECT_TRUE(Ask(kAdmin + "GetJob", request, &response).ok());
      return response.job().state() >= pb::Job::STATE_SUCCEEDED;
    }));
    return response.job();
  }
  pb::Job Train(const std::function<void(pb::TrainModelRequest&)>& change) {
    pb::TrainModelRequest request;
    request.set_model(kDefault);
    request.mutable_options()->set_measure(pb::MEASURE_JACCARD);
    change(request);
    pb::TrainModelResponse response;
    const grpc::Status status = Ask(kModel + "TrainModel", request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return Finish(response.job());
  }
  std::string Active() {
    pb::GetServerStatusResponse status;
    EXPECT_TRUE(Ask(kAdmin + "GetServerStatus", pb::GetServerStatusRequest(), &status).ok());
    return status.stores(0).models(0).model_version();
  }
  World world_;
};

TEST_F(Models, ATrainingYieldsAVersionThatServes) {
  const pb::Job job = Train([](auto&) {});
  EXPECT_EQ(job.state(), pb::Job::STATE_SUCCEEDED) << job.error_message();
  EXPECT_EQ(job.result(), VersionPath(2));
  EXPECT_EQ(job.progress(), 1);
  EXPECT_EQ(Active(), VersionPath(2));
  pb::GetModelVersionRequest get;
  get.set_name(VersionPath(2));
  pb::GetModelVersionResponse got;
  ASSERT_TRUE(Ask(kModel + "GetModelVersion", get, &got).ok());
  EXPECT_EQ(got.model_version().state(), pb::ModelVersion::STATE_ACTIVE);
  EXPECT_EQ(got.model_version().item_count(), 7);
  EXPECT_NE(got.model_version().config_json().find("\"measure\""), std::string::npos);
  get.set_name(VersionPath(1));
  ASSERT_TRUE(Ask(kModel + "GetModelVersion", get, &got).ok());
  EXPECT_EQ(got.model_version().state(), pb::ModelVersion::STATE_STANDBY);
  get.set_name(VersionPath(9));
  EXPECT_EQ(ReasonIn(Ask(kModel + "GetModelVersion", get, &got)), "MODEL_VERSION_NOT_FOUND");
}

TEST_F(Models, TheMeasureIsChosenWhereNoneIsNamed) {
  const pb::Job job = Train([](auto& r) { r.mutable_options()->clear_measure(); });
  EXPECT_EQ(job.state(), pb::Job::STATE_SUCCEEDED) << job.error_message();
}

TEST_F(Models, ARequestIdYieldsTheFirstJob) {
  const auto with_id = [](auto& r) { r.set_request_id("r1"); };
  const std::string first = Train(with_id).name();
  EXPECT_EQ(Train(with_id).name(), first);
  EXPECT_NE(Train([](auto& r) { r.set_request_id("r2"); }).name(), first);
}

TEST_F(Models, AVersionThatFailsItsGuardsIsKeptFromServing) {
  const pb::Job job = Train([](auto& r) { r.mutable_options()->set_min_joint_customer_count(1000); });
  EXPECT_EQ(job.state(), pb::Job::STATE_SUCCEEDED);
  EXPECT_NE(job.note().find("kept from serving"), std::string::npos);
  EXPECT_EQ(Active(), VersionPath(1));

  pb::ActivateModelVersionRequest request;
  request.set_name(VersionPath(2));
  pb::ActivateModelVersionResponse response;
  const grpc::Status refused = Ask(kModel + "ActivateModelVersion", request, &response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonIn(refused), "GUARD_FAILED");
  request.mutable_guards()->set_min_weighted_overlap(0);
  request.mutable_guards()->set_max_lost_item_share(1);
  request.set_expected_active_version(VersionPath(3));
  EXPECT_EQ(Ask(kModel + "ActivateModelVersion", request, &response).error_code(), grpc::StatusCode::ABORTED);
  request.set_expected_active_version(VersionPath(1));
  request.set_validate_only(true);
  ASSERT_TRUE(Ask(kModel + "ActivateModelVersion", request, &response).ok());
  EXPECT_EQ(Active(), VersionPath(1));
  request.set_validate_only(false);
  ASSERT_TRUE(Ask(kModel + "ActivateModelVersion", request, &response).ok());
  EXPECT_EQ(response.previous_version(), VersionPath(1));
  EXPECT_EQ(Active(), VersionPath(2));

  pb::RollbackModelRequest back;
  back.set_model(kDefault);
  pb::RollbackModelResponse rolled;
  EXPECT_EQ(FieldIn(Ask(kModel + "RollbackModel", back, &rolled)), "reason");
  back.set_reason("too few edges");
  ASSERT_TRUE(Ask(kModel + "RollbackModel", back, &rolled).ok());
  EXPECT_EQ(rolled.model_version().name(), VersionPath(1));
  EXPECT_EQ(Active(), VersionPath(1));
}

TEST_F(Models, RollbackNeedsAnEarlierVersion) {
  pb::RollbackModelRequest back;
  back.set_model(kDefault);
  back.set_reason("r");
  pb::RollbackModelResponse rolled;
  const grpc::Status status = Ask(kModel + "RollbackModel", back, &rolled);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonIn(status), "NO_PREVIOUS_VERSION");
}

TEST_F(Models, VersionsAreListedAndCompared) {
  Train([](auto& r) { r.mutable_options()->set_neighbor_count(1); });
  pb::ListModelVersionsRequest list;
  list.set_parent(kDefault);
  list.set_page_size(1);
  pb::ListModelVersionsResponse page;
  ASSERT_TRUE(Ask(kModel + "ListModelVersions", list, &page).ok());
  EXPECT_EQ(page.model_versions(0).name(), VersionPath(2));
  list.set_page_token(page.next_page_token());
  ASSERT_TRUE(Ask(kModel + "ListModelVersions", list, &page).ok());
  EXPECT_EQ(page.model_versions(0).name(), VersionPath(1));
  EXPECT_TRUE(page.next_page_token().empty());

  pb::CompareModelVersionsRequest compare;
  compare.set_base_version(VersionPath(1));
  compare.set_candidate_version(VersionPath(2));
  pb::CompareModelVersionsResponse compared;
  ASSERT_TRUE(Ask(kModel + "CompareModelVersions", compare, &compared).ok());
  EXPECT_LT(compared.weighted_overlap(), 1);
  EXPECT_GT(compared.largest_changes_size(), 0);
  compare.set_depth(-1);
  EXPECT_EQ(FieldIn(Ask(kModel + "CompareModelVersions", compare, &compared)), "depth");
  compare.set_depth(0);
  compare.set_candidate_version("stores/shop/models/other/versions/1");
  EXPECT_EQ(FieldIn(Ask(kModel + "CompareModelVersions", compare, &compared)), "candidate_version");
}

TEST_F(Models, EachLimitOfATrainingIsNamed) {
  const auto field_of = [&](const std::function<void(pb::TrainModelRequest&)>& change) {
    pb::TrainModelRequest request;
    request.set_model(kDefault);
    change(request);
    pb::TrainModelResponse response;
    const grpc::Status status = Ask(kModel + "TrainModel", request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    return FieldIn(status);
  };
  EXPECT_EQ(field_of([](auto& r) { r.set_model("stores/shop/models/a b"); }), "model");
  EXPECT_EQ(field_of([](auto& r) { r.set_request_id(std::string(129, 'x')); }), "request_id");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_options()->set_damping(9); }), "options.damping");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_options()->set_power(0); }), "options.power");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_options()->set_neighbor_count(501); }),
            "options.neighbor_count");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_options()->set_max_basket_size(-1); }),
            "options.max_basket_size");
  EXPECT_EQ(field_of([](auto& r) { r.mutable_options()->mutable_half_life()->set_seconds(-1); }),
            "options.half_life");
  EXPECT_EQ(
      field_of([](auto& r) { r.mutable_options()->mutable_window()->mutable_max_lag()->set_seconds(-1); }),
      "options.window.max_lag");
  pb::TrainModelRequest valid;
  valid.set_model(kDefault);
  valid.set_validate_only(true);
  pb::TrainModelResponse response;
  EXPECT_TRUE(Ask(kModel + "TrainModel", valid, &response).ok());
  EXPECT_TRUE(response.job().empty());
}

TEST_F(Models, AFailedTrainingSaysWhyAndChangesNothing) {
  const pb::Job job = Train([](auto& r) {
    r.set_model("stores/shop/models/also-viewed");
    r.mutable_options()->set_signal(pb::SIGNAL_VIEW);
  });
  EXPECT_EQ(job.state(), pb::Job::STATE_FAILED);
  EXPECT_EQ(job.error_code(), static_cast<int>(grpc::StatusCode::FAILED_PRECONDITION));
  EXPECT_FALSE(job.error_message().empty());
  EXPECT_EQ(Active(), VersionPath(1));
}

TEST_F(Models, JobsAreListedNewestFirst) {
  const std::string first = Train([](auto&) {}).name();
  const std::string second = Train([](auto&) {}).name();
  pb::ListJobsRequest list;
  list.set_parent("stores/shop");
  list.set_page_size(1);
  pb::ListJobsResponse page;
  ASSERT_TRUE(Ask(kAdmin + "ListJobs", list, &page).ok());
  EXPECT_EQ(page.jobs(0).name(), second);
  list.set_page_token(page.next_page_token());
  ASSERT_TRUE(Ask(kAdmin + "ListJobs", list, &page).ok());
  EXPECT_EQ(page.jobs(0).name(), first);
  pb::GetJobRequest get;
  get.set_name("stores/shop/jobs/none");
  pb::GetJobResponse got;
  EXPECT_EQ(ReasonIn(Ask(kAdmin + "GetJob", get, &got)), "JOB_NOT_FOUND");
}

TEST_F(Models, StatusTellsWhatServes) {
  pb::GetServerStatusResponse status;
  ASSERT_TRUE(Ask(kAdmin + "GetServerStatus", pb::GetServerStatusRequest(), &status).ok());
  ASSERT_EQ(status.stores_size(), 1);
  EXPECT_EQ(status.stores(0).name(), "stores/shop");
  EXPECT_TRUE(status.stores(0).serving());
  EXPECT_TRUE(status.stores(0).profiles_ready());
  EXPECT_EQ(status.stores(0).order_line_count(), 74);
  EXPECT_EQ(status.listen_addresses(0), world_.server().addresses()[0]);
  EXPECT_GT(status.start_time().seconds(), 0);
  EXPECT_EQ(status.stores(0).last_problem(), "");
}

}  // namespace
}  // namespace awase
