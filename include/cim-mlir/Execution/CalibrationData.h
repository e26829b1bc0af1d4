//===- CalibrationData.h - Samples that calibration looks at ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The driver hands the calibration pass a source of samples; the pass streams
// them, so that memory does not depend on their number.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_EXECUTION_CALIBRATIONDATA_H
#define CIM_MLIR_EXECUTION_CALIBRATIONDATA_H

#include "cim-mlir/Data/Arrays.h"
#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <string>

namespace cim {

/// A finite sequence of samples. Each sample has one tensor per argument of the network,
/// in the order of the arguments.
class CalibrationData {
public:
  virtual ~CalibrationData() = default;
  /// Number of samples, at least 1.
  virtual int64_t size() const = 0;
  /// Writes all elements of argument `input` of sample `index`, which are of a type; returns an
  /// empty string or the reason of failure. A pass over the data reads ascending samples and may
  /// start over; the same index always gives the same values.
  virtual std::string read(int64_t index, unsigned input, data::ElementType type,
                           llvm::MutableArrayRef<uint8_t> bytes) = 0;

  /// Which sample is the i-th of `used` ones: they are evenly spaced.
  int64_t pick(int64_t i, int64_t used) const { return i * size() / used; }
};

} // namespace cim

#endif // CIM_MLIR_EXECUTION_CALIBRATIONDATA_H
