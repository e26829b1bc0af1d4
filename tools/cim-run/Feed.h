//===- Feed.h - Inputs of a program from files ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Binds files to the inputs of a program and hands out samples in chunks, so that
// memory does not grow with the data set.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TOOLS_CIM_RUN_FEED_H
#define CIM_TOOLS_CIM_RUN_FEED_H

#include "cim-mlir/Data/RuntimeTensors.h"
#include "cim-runtime/cim_runtime.h"

#include <functional>

namespace cim::run {

std::vector<int64_t> shapeOf(const cim_tensor &tensor);
int64_t sizeOf(const cim_tensor &tensor);

/// "name=file" or "file", in which case `name` is empty. The name is the longest of `names` that
/// fits, else what is before the first '='. A file whose name contains '=' is given with its
/// folder: "./a=b.npy".
struct Binding {
  std::string name, path;
};
Binding parseBinding(const std::string &text, const std::vector<std::string> &names);

/// True if both names are of one existing file.
bool isSameFile(const std::string &a, const std::string &b);

/// "'a', 'b'"
std::string join(const std::vector<std::string> &names);

/// The inputs of one program. Every call returns an empty string or the reason of failure.
class Feed {
public:
  explicit Feed(const cim_program *program);

  std::string bind(const std::string &text, double scale);
  /// Checks that every input is bound, all to the same number of samples.
  std::string finish();

  int64_t samples() const { return count; }
  /// True if the one sample has the very shape of its input: no sample axis.
  bool isSingle() const { return single; }
  /// True if an input comes from the file `path`.
  bool reads(const std::string &path) const;
  /// Reads the next `number` samples of each input, as bytes of its element type.
  std::string next(int64_t number, std::vector<std::vector<uint8_t>> &values);

private:
  struct Input {
    std::string path; ///< Empty while nothing is bound.
    data::ElementType type = data::ElementType::F32;
    double scale = 0;
    int64_t count = 0;
    bool single = false;
    std::function<std::string(int64_t, data::Array &)> read;
  };

  std::string bindArchive(const std::string &path, double scale);
  std::string bindInput(size_t index, const std::string &path, double scale,
                        const std::vector<int64_t> &shape,
                        std::function<std::string(int64_t, data::Array &)> read);

  const cim_program *program;
  std::vector<std::string> names;
  std::vector<Input> inputs;
  int64_t count = 0;
  bool single = false;
};

} // namespace cim::run

#endif // CIM_TOOLS_CIM_RUN_FEED_H
