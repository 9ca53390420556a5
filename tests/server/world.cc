#include "tests/server/world.h"

#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/support/byte_buffer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

#include "engine/history/history.h"
#include "engine/ledger/ledger.h"
#include "engine/train/train.h"

namespace awase::testing {
namespace {

Item MakeItem(const std::string& id, const std::string& english, const std::string& japanese,
              const std::string& category) {
  Item item;
  item.id = id;
  item.titles = {{"", english}, {"ja", japanese}};
  item.category = category;
  item.price = 1980 * Micros{1'000'000};
  return item;
}

std::vector<Item> ShopItems() {
  std::vector<Item> items = {MakeItem("bag", "Bag", "バッグ", "accessories/bags"),
                             MakeItem("camera", "Camera", "カメラ", "electronics/cameras"),
                             MakeItem("card", "Memory card", "メモリーカード", "accessories/cards"),
                             MakeItem("lamp", "Lamp", "ランプ", "home"),
                             MakeItem("old", "Old film", "古いフィルム", "accessories/cards"),
                             MakeItem("paper", "Paper", "紙", "stationery/paper"),
                             MakeItem("pen", "Pen", "ペン", "stationery/pens")};
  items[1].repeatable = false;
  items[4].available = false;
  return items;
}

}  // namespace

std::vector<WorldOrder> ShopOrders() {
  std::vector<WorldOrder> orders;
  for (int n = 0; n < 12; ++n) {
    WorldOrder order{"cust-" + std::to_string(n), {"camera", "bag"}};
    if (n < 8) order.items.push_back("card");
    if (n < 6) order.items.push_back("old");
    orders.push_back(order);
  }
  for (int n = 12; n < 24; ++n) orders.push_back({"cust-" + std::to_string(n), {"pen", "paper"}});
  for (int n = 24; n < 30; ++n) orders.push_back({"cust-" + std::to_string(n), {"camera", "pen"}});
  return orders;
}

void MakeShop(const std::string& data_dir, const std::string& store, const std::vector<WorldOrder>& orders) {
  auto ledger = Ledger::Open(data_dir, store, Ledger::Mode::kCreate);
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  ASSERT_TRUE((*ledger)->UpsertItems(ShopItems()).ok());
  ASSERT_TRUE((*ledger)->Set("currency", "JPY").ok());
  const auto start = static_cast<UnixSeconds>(absl::ToUnixSeconds(absl::Now()) - 30 * 86400);
  std::vector<std::string> ids;
  ids.reserve(orders.size());
  std::vector<OrderRow> rows;
  for (const WorldOrder& order : orders) {
    ids.push_back("order-" + std::to_string(ids.size()));
    for (const std::string& item : order.items) {
      OrderRow row;
      row.order_id = ids.back();
      row.customer_id = order.customer;
      row.time = start + static_cast<UnixSeconds>(ids.size()) * 3600;
      row.item_id = item;
      rows.push_back(row);
    }
  }
  const auto appended = (*ledger)->AppendOrderRows(rows);
  ASSERT_TRUE(appended.ok()) << appended.status();
  ASSERT_EQ(appended->accepted, rows.size());
}

Version TrainShop(const std::string& data_dir, const std::string& store, const std::string& model_id) {
  const auto ledger = Ledger::Open(data_dir, store, Ledger::Mode::kRead);
  Watermark at;
  const auto facts = (*ledger)->ReadFacts(&at);
  const auto catalogue = (*ledger)->ListItems();
  std::vector<std::string> also;
  for (const Item& item : *catalogue) also.push_back(item.id);
  const auto history = History::Build(*facts, HistoryOptions(), also);
  TrainOptions options = DefaultsFor(Measure::kJaccard);
  options.min_support = 5;
  options.threads = 1;
  auto draft = Train(*history, *catalogue, options);
  EXPECT_TRUE(draft.ok()) << draft.status();
  draft->ledger_sequence = at.sequence;
  const Shelf shelf(ModelFolder(data_dir, store, model_id));
  const auto version = shelf.Publish(*draft);
  EXPECT_TRUE(version.ok()) << version.status();
  EXPECT_TRUE(shelf.Activate(*version).ok());
  return *version;
}

ModelDraft OneEdge(const std::string& anchor, const std::string& companion, const std::string& other) {
  std::vector<std::string> ids = {anchor, companion, other};
  std::sort(ids.begin(), ids.end());
  ModelDraft draft;
  for (const std::string& id : ids) {
    Item item;
    item.id = id;
    draft.items.push_back(item);
  }
  draft.support_units = draft.support_customers = draft.recent_sales = {10, 10, 10};
  for (uint32_t i = 0; i < 3; ++i) {
    if (ids[i] == anchor) {
      const auto to = static_cast<uint32_t>(std::find(ids.begin(), ids.end(), companion) - ids.begin());
      draft.edges.push_back({to, 0.5f});
      draft.evidence.push_back({9, 9, kNoLag, 0});
    }
    draft.edge_offsets.push_back(draft.edges.size());
  }
  draft.units = draft.customers = 30;
  draft.watermark = 1'700'000'000;
  draft.options_json = ToJson(DefaultsFor(Measure::kJaccard));
  return draft;
}

ServeOptions TestOptions(const TempDir& dir) {
  ServeOptions options;
  options.data_dir = dir.path();
  options.listen = {"unix:" + dir / "awase.sock"};
  options.serve_threads = 2;
  options.train_threads = 1;
  options.poll_interval_ms = 50;
  options.drain_ms = 2000;
  return options;
}

World::World(bool trained) : World(trained, [](ServeOptions&) {}) {}

World::World(bool trained, const std::function<void(ServeOptions&)>& change) {
  MakeShop(dir_.path(), "shop");
  // Retraining by itself would race with what the tests look at.
  EXPECT_TRUE(
      (*Ledger::Open(dir_.path(), "shop", Ledger::Mode::kWrite))->Set("retrain_after_events", "0").ok());
  if (trained) TrainShop(dir_.path(), "shop");
  ServeOptions options = TestOptions(dir_);
  change(options);
  auto server = Server::Start(options);
  EXPECT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  channel_ = NewChannel();
  EXPECT_TRUE(Eventually([&] { return server_->stores().Find("shop")->profiles().ready(); }));
}

std::shared_ptr<grpc::Channel> World::NewChannel() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(server_->addresses()[0], grpc::InsecureChannelCredentials(), arguments);
}

grpc::Status Call(grpc::Channel& channel, const std::string& method,
                  const google::protobuf::MessageLite& request, google::protobuf::MessageLite* response,
                  std::multimap<std::string, std::string>* trailing) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const std::string path = "/" + method;
  const grpc::internal::RpcMethod rpc(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
  const grpc::Slice slice(request.SerializeAsString());
  const grpc::ByteBuffer sent(&slice, 1);
  grpc::ByteBuffer received;
  const grpc::Status status = grpc::internal::BlockingUnaryCall(&channel, rpc, &context, sent, &received);
  response->Clear();
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (status.ok() && received.Dump(&slices).ok()) {
    for (const grpc::Slice& part : slices)
      bytes.append(reinterpret_cast<const char*>(part.begin()), part.size());
    EXPECT_TRUE(response->ParseFromString(bytes));
  }
  if (trailing != nullptr) {
    for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
      trailing->emplace(std::string(key.data(), key.size()), std::string(value.data(), value.size()));
    }
  }
  return status;
}

std::string ReasonIn(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return "";
  for (const auto& any : details.details()) {
    google::rpc::ErrorInfo info;
    if (any.type_url() == "type.googleapis.com/google.rpc.ErrorInfo" && info.ParseFromString(any.value())) {
      return info.domain() == "awase" ? info.reason() : "";
    }
  }
  return "";
}

std::string FieldIn(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return "";
  for (const auto& any : details.details()) {
    google::rpc::BadRequest bad;
    if (any.type_url() == "type.googleapis.com/google.rpc.BadRequest" && bad.ParseFromString(any.value())) {
      return bad.field_violations_size() == 0 ? "" : bad.field_violations(0).field();
    }
  }
  return "";
}

bool Eventually(const std::function<bool()>& holds) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace awase::testing
