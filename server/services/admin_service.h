// Handlers of AdminService.
#ifndef AWASE_SERVER_SERVICES_ADMIN_SERVICE_H_
#define AWASE_SERVER_SERVICES_ADMIN_SERVICE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "awase/v1/admin_service.pb.h"
#include "server/store/stores.h"
#include "server/train/jobs.h"

namespace awase {

namespace pb = ::awase::v1;

inline constexpr char kServerVersion[] = "0.1.0";

class AdminHandlers {
 public:
  AdminHandlers(const Stores& stores, const Jobs& jobs, absl::Time start)
      : stores_(stores), jobs_(jobs), start_(start) {}

  absl::Status GetJob(const pb::GetJobRequest& request, pb::GetJobResponse* response) const;
  absl::Status ListJobs(const pb::ListJobsRequest& request, pb::ListJobsResponse* response) const;
  absl::Status GetServerStatus(const pb::GetServerStatusRequest& request,
                               pb::GetServerStatusResponse* response) const;

  // Once, before the server takes calls.
  void SetAddresses(std::vector<std::string> addresses) { addresses_ = std::move(addresses); }

 private:
  const Stores& stores_;
  const Jobs& jobs_;
  const absl::Time start_;
  std::vector<std::string> addresses_;
};

}  // namespace awase

#endif  // AWASE_SERVER_SERVICES_ADMIN_SERVICE_H_
