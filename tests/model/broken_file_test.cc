// Whatever happens to a model file's bytes: a full opening refuses it, a plain one never crashes.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "engine/model/format.h"
#include "engine/model/model.h"
#include "engine/model/shelf.h"
#include "tests/support/random_draft.h"
#include "tests/support/temp_dir.h"

namespace awase {
namespace {

using testing::RandomDraft;
using testing::TempDir;

class BrokenFile : public ::testing::Test {
 protected:
  BrokenFile() : shelf_(folder_ / "m") {
    EXPECT_TRUE(shelf_.Publish(RandomDraft(3, {.items = 30, .max_neighbours = 8})).ok());
    std::ifstream file(shelf_.PathOf(1), std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
  }
  static absl::StatusOr<std::shared_ptr<const Model>> Opened(const std::string& bytes, bool full) {
    return Model::FromBytes(std::as_bytes(std::span(bytes)), full);
  }
  // The same through a file.
  absl::StatusOr<std::shared_ptr<const Model>> OpenedAsFile(const std::string& bytes, bool full) {
    const std::string path = folder_ / "broken.awm";
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    return Model::Open(path, full);
  }
  TempDir folder_;
  Shelf shelf_;
  std::string bytes_;
};

// Reads all there is; returns something that depends on it.
uint64_t Touch(const Model& model) {
  uint64_t sum = model.options_json().size() + model.best_sellers().size();
  for (uint32_t i = 0; i < model.items(); ++i) {
    const ItemId item{i};
    sum += model.Find(model.item_id(item)).has_value() + model.title(item, "ja").size() +
           model.attribute(item, "size").size();
    sum += model.category_path(model.category(item)).size() + model.group_name(model.group(item)).size();
    sum += model.best_sellers(model.category(item)).size() + model.available(item) + model.repeatable(item);
    for (const Edge& edge : model.neighbours(item)) sum += edge.item;
    for (const EdgeEvidence& evidence : model.evidence(item)) sum += evidence.joint_units;
  }
  return sum;
}

TEST_F(BrokenFile, WholeOneOpens) {
  const auto model = Opened(bytes_, true);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_GT(Touch(**model), 0u);
}

TEST_F(BrokenFile, EveryTruncationIsRefused) {
  for (size_t length = 0; length < bytes_.size(); ++length) {
    const auto plain = Opened(bytes_.substr(0, length), false);
    ASSERT_EQ(plain.status().code(), absl::StatusCode::kDataLoss) << length << ": " << plain.status();
  }
}

TEST_F(BrokenFile, TruncatedFilesAreRefused) {
  for (const size_t length : {size_t{0}, size_t{1}, size_t{64}, model_format::kHeadBytes - 1,
                              model_format::kHeadBytes, bytes_.size() / 2, bytes_.size() - 1}) {
    ASSERT_EQ(OpenedAsFile(bytes_.substr(0, length), false).status().code(), absl::StatusCode::kDataLoss)
        << length;
  }
  EXPECT_TRUE(OpenedAsFile(bytes_, true).ok());
}

TEST_F(BrokenFile, BytesAtTheEndAreRefused) {
  EXPECT_EQ(Opened(bytes_ + "x", false).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Opened(bytes_ + std::string(64, '\0'), false).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(BrokenFile, EveryFlippedBitIsRefusedInFullAndHarmlessOtherwise) {
  uint64_t opened = 0;
  for (size_t bit = 0; bit < bytes_.size() * 8; ++bit) {
    std::string broken = bytes_;
    broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << (bit % 8)));
    const auto full = Opened(broken, true);
    ASSERT_FALSE(full.ok()) << "bit " << bit;
    ASSERT_TRUE(full.status().code() == absl::StatusCode::kDataLoss ||
                full.status().code() == absl::StatusCode::kUnimplemented)
        << full.status();
    const auto plain = Opened(broken, false);
    if (!plain.ok()) continue;
    ++opened;
    Touch(**plain);
  }
  EXPECT_GT(opened, 0u) << "a plain opening looks at the header only, so it must have let some through";
}

TEST_F(BrokenFile, ManyBrokenBytesAreRefusedInFullAndHarmlessOtherwise) {
  std::mt19937_64 random(12);
  for (int n = 0; n < 3000; ++n) {
    std::string broken = bytes_;
    const size_t from = model_format::kHeadBytes + random() % (broken.size() - model_format::kHeadBytes);
    const size_t length = std::min<size_t>(1 + random() % 200, broken.size() - from);
    for (size_t i = 0; i < length; ++i) broken[from + i] = static_cast<char>(n % 2 ? random() : 0xff);
    if (broken == bytes_) continue;
    ASSERT_EQ(Opened(broken, true).status().code(), absl::StatusCode::kDataLoss);
    const auto plain = Opened(broken, false);
    ASSERT_TRUE(plain.ok()) << plain.status();
    Touch(**plain);
  }
}

TEST_F(BrokenFile, NewerFormatIsNamed) {
  std::string newer = bytes_;
  newer[8] = 2;
  EXPECT_EQ(Opened(newer, false).status().code(), absl::StatusCode::kUnimplemented);
}

TEST_F(BrokenFile, OtherFilesAreNamed) {
  EXPECT_EQ(Opened(std::string(4096, 'x'), false).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Model::Open(folder_ / "none.awm").status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(Model::Open(folder_.path()).ok());
}

}  // namespace
}  // namespace awase
