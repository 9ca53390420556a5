#include "server/train/jobs.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace awase {

Jobs::Jobs() : prefix_(absl::StrCat(absl::Hex(absl::ToUnixMillis(absl::Now())))) {}

std::pair<Job, bool> Jobs::Add(const std::string& store, const std::string& kind,
                               const std::string& request_id) {
  const std::lock_guard lock(mutex_);
  std::deque<Kept>& kept = kept_[store];
  if (!request_id.empty()) {
    for (const Kept& earlier : kept) {
      if (earlier.request_id == request_id) return {earlier.job, false};
    }
  }
  Job job;
  job.id = absl::StrCat(prefix_, "-", next_++);
  job.kind = kind;
  job.created = absl::Now();
  kept.push_back({job, request_id});
  if (kept.size() > kKept) kept.pop_front();
  return {job, true};
}

void Jobs::Update(const std::string& store, const std::string& id, const std::function<void(Job&)>& change) {
  const std::lock_guard lock(mutex_);
  for (Kept& kept : kept_[store]) {
    if (kept.job.id == id) change(kept.job);
  }
}

std::optional<Job> Jobs::Find(std::string_view store, std::string_view id) const {
  for (const Job& job : List(store)) {
    if (job.id == id) return job;
  }
  return std::nullopt;
}

std::vector<Job> Jobs::List(std::string_view store) const {
  const std::lock_guard lock(mutex_);
  std::vector<Job> jobs;
  const auto it = kept_.find(store);
  if (it == kept_.end()) return jobs;
  for (auto kept = it->second.rbegin(); kept != it->second.rend(); ++kept) jobs.push_back(kept->job);
  return jobs;
}

}  // namespace awase
