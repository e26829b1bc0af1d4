//===- Journal.h - Results that outlive the sweep ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file that is only appended to, whole lines at a time.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_SWEEP_JOURNAL_H
#define CIM_LIB_SWEEP_JOURNAL_H

#include "cim-mlir/Sweep/Results.h"
#include "llvm/ADT/StringMap.h"

namespace cim::sweep {

/// Calls return an empty string or the reason of failure.
class Journal {
public:
  Journal() = default;
  ~Journal();
  Journal(const Journal &) = delete;
  Journal &operator=(const Journal &) = delete;

  /// Opens or makes the file and reads what it has. No other process may write it meanwhile.
  std::string open(const std::string &path);
  std::string add(llvm::StringRef key, const Result &result);
  /// The last result of a point; null if it has none.
  const Result *find(llvm::StringRef key) const;

private:
  std::string write(llvm::StringRef text);
  std::string fail(llvm::StringRef what) const;

  std::string path;
  int file = -1;
  llvm::StringMap<Result> results;
};

} // namespace cim::sweep

#endif // CIM_LIB_SWEEP_JOURNAL_H
