// Where a file's bytes come from: a file or standard input, plain or gzip.
#ifndef AWASE_ENGINE_INTAKE_BYTE_SOURCE_H_
#define AWASE_ENGINE_INTAKE_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace awase {

// Reads from start to end. One thread at a time.
class ByteSource {
 public:
  // "-" is standard input. What begins like gzip is unpacked, in a thread of its own; a name that ends in .gz
  // must. Errors: NOT_FOUND, and INVALID_ARGUMENT for a folder or a .gz that is none.
  static absl::StatusOr<std::unique_ptr<ByteSource>> Open(const std::string& path);
  virtual ~ByteSource() = default;

  // Up to `size` bytes; 0 at the end. Errors: DATA_LOSS where the file cannot be read or unpacked.
  virtual absl::StatusOr<size_t> Read(char* into, size_t size) = 0;

  // Bytes of the file as stored, for progress; total 0 where it is not known.
  virtual uint64_t stored_done() const = 0;
  virtual uint64_t stored_total() const = 0;
  // Spent on reading and unpacking so far, in whatever thread.
  virtual double seconds() const = 0;
};

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_BYTE_SOURCE_H_
