// SPDX-License-Identifier: Apache-2.0
// thread_pool.cc: the pool's queue holds plain tasks; a group keeps its own queue and puts a ticket into the
// pool's queue for each task, so that a waiting thread can take the group's tasks and leave empty tickets.
#include "base/thread_pool.h"

#include <exception>
#include <optional>
#include <system_error>
#include <utility>

#include <signal.h>

#include "base/make_error.h"

namespace lokilib {
namespace {

// The host's signal handlers run on the host's threads; only what a thread does to itself stays.
void block_signals() {
  sigset_t signals;
  sigfillset(&signals);
  for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) sigdelset(&signals, own);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Result<void> run_guarded(const std::function<Result<void>()>& task) {
  try {
    return task();
  } catch (const std::exception& exception) {
    return make_error(ErrorCode::Internal, "exception in a task: {}", exception.what());
  } catch (...) {
    return make_error(ErrorCode::Internal, "exception in a task");
  }
}

}  // namespace

ThreadPool::ThreadPool(size_t thread_count) {
  threads_.reserve(thread_count);
  try {
    for (size_t i = 0; i < thread_count; ++i) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    // Fewer threads are slower, not wrong.
  }
}

ThreadPool::~ThreadPool() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::submit(std::function<void()> task) {
  if (threads_.empty()) {
    task();
    return;
  }
  {
    const MutexLock lock(mutex_);
    queue_.push_back(std::move(task));
  }
  ready_.notify_one();
}

void ThreadPool::work() {
  block_signals();
  MutexLock lock(mutex_);
  while (true) {
    while (queue_.empty() && !stopping_) ready_.wait(lock.native());
    if (queue_.empty()) return;
    std::function<void()> task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // its captures are freed outside the lock
    lock.lock();
  }
}

struct TaskGroup::State {
  Mutex mutex;
  std::condition_variable idle;
  std::deque<std::function<Result<void>()>> queue LOKILIB_GUARDED_BY(mutex);
  size_t running LOKILIB_GUARDED_BY(mutex) = 0;
  std::optional<Error> error LOKILIB_GUARDED_BY(mutex);

  // Runs the oldest task; false when there is none.
  bool run_one() LOKILIB_EXCLUDES(mutex) {
    MutexLock lock(mutex);
    if (queue.empty()) return false;
    std::function<Result<void>()> task = std::move(queue.front());
    queue.pop_front();
    ++running;
    lock.unlock();
    Result<void> result = run_guarded(task);
    task = nullptr;  // what it captured is gone before wait() returns
    lock.lock();
    if (!result && !error) {
      error = std::move(result).error();
      queue.clear();
    }
    if (--running == 0) idle.notify_all();
    return true;
  }

  Result<void> wait() LOKILIB_EXCLUDES(mutex) {
    while (true) {
      while (run_one()) {
      }
      MutexLock lock(mutex);
      while (running != 0 && queue.empty()) idle.wait(lock.native());
      if (!queue.empty()) continue;  // a task of the group has added another
      if (!error) return {};
      Error first = std::move(*error);
      error.reset();
      return first;
    }
  }
};

TaskGroup::TaskGroup(ThreadPool& pool) : pool_(pool), state_(std::make_shared<State>()) {}

TaskGroup::~TaskGroup() {
  {
    const MutexLock lock(state_->mutex);
    state_->queue.clear();
  }
  static_cast<void>(state_->wait());
}

void TaskGroup::run(std::function<Result<void>()> task) {
  {
    const MutexLock lock(state_->mutex);
    if (state_->error) return;
    state_->queue.push_back(std::move(task));
  }
  state_->idle.notify_all();
  if (pool_.thread_count() != 0) {
    pool_.submit([state = state_] { state->run_one(); });
  }
}

Result<void> TaskGroup::wait() {
  return state_->wait();
}

}  // namespace lokilib
