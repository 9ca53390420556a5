// Compressed sparse rows: for each row a span of values, all in one array.
#ifndef AWASE_ENGINE_BASE_CSR_H_
#define AWASE_ENGINE_BASE_CSR_H_

#include <cstdint>
#include <span>

#include "engine/base/ids.h"
#include "engine/base/large_vector.h"

namespace awase {

// Typed rows: the compiler checks the orientation.
//   offsets  rows + 1 entries, offsets[0] = 0, rising; row r is values[offsets[r] .. offsets[r + 1])
// Thread-safe to read. Owns its arrays, which resize leaves unset.
template <class Row, class Col>
struct Csr {
  LargeVector<uint64_t> offsets{0};
  LargeVector<Col> values;

  uint32_t rows() const { return static_cast<uint32_t>(offsets.size() - 1); }
  uint64_t size() const { return values.size(); }
  std::span<const Col> operator[](Row r) const {
    return {values.data() + offsets[Index(r)], values.data() + offsets[Index(r) + 1]};
  }
};

}  // namespace awase

#endif  // AWASE_ENGINE_BASE_CSR_H_
