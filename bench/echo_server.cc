// The transport alone: Recommend's message shapes over the server's own call layer, and no engine. What it
// reaches is what any answer could reach at most; benchmarks report the real server as a ratio to it.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "awase/v1/recommendation_service.grpc.pb.h"
#include "server/rpc/call_queue.h"
#include "server/rpc/listener.h"
#include <CLI/CLI.hpp>

namespace {

namespace pb = ::awase::v1;
namespace rpc = ::awase::rpc;

constexpr int kResults = 20;
constexpr size_t kIdBytes = 12;

// Twenty made-up items, as a basic answer has them. The ids differ by request, so that nothing is sent from a
// cache.
absl::Status Echo(const pb::RecommendRequest& request, pb::RecommendResponse* response) {
  const int results = request.max_results() > 0 ? request.max_results() : kResults;
  for (int r = 0; r < results; ++r) {
    pb::Recommendation* out = response->add_recommendations();
    std::string* id = out->mutable_item_id();
    id->assign(kIdBytes, static_cast<char>('a' + r % 26));
    if (request.cart_lines_size() > 0)
      id->replace(0, 4, request.cart_lines(r % request.cart_lines_size()).item_id(), 0, 4);
    out->set_score(1.0 / (r + 1));
    out->set_source(pb::RESULT_SOURCE_CO_PURCHASE);
  }
  pb::ServingInfo* info = response->mutable_serving_info();
  info->set_model_version("stores/shop/models/default/versions/1");
  info->mutable_data_watermark_time()->set_seconds(1'700'000'000);
  info->mutable_server_latency()->set_nanos(1000);
  return absl::OkStatus();
}

int Run(const rpc::ListenerOptions& listener, unsigned threads) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  rpc::PrepareGrpc();
  grpc::ServerBuilder builder;
  std::vector<int> ports;
  if (const absl::Status added = rpc::AddPorts(listener, builder, ports); !added.ok()) {
    std::fprintf(stderr, "echo_server: %s\n", std::string(added.message()).c_str());
    return 1;
  }
  pb::RecommendationService::AsyncService service;
  builder.RegisterService(&service);
  std::vector<std::unique_ptr<rpc::CallQueue>> queues;
  for (unsigned q = 0; q < threads; ++q) {
    queues.push_back(std::make_unique<rpc::CallQueue>(builder.AddCompletionQueue(), nullptr));
    queues.back()->Serve(
        "awase.v1.RecommendationService/Recommend", &service,
        &pb::RecommendationService::AsyncService::RequestRecommend,
        std::function<absl::Status(const pb::RecommendRequest&, pb::RecommendResponse*)>(Echo));
  }
  const auto server = builder.BuildAndStart();
  if (server == nullptr) {
    std::fprintf(stderr, "echo_server: cannot listen on %s\n", rpc::Unbound(listener, ports).c_str());
    return 1;
  }
  for (unsigned q = 0; q < threads; ++q) queues[q]->Start(static_cast<int>(q));
  for (const std::string& address : rpc::BoundAddresses(listener, ports))
    std::printf("%s\n", address.c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ends, &signal);
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  for (const auto& queue : queues) queue->Stop();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"echo_server: Recommend's messages without the engine. Prints its addresses, one a line."};
  rpc::ListenerOptions listener;
  listener.listen = {"127.0.0.1:50061"};
  unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  app.add_option("--listen", listener.listen, "HOST:PORT (port 0: any free one) or unix:PATH")
      ->capture_default_str();
  app.add_option("--threads", threads, "Request threads")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return Run(listener, std::max(1u, threads));
}
