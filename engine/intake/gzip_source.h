// Unpacks gzip ahead of its reader.
#ifndef AWASE_ENGINE_INTAKE_GZIP_SOURCE_H_
#define AWASE_ENGINE_INTAKE_GZIP_SOURCE_H_

#include <memory>
#include <string>

#include "engine/intake/byte_source.h"

namespace awase {

// The unpacked bytes of `packed`, several members in a row included. A thread of its own stays at most 4 MiB
// ahead. `path` names the file in errors: DATA_LOSS when it is broken or ends too early.
std::unique_ptr<ByteSource> MakeGzipSource(std::unique_ptr<ByteSource> packed, std::string path);

}  // namespace awase

#endif  // AWASE_ENGINE_INTAKE_GZIP_SOURCE_H_
