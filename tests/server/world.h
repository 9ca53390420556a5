// A small shop on disk, and a server over it, for tests.
#ifndef AWASE_TESTS_SERVER_WORLD_H_
#define AWASE_TESTS_SERVER_WORLD_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/message_lite.h"

#include "engine/model/draft.h"
#include "engine/model/shelf.h"
#include "server/config/serve_options.h"
#include "server/server.h"
#include "tests/support/temp_dir.h"

namespace awase::testing {

// One order: its customer ("" is anonymous) and items.
struct WorldOrder {
  std::string customer;
  std::vector<std::string> items;
};

// Cameras go with bags (12 customers) and cards (8), pens with paper (12); 6 customers bought camera and pen.
// "old" is not on sale, "camera" is not bought twice, "lamp" was never bought. Titles in English and
// Japanese.
std::vector<WorldOrder> ShopOrders();

// Creates the store with the shop's catalogue and these orders, all of them a month old.
void MakeShop(const std::string& data_dir, const std::string& store,
              const std::vector<WorldOrder>& orders = ShopOrders());
// Trains with jaccard and the shop's floor, publishes and activates. Returns the version.
Version TrainShop(const std::string& data_dir, const std::string& store,
                  const std::string& model_id = "default");
// A model in which `anchor` leads to `companion` alone; both and `other` are its items.
ModelDraft OneEdge(const std::string& anchor, const std::string& companion, const std::string& other);

// Options for a server of this test alone: a Unix socket in the folder, quick polling, two request threads.
ServeOptions TestOptions(const TempDir& dir);

class World {
 public:
  // With a trained store "shop", unless `trained` is false.
  explicit World(bool trained = true);
  World(bool trained, const std::function<void(ServeOptions&)>& change);

  const std::string& data_dir() const { return dir_.path(); }
  Server& server() { return *server_; }
  std::shared_ptr<grpc::Channel> channel() const { return channel_; }
  std::shared_ptr<grpc::Channel> NewChannel() const;
  void StopServer() { server_.reset(); }

 private:
  TempDir dir_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// Calls a unary method by name, "awase.v1.AdminService/GetJob"; deadline 20 s. `trailing` may be null.
grpc::Status Call(grpc::Channel& channel, const std::string& method,
                  const google::protobuf::MessageLite& request, google::protobuf::MessageLite* response,
                  std::multimap<std::string, std::string>* trailing = nullptr);

// The reason in an error's details; "" when there is none.
std::string ReasonIn(const grpc::Status& status);
// Field of the first violation in an error's details; "" when there is none.
std::string FieldIn(const grpc::Status& status);
// Waits up to 10 s for `holds`.
bool Eventually(const std::function<bool()>& holds);

}  // namespace awase::testing

#endif  // AWASE_TESTS_SERVER_WORLD_H_
