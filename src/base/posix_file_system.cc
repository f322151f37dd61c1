// SPDX-License-Identifier: Apache-2.0
// posix_file_system.cc: the machine's own file system. No descriptor is inherited by a program the host
// starts, an interrupted call is repeated, a short write goes on, and every error names its file.
#include <algorithm>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lokilib/file_system.h>

#include "base/make_error.h"
#include "base/mutex.h"

namespace lokilib {
namespace {

// The largest part of one read or write; Linux moves at most 2 GiB in one call.
constexpr size_t kTransferBytesMax = size_t{1} << 30;

ErrorCode code_of(int error) {
  switch (error) {
    case ENOENT:
      return ErrorCode::NotFound;
    case EEXIST:
      return ErrorCode::AlreadyExists;
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::NoSpace;
    default:
      return ErrorCode::Io;
  }
}

Error file_error(int error, const char* action, const std::string& path) {
  Error result = make_error(code_of(error), "cannot {}: {}", action, std::generic_category().message(error));
  result.file = path;
  return result;
}

Error closed_error(const std::string& path) {
  Error result = make_error(ErrorCode::Closed, "the file is closed");
  result.file = path;
  return result;
}

template <typename Call>
auto repeat_interrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

Result<Descriptor> open_file(const std::string& path, int flags, const char* action) {
  const int fd = repeat_interrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); });
  if (fd < 0) return file_error(errno, action, path);
  return Descriptor(fd);
}

Result<uint64_t> size_of(int fd, const std::string& path) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return file_error(errno, "examine", path);
  if (!S_ISREG(status.st_mode)) {
    Error error = make_error(ErrorCode::Io, "not a regular file");
    error.file = path;
    return error;
  }
  return static_cast<uint64_t>(status.st_size);
}

class PosixReadableFile final : public ReadableFile {
 public:
  PosixReadableFile(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  ~PosixReadableFile() override {
    for (const std::string_view mapping : mappings_) {
      ::munmap(const_cast<char*>(mapping.data()), mapping.size());
    }
  }

  Result<uint64_t> size() const override { return size_of(file_.get(), path_); }

  Result<size_t> read_at(uint64_t offset, char* out, size_t out_size) const override {
    size_t done = 0;
    while (done < out_size) {
      const size_t part = std::min(out_size - done, kTransferBytesMax);
      const ssize_t count = repeat_interrupted(
          [&] { return ::pread(file_.get(), out + done, part, static_cast<off_t>(offset + done)); });
      if (count < 0) {
        Error error = file_error(errno, "read", path_);
        error.offset = offset + done;
        return error;
      }
      if (count == 0) break;
      done += static_cast<size_t>(count);
    }
    return done;
  }

  // A file that has grown is mapped anew; earlier mappings stay, because views of them are about.
  std::string_view mapped() const override {
    const MutexLock lock(mutex_);
    const Result<uint64_t> size_now = size();
    if (!size_now || *size_now == 0) return {};
    if (!mappings_.empty() && mappings_.back().size() >= *size_now) {
      return mappings_.back().substr(0, *size_now);
    }
    void* const address = ::mmap(nullptr, *size_now, PROT_READ, MAP_SHARED, file_.get(), 0);
    if (address == MAP_FAILED) return {};
    mappings_.emplace_back(static_cast<const char*>(address), *size_now);
    return mappings_.back();
  }

 private:
  const Descriptor file_;
  const std::string path_;
  mutable Mutex mutex_;
  mutable std::vector<std::string_view> mappings_ LOKILIB_GUARDED_BY(mutex_);
};

class PosixWritableFile final : public WritableFile {
 public:
  PosixWritableFile(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  Result<void> append(std::string_view bytes) override {
    if (!file_.is_open()) return closed_error(path_);
    while (!bytes.empty()) {
      const size_t part = std::min(bytes.size(), kTransferBytesMax);
      const ssize_t count = repeat_interrupted([&] { return ::write(file_.get(), bytes.data(), part); });
      if (count < 0) return file_error(errno, "write", path_);
      bytes.remove_prefix(static_cast<size_t>(count));
    }
    return {};
  }

  Result<void> sync() override {
    if (!file_.is_open()) return closed_error(path_);
    // Without access times and the like, but with the size.
    if (repeat_interrupted([&] { return ::fdatasync(file_.get()); }) != 0) {
      return file_error(errno, "sync", path_);
    }
    return {};
  }

  Result<void> truncate(uint64_t size) override {
    if (!file_.is_open()) return closed_error(path_);
    if (repeat_interrupted([&] { return ::ftruncate(file_.get(), static_cast<off_t>(size)); }) != 0) {
      return file_error(errno, "truncate", path_);
    }
    return {};
  }

  Result<void> close() override {
    if (!file_.is_open()) return closed_error(path_);
    // Interrupted or not, Linux has given the descriptor back: it must not be closed again.
    if (::close(file_.release()) != 0 && errno != EINTR) return file_error(errno, "close", path_);
    return {};
  }

 private:
  Descriptor file_;
  const std::string path_;
};

// flock belongs to the open file, not to the process as fcntl's locks do: a second lock in the same process
// fails as well, and closing another descriptor of the file does not release it. The file holds the owner's
// process id for the error message only.
class PosixFileLock final : public FileLock {
 public:
  explicit PosixFileLock(Descriptor file) : file_(std::move(file)) {}
  ~PosixFileLock() override {
    const int cleared = ::ftruncate(file_.get(), 0);  // then nobody is misled by an old id
    static_cast<void>(cleared);
  }

 private:
  const Descriptor file_;
};

Error busy_error(int fd, const std::string& path) {
  char text[24];
  const ssize_t count = repeat_interrupted([&] { return ::pread(fd, text, sizeof text, 0); });
  long long holder = 0;
  if (count > 0) std::from_chars(text, text + count, holder);
  Error error = holder == static_cast<long long>(::getpid())
                    ? make_error(ErrorCode::Busy, "locked by this process ({})", holder)
                : holder > 0 ? make_error(ErrorCode::Busy, "locked by process {}", holder)
                             : make_error(ErrorCode::Busy, "locked by another process");
  error.file = path;
  return error;
}

Result<std::unique_ptr<WritableFile>> open_writable(const std::string& path, int flags, const char* action) {
  LOKILIB_TRY_ASSIGN(Descriptor file, open_file(path, flags | O_WRONLY | O_APPEND, action));
  LOKILIB_TRY(size_of(file.get(), path));
  return std::unique_ptr<WritableFile>(std::make_unique<PosixWritableFile>(std::move(file), path));
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<ReadableFile>> open_read(const std::string& path) override {
    LOKILIB_TRY_ASSIGN(Descriptor file, open_file(path, O_RDONLY, "open"));
    LOKILIB_TRY(size_of(file.get(), path));
    return std::unique_ptr<ReadableFile>(std::make_unique<PosixReadableFile>(std::move(file), path));
  }

  Result<std::unique_ptr<WritableFile>> create(const std::string& path) override {
    return open_writable(path, O_CREAT | O_EXCL, "create");
  }

  Result<std::unique_ptr<WritableFile>> open_append(const std::string& path) override {
    return open_writable(path, 0, "open for appending");
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) == 0) return {};
    const int error = errno;
    return file_error(error, fmt::format("rename to {}", to).c_str(), from);
  }

  Result<void> remove(const std::string& path) override {
    if (::remove(path.c_str()) != 0) return file_error(errno, "remove", path);
    return {};
  }

  Result<void> create_directories(const std::string& path) override {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) return file_error(error.value(), "create directory", path);
    return {};
  }

  Result<std::vector<std::string>> list(const std::string& path) override {
    DIR* const directory = ::opendir(path.c_str());
    if (directory == nullptr) return file_error(errno, "list", path);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* const item = ::readdir(directory)) {
      const std::string_view name = item->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
      errno = 0;
    }
    const int error = errno;
    ::closedir(directory);
    if (error != 0) return file_error(error, "list", path);
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<bool> exists(const std::string& path) override {
    struct stat status;
    if (::stat(path.c_str(), &status) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return file_error(errno, "examine", path);
  }

  Result<void> sync_directory(const std::string& path) override {
    LOKILIB_TRY_ASSIGN(const Descriptor directory, open_file(path, O_RDONLY | O_DIRECTORY, "open directory"));
    if (repeat_interrupted([&] { return ::fsync(directory.get()); }) != 0) {
      return file_error(errno, "sync directory", path);
    }
    return {};
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    LOKILIB_TRY_ASSIGN(Descriptor file, open_file(path, O_RDWR | O_CREAT, "open lock"));
    if (repeat_interrupted([&] { return ::flock(file.get(), LOCK_EX | LOCK_NB); }) != 0) {
      if (errno == EWOULDBLOCK) return busy_error(file.get(), path);
      return file_error(errno, "lock", path);
    }
    // The lock holds without the note; a full disk must not keep a database from being opened and cleaned.
    const std::string holder = fmt::format("{}\n", ::getpid());
    const bool noted =
        ::ftruncate(file.get(), 0) == 0 && ::pwrite(file.get(), holder.data(), holder.size(), 0) > 0;
    static_cast<void>(noted);
    return std::unique_ptr<FileLock>(std::make_unique<PosixFileLock>(std::move(file)));
  }
};

}  // namespace

FileSystem& posix_file_system() {
  static PosixFileSystem file_system;
  return file_system;
}

}  // namespace lokilib
