//===- Feed.h - Inputs of a program from files ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Binds files to the inputs of a program and runs it chunk by chunk, so that memory does not grow
// with the data set; counts what is classified correctly.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_DATA_FEED_H
#define CIM_MLIR_DATA_FEED_H

#include "cim-mlir/Data/RuntimeTensors.h"
#include "cim-runtime/cim_runtime.h"

#include <functional>

namespace cim::data {

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
  /// The file of the first input.
  std::string file() const { return inputs.empty() ? "no input" : inputs[0].path; }
  /// True if the one sample has the very shape of its input: no sample axis.
  bool isSingle() const { return single; }
  /// True if an input comes from the file `path`.
  bool reads(const std::string &path) const;
  /// Runs the next `number` samples. `outputs` gets the bytes of each output, of all samples,
  /// `seconds` is raised by what the runtime took.
  std::string run(cim_executor *executor, int64_t number,
                  std::vector<std::vector<uint8_t>> &outputs, double &seconds);

private:
  struct Input {
    std::string path; ///< Empty while nothing is bound.
    ElementType type = ElementType::F32;
    double scale = 0;
    int64_t count = 0;
    bool single = false;
    std::function<std::string(int64_t, Array &)> read;
  };

  std::string bindArchive(const std::string &path, double scale);
  std::string bindInput(size_t index, const std::string &path, double scale,
                        const std::vector<int64_t> &shape,
                        std::function<std::string(int64_t, Array &)> read);

  std::string next(int64_t number, std::vector<std::vector<uint8_t>> &values);

  const cim_program *program;
  std::vector<std::string> names;
  std::vector<Input> inputs;
  int64_t count = 0;
  bool single = false;
};

/// Of one number for each trial: what programs are chosen by. The deviation is that of the
/// distribution that trials are drawn from: 0 for one.
struct Spread {
  explicit Spread(const std::vector<double> &trials);
  double mean, deviation, worst;
};

/// The class of each sample of a data set.
class Labels {
public:
  /// Reads the labels of the samples of a feed for a program, whose first output is the scores.
  std::string read(const std::string &path, const Feed &feed, const cim_program *program);
  /// Raises `correct` by the samples from `first` on whose largest score is that of their label.
  /// `scores` is what Feed::run gave for them.
  std::string count(int64_t first, int64_t number, const std::vector<uint8_t> &scores,
                    int64_t &correct) const;

private:
  std::string path;
  std::vector<float> labels;
  int64_t classes = 0;
};

} // namespace cim::data

#endif // CIM_MLIR_DATA_FEED_H
