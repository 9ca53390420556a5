// Where real data lies, for tests that use it where present.
#ifndef AWASE_TESTS_SUPPORT_DATA_DIR_H_
#define AWASE_TESTS_SUPPORT_DATA_DIR_H_

#include <cstdlib>
#include <filesystem>
#include <string>

namespace awase::testing {

// Path of a file in the folder named by AWASE_DATA, else in ../shared/data beside the project; "" when it is
// not there.
inline std::string RealData(const std::string& file) {
  std::filesystem::path folder;
  if (const char* named = std::getenv("AWASE_DATA")) {
    folder = named;
  } else if (const char* source = std::getenv("AWASE_SOURCE_DIR")) {
    folder = std::filesystem::path(source) / ".." / "shared" / "data";
  } else {
    folder = "../shared/data";
  }
  const std::filesystem::path path = folder / file;
  return std::filesystem::exists(path) ? path.string() : "";
}

}  // namespace awase::testing

// First line of a test that needs it.
#define AWASE_NEED_REAL_DATA(variable, file)                     \
  const std::string variable = ::awase::testing::RealData(file); \
  if (variable.empty()) GTEST_SKIP() << file << " is not here (set AWASE_DATA to its folder)"

#endif  // AWASE_TESTS_SUPPORT_DATA_DIR_H_
