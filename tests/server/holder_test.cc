#include "server/store/holder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace awase {
namespace {

// Tells which thread destroyed it, and whether its parts belong together.
struct Probe {
  Probe(int v, std::atomic<int>* destroyed_here, std::thread::id* destroyed_by)
      : a(v), b(v), destroyed(destroyed_here), by(destroyed_by) {}
  ~Probe() {
    a = -1;
    if (destroyed != nullptr) ++*destroyed;
    if (by != nullptr) *by = std::this_thread::get_id();
  }
  int a, b;
  std::atomic<int>* destroyed;
  std::thread::id* by;
};

TEST(Holder, IsEmptyAtFirstAndYieldsTheLatest) {
  Holder<Probe> holder;
  EXPECT_EQ(holder.Get(), nullptr);
  holder.Publish(std::make_shared<const Probe>(1, nullptr, nullptr));
  holder.Publish(std::make_shared<const Probe>(2, nullptr, nullptr));
  EXPECT_EQ(holder.Get()->a, 2);
}

TEST(Holder, ReapWaitsForTheLastReader) {
  Holder<Probe> holder;
  std::atomic<int> destroyed{0};
  std::thread::id by;
  holder.Publish(std::make_shared<const Probe>(1, &destroyed, &by));
  auto reader = holder.Get();
  holder.Publish(std::make_shared<const Probe>(2, nullptr, nullptr));
  EXPECT_EQ(holder.Reap(), 1u);
  EXPECT_EQ(destroyed, 0);
  EXPECT_EQ(reader->a, 1);
  std::thread([&] { reader.reset(); }).join();
  EXPECT_EQ(destroyed, 0) << "a reader's thread never destroys";
  EXPECT_EQ(holder.Reap(), 0u);
  EXPECT_EQ(destroyed, 1);
  EXPECT_EQ(by, std::this_thread::get_id());
}

TEST(Holder, ReadersNeverSeeATornOrDestroyedValue) {
  Holder<Probe> holder;
  holder.Publish(std::make_shared<const Probe>(0, nullptr, nullptr));
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0}, reads{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 4; ++t) {
    readers.emplace_back([&] {
      int last = 0;
      while (!stop) {
        const auto value = holder.Get();
        if (value->a != value->b || value->a < last) ++wrong;
        last = value->a;
        ++reads;
      }
    });
  }
  for (int v = 1; v <= 5000; ++v) {
    holder.Publish(std::make_shared<const Probe>(v, nullptr, nullptr));
    holder.Reap();
  }
  while (reads < 1000) std::this_thread::yield();
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(holder.Reap(), 0u);
}

}  // namespace
}  // namespace awase
