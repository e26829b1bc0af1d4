//===- Feed.cpp - Inputs of a program from files --------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// npy and IDX files are streamed; the arrays of a npz archive are held in memory.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Data/Feed.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>

using namespace cim;
using namespace cim::data;

std::vector<int64_t> data::shapeOf(const cim_tensor &tensor) {
  return {tensor.dims, tensor.dims + tensor.rank};
}

int64_t data::sizeOf(const cim_tensor &tensor) {
  int64_t size = 1;
  for (int64_t dim : shapeOf(tensor))
    size *= dim;
  return size;
}

Binding data::parseBinding(const std::string &text, const std::vector<std::string> &names) {
  std::string longest;
  for (const std::string &name : names)
    if (name.size() > longest.size() && text.compare(0, name.size() + 1, name + "=") == 0)
      longest = name;
  size_t equals = longest.empty() ? text.find('=') : longest.size();
  if (equals == std::string::npos || text.find('/') < equals)
    return {"", text};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

static bool endsWith(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && !text.compare(text.size() - end.size(), end.size(), end);
}

std::string data::join(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "'" : ", '") + name + "'";
  return text.empty() ? "none" : text;
}

bool data::isSameFile(const std::string &a, const std::string &b) {
  std::error_code error;
  return std::filesystem::equivalent(a, b, error);
}

Feed::Feed(const cim_program *program) : program(program), inputs(cim_program_num_inputs(program)) {
  for (size_t i = 0; i < inputs.size(); ++i)
    names.push_back(cim_program_input_name(program, static_cast<int32_t>(i)));
}

std::string Feed::bind(const std::string &text, double scale) {
  Binding binding = parseBinding(text, names);
  if (binding.name.empty() && endsWith(binding.path, ".npz"))
    return bindArchive(binding.path, scale);
  auto found = std::find(names.begin(), names.end(), binding.name);
  if (!binding.name.empty() && found == names.end())
    return text + ": the program has no input '" + binding.name + "', it has " + join(names);
  if (binding.path.empty())
    return "'--input' must name a file, got '" + text + "'";
  if (binding.name.empty() && inputs.size() != 1)
    return binding.path + ": say which input it is with name=file; the program has " + join(names);
  size_t index = binding.name.empty() ? 0 : found - names.begin();
  auto reader = std::make_shared<ArrayReader>();
  std::string reason = reader->open(binding.path);
  if (!reason.empty())
    return reason;
  return bindInput(index, binding.path, scale, reader->shape(),
                   [reader](int64_t rows, Array &array) { return reader->readRows(rows, array); });
}

std::string Feed::bindArchive(const std::string &path, double scale) {
  std::vector<std::pair<std::string, Array>> arrays;
  std::string reason = readArchive(path, arrays);
  if (!reason.empty())
    return reason;
  for (auto &[name, array] : arrays) {
    auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      return path + ": the program has no input '" + name + "', it has " + join(names);
    std::vector<int64_t> shape = array.shape;
    auto rest = [array = std::move(array), at = size_t(0)](int64_t rows, Array &out) mutable {
      out.type = array.type;
      out.shape = array.shape;
      if (!out.shape.empty())
        out.shape[0] = std::min(rows, out.shape[0]);
      size_t bytes = out.size() * elementBytes(out.type);
      out.bytes.assign(array.bytes.begin() + at, array.bytes.begin() + at + bytes);
      at += bytes;
      return std::string();
    };
    reason = bindInput(found - names.begin(), path, scale, shape, rest);
    if (!reason.empty())
      return reason;
  }
  return "";
}

std::string Feed::bindInput(size_t index, const std::string &path, double scale,
                            const std::vector<int64_t> &shape,
                            std::function<std::string(int64_t, Array &)> read) {
  Input &input = inputs[index];
  if (!input.path.empty())
    return path + ": input '" + names[index] + "' is given twice";
  cim_tensor tensor = cim_program_input(program, static_cast<int32_t>(index));
  std::string reason = countSamples(shape, shapeOf(tensor), input.count);
  if (!reason.empty())
    return path + ": input '" + names[index] + "': " + reason;
  input.path = path;
  input.type = elementTypeOf(tensor);
  input.scale = scale;
  input.single = shape == shapeOf(tensor);
  input.read = std::move(read);
  return "";
}

std::string Feed::finish() {
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].path.empty())
      return "input '" + names[i] + "' of the program is not given";
    if (inputs[i].count != inputs[0].count)
      return inputs[i].path + ": " + std::to_string(inputs[i].count) + " samples, but " +
             inputs[0].path + " has " + std::to_string(inputs[0].count);
  }
  count = inputs.empty() ? 1 : inputs[0].count;
  single = std::all_of(inputs.begin(), inputs.end(), [](const Input &i) { return i.single; });
  return "";
}

bool Feed::reads(const std::string &path) const {
  return std::any_of(inputs.begin(), inputs.end(),
                     [&](const Input &input) { return isSameFile(input.path, path); });
}

std::string Feed::next(int64_t number, std::vector<std::vector<uint8_t>> &values) {
  values.clear();
  for (Input &input : inputs) {
    Array array;
    std::string reason = input.read(input.single ? INT64_MAX : number, array);
    if (!reason.empty())
      return reason;
    values.emplace_back();
    reason = convert(array, input.type, input.scale, values.back());
    if (!reason.empty())
      return input.path + ": input '" + names[values.size() - 1] + "': " + reason;
  }
  return "";
}

std::string Feed::run(cim_executor *executor, int64_t number,
                      std::vector<std::vector<uint8_t>> &outputs, double &seconds) {
  std::vector<std::vector<uint8_t>> values;
  std::string reason = next(number, values);
  if (!reason.empty())
    return reason;
  std::vector<cim_tensor> read, written;
  for (size_t i = 0; i < values.size(); ++i) {
    read.push_back(cim_program_input(program, static_cast<int32_t>(i)));
    read.back().data = values[i].data();
  }
  outputs.resize(cim_program_num_outputs(program));
  for (size_t i = 0; i < outputs.size(); ++i) {
    written.push_back(cim_program_output(program, static_cast<int32_t>(i)));
    outputs[i].resize(number * sizeOf(written[i]) * elementBytes(elementTypeOf(written[i])));
    written.back().data = outputs[i].data();
  }
  cim_message message = {};
  auto begin = std::chrono::steady_clock::now();
  cim_status status =
      cim_executor_run(executor, number, read.data(), static_cast<int32_t>(read.size()),
                       written.data(), static_cast<int32_t>(written.size()), &message);
  seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return status == CIM_OK ? "" : file() + ": " + message.text;
}

Spread::Spread(const std::vector<double> &trials)
    : deviation(0), worst(*std::min_element(trials.begin(), trials.end())) {
  auto count = static_cast<double>(trials.size());
  mean = worst; // Of equal trials exactly that.
  for (double trial : trials)
    mean += (trial - worst) / count;
  for (double trial : trials)
    deviation += (trial - mean) * (trial - mean);
  deviation = trials.size() > 1 ? std::sqrt(deviation / (count - 1)) : 0;
}

std::string Labels::read(const std::string &file, const Feed &feed, const cim_program *program) {
  path = file;
  Array array;
  std::string reason = readArray(path, array);
  if (!reason.empty())
    return reason;
  if (array.size() != feed.samples())
    return path + ": " + std::to_string(array.size()) + " labels for " +
           std::to_string(feed.samples()) + " samples of " + feed.file();
  cim_tensor scores = cim_program_output(program, 0);
  if (scores.type != CIM_F32)
    return path + ": labels need an output of float32";
  classes = sizeOf(scores);
  labels = toFloats(array, 1);
  return "";
}

std::string Labels::count(int64_t first, int64_t number, const std::vector<uint8_t> &scores,
                          int64_t &correct) const {
  const auto *values = reinterpret_cast<const float *>(scores.data());
  for (int64_t i = first; i < first + number; ++i, values += classes) {
    float label = labels[i];
    if (!(label >= 0 && label < static_cast<float>(classes) && label == std::floor(label))) {
      char got[32];
      std::snprintf(got, sizeof(got), "%g", static_cast<double>(label));
      return path + ": label " + std::to_string(i) + " must be an integer in 0.." +
             std::to_string(classes - 1) + ", got " + got;
    }
    correct += std::max_element(values, values + classes) - values == static_cast<int64_t>(label);
  }
  return "";
}
