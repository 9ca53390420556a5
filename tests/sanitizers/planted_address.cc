// Reads one element past the end of an array on the heap.
#include <cstdio>
#include <memory>

int main(int argc, char**) {
  const auto values = std::make_unique<int[]>(static_cast<size_t>(argc));
  std::printf("%d\n", values[static_cast<size_t>(argc)]);
}
