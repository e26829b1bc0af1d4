//===- CimAttrs.cpp - Attributes of the cim dialect -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers: every error names the field, its bounds and the value received.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/AdcTable.h"
#include "cim/IR/CimDialect.h"
#include "cim/IR/Limits.h"
#include "cim/IR/Validity.h"
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

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

using EmitError = function_ref<InFlightDiagnostic()>;

static LogicalResult checkRange(EmitError emitError, StringRef field, int64_t value, int64_t low,
                                int64_t high) {
  if (value >= low && value <= high)
    return success();
  return emitError() << "'" << field << "' must be in " << low << ".." << high << ", got " << value;
}

static bool isScale(const APFloat &value) { return value.isNormal() && !value.isNegative(); }

static LogicalResult checkLatency(EmitError emitError, StringRef field, FloatAttr latency) {
  // The bound keeps the latency of any program finite.
  if (latency.getType().isF64() && latency.getValueAsDouble() >= 0 &&
      latency.getValueAsDouble() <= 1e9)
    return success();
  return emitError() << "'" << field << "' must be a f64 in 0..1000000000, got " << latency;
}

/// The elements, that of a splat once however many it stands for.
template <typename T> static auto getDistinct(DenseElementsAttr dense) {
  auto values = dense.getValues<T>();
  bool once = dense.isSplat() && !values.empty();
  return llvm::make_range(values.begin(), once ? std::next(values.begin()) : values.end());
}

/// Checks that the numbers of `field` are float32 and, unless they are in a resource, keep a rule.
static LogicalResult checkFloats(EmitError emitError, StringRef field, ElementsAttr numbers,
                                 StringRef rule, bool (*isValid)(const APFloat &)) {
  ShapedType type = numbers.getShapedType();
  if (!isa<RankedTensorType>(type) || !type.getElementType().isF32())
    return emitError() << "'" << field << "' must be a tensor of f32, got " << type;
  if (isa<DenseResourceElementsAttr>(numbers))
    return success();
  auto dense = dyn_cast<DenseElementsAttr>(numbers);
  if (!dense)
    return emitError() << "'" << field << "' must be dense or dense_resource, got " << numbers;
  for (APFloat value : getDistinct<APFloat>(dense))
    if (!isValid(value))
      return emitError() << "'" << field << "' must be " << rule << ", got "
                         << value.convertToDouble();
  return success();
}

static LogicalResult checkScale(EmitError emitError, ElementsAttr scale, ArrayRef<int64_t> ranks) {
  if (failed(checkFloats(emitError, "scale", scale, "normal and positive", isScale)))
    return failure();
  if (llvm::is_contained(ranks, scale.getShapedType().getRank()))
    return success();
  return emitError() << "'scale' must have rank " << ranks.front() << " for its granularity, got "
                     << scale.getShapedType().getRank();
}

static LogicalResult checkOffset(EmitError emitError, ElementsAttr offset, ElementsAttr scale) {
  ShapedType type = offset.getShapedType();
  if (!isa<RankedTensorType>(type) || !type.getElementType().isSignlessInteger(32))
    return emitError() << "'offset' must be a tensor of i32, got " << type;
  if (!scale || type.getShape() != scale.getShapedType().getShape())
    return emitError() << "'offset' must have the shape of 'scale', got " << type;
  if (isa<DenseResourceElementsAttr>(offset))
    return success();
  auto dense = dyn_cast<DenseElementsAttr>(offset);
  if (!dense)
    return emitError() << "'offset' must be dense or dense_resource, got " << offset;
  constexpr int64_t limit = kPartialSumLimit - 1;
  for (APInt value : getDistinct<APInt>(dense))
    if (failed(checkRange(emitError, "offset", value.getSExtValue(), -limit, limit)))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Hardware
//===----------------------------------------------------------------------===//

LogicalResult CrossbarAttr::verify(EmitError emitError, int64_t rows, int64_t columns,
                                   int64_t activeRows, int64_t cellBits, int64_t dacBits,
                                   FloatAttr writeLatencyUs, FloatAttr mvmLatencyUs) {
  return success(succeeded(checkRange(emitError, "rows", rows, 1, 65536)) &&
                 succeeded(checkRange(emitError, "columns", columns, 1, 65536)) &&
                 succeeded(checkRange(emitError, "active_rows", activeRows, 1, rows)) &&
                 succeeded(checkRange(emitError, "cell_bits", cellBits, 1, 8)) &&
                 succeeded(checkRange(emitError, "dac_bits", dacBits, 1, 8)) &&
                 succeeded(checkLatency(emitError, "write_latency_us", writeLatencyUs)) &&
                 succeeded(checkLatency(emitError, "mvm_latency_us", mvmLatencyUs)));
}

LogicalResult MappingAttr::verify(EmitError emitError, MappingKind kind, Tiling,
                                  InputEncoding inputEncoding, SliceRule sliceRule,
                                  DenseI64ArrayAttr slices, CrossbarAttr crossbar) {
  if (slices && slices.empty())
    return emitError() << "'slices' must have at least 1 entry, got 0";
  for (int64_t bits : slices ? slices.asArrayRef() : ArrayRef<int64_t>())
    if (failed(checkRange(emitError, "slices", bits, 1, crossbar.getCellBits())))
      return failure();
  Combination combination;
  combination.kind = kind;
  combination.inputEncoding = inputEncoding;
  combination.sliceRule = sliceRule;
  combination.crossbar = crossbar;
  return verifyCombination(emitError, combination);
}

LogicalResult TargetAttr::verify(EmitError emitError, MappingAttr mapping, PrecisionAttr precision,
                                 ColumnsRule, CostsAttr) {
  Combination combination(mapping, precision);
  combination.slices = {}; // Layers have widths of their own.
  return verifyCombination(emitError, combination);
}

//===----------------------------------------------------------------------===//
// Precision
//===----------------------------------------------------------------------===//

/// Ranks of a weight scale; in a grouped layer array-wise scales have one more.
static SmallVector<int64_t> getWeightScaleRanks(Granularity granularity) {
  switch (granularity) {
  case Granularity::Layer:
    return {0};
  case Granularity::Channel:
    return {1};
  case Granularity::Array:
    return {1, 2};
  case Granularity::Column:
    return {2};
  }
  return {};
}

/// `split` or `beta` of binary weights.
static LogicalResult checkBinaryLevel(EmitError emitError, StringRef field, ElementsAttr level,
                                      int64_t bits, ElementsAttr scale) {
  if (!level)
    return success();
  if (bits != 1)
    return emitError() << "'" << field << "' must be absent unless there is 1 bit, got " << bits
                       << " bits";
  if (!scale || level.getShapedType().getShape() != scale.getShapedType().getShape())
    return emitError() << "'" << field << "' must have the shape of 'scale', got "
                       << level.getShapedType();
  return checkFloats(emitError, field, level, "finite",
                     [](const APFloat &value) { return value.isFinite(); });
}

LogicalResult WeightAttr::verify(EmitError emitError, int64_t bits, Granularity granularity,
                                 CodeRange range, ElementsAttr scale, ElementsAttr split,
                                 ElementsAttr beta) {
  if (failed(checkRange(emitError, "bits", bits, 1, 8)))
    return failure();
  if (bits == 1 && range != CodeRange::Narrow)
    return emitError() << "'range' must be narrow for 1 bit, got " << stringifyCodeRange(range);
  if (scale && failed(checkScale(emitError, scale, getWeightScaleRanks(granularity))))
    return failure();
  return success(succeeded(checkBinaryLevel(emitError, "split", split, bits, scale)) &&
                 succeeded(checkBinaryLevel(emitError, "beta", beta, bits, scale)));
}

LogicalResult ActivationAttr::verify(EmitError emitError, int64_t bits, int64_t zeroPoint,
                                     FloatAttr scale) {
  if (failed(checkRange(emitError, "bits", bits, 1, 8)) ||
      failed(checkRange(emitError, "zero_point", zeroPoint, 0, (int64_t(1) << bits) - 1)))
    return failure();
  if (scale && (!scale.getType().isF32() || !isScale(scale.getValue())))
    return emitError() << "'scale' must be a normal and positive f32, got " << scale;
  return success();
}

LogicalResult QuantizationAttr::verify(EmitError emitError, WeightAttr weight,
                                       ActivationAttr activation) {
  if (weight && !weight.getScale())
    return emitError() << "'weight.scale' must be present, got none";
  if (weight && weight.getGranularity() != Granularity::Layer &&
      weight.getGranularity() != Granularity::Channel)
    return emitError() << "'weight.granularity' must be layer or channel, got "
                       << stringifyGranularity(weight.getGranularity());
  if (weight && (weight.getSplit() || weight.getBeta()))
    return emitError() << "'weight.split' and 'weight.beta' must be absent, got "
                       << (weight.getSplit() ? weight.getSplit() : weight.getBeta());
  if (activation && !activation.getScale())
    return emitError() << "'activation.scale' must be present, got none";
  return success();
}

/// What the kind of an ADC says about its fields.
static LogicalResult checkAdcKind(EmitError emitError, AdcKind kind, CodeRange range,
                                  ElementsAttr scale, ElementsAttr offset, ElementsAttr thresholds,
                                  ElementsAttr levels) {
  if (kind == AdcKind::Ideal && (scale || offset))
    return emitError() << "'scale' and 'offset' must be absent for kind ideal, got "
                       << (scale ? scale : offset);
  if (kind != AdcKind::Table && (thresholds || levels))
    return emitError() << "'thresholds' and 'levels' must be absent unless the kind is table, got "
                       << (thresholds ? thresholds : levels);
  if (kind != AdcKind::Table)
    return success();
  if (offset)
    return emitError() << "'offset' must be absent for kind table, got " << offset;
  if (range != CodeRange::Full)
    return emitError() << "'range' must be full for kind table, got " << stringifyCodeRange(range);
  int given = bool(scale) + bool(thresholds) + bool(levels);
  if (given != 0 && given != 3)
    return emitError() << "'scale', 'thresholds' and 'levels' must be given together, got " << given
                       << " of them";
  return success();
}

LogicalResult AdcAttr::verify(EmitError emitError, AdcKind kind, AdcPlacement placement,
                              int64_t bits, Granularity granularity, CodeRange range,
                              ElementsAttr scale, ElementsAttr offset, ElementsAttr thresholds,
                              ElementsAttr levels, int64_t referenceUnit) {
  if (failed(checkRange(emitError, "bits", bits, 1, 16)) ||
      failed(checkRange(emitError, "reference_unit", referenceUnit, 1, kMaxReferenceUnit)))
    return failure();
  if (kind != AdcKind::Table && referenceUnit != 1)
    return emitError() << "'reference_unit' must be 1 unless the kind is table, got "
                       << referenceUnit;
  if (granularity == Granularity::Channel)
    return emitError() << "'granularity' must be layer, array or column, got channel";
  Combination combination;
  combination.adcKind = kind;
  combination.adcPlacement = placement;
  combination.adcGranularity = granularity;
  if (failed(verifyCombination(emitError, combination)) ||
      failed(checkAdcKind(emitError, kind, range, scale, offset, thresholds, levels)))
    return failure();
  SmallVector<int64_t> ranks = getWeightScaleRanks(granularity);
  if (granularity == Granularity::Column)
    ranks = {placement == AdcPlacement::Preactivation ? 1 : 3};
  if (scale && failed(checkScale(emitError, scale, ranks)))
    return failure();
  if (offset && failed(checkOffset(emitError, offset, scale)))
    return failure();
  return thresholds ? verifyAdcTable(emitError, placement, bits, referenceUnit,
                                     scale.getShapedType().getShape(), thresholds, levels)
                    : success();
}

//===----------------------------------------------------------------------===//
// Window
//===----------------------------------------------------------------------===//

LogicalResult WindowAttr::verify(EmitError emitError, ArrayRef<int64_t> kernel,
                                 ArrayRef<int64_t> stride, ArrayRef<int64_t> pad,
                                 ArrayRef<int64_t> dilation) {
  auto check = [&](StringRef field, ArrayRef<int64_t> values, size_t size, int64_t low) {
    if (values.size() != size) {
      emitError() << "'" << field << "' must have " << size << " entries, got " << values.size();
      return false;
    }
    return llvm::all_of(values, [&](int64_t value) {
      return succeeded(checkRange(emitError, field, value, low, kMaxWindow));
    });
  };
  return success(check("kernel", kernel, 2, 1) && check("stride", stride, 2, 1) &&
                 check("pad", pad, 4, 0) && check("dilation", dilation, 2, 1));
}
