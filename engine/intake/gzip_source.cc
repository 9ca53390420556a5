#include "engine/intake/gzip_source.h"

#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace awase {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kBlockBytes = 1 << 20;
constexpr size_t kMaxBlocks = 4;
constexpr size_t kPackedBytes = 1 << 18;
// Window bits of zlib with 16 added: a gzip header is expected.
constexpr int kGzipWindow = 15 + 16;

class GzipSource : public ByteSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> packed, std::string path)
      : packed_(std::move(packed)), path_(std::move(path)), total_(packed_->stored_total()) {
    thread_ = std::thread([this] { Unpack(); });
  }
  ~GzipSource() override {
    {
      const std::lock_guard lock(mutex_);
      abandoned_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  absl::StatusOr<size_t> Read(char* into, size_t size) override {
    if (at_ == block_.size()) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !blocks_.empty() || finished_; });
      if (blocks_.empty()) {
        if (!status_.ok()) return status_;
        return 0;
      }
      block_ = std::move(blocks_.front());
      blocks_.pop_front();
      at_ = 0;
      changed_.notify_all();
    }
    const size_t taken = std::min(size, block_.size() - at_);
    std::memcpy(into, block_.data() + at_, taken);
    at_ += taken;
    return taken;
  }
  uint64_t stored_done() const override { return done_; }
  uint64_t stored_total() const override { return total_; }
  double seconds() const override { return seconds_; }

 private:
  static double SecondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  }

  void Unpack() {
    started_ = Clock::now();
    z_stream stream{};
    absl::Status status = inflateInit2(&stream, kGzipWindow) == Z_OK
                              ? UnpackAll(stream)
                              : absl::ResourceExhaustedError(path_ + ": no memory to unpack");
    inflateEnd(&stream);
    const std::lock_guard lock(mutex_);
    status_ = std::move(status);
    finished_ = true;
    changed_.notify_all();
  }

  absl::Status UnpackAll(z_stream& stream) {
    std::string packed(kPackedBytes, '\0'), block;
    bool inside = true;    // a member has begun and not ended
    bool pending = false;  // output was full: there may be more without further input
    while (true) {
      if (stream.avail_in == 0 && !pending) {
        const absl::StatusOr<size_t> read = packed_->Read(packed.data(), packed.size());
        if (!read.ok()) return read.status();
        done_ = packed_->stored_done();
        if (*read == 0) break;
        stream.next_in = reinterpret_cast<Bytef*>(packed.data());
        stream.avail_in = static_cast<uInt>(*read);
      }
      if (!inside) {
        inflateReset(&stream);
        inside = true;
      }
      block.resize(kBlockBytes);
      stream.next_out = reinterpret_cast<Bytef*>(block.data()) + filled_;
      stream.avail_out = static_cast<uInt>(kBlockBytes - filled_);
      const int code = inflate(&stream, Z_NO_FLUSH);
      filled_ = kBlockBytes - stream.avail_out;
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
        return absl::DataLossError(path_ + ": is broken inside the compressed data" +
                                   (stream.msg == nullptr ? "" : std::string(": ") + stream.msg));
      }
      if (code == Z_STREAM_END) inside = false;
      pending = inside && stream.avail_out == 0;
      if (filled_ == kBlockBytes && !HandOver(block)) return absl::OkStatus();
    }
    block.resize(filled_);
    if (filled_ > 0) HandOver(block);
    if (inside) return absl::DataLossError(path_ + ": ends in the middle of the compressed data");
    return absl::OkStatus();
  }

  // False when nobody reads any more.
  bool HandOver(std::string& block) {
    seconds_ = seconds_ + SecondsSince(started_);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return blocks_.size() < kMaxBlocks || abandoned_; });
    started_ = Clock::now();
    blocks_.push_back(std::move(block));
    block.clear();
    filled_ = 0;
    changed_.notify_all();
    return !abandoned_;
  }

  const std::unique_ptr<ByteSource> packed_;
  const std::string path_;
  const uint64_t total_;
  std::atomic<uint64_t> done_ = 0;
  std::atomic<double> seconds_ = 0;  // unpacking, without the waits
  Clock::time_point started_;        // after the last wait; the thread's own
  size_t filled_ = 0;                // bytes of the block being unpacked; the thread's own

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> blocks_;  // these four are guarded by mutex_
  absl::Status status_;
  bool finished_ = false, abandoned_ = false;

  std::string block_;  // the reader's own
  size_t at_ = 0;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<ByteSource> MakeGzipSource(std::unique_ptr<ByteSource> packed, std::string path) {
  return std::make_unique<GzipSource>(std::move(packed), std::move(path));
}

}  // namespace awase
