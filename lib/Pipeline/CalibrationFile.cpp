//===- CalibrationFile.cpp - Calibration data from files --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One array for a network with one input, streamed from the file, or a .npz with an
// array per input, which is kept in memory.
//
//===----------------------------------------------------------------------===//

#include "CalibrationFile.h"

#include "cim-mlir/Data/Arrays.h"
#include "cim/IR/CimDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <map>
#include <optional>

using namespace mlir;
using namespace cim;

namespace {

/// An input of the network.
struct Input {
  std::string name;
  std::vector<int64_t> shape;
  bool isFloat;
};

/// The samples of one input: an array in memory, or a file that is read from front
/// to back.
class Source {
public:
  std::string open(const std::string &path, const Input &input) {
    name = path;
    shape = input.shape;
    if (std::string error = rewind(); !error.empty())
      return error;
    return setShape(reader->shape());
  }

  std::string open(const std::string &path, const Input &input, data::Array array) {
    name = path + ", input '" + input.name + "'";
    shape = input.shape;
    memory = std::move(array);
    return setShape(memory->shape);
  }

  int64_t count() const { return samples; }

  std::string read(int64_t index, double scale, data::ElementType type,
                   MutableArrayRef<uint8_t> bytes) {
    data::Array rows;
    if (std::string error = memory ? slice(index, rows) : advance(index, rows); !error.empty())
      return error;
    std::vector<uint8_t> values;
    if (std::string error = data::convert(rows, type, scale, values); !error.empty())
      return name + ": sample " + std::to_string(index) + ": " + error;
    llvm::copy(values, bytes.begin());
    return type == data::ElementType::F32 ? checkFinite(index, bytes) : "";
  }

private:
  std::string checkFinite(int64_t index, ArrayRef<uint8_t> bytes) const {
    for (size_t i = 0; i < bytes.size(); i += sizeof(float)) {
      float value;
      std::memcpy(&value, &bytes[i], sizeof(float));
      if (!std::isfinite(value))
        return name + ": sample " + std::to_string(index) +
               " has a value that is not finite, got " + std::to_string(value);
    }
    return "";
  }

  std::string setShape(const std::vector<int64_t> &arrayShape) {
    if (std::string error = data::countSamples(arrayShape, shape, samples); !error.empty())
      return name + ": " + error;
    if (samples == 0)
      return name + ": calibration needs at least 1 sample, got 0";
    rowsPerSample = arrayShape.empty() ? 1 : arrayShape[0] / samples;
    return "";
  }

  std::string slice(int64_t index, data::Array &rows) const {
    int64_t stride = memory->bytes.size() / samples;
    auto begin = memory->bytes.begin() + index * stride;
    rows = {memory->type, shape, {begin, begin + stride}};
    return "";
  }

  std::string rewind() {
    reader = std::make_unique<data::ArrayReader>();
    next = 0;
    return reader->open(name);
  }

  /// Reads up to and with a sample, from the front again if it has passed.
  std::string advance(int64_t index, data::Array &rows) {
    if (index < next)
      if (std::string error = rewind(); !error.empty())
        return error;
    for (; next <= index; ++next)
      if (std::string error = reader->readRows(rowsPerSample, rows); !error.empty())
        return error;
    return "";
  }

  std::string name;
  std::vector<int64_t> shape;
  std::optional<data::Array> memory;
  std::unique_ptr<data::ArrayReader> reader;
  int64_t samples = 0, rowsPerSample = 1, next = 0;
};

class FileCalibrationData : public CalibrationData {
public:
  /// Opens the file of the options; returns an empty string or the reason of failure.
  std::string open(const CompileOptions &options, ArrayRef<Input> inputs) {
    scale = options.scaleInput;
    wanted = options.calibrate.samples;
    showProgress = options.showProgress;
    sources = std::vector<Source>(inputs.size());
    if (std::string error = openSources(options.calibration, inputs); !error.empty())
      return error;
    for (Source &source : sources)
      if (source.count() != sources[0].count())
        return options.calibration + ": inputs need the same number of samples, got " +
               std::to_string(sources[0].count()) + " and " + std::to_string(source.count());
    return "";
  }

  int64_t size() const override { return sources[0].count(); }

  std::string read(int64_t index, unsigned input, data::ElementType type,
                   MutableArrayRef<uint8_t> bytes) override {
    if (input == 0)
      showNumber(index);
    return sources[input].read(index, scale, type, bytes);
  }

private:
  std::string openSources(const std::string &path, ArrayRef<Input> inputs) {
    if (!StringRef(path).ends_with(".npz")) {
      if (inputs.size() != 1)
        return path + ": the model has " + std::to_string(inputs.size()) +
               " inputs, calibration data must be a .npz with their names";
      return sources[0].open(path, inputs[0]);
    }
    std::vector<std::pair<std::string, data::Array>> members;
    if (std::string error = data::readArchive(path, members); !error.empty())
      return error;
    for (auto [source, input] : llvm::zip_equal(sources, inputs)) {
      const std::string &name = input.name;
      auto found = llvm::find_if(members, [&](auto &member) { return member.first == name; });
      if (found == members.end())
        return path + ": no array for input '" + name + "'";
      if (std::string error = source.open(path, input, std::move(found->second)); !error.empty())
        return error;
    }
    return "";
  }

  /// Samples are evenly spaced: which of those that are used this is.
  void showNumber(int64_t index) const {
    int64_t used = std::min(wanted, size());
    int64_t number = llvm::divideCeil(index * used, size()) + 1;
    if (showProgress)
      showProgress(("calibrating: sample " + Twine(number) + " of " + Twine(used)).str());
  }

  std::vector<Source> sources;
  double scale = 0;
  int64_t wanted = 0;
  std::function<void(StringRef)> showProgress;
};

/// Samples that have been read from another source, which is not used any more.
class KeptCalibrationData : public CalibrationData {
public:
  /// Reads the `used` samples of float inputs; returns an empty string or the reason of failure.
  std::string read(CalibrationData &data, int64_t used, ArrayRef<Input> inputs) {
    samples = data.size();
    for (int64_t i = 0; i < used; ++i)
      for (auto [number, input] : llvm::enumerate(inputs)) {
        std::vector<uint8_t> &bytes = kept[{pick(i, used), number}];
        bytes.resize(ShapedType::getNumElements(input.shape) * sizeof(float));
        std::string error =
            data.read(pick(i, used), number, data::ElementType::F32, MutableArrayRef(bytes));
        if (!error.empty())
          return error;
      }
    return "";
  }

  int64_t size() const override { return samples; }

  std::string read(int64_t index, unsigned input, data::ElementType type,
                   MutableArrayRef<uint8_t> bytes) override {
    llvm::copy(kept.at({index, input}), bytes.begin());
    return "";
  }

private:
  int64_t samples = 0;
  std::map<std::pair<int64_t, unsigned>, std::vector<uint8_t>> kept;
};

} // namespace

/// The inputs of the public function of a verified module.
static std::vector<Input> getInputs(ModuleOp module) {
  std::vector<Input> inputs;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic())
      continue;
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
      auto name = function.getArgAttrOfType<StringAttr>(i, CimDialect::kNameAttrName);
      auto tensor = cast<RankedTensorType>(type);
      inputs.push_back({name ? name.str() : "arg" + std::to_string(i), tensor.getShape().vec(),
                        tensor.getElementType().isF32()});
    }
  }
  return inputs;
}

FailureOr<std::shared_ptr<CalibrationData>>
cim::openCalibrationData(ModuleOp module, const CompileOptions &options) {
  std::shared_ptr<CalibrationData> none;
  if (options.calibration.empty())
    return none;
  auto data = std::make_shared<FileCalibrationData>();
  if (std::string error = data->open(options, getInputs(module)); !error.empty()) {
    emitError(FileLineColLoc::get(module.getContext(), options.calibration, 0, 0)) << error;
    return failure();
  }
  return std::shared_ptr<CalibrationData>(data);
}

std::shared_ptr<CalibrationData>
cim::keepCalibrationData(ModuleOp module, const CompileOptions &options, int64_t maxBytes) {
  FileCalibrationData file;
  std::vector<Input> inputs = getInputs(module);
  if (options.calibration.empty() || !file.open(options, inputs).empty())
    return nullptr;
  int64_t used = std::min<int64_t>(options.calibrate.samples, file.size());
  for (const Input &input : inputs)
    maxBytes -= used * ShapedType::getNumElements(input.shape) * int64_t(sizeof(float));
  auto kept = std::make_shared<KeptCalibrationData>();
  bool areFloats = llvm::all_of(inputs, [](const Input &input) { return input.isFloat; });
  if (!areFloats || maxBytes < 0 || !kept->read(file, used, inputs).empty())
    return nullptr;
  return kept;
}
