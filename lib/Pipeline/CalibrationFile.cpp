//===- CalibrationFile.cpp - Calibration data from files --------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One array for a network with one input, or a .npz with an array per input. The
// bytes of the file stay as they are; a sample becomes floats when it is read.
//
//===----------------------------------------------------------------------===//

#include "CalibrationFile.h"

#include "cim-mlir/Data/Arrays.h"
#include "cim/IR/CimDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace cim;

namespace {

/// An input of the network.
struct Input {
  std::string name;
  std::vector<int64_t> shape;
};

class FileCalibrationData : public CalibrationData {
public:
  /// Reads the file of the options; returns an empty string or the reason of failure.
  std::string open(const CompileOptions &options, ArrayRef<Input> inputs) {
    scale = options.scaleInput;
    if (std::string error = readArrays(options.calibration, inputs); !error.empty())
      return error;
    for (auto [array, input] : llvm::zip_equal(arrays, inputs)) {
      int64_t count = 0;
      std::string error = data::countSamples(array.shape, input.shape, count);
      if (!error.empty())
        return options.calibration + ": " + error;
      if (count == 0 || (available != 0 && count != available))
        return options.calibration +
               ": every input needs the same number of samples, at least 1, " + "got " +
               std::to_string(count) + " for '" + input.name + "'";
      available = count;
    }
    samples = std::min(options.calibrate.samples, available);
    return "";
  }

  int64_t size() const override { return samples; }

  void read(int64_t index, unsigned input, MutableArrayRef<float> values) const override {
    const data::Array &array = arrays[input];
    int64_t stride = array.bytes.size() / available;
    // 128 bits, because both counts come from the user.
    auto spaced = static_cast<int64_t>(static_cast<__int128>(index) * available / samples);
    auto begin = array.bytes.begin() + spaced * stride;
    data::Array sample{array.type, {static_cast<int64_t>(values.size())}, {begin, begin + stride}};
    llvm::copy(data::toFloats(sample, scale), values.begin());
  }

private:
  /// Fills `arrays` in the order of the inputs.
  std::string readArrays(const std::string &path, ArrayRef<Input> inputs) {
    arrays.resize(inputs.size());
    if (!StringRef(path).ends_with(".npz")) {
      if (inputs.size() != 1)
        return path + ": the model has " + std::to_string(inputs.size()) +
               " inputs, calibration data must be a .npz with their names";
      return data::readArray(path, arrays[0]);
    }
    std::vector<std::pair<std::string, data::Array>> members;
    if (std::string error = data::readArchive(path, members); !error.empty())
      return error;
    for (auto [array, input] : llvm::zip_equal(arrays, inputs)) {
      const std::string &name = input.name;
      auto found = llvm::find_if(members, [&](auto &member) { return member.first == name; });
      if (found == members.end())
        return path + ": no array for input '" + name + "'";
      array = std::move(found->second);
    }
    return "";
  }

  std::vector<data::Array> arrays;
  int64_t available = 0, samples = 0;
  double scale = 0;
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
      inputs.push_back({name ? name.str() : "arg" + std::to_string(i),
                        cast<RankedTensorType>(type).getShape().vec()});
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
