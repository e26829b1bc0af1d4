//===- Feed.cpp - Inputs of a program from files --------------------------===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// npy and IDX files are streamed; the arrays of a npz archive are held in memory.
//
//===----------------------------------------------------------------------===//

#include "Feed.h"

#include <algorithm>
#include <filesystem>

using namespace cim;
using namespace cim::run;

std::vector<int64_t> run::shapeOf(const cim_tensor &tensor) {
  return {tensor.dims, tensor.dims + tensor.rank};
}

int64_t run::sizeOf(const cim_tensor &tensor) {
  int64_t size = 1;
  for (int64_t dim : shapeOf(tensor))
    size *= dim;
  return size;
}

Binding run::parseBinding(const std::string &text, const std::vector<std::string> &names) {
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

std::string run::join(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "'" : ", '") + name + "'";
  return text.empty() ? "none" : text;
}

bool run::isSameFile(const std::string &a, const std::string &b) {
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
  auto reader = std::make_shared<data::ArrayReader>();
  std::string reason = reader->open(binding.path);
  if (!reason.empty())
    return reason;
  return bindInput(
      index, binding.path, scale, reader->shape(),
      [reader](int64_t rows, data::Array &array) { return reader->readRows(rows, array); });
}

std::string Feed::bindArchive(const std::string &path, double scale) {
  std::vector<std::pair<std::string, data::Array>> arrays;
  std::string reason = data::readArchive(path, arrays);
  if (!reason.empty())
    return reason;
  for (auto &[name, array] : arrays) {
    auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      return path + ": the program has no input '" + name + "', it has " + join(names);
    std::vector<int64_t> shape = array.shape;
    auto rest = [array = std::move(array), at = size_t(0)](int64_t rows, data::Array &out) mutable {
      out.type = array.type;
      out.shape = array.shape;
      if (!out.shape.empty())
        out.shape[0] = std::min(rows, out.shape[0]);
      size_t bytes = out.size() * data::elementBytes(out.type);
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
                            std::function<std::string(int64_t, data::Array &)> read) {
  Input &input = inputs[index];
  if (!input.path.empty())
    return path + ": input '" + names[index] + "' is given twice";
  cim_tensor tensor = cim_program_input(program, static_cast<int32_t>(index));
  std::string reason = data::countSamples(shape, shapeOf(tensor), input.count);
  if (!reason.empty())
    return path + ": input '" + names[index] + "': " + reason;
  input.path = path;
  input.type = data::elementTypeOf(tensor);
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
    data::Array array;
    std::string reason = input.read(input.single ? INT64_MAX : number, array);
    if (!reason.empty())
      return reason;
    values.emplace_back();
    reason = data::convert(array, input.type, input.scale, values.back());
    if (!reason.empty())
      return input.path + ": input '" + names[values.size() - 1] + "': " + reason;
  }
  return "";
}
