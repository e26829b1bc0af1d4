//===- Settings.h - What the keys of a grid mean ----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keys and values to a point and its hashes.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_SWEEP_SETTINGS_H
#define CIM_LIB_SWEEP_SETTINGS_H

#include "cim-mlir/Sweep/Grid.h"
#include "llvm/ADT/StringMap.h"

namespace cim::sweep {

/// Makes the points of a grid. Calls return an empty string or the reason of refusal.
class Settings {
public:
  /// Names of files are relative to `folder`.
  explicit Settings(llvm::StringRef folder) : folder(folder) {}

  std::string set(llvm::StringRef key, llvm::StringRef value, Point &point);
  /// After all keys: checks what a point needs, and hashes it.
  std::string finish(Point &point);

private:
  std::string setFile(llvm::StringRef key, llvm::StringRef value, std::string &path);
  /// The hash of the contents of a file, in hexadecimal; empty if it cannot be read.
  std::string hashFile(llvm::StringRef path);

  std::string folder;
  llvm::StringMap<std::string> hashes;
};

} // namespace cim::sweep

#endif // CIM_LIB_SWEEP_SETTINGS_H
