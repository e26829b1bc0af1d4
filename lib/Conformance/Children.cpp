//===- Children.cpp - Work in processes of its own --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One fork and one pipe per piece of work. A result ends with a null character: a child
// that exits on its way has written none.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Conformance/Children.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace cim::conformance;
using Clock = std::chrono::steady_clock;

namespace {

struct Child {
  size_t task;
  pid_t pid;
  int pipe;
  Clock::time_point deadline;
  std::string received;
  bool late = false;
};

} // namespace

//===----------------------------------------------------------------------===//
// The child's side
//===----------------------------------------------------------------------===//

static void limit(int resource, rlim_t most) {
  rlimit value{most, most};
  setrlimit(resource, &value);
}

static void writeAll(int file, const std::string &text) {
  for (size_t at = 0; at < text.size();) {
    ssize_t count =
        llvm::sys::RetryAfterSignal(-1, write, file, text.data() + at, text.size() - at);
    if (count < 0)
      _exit(1);
    at += count;
  }
}

//===----------------------------------------------------------------------===//
// The parent's side
//===----------------------------------------------------------------------===//

/// Starts a child; it never returns from here. On failure `death` says why there is none.
static std::optional<Child> start(size_t task, const ChildLimits &limits,
                                  llvm::function_ref<std::string(size_t)> work,
                                  std::string &death) {
  int ends[2];
  if (pipe(ends) != 0) {
    death = "cannot make a pipe: " + llvm::sys::StrError();
    return std::nullopt;
  }
  // What is buffered would be written twice.
  std::fflush(nullptr);
  llvm::outs().flush();
  pid_t pid = fork();
  if (pid == 0) {
    close(ends[0]);
    limit(RLIMIT_CORE, 0);
    if (kLimitsMemory)
      limit(RLIMIT_AS, limits.bytes);
    writeAll(ends[1], work(task) + '\0');
    _exit(0);
  }
  if (pid < 0)
    death = "cannot make a process: " + llvm::sys::StrError();
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return std::nullopt;
  }
  return Child{task, pid, ends[0], Clock::now() + std::chrono::seconds(limits.seconds), "", false};
}

/// Takes what the child has written; false after the last of it.
static bool receive(Child &child) {
  char buffer[1 << 16];
  ssize_t count = llvm::sys::RetryAfterSignal(-1, read, child.pipe, &buffer[0], sizeof(buffer));
  if (count > 0)
    child.received.append(buffer, count);
  return count > 0;
}

static ChildOutcome finish(Child &child, const ChildLimits &limits) {
  close(child.pipe);
  int status = 0;
  llvm::sys::RetryAfterSignal(-1, waitpid, child.pid, &status, 0);
  if (child.late)
    return {"", "longer than " + std::to_string(limits.seconds) + " s"};
  if (WIFSIGNALED(status))
    return {"", "signal " + std::to_string(WTERMSIG(status)) + " (" + strsignal(WTERMSIG(status)) +
                    ")"};
  if (WEXITSTATUS(status) != 0 || child.received.empty() || child.received.back() != '\0')
    return {"", "exit with status " + std::to_string(WEXITSTATUS(status))};
  child.received.pop_back();
  return {std::move(child.received), ""};
}

/// Waits until a child writes, ends or is late, and kills the late.
static std::vector<pollfd> await(std::vector<Child> &children) {
  std::vector<pollfd> files;
  Clock::time_point first = Clock::time_point::max();
  for (const Child &child : children) {
    files.push_back({child.pipe, POLLIN, 0});
    if (!child.late)
      first = std::min(first, child.deadline);
  }
  auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(first - Clock::now()).count();
  poll(files.data(), files.size(), std::clamp<int64_t>(wait + 1, 0, 60000));
  for (Child &child : children) {
    if (!child.late && Clock::now() >= child.deadline) {
      kill(child.pid, SIGKILL);
      child.late = true; // Its pipe ends now.
    }
  }
  return files;
}

void cim::conformance::runInChildren(size_t count, unsigned jobs, const ChildLimits &limits,
                                     llvm::function_ref<std::string(size_t)> work,
                                     llvm::function_ref<void(size_t, const ChildOutcome &)> done) {
  std::vector<Child> running;
  std::vector<std::optional<ChildOutcome>> outcomes(count);
  for (size_t next = 0, reported = 0; reported < count;) {
    while (next < count && running.size() < jobs) {
      std::string death;
      if (std::optional<Child> child = start(next, limits, work, death))
        running.push_back(std::move(*child));
      else
        outcomes[next] = ChildOutcome{"", death};
      ++next;
    }
    std::vector<pollfd> files = await(running);
    for (size_t i = running.size(); i-- > 0;) {
      if (files[i].revents == 0 || receive(running[i]))
        continue;
      outcomes[running[i].task] = finish(running[i], limits);
      running.erase(running.begin() + i);
    }
    for (; reported < count && outcomes[reported]; ++reported)
      done(reported, *outcomes[reported]);
  }
}
