// SPDX-License-Identifier: Apache-2.0
// memory_file_system.cc: files in memory. The bytes of a buffer below its published size never change: an
// append writes behind them or moves to a larger buffer, a truncation moves to a copy; so a mapping stays as
// it was for as long as its reader keeps the buffer.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <new>
#include <set>
#include <utility>

#include <lokilib/file_system.h>

#include "base/make_error.h"
#include "base/mutex.h"

namespace lokilib {
namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kPadding = 64;  // readable bytes behind a mapping
constexpr size_t kCapacityMin = 4096;

class Buffer {
 public:
  explicit Buffer(size_t capacity)
      : bytes_(static_cast<char*>(::operator new (capacity + kPadding, std::align_val_t{kAlignment}))),
        capacity_(capacity) {}
  ~Buffer() { ::operator delete (bytes_, std::align_val_t{kAlignment}); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  char* bytes() const { return bytes_; }
  size_t capacity() const { return capacity_; }

 private:
  char* const bytes_;
  const size_t capacity_;
};

struct Contents {
  std::shared_ptr<const Buffer> buffer;
  size_t size = 0;

  std::string_view view() const {
    return size == 0 ? std::string_view() : std::string_view(buffer->bytes(), size);
  }
};

class MemoryFile {
 public:
  Contents contents() const LOKILIB_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return {buffer_, size_};
  }

  void append(std::string_view bytes) LOKILIB_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    if (bytes.empty()) return;
    if (buffer_ == nullptr || buffer_->capacity() - size_ < bytes.size()) {
      move_to_buffer(std::max({kCapacityMin, 2 * size_, size_ + bytes.size()}));
    }
    std::memcpy(buffer_->bytes() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }

  void truncate(size_t size) LOKILIB_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    const size_t kept = std::min(size, size_);
    size_ = kept;
    move_to_buffer(std::max(kCapacityMin, size));
    std::memset(buffer_->bytes() + kept, 0, size - kept);
    size_ = size;
  }

 private:
  void move_to_buffer(size_t capacity) LOKILIB_REQUIRES(mutex_) {
    auto larger = std::make_shared<Buffer>(capacity);
    if (size_ != 0) std::memcpy(larger->bytes(), buffer_->bytes(), size_);
    buffer_ = std::move(larger);
  }

  mutable Mutex mutex_;
  std::shared_ptr<Buffer> buffer_ LOKILIB_GUARDED_BY(mutex_);
  size_t size_ LOKILIB_GUARDED_BY(mutex_) = 0;
};

class MemoryReadableFile final : public ReadableFile {
 public:
  explicit MemoryReadableFile(std::shared_ptr<const MemoryFile> file) : file_(std::move(file)) {}

  Result<uint64_t> size() const override { return uint64_t{file_->contents().size}; }

  Result<size_t> read_at(uint64_t offset, char* out, size_t out_size) const override {
    const Contents contents = file_->contents();
    if (offset >= contents.size) return size_t{0};
    const size_t count = std::min(out_size, contents.size - static_cast<size_t>(offset));
    if (count != 0) std::memcpy(out, contents.buffer->bytes() + offset, count);
    return count;
  }

  std::string_view mapped() const override {
    const MutexLock lock(mutex_);
    Contents contents = file_->contents();
    if (kept_.empty() || kept_.back() != contents.buffer) kept_.push_back(contents.buffer);
    return contents.view();
  }

 private:
  const std::shared_ptr<const MemoryFile> file_;
  mutable Mutex mutex_;
  mutable std::vector<std::shared_ptr<const Buffer>> kept_ LOKILIB_GUARDED_BY(mutex_);
};

Error at_path(ErrorCode code, const char* text, const std::string& path) {
  Error error = make_error(code, "{}", text);
  error.file = path;
  return error;
}

class MemoryWritableFile final : public WritableFile {
 public:
  MemoryWritableFile(std::shared_ptr<MemoryFile> file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  Result<void> append(std::string_view bytes) override {
    if (file_ == nullptr) return closed();
    try {
      file_->append(bytes);
    } catch (const std::bad_alloc&) {
      return at_path(ErrorCode::NoSpace, "out of memory", path_);
    }
    return {};
  }
  Result<void> sync() override {
    if (file_ == nullptr) return closed();
    return {};
  }
  Result<void> truncate(uint64_t size) override {
    if (file_ == nullptr) return closed();
    try {
      file_->truncate(size);
    } catch (const std::bad_alloc&) {
      return at_path(ErrorCode::NoSpace, "out of memory", path_);
    }
    return {};
  }
  Result<void> close() override {
    if (file_ == nullptr) return closed();
    file_ = nullptr;
    return {};
  }

 private:
  Error closed() const { return at_path(ErrorCode::Closed, "the file is closed", path_); }

  std::shared_ptr<MemoryFile> file_;
  const std::string path_;
};

// Shared by the file system and its locks, whichever goes first.
struct LockTable {
  Mutex mutex;
  std::set<std::string> held LOKILIB_GUARDED_BY(mutex);
};

class MemoryFileLock final : public FileLock {
 public:
  MemoryFileLock(std::shared_ptr<LockTable> table, std::string path)
      : table_(std::move(table)), path_(std::move(path)) {}
  ~MemoryFileLock() override {
    const MutexLock lock(table_->mutex);
    table_->held.erase(path_);
  }

 private:
  const std::shared_ptr<LockTable> table_;
  const std::string path_;
};

std::string normal(const std::string& path) {
  std::string result = std::filesystem::path(path).lexically_normal().generic_string();
  while (result.size() > 1 && result.back() == '/') result.pop_back();
  return result.empty() ? "." : result;
}

std::string parent_of(const std::string& normal_path) {
  const size_t slash = normal_path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : normal_path.substr(0, slash);
}

std::string prefix_of(const std::string& directory) {
  if (directory == ".") return "";
  return directory == "/" ? "/" : directory + "/";
}

class MemoryFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<ReadableFile>> open_read(const std::string& path) override {
    const MutexLock lock(mutex_);
    LOKILIB_TRY_ASSIGN(auto file, find_file(path));
    return std::unique_ptr<ReadableFile>(std::make_unique<MemoryReadableFile>(std::move(file)));
  }

  Result<std::unique_ptr<WritableFile>> create(const std::string& path) override {
    const MutexLock lock(mutex_);
    LOKILIB_TRY_ASSIGN(auto file, create_file(path));
    return std::unique_ptr<WritableFile>(std::make_unique<MemoryWritableFile>(std::move(file), path));
  }

  Result<std::unique_ptr<WritableFile>> open_append(const std::string& path) override {
    const MutexLock lock(mutex_);
    LOKILIB_TRY_ASSIGN(auto file, find_file(path));
    return std::unique_ptr<WritableFile>(std::make_unique<MemoryWritableFile>(std::move(file), path));
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    const MutexLock lock(mutex_);
    const std::string source = normal(from);
    const std::string target = normal(to);
    const auto found = nodes_.find(source);
    if (found == nodes_.end()) return at_path(ErrorCode::NotFound, "cannot rename: no such file", from);
    if (!is_directory(parent_of(target))) {
      return at_path(ErrorCode::NotFound, "cannot rename: no such directory", to);
    }
    if (source == target) return {};
    const bool moves_directory = found->second == nullptr;
    if (const auto there = nodes_.find(target); there != nodes_.end()) {
      if (moves_directory != (there->second == nullptr) || has_entries(target)) {
        return at_path(ErrorCode::Io, "cannot rename: a directory is in the way", to);
      }
    }
    if (moves_directory && target.starts_with(prefix_of(source))) {
      return at_path(ErrorCode::Io, "cannot rename a directory into itself", from);
    }
    nodes_[target] = found->second;
    nodes_.erase(source);
    if (moves_directory) move_entries(prefix_of(source), prefix_of(target));
    return {};
  }

  Result<void> remove(const std::string& path) override {
    const MutexLock lock(mutex_);
    const std::string name = normal(path);
    const auto found = nodes_.find(name);
    if (found == nodes_.end()) return at_path(ErrorCode::NotFound, "cannot remove: no such file", path);
    if (found->second == nullptr && has_entries(name)) {
      return at_path(ErrorCode::Io, "cannot remove: the directory is not empty", path);
    }
    nodes_.erase(found);
    return {};
  }

  Result<void> create_directories(const std::string& path) override {
    const MutexLock lock(mutex_);
    std::vector<std::string> missing;
    for (std::string name = normal(path); !is_directory(name); name = parent_of(name)) {
      if (nodes_.contains(name)) {
        return at_path(ErrorCode::Io, "cannot create directory: a file is in the way", name);
      }
      missing.push_back(name);
    }
    for (std::string& name : missing) nodes_.emplace(std::move(name), nullptr);
    return {};
  }

  Result<std::vector<std::string>> list(const std::string& path) override {
    const MutexLock lock(mutex_);
    const std::string name = normal(path);
    if (!is_directory(name)) {
      return nodes_.contains(name) ? at_path(ErrorCode::Io, "cannot list: not a directory", path)
                                   : at_path(ErrorCode::NotFound, "cannot list: no such directory", path);
    }
    const std::string prefix = prefix_of(name);
    std::vector<std::string> names;
    for (auto i = nodes_.lower_bound(prefix); i != nodes_.end() && i->first.starts_with(prefix); ++i) {
      const std::string_view rest = std::string_view(i->first).substr(prefix.size());
      if (rest.find('/') == std::string_view::npos) names.emplace_back(rest);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<bool> exists(const std::string& path) override {
    const MutexLock lock(mutex_);
    const std::string name = normal(path);
    return nodes_.contains(name) || is_directory(name);
  }

  Result<void> sync_directory(const std::string& path) override {
    const MutexLock lock(mutex_);
    if (!is_directory(normal(path))) {
      return at_path(ErrorCode::NotFound, "cannot sync: no such directory", path);
    }
    return {};
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    const std::string name = normal(path);
    {
      const MutexLock lock(mutex_);
      if (!nodes_.contains(name)) LOKILIB_TRY(create_file(path));
    }
    const MutexLock lock(locks_->mutex);
    if (!locks_->held.insert(name).second) return at_path(ErrorCode::Busy, "locked by this process", path);
    return std::unique_ptr<FileLock>(std::make_unique<MemoryFileLock>(locks_, name));
  }

 private:
  bool is_directory(const std::string& name) const LOKILIB_REQUIRES(mutex_) {
    if (name == "." || name == "/") return true;
    const auto found = nodes_.find(name);
    return found != nodes_.end() && found->second == nullptr;
  }

  bool has_entries(const std::string& name) const LOKILIB_REQUIRES(mutex_) {
    const std::string prefix = prefix_of(name);
    const auto first = nodes_.lower_bound(prefix);
    return first != nodes_.end() && first->first.starts_with(prefix);
  }

  void move_entries(const std::string& from, const std::string& to) LOKILIB_REQUIRES(mutex_) {
    while (true) {
      const auto first = nodes_.lower_bound(from);
      if (first == nodes_.end() || !first->first.starts_with(from)) return;
      auto node = nodes_.extract(first);
      node.key() = to + node.key().substr(from.size());
      nodes_.insert(std::move(node));
    }
  }

  Result<std::shared_ptr<MemoryFile>> find_file(const std::string& path) LOKILIB_REQUIRES(mutex_) {
    const std::string name = normal(path);
    if (is_directory(name)) return at_path(ErrorCode::Io, "not a regular file", path);
    const auto found = nodes_.find(name);
    if (found == nodes_.end()) return at_path(ErrorCode::NotFound, "cannot open: no such file", path);
    return found->second;
  }

  Result<std::shared_ptr<MemoryFile>> create_file(const std::string& path) LOKILIB_REQUIRES(mutex_) {
    const std::string name = normal(path);
    if (nodes_.contains(name) || is_directory(name)) {
      return at_path(ErrorCode::AlreadyExists, "cannot create: it exists", path);
    }
    if (!is_directory(parent_of(name))) {
      return at_path(ErrorCode::NotFound, "cannot create: no such directory", path);
    }
    auto file = std::make_shared<MemoryFile>();
    nodes_.emplace(name, file);
    return file;
  }

  mutable Mutex mutex_;
  std::map<std::string, std::shared_ptr<MemoryFile>> nodes_ LOKILIB_GUARDED_BY(mutex_);  // null: a directory
  const std::shared_ptr<LockTable> locks_ = std::make_shared<LockTable>();
};

}  // namespace

std::unique_ptr<FileSystem> create_memory_file_system() {
  return std::make_unique<MemoryFileSystem>();
}

}  // namespace lokilib
