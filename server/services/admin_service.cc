#include "server/services/admin_service.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "server/rpc/status.h"
#include "server/wire/names.h"
#include "server/wire/time.h"

namespace awase {
namespace {

void WriteJob(std::string_view store, const Job& job, pb::Job* out) {
  out->set_name(ChildName(store, "jobs", job.id));
  out->set_kind(job.kind);
  out->set_state(static_cast<pb::Job::State>(job.state));
  out->set_stage(job.stage);
  out->set_progress(job.progress);
  SetTime(job.created, out->mutable_create_time());
  if (job.ended != absl::InfinitePast()) SetTime(job.ended, out->mutable_end_time());
  out->set_error_code(static_cast<int32_t>(job.status.code()));
  out->set_error_message(std::string(job.status.message()));
  out->set_result(job.result);
  out->set_note(job.note);
}

void WriteServed(const Served& served, pb::ServedModel* out) {
  const Model& model = *served.model;
  out->set_model_version(served.name);
  out->mutable_create_time()->set_seconds(model.created());
  if (model.watermark() != kNoTime) SetTime(model.watermark(), out->mutable_data_watermark_time());
  out->set_item_count(model.items());
  out->set_edge_count(static_cast<int64_t>(model.edges()));
  out->set_digest(model.digest());
}

void WriteStore(Store& store, pb::StoreStatus* out) {
  const auto front = store.front();
  out->set_name("stores/" + store.name());
  const Served* usual = front->FindModel("default");
  out->set_serving(usual != nullptr);
  out->set_profiles_ready(store.profiles().ready());
  for (const auto& [id, served] : front->models) WriteServed(*served, out->add_models());
  if (const auto counts = store.ledger().Counts(); counts.ok()) {
    out->set_order_line_count(static_cast<int64_t>(counts->order_lines));
  }
  if (const auto mark = store.ledger().ReadWatermark(); mark.ok()) {
    const uint64_t seen = usual == nullptr ? 0 : usual->model->ledger_sequence();
    out->set_pending_event_count(static_cast<int64_t>(mark->sequence - std::min(seen, mark->sequence)));
  }
  out->set_last_problem(store.last_problem());
}

}  // namespace

absl::Status AdminHandlers::GetJob(const pb::GetJobRequest& request, pb::GetJobResponse* response) const {
  std::string_view store, id;
  if (const absl::Status named = ParseChildName("name", request.name(), "jobs", store, id); !named.ok())
    return named;
  if (const auto found = stores_.Need(store); !found.ok()) return found.status();
  const auto job = jobs_.Find(store, id);
  if (!job.has_value())
    return rpc::Error(absl::StatusCode::kNotFound, "JOB_NOT_FOUND", "name: no such job is remembered");
  WriteJob(store, *job, response->mutable_job());
  return absl::OkStatus();
}

absl::Status AdminHandlers::ListJobs(const pb::ListJobsRequest& request,
                                     pb::ListJobsResponse* response) const {
  std::string_view store;
  if (const absl::Status named = ParseStoreName("parent", request.parent(), store); !named.ok()) return named;
  if (const auto found = stores_.Need(store); !found.ok()) return found.status();
  const auto size = PageSize(request.page_size(), 20, 100);
  if (!size.ok()) return size.status();
  const std::string scope = request.parent() + "/jobs";
  const auto after = ReadPageToken(request.page_token(), scope);
  if (!after.ok()) return after.status();
  const std::vector<Job> jobs = jobs_.List(store);
  auto job = jobs.begin();
  if (!after->empty()) {
    job = std::find_if(jobs.begin(), jobs.end(), [&](const Job& j) { return j.id == *after; });
    // A forgotten job was the oldest of all: nothing follows it.
    if (job != jobs.end()) ++job;
  }
  for (; job != jobs.end(); ++job) {
    if (response->jobs_size() == static_cast<int>(*size)) {
      response->set_next_page_token(MakePageToken(scope, std::prev(job)->id));
      break;
    }
    WriteJob(store, *job, response->add_jobs());
  }
  return absl::OkStatus();
}

absl::Status AdminHandlers::GetServerStatus(const pb::GetServerStatusRequest&,
                                            pb::GetServerStatusResponse* response) const {
  response->set_version(kServerVersion);
  SetTime(start_, response->mutable_start_time());
  for (const std::string& address : addresses_) response->add_listen_addresses(address);
  for (Store* store : stores_.All()) WriteStore(*store, response->add_stores());
  return absl::OkStatus();
}

}  // namespace awase
