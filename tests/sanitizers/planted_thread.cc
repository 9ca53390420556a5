// Two threads write one variable without a lock.
#include <cstdio>
#include <thread>

int main() {
  int counter = 0;
  const auto count = [&counter] {
    for (int i = 0; i < 100000; ++i) ++counter;
  };
  std::thread other(count);
  count();
  other.join();
  std::printf("%d\n", counter);
}
