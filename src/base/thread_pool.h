// SPDX-License-Identifier: Apache-2.0
// thread_pool.h: a fixed number of threads that run tasks, and groups of tasks that can be waited for. A
// waiting thread runs its group's tasks itself, so groups within tasks cannot deadlock, and a pool without
// threads works too: everything then runs in the thread that waits.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <lokilib/result.h>

#include "base/mutex.h"

namespace lokilib {

/// Threads: all members may be called from any thread.
class ThreadPool {
 public:
  /// Starts `thread_count` threads (fewer if the system gives fewer). They take no signals.
  explicit ThreadPool(size_t thread_count);
  /// Runs what is queued, then joins the threads.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// Queues a task that nobody waits for; a pool without threads runs it at once. It must not throw.
  void submit(std::function<void()> task) LOKILIB_EXCLUDES(mutex_);

  size_t thread_count() const { return threads_.size(); }

 private:
  void work() LOKILIB_EXCLUDES(mutex_);

  Mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> queue_ LOKILIB_GUARDED_BY(mutex_);
  bool stopping_ LOKILIB_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

/// Tasks that belong together. The first error (or exception, as `Internal`) is the group's; tasks that have
/// not begun by then are dropped.
///
/// Threads: run() and wait() from one thread, or run() from the group's own tasks.
class TaskGroup {
 public:
  explicit TaskGroup(ThreadPool& pool);
  /// Drops what has not begun and waits for what has.
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void run(std::function<Result<void>()> task);

  /// Returns when all tasks are done or dropped, with the first error if there was one. The group can be used
  /// again afterwards.
  Result<void> wait();

 private:
  struct State;

  ThreadPool& pool_;
  std::shared_ptr<State> state_;
};

}  // namespace lokilib
