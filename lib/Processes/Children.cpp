//===- Children.cpp - Work in processes of its own --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One fork and one pipe per piece of work. A text ends with a null character, and the last one is
// followed by kEnd: a child that exits on its way has not written it.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Processes/Children.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace cim;
using llvm::StringRef;
using Clock = std::chrono::steady_clock;

static constexpr char kEnd = '\4';

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

static void writeAll(int file, StringRef text) {
  for (size_t at = 0; at < text.size();) {
    ssize_t count =
        llvm::sys::RetryAfterSignal(-1, write, file, text.data() + at, text.size() - at);
    if (count < 0)
      _exit(1);
    at += count;
  }
}

[[noreturn]] static void runChild(size_t task, int pipe, pid_t parent, const ChildLimits &limits,
                                  llvm::function_ref<void(size_t, Send)> work) {
  // Whoever started it before the call is dead already.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
    _exit(1);
  limit(RLIMIT_CORE, 0);
  if (kLimitsMemory && limits.bytes > 0)
    limit(RLIMIT_AS, limits.bytes);
  work(task, [&](StringRef text) { writeAll(pipe, text.str() + '\0'); });
  writeAll(pipe, StringRef(&kEnd, 1));
  _exit(0);
}

//===----------------------------------------------------------------------===//
// The parent's side
//===----------------------------------------------------------------------===//

/// Starts a child; it never returns from here. On failure `death` says why there is none.
static std::optional<Child> start(size_t task, const ChildLimits &limits,
                                  llvm::function_ref<void(size_t, Send)> work, std::string &death) {
  int ends[2];
  if (pipe(ends) != 0) {
    death = "cannot make a pipe: " + llvm::sys::StrError();
    return std::nullopt;
  }
  // What is buffered would be written twice.
  std::fflush(nullptr);
  llvm::outs().flush();
  pid_t parent = getpid(), pid = fork();
  if (pid == 0) {
    close(ends[0]);
    runChild(task, ends[1], parent, limits, work);
  }
  if (pid < 0)
    death = "cannot make a process: " + llvm::sys::StrError();
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return std::nullopt;
  }
  Clock::time_point deadline = Clock::time_point::max();
  if (limits.seconds > 0)
    deadline = Clock::now() + std::chrono::seconds(limits.seconds);
  return Child{task, pid, ends[0], deadline, "", false};
}

/// Takes what the child has written and hands on the texts that are complete; false after the last.
static bool receive(Child &child, llvm::function_ref<void(size_t, StringRef)> received) {
  char buffer[1 << 16];
  ssize_t count = llvm::sys::RetryAfterSignal(-1, read, child.pipe, &buffer[0], sizeof(buffer));
  if (count <= 0)
    return false;
  size_t seen = child.received.size(), begin = 0;
  child.received.append(buffer, count);
  for (size_t end; (end = child.received.find('\0', seen)) != std::string::npos; seen = begin) {
    received(child.task, StringRef(child.received).slice(begin, end));
    begin = end + 1;
  }
  child.received.erase(0, begin);
  return true;
}

/// How the child died.
static std::string finish(Child &child, const ChildLimits &limits) {
  close(child.pipe);
  int status = 0;
  llvm::sys::RetryAfterSignal(-1, waitpid, child.pid, &status, 0);
  if (child.late)
    return "longer than " + std::to_string(limits.seconds) + " s";
  if (WIFSIGNALED(status))
    return "signal " + std::to_string(WTERMSIG(status)) + " (" + strsignal(WTERMSIG(status)) + ")";
  if (WEXITSTATUS(status) != 0 || child.received != StringRef(&kEnd, 1))
    return "exit with status " + std::to_string(WEXITSTATUS(status));
  return "";
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
  poll(files.data(), files.size(), std::clamp<int64_t>(wait, 0, 60000 - 1) + 1);
  for (Child &child : children) {
    if (!child.late && Clock::now() >= child.deadline) {
      kill(child.pid, SIGKILL);
      child.late = true; // Its pipe ends now.
    }
  }
  return files;
}

void cim::runInChildren(size_t count, unsigned jobs, const ChildLimits &limits,
                        llvm::function_ref<void(size_t, Send)> work,
                        llvm::function_ref<void(size_t, StringRef)> received,
                        llvm::function_ref<void(size_t, const std::string &)> ended) {
  std::vector<Child> running;
  for (size_t next = 0; next < count || !running.empty();) {
    while (next < count && running.size() < jobs) {
      std::string death;
      if (std::optional<Child> child = start(next, limits, work, death))
        running.push_back(std::move(*child));
      else
        ended(next, death);
      ++next;
    }
    std::vector<pollfd> files = await(running);
    for (size_t i = running.size(); i-- > 0;) {
      if (files[i].revents == 0 || receive(running[i], received))
        continue;
      ended(running[i].task, finish(running[i], limits));
      running.erase(running.begin() + i);
    }
  }
}

void cim::runInChildren(size_t count, unsigned jobs, const ChildLimits &limits,
                        llvm::function_ref<std::string(size_t)> work,
                        llvm::function_ref<void(size_t, const ChildOutcome &)> done) {
  std::vector<ChildOutcome> outcomes(count);
  std::vector<bool> hasEnded(count);
  size_t reported = 0;
  runInChildren(
      count, jobs, limits, [&](size_t task, Send send) { send(work(task)); },
      [&](size_t task, StringRef result) { outcomes[task].result = result.str(); },
      [&](size_t task, const std::string &death) {
        outcomes[task].death = death;
        hasEnded[task] = true;
        for (; reported < count && hasEnded[reported]; ++reported)
          done(reported, outcomes[reported]);
      });
}
