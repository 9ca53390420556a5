// Counts the allocations of the test program that links allocations.cc.
#ifndef AWASE_TESTS_SUPPORT_ALLOCATIONS_H_
#define AWASE_TESTS_SUPPORT_ALLOCATIONS_H_

#include <cstdint>

namespace awase::testing {

// Calls of operator new so far, in all threads.
uint64_t Allocations();

}  // namespace awase::testing

#endif  // AWASE_TESTS_SUPPORT_ALLOCATIONS_H_
