// What the calls of one method did, counted without locks.
#ifndef AWASE_SERVER_RPC_CALL_STATS_H_
#define AWASE_SERVER_RPC_CALL_STATS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace awase::rpc {

// Upper edges of the latency histogram, in microseconds; one more bucket catches the rest.
inline constexpr std::array<uint32_t, 15> kLatencyEdgesUs = {
    10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000, 100000, 500000, 1000000, 5000000};
inline constexpr int kCodes = 17;

// Counters of one method on one queue. Written by that queue's threads, read by the metrics page; relaxed
// throughout.
struct alignas(64) CallStats {
  explicit CallStats(std::string method_name) : method(std::move(method_name)) {}

  void Record(int code, uint64_t nanos) {
    by_code[static_cast<size_t>(code < 0 || code >= kCodes ? 2 : code)].fetch_add(1,
                                                                                  std::memory_order_relaxed);
    size_t bucket = 0;
    while (bucket < kLatencyEdgesUs.size() && nanos > uint64_t{kLatencyEdgesUs[bucket]} * 1000) ++bucket;
    by_latency[bucket].fetch_add(1, std::memory_order_relaxed);
    total_nanos.fetch_add(nanos, std::memory_order_relaxed);
  }

  const std::string method;  // "awase.v1.RecommendationService/Recommend"
  std::array<std::atomic<uint64_t>, kCodes> by_code{};
  std::array<std::atomic<uint64_t>, kLatencyEdgesUs.size() + 1> by_latency{};
  std::atomic<uint64_t> total_nanos{0};
  std::atomic<int64_t> in_flight{0};
};

}  // namespace awase::rpc

#endif  // AWASE_SERVER_RPC_CALL_STATS_H_
