#include "server/http/metrics.h"

#include <grpcpp/support/status_code_enum.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"

namespace awase {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<std::pair<std::string, std::string>>;

class Page {
 public:
  void Add(const std::string& name, const std::string& help, MetricType type, const Labels& labels,
           double value) {
    ClientMetric metric = Labelled(labels);
    (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    Family(name, help, type).metric.push_back(std::move(metric));
  }
  void AddHistogram(const std::string& name, const std::string& help, const Labels& labels,
                    const ClientMetric::Histogram& histogram) {
    ClientMetric metric = Labelled(labels);
    metric.histogram = histogram;
    Family(name, help, MetricType::Histogram).metric.push_back(std::move(metric));
  }
  std::string Text() const {
    std::vector<MetricFamily> families;
    for (const auto& [name, family] : families_) families.push_back(family);
    return prometheus::TextSerializer().Serialize(families);
  }

 private:
  static ClientMetric Labelled(const Labels& labels) {
    ClientMetric metric;
    for (const auto& [name, value] : labels) metric.label.push_back({name, value});
    return metric;
  }
  MetricFamily& Family(const std::string& name, const std::string& help, MetricType type) {
    MetricFamily& family = families_[name];
    family.name = name;
    family.help = help;
    family.type = type;
    return family;
  }
  std::map<std::string, MetricFamily> families_;
};

// The counts of one method over all queues.
struct MethodTotal {
  std::vector<uint64_t> by_code = std::vector<uint64_t>(rpc::kCodes);
  std::vector<uint64_t> by_latency = std::vector<uint64_t>(rpc::kLatencyEdgesUs.size() + 1);
  uint64_t nanos = 0;
  int64_t in_flight = 0;
};

std::map<std::string, MethodTotal> TotalsByMethod(const MetricSources& sources) {
  std::map<std::string, MethodTotal> totals;
  for (const auto& queue : *sources.queues) {
    queue->ForEachStats([&](const rpc::CallStats& stats) {
      MethodTotal& total = totals[stats.method];
      for (size_t c = 0; c < total.by_code.size(); ++c) total.by_code[c] += stats.by_code[c].load();
      for (size_t b = 0; b < total.by_latency.size(); ++b) total.by_latency[b] += stats.by_latency[b].load();
      total.nanos += stats.total_nanos.load();
      total.in_flight += stats.in_flight.load();
    });
  }
  return totals;
}

void AddCalls(const MetricSources& sources, Page& page) {
  for (const auto& [method, total] : TotalsByMethod(sources)) {
    for (size_t c = 0; c < total.by_code.size(); ++c) {
      if (total.by_code[c] == 0 && c != 0) continue;
      const std::string code = absl::StatusCodeToString(static_cast<absl::StatusCode>(c));
      page.Add("awase_calls_total", "Calls answered, by method and code.", MetricType::Counter,
               {{"method", method}, {"code", code}}, static_cast<double>(total.by_code[c]));
    }
    page.Add("awase_calls_in_flight", "Calls being handled.", MetricType::Gauge, {{"method", method}},
             static_cast<double>(total.in_flight));
    ClientMetric::Histogram histogram;
    uint64_t below = 0;
    for (size_t b = 0; b < total.by_latency.size(); ++b) {
      below += total.by_latency[b];
      const bool last = b == rpc::kLatencyEdgesUs.size();
      histogram.bucket.push_back(
          {below, last ? std::numeric_limits<double>::infinity() : rpc::kLatencyEdgesUs[b] * 1e-6});
    }
    histogram.sample_count = below;
    histogram.sample_sum = static_cast<double>(total.nanos) * 1e-9;
    page.AddHistogram("awase_call_seconds", "Time from a call's arrival to its answer's end.",
                      {{"method", method}}, histogram);
  }
}

void AddModels(const Store& store, const Shopfront& front, Page& page) {
  for (const auto& [id, served] : front.models) {
    const Labels labels = {{"store", store.name()}, {"model", id}};
    const double age = absl::ToDoubleSeconds(absl::Now() - absl::FromUnixSeconds(served->model->created()));
    page.Add("awase_model_age_seconds", "Time since the serving version was built.", MetricType::Gauge,
             labels, age);
    page.Add("awase_model_version", "Number of the serving version.", MetricType::Gauge, labels,
             static_cast<double>(served->version));
    page.Add("awase_model_items", "Items of the serving version.", MetricType::Gauge, labels,
             served->model->items());
    page.Add("awase_model_edges", "Edges of the serving version.", MetricType::Gauge, labels,
             static_cast<double>(served->model->edges()));
  }
}

void AddStore(const Store& store, Page& page) {
  const auto front = store.front();
  const Labels labels = {{"store", store.name()}};
  AddModels(store, *front, page);
  const Served* usual = front->FindModel("default");
  const uint64_t sequence = store.watermark().sequence;
  const uint64_t seen = usual == nullptr ? 0 : usual->model->ledger_sequence();
  page.Add("awase_store_serving", "1 when a model serves.", MetricType::Gauge, labels,
           usual == nullptr ? 0 : 1);
  page.Add("awase_profiles", "Customers whose own history is in memory.", MetricType::Gauge, labels,
           static_cast<double>(store.profiles().customers()));
  page.Add("awase_events_accepted_total", "Events taken in over the wire since the start.",
           MetricType::Counter, labels, static_cast<double>(store.events_accepted()));
  page.Add("awase_events_pending", "Changes of the ledger that the serving model has not seen.",
           MetricType::Gauge, labels, static_cast<double>(sequence - std::min(seen, sequence)));
}

}  // namespace

std::string MetricsPage(const MetricSources& sources) {
  Page page;
  AddCalls(sources, page);
  for (const Store* store : sources.stores->All()) AddStore(*store, page);
  page.Add("awase_trainings_total", "Trainings ended, by result.", MetricType::Counter,
           {{"result", "succeeded"}}, static_cast<double>(sources.trainer->succeeded()));
  page.Add("awase_trainings_total", "Trainings ended, by result.", MetricType::Counter,
           {{"result", "failed"}}, static_cast<double>(sources.trainer->failed()));
  return page.Text();
}

}  // namespace awase
