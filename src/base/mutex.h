// SPDX-License-Identifier: Apache-2.0
// mutex.h: a mutex that Clang's thread-safety analysis understands: every shared member names its mutex.
#pragma once

#include <condition_variable>
#include <mutex>
#include <shared_mutex>

#if defined(__clang__)
#define LOKILIB_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define LOKILIB_THREAD_ATTRIBUTE(x)
#endif

#define LOKILIB_CAPABILITY(x) LOKILIB_THREAD_ATTRIBUTE(capability(x))
#define LOKILIB_SCOPED_CAPABILITY LOKILIB_THREAD_ATTRIBUTE(scoped_lockable)
#define LOKILIB_GUARDED_BY(x) LOKILIB_THREAD_ATTRIBUTE(guarded_by(x))
#define LOKILIB_PT_GUARDED_BY(x) LOKILIB_THREAD_ATTRIBUTE(pt_guarded_by(x))
#define LOKILIB_REQUIRES(...) LOKILIB_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define LOKILIB_REQUIRES_SHARED(...) LOKILIB_THREAD_ATTRIBUTE(requires_shared_capability(__VA_ARGS__))
#define LOKILIB_ACQUIRE(...) LOKILIB_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define LOKILIB_ACQUIRE_SHARED(...) LOKILIB_THREAD_ATTRIBUTE(acquire_shared_capability(__VA_ARGS__))
#define LOKILIB_RELEASE(...) LOKILIB_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define LOKILIB_RELEASE_SHARED(...) LOKILIB_THREAD_ATTRIBUTE(release_shared_capability(__VA_ARGS__))
#define LOKILIB_RELEASE_GENERIC(...) LOKILIB_THREAD_ATTRIBUTE(release_generic_capability(__VA_ARGS__))
#define LOKILIB_EXCLUDES(...) LOKILIB_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define LOKILIB_NO_THREAD_SAFETY_ANALYSIS LOKILIB_THREAD_ATTRIBUTE(no_thread_safety_analysis)

namespace lokilib {

class LOKILIB_CAPABILITY("mutex") Mutex {
 public:
  void lock() LOKILIB_ACQUIRE() { mutex_.lock(); }
  void unlock() LOKILIB_RELEASE() { mutex_.unlock(); }
  std::mutex& native() { return mutex_; }

 private:
  std::mutex mutex_;
};

class LOKILIB_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) LOKILIB_ACQUIRE(mutex) : lock_(mutex.native()) {}
  ~MutexLock() LOKILIB_RELEASE() = default;
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void unlock() LOKILIB_RELEASE() { lock_.unlock(); }
  void lock() LOKILIB_ACQUIRE() { lock_.lock(); }
  std::unique_lock<std::mutex>& native() { return lock_; }

 private:
  std::unique_lock<std::mutex> lock_;
};

/// Many readers or one writer.
class LOKILIB_CAPABILITY("shared_mutex") SharedMutex {
 public:
  void lock() LOKILIB_ACQUIRE() { mutex_.lock(); }
  void unlock() LOKILIB_RELEASE() { mutex_.unlock(); }
  void lock_shared() LOKILIB_ACQUIRE_SHARED() { mutex_.lock_shared(); }
  void unlock_shared() LOKILIB_RELEASE_SHARED() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

class LOKILIB_SCOPED_CAPABILITY WriteLock {
 public:
  explicit WriteLock(SharedMutex& mutex) LOKILIB_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~WriteLock() LOKILIB_RELEASE() { mutex_.unlock(); }
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

 private:
  SharedMutex& mutex_;
};

class LOKILIB_SCOPED_CAPABILITY ReadLock {
 public:
  explicit ReadLock(SharedMutex& mutex) LOKILIB_ACQUIRE_SHARED(mutex) : mutex_(mutex) {
    mutex_.lock_shared();
  }
  ~ReadLock() LOKILIB_RELEASE_GENERIC() { mutex_.unlock_shared(); }
  ReadLock(const ReadLock&) = delete;
  ReadLock& operator=(const ReadLock&) = delete;

 private:
  SharedMutex& mutex_;
};

}  // namespace lokilib
