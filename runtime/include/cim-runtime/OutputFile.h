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
#include <unistd.h>

namespace cim::format {

/// Follows symbolic links from `path` to the `file` that is to be made or replaced.
/// Whatever exists there must be a regular file. Returns an empty string or the reason of failure.
inline std::string resolveOutput(const std::string &path, std::string &file) {
  std::error_code error; // Opening the file reports it.
  std::filesystem::path target = path;
  for (int links = 0; std::filesystem::is_symlink(target, error); ++links) {
    if (links == 40) // As many as the kernel follows.
      return "'" + path + "' has too many levels of symbolic links";
    target = target.parent_path() / std::filesystem::read_symlink(target, error);
  }
  if (std::filesystem::exists(target, error) && !std::filesystem::is_regular_file(target, error))
    return "'" + path + "' is not a regular file";
  file = target.string();
  return "";
}

/// Where the output that replaces `file` is written first.
inline std::string temporaryFor(const std::string &file) {
  return file + ".tmp" + std::to_string(getpid());
}

/// True if both paths are known to lead to one place, whether or not a file is there.
inline bool isSamePlace(const std::string &a, const std::string &b) {
  // Absolute first: a relative path of which nothing is there would stay relative.
  auto resolve = [](const std::string &path, std::error_code &error) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  };
  std::error_code error, other;
  std::filesystem::path first = resolve(a, error);
  return first == resolve(b, other) && !error && !other;
}

} // namespace cim::format

#endif // CIM_RUNTIME_OUTPUTFILE_H
