// The page that Prometheus reads.
#ifndef AWASE_SERVER_HTTP_METRICS_H_
#define AWASE_SERVER_HTTP_METRICS_H_

#include <memory>
#include <string>
#include <vector>

#include "server/rpc/call_queue.h"
#include "server/store/stores.h"
#include "server/train/trainer.h"

namespace awase {

// What the figures are read from; all of it outlives the page.
struct MetricSources {
  const Stores* stores;
  const Trainer* trainer;
  const std::vector<std::unique_ptr<rpc::CallQueue>>* queues;
};

// Text format 0.0.4: calls by method and code, latency histograms, calls in flight, and per store the model's
// age, items and edges, profiles, events taken in and pending. Labels hold names of stores, models and
// methods, never of customers.
std::string MetricsPage(const MetricSources& sources);

}  // namespace awase

#endif  // AWASE_SERVER_HTTP_METRICS_H_
