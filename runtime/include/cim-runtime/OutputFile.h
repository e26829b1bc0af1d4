//===- OutputFile.h - Which file an output replaces -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Outputs are written beside their place and renamed. A rename would replace a
// device or a symbolic link itself, so that place is found here first.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_RUNTIME_OUTPUTFILE_H
#define CIM_RUNTIME_OUTPUTFILE_H

#include <filesystem>
#include <string>

namespace cim::format {

/// Follows symbolic links from `path` to the `file` that is to be replaced. Whatever
/// exists there must be a regular file. Returns an empty string or the reason of failure.
inline std::string resolveOutput(const std::string &path, std::string &file) {
  std::error_code error; // Opening the file reports it.
  file = path;
  std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    return "";
  if (!std::filesystem::is_regular_file(status))
    return "'" + path + "' is not a regular file";
  std::filesystem::path target = std::filesystem::canonical(path, error);
  if (!error)
    file = target.string();
  return "";
}

} // namespace cim::format

#endif // CIM_RUNTIME_OUTPUTFILE_H
