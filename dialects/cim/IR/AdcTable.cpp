//===- AdcTable.cpp - Thresholds and levels of an ADC -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See AdcTable.h.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/AdcTable.h"
#include "cim/Analysis/Elements.h"
#include "cim/IR/Limits.h"

using namespace mlir;
using namespace cim;

using EmitError = function_ref<InFlightDiagnostic()>;

static LogicalResult checkType(EmitError emitError, StringRef field, ElementsAttr attr) {
  ShapedType type = attr.getShapedType();
  if (!isa<RankedTensorType>(type) || !type.getElementType().isSignlessInteger(32))
    return emitError() << "'" << field << "' must be a tensor of i32, got " << type;
  if (!isa<DenseElementsAttr, DenseResourceElementsAttr>(attr))
    return emitError() << "'" << field << "' must be dense or dense_resource, got " << attr;
  return success();
}

static LogicalResult checkShape(EmitError emitError, StringRef field, ElementsAttr attr,
                                ArrayRef<int64_t> expected) {
  ArrayRef<int64_t> shape = attr.getShapedType().getShape();
  if (shape == expected)
    return success();
  return emitError() << "'" << field << "' must have shape [" << expected << "], got [" << shape
                     << "]";
}

/// Checks the values of `attr`, rows of a splat once, as they are equal. Thresholds are multiples
/// of a unit and increase.
static LogicalResult checkValues(EmitError emitError, StringRef field, ElementsAttr attr,
                                 int64_t low, int64_t high, std::optional<int64_t> unit = {}) {
  FailureOr<ElementsView<int32_t>> values = viewElements<int32_t>(attr);
  if (failed(values))
    return emitError() << "'" << field << "' must have its data, got a missing or damaged resource";
  int64_t length = attr.getShapedType().getShape().back();
  int64_t size = values->splat ? std::min(length, values->size) : values->size;
  for (int64_t i = 0; i < size; ++i) {
    int64_t value = (*values)[i];
    if (value < low || value > high)
      return emitError() << "'" << field << "' must be in " << low << ".." << high << ", got "
                         << value;
    if (unit && value % *unit != 0)
      return emitError() << "'" << field << "' must be multiples of the 'reference_unit' " << *unit
                         << ", got " << value;
    if (unit && i % length != 0 && value <= (*values)[i - 1])
      return emitError() << "'" << field << "' must increase strictly along the last axis, got "
                         << value << " after " << (*values)[i - 1];
  }
  return success();
}

LogicalResult cim::verifyAdcTable(EmitError emitError, AdcPlacement placement, int64_t bits,
                                  int64_t referenceUnit, ArrayRef<int64_t> shape,
                                  ElementsAttr thresholds, ElementsAttr levels) {
  if (failed(checkType(emitError, "thresholds", thresholds)) ||
      failed(checkType(emitError, "levels", levels)))
    return failure();
  ArrayRef<int64_t> given = thresholds.getShapedType().getShape();
  int64_t count = given.empty() ? 0 : given.back(), most = (int64_t(1) << bits) - 1;
  if (count < 1 || count > most)
    return emitError() << "'thresholds' must have a last axis of 1.." << most << " for " << bits
                       << " bits, got " << count;
  SmallVector<int64_t> expected(shape);
  expected.push_back(count);
  if (failed(checkShape(emitError, "thresholds", thresholds, expected)))
    return failure();
  expected.back() = count + 1;
  if (failed(checkShape(emitError, "levels", levels, expected)))
    return failure();
  if (isa<DenseResourceElementsAttr>(thresholds) || isa<DenseResourceElementsAttr>(levels))
    return success();
  return verifyAdcTableValues(emitError, placement, referenceUnit, thresholds, levels);
}

LogicalResult cim::verifyAdcTableValues(EmitError emitError, AdcPlacement placement,
                                        int64_t referenceUnit, ElementsAttr thresholds,
                                        ElementsAttr levels) {
  bool ofOutputs = placement == AdcPlacement::Preactivation;
  int64_t low = ofOutputs ? INT32_MIN : 1 - kPartialSumLimit;
  int64_t high = ofOutputs ? INT32_MAX : kPartialSumLimit - 1;
  if (failed(checkValues(emitError, "thresholds", thresholds, low, high, referenceUnit)))
    return failure();
  return checkValues(emitError, "levels", levels, INT16_MIN, INT16_MAX);
}
