// SPDX-License-Identifier: Apache-2.0
// fault_file_system.h: a file system over another one that fails when it is told to, and counts calls. All
// calls that change something (and syncs) have a number, so that a test can fail each in turn.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <lokilib/file_system.h>

namespace lokilib::test {

/// Threads: as the file system below.
class FaultFileSystem final : public FileSystem {
 public:
  explicit FaultFileSystem(FileSystem& below) : below_(below), plan_(std::make_shared<Plan>()) {}

  /// Calls that change something, so far.
  uint64_t calls() const { return plan_->calls; }
  /// Makes the call with this number (from 0) fail, and all later ones too where `and_all_after`.
  void fail_call(uint64_t number, ErrorCode code, bool and_all_after = false) {
    plan_->code = code;
    plan_->all_after = and_all_after;
    plan_->fail_at = number;
  }
  void heal() { plan_->fail_at = kNever; }

  Result<std::unique_ptr<ReadableFile>> open_read(const std::string& path) override {
    return below_.open_read(path);
  }
  Result<std::unique_ptr<WritableFile>> create(const std::string& path) override {
    LOKILIB_TRY(plan_->next());
    return wrap(below_.create(path));
  }
  Result<std::unique_ptr<WritableFile>> open_append(const std::string& path) override {
    LOKILIB_TRY(plan_->next());
    return wrap(below_.open_append(path));
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    LOKILIB_TRY(plan_->next());
    return below_.rename(from, to);
  }
  Result<void> remove(const std::string& path) override {
    LOKILIB_TRY(plan_->next());
    return below_.remove(path);
  }
  Result<void> create_directories(const std::string& path) override {
    LOKILIB_TRY(plan_->next());
    return below_.create_directories(path);
  }
  Result<std::vector<std::string>> list(const std::string& path) override { return below_.list(path); }
  Result<bool> exists(const std::string& path) override { return below_.exists(path); }
  Result<void> sync_directory(const std::string& path) override {
    LOKILIB_TRY(plan_->next());
    return below_.sync_directory(path);
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override { return below_.lock(path); }

 private:
  static constexpr uint64_t kNever = UINT64_MAX;

  struct Plan {
    std::atomic<uint64_t> calls{0};
    std::atomic<uint64_t> fail_at{kNever};
    std::atomic<bool> all_after{false};
    std::atomic<ErrorCode> code{ErrorCode::Io};

    bool fails() {
      const uint64_t number = calls++;
      return number == fail_at || (all_after && number > fail_at);
    }
    Result<void> next() {
      if (fails()) return error();
      return {};
    }
    Error error() const { return Error{code, "failed on purpose", {}, {}}; }
  };

  class File final : public WritableFile {
   public:
    File(std::unique_ptr<WritableFile> below, std::shared_ptr<Plan> plan)
        : below_(std::move(below)), plan_(std::move(plan)) {}
    // A write that fails leaves a part of its bytes behind, as a full disk does.
    Result<void> append(std::string_view bytes) override {
      if (!plan_->fails()) return below_->append(bytes);
      static_cast<void>(below_->append(bytes.substr(0, bytes.size() / 2)));
      return plan_->error();
    }
    Result<void> sync() override {
      LOKILIB_TRY(plan_->next());
      return below_->sync();
    }
    Result<void> truncate(uint64_t size) override {
      LOKILIB_TRY(plan_->next());
      return below_->truncate(size);
    }
    Result<void> close() override {
      LOKILIB_TRY(plan_->next());
      return below_->close();
    }

   private:
    std::unique_ptr<WritableFile> below_;
    std::shared_ptr<Plan> plan_;
  };

  Result<std::unique_ptr<WritableFile>> wrap(Result<std::unique_ptr<WritableFile>> file) {
    if (!file) return file;
    return std::unique_ptr<WritableFile>(std::make_unique<File>(std::move(*file), plan_));
  }

  FileSystem& below_;
  std::shared_ptr<Plan> plan_;  // files outlive their file system's use of them
};

}  // namespace lokilib::test
