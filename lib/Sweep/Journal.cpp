//===- Journal.cpp - Results that outlive the sweep -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A line that was being written when its writer died is ended before the next one; lines
// that cannot be read are skipped.
//
//===----------------------------------------------------------------------===//

#include "Journal.h"

#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace cim;
using namespace cim::sweep;
using llvm::StringRef;

Journal::~Journal() {
  if (file >= 0)
    close(file);
}

std::string Journal::fail(StringRef what) const {
  return path + ": " + what.str() + ": " + llvm::sys::StrError();
}

std::string Journal::open(const std::string &name) {
  path = name;
  bool regular; // What exists must be a regular file.
  if (!llvm::sys::fs::is_regular_file(path, regular) && !regular)
    return path + ": not a regular file";
  file = llvm::sys::RetryAfterSignal(-1, ::open, path.c_str(), O_RDWR | O_APPEND | O_CREAT, 0666);
  if (file < 0)
    return fail("cannot write the file");
  if (flock(file, LOCK_EX | LOCK_NB) != 0)
    return path + ": another sweep writes this file";
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false, /*IsVolatile=*/true);
  if (!buffer)
    return path + ": cannot read the file: " + buffer.getError().message();
  StringRef rest = (*buffer)->getBuffer();
  bool isTorn = !rest.empty() && !rest.ends_with("\n");
  while (!rest.empty()) {
    StringRef line;
    std::tie(line, rest) = rest.split('\n');
    std::string key;
    Result result;
    if (parseLine(line, key, result))
      results[key] = std::move(result);
  }
  return isTorn ? write("\n") : "";
}

std::string Journal::write(StringRef text) {
  while (!text.empty()) {
    ssize_t count = llvm::sys::RetryAfterSignal(-1, ::write, file, text.data(), text.size());
    if (count < 0)
      return fail("cannot write the file");
    text = text.drop_front(count);
  }
  return "";
}

std::string Journal::add(StringRef key, const Result &result) {
  results[key] = result;
  return write(printLine(key, result));
}

const Result *Journal::find(StringRef key) const {
  auto found = results.find(key);
  return found == results.end() ? nullptr : &found->second;
}
