//===- XbarCrossbar.cpp - Verifiers of crossbar instructions ----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The array write and the fused layer: what the arrays hold, what the layer reads
// and writes, and that scales have an entry for each tile, slice and output.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/Validity.h"
#include "xbar/IR/Verify.h"

using namespace mlir;
using namespace xbar;

/// Where the arrays of a layer are.
template <typename OpTy> static LogicalResult verifyPlacement(OpTy op) {
  if (int64_t core = op.getCore(); core < 0)
    return op.emitOpError("'core' must not be negative, got ") << core;
  if (int64_t first = op.getFirstArray(); first < 0)
    return op.emitOpError("'first_array' must not be negative, got ") << first;
  if (int64_t count = op.getNumArrays(); count < 1)
    return op.emitOpError("'num_arrays' must be at least 1, got ") << count;
  return success();
}

LogicalResult WriteArraysOp::verify() {
  cim::ArraysType arrays = getArrays().getType();
  if (!getCodes().getDefiningOp<ConstantOp>())
    return emitOpError("'codes' must be a constant, got ") << getCodes();
  if (failed(verifyShape(*this, "codes", getCodes().getType(),
                         {arrays.getGroups(), arrays.getRows(), arrays.getColumns()})))
    return failure();
  int64_t area = getKernelArea();
  if (area < 1 || arrays.getRows() % area != 0)
    return emitOpError("'kernel_area' must divide the ")
           << arrays.getRows() << " rows of the arrays, got " << area;
  return verifyPlacement(*this);
}

LogicalResult WriteArraysDynamicOp::verify() {
  cim::ArraysType arrays = getArrays().getType();
  if (failed(verifyShape(*this, "weight", getWeight().getType(),
                         {arrays.getGroups(), arrays.getRows(), arrays.getColumns()})))
    return failure();
  if (int64_t bits = getWeightBits(); bits < 2 || bits > 8)
    return emitOpError("'weight_bits' must be in 2..8, got ") << bits;
  const APFloat &scale = getWeightScale();
  if (!scale.isNormal() || scale.isNegative())
    return emitOpError("'weight_scale' must be normal and positive, got ") << getWeightScaleAttr();
  // Q has one bit less than the codes.
  int64_t bits = llvm::sum_of(arrays.getSlices()), needed = int64_t(getWeightBits()) - 1;
  if (bits < needed)
    return emitOpError("'slices' of the arrays must sum to at least ")
           << needed << " bits, got " << bits;
  if (!cim::isDifferential(arrays.getKind()) && bits != int64_t(getWeightBits()))
    return emitOpError("'slices' of the arrays must sum to the ")
           << getWeightBits() << " bits of the weights for this mapping, got " << bits;
  return verifyPlacement(*this);
}

//===----------------------------------------------------------------------===//
// Fused layer
//===----------------------------------------------------------------------===//

/// The input and output of a convolution.
static LogicalResult verifyConvolution(MvmOp op, cim::ArraysType arrays) {
  RankedTensorType input = op.getInput().getType();
  if (input.getRank() != 4)
    return op.emitOpError("'input' must have rank 4 with a 'window', got ") << input.getRank();
  cim::WindowAttr window = *op.getWindow();
  int64_t rows = arrays.getGroups() * arrays.getRows(), area = window.getArea();
  if (rows % area != 0 || input.getDimSize(3) != rows / area)
    return op.emitOpError("'input' must have as many channels as ")
           << rows << " rows of the arrays over a kernel of " << area << ", got "
           << input.getDimSize(3);
  auto [height, width] = window.getOutputSize(input.getDimSize(1), input.getDimSize(2));
  return verifyShape(
      op, "output", op.getOutput().getType(),
      {input.getDimSize(0), height, width, arrays.getGroups() * arrays.getColumns()});
}

/// The input and output of a matrix product: the last axes are k and n, the first
/// counts heads if there are several.
static LogicalResult verifyProduct(MvmOp op, cim::ArraysType arrays) {
  SmallVector<int64_t> shape(op.getInput().getType().getShape());
  if (shape.empty() || shape.back() != arrays.getRows())
    return op.emitOpError("'input' must end with an axis of ")
           << arrays.getRows() << " rows, got [" << shape << "]";
  if (int64_t heads = arrays.getGroups(); heads != 1 && (shape.size() != 3 || shape[0] != heads))
    return op.emitOpError("'input' without a 'window' must have rank 3 and begin with an axis of ")
           << heads << " heads, got [" << shape << "]";
  shape.back() = arrays.getColumns();
  return verifyShape(op, "output", op.getOutput().getType(), shape);
}

static LogicalResult verifyInput(MvmOp op, cim::ArraysType arrays) {
  int64_t area = op.getWindow() ? op.getWindow()->getArea() : 1;
  auto write = op.getArrays().getDefiningOp<WriteArraysOp>();
  if (write && int64_t(write.getKernelArea()) != area)
    return op.emitOpError("'arrays' must be written with the kernel area of the layer, ")
           << area << ", got " << write.getKernelArea();
  return op.getWindow() ? verifyConvolution(op, arrays) : verifyProduct(op, arrays);
}

static LogicalResult verifyDigits(MvmOp op) {
  cim::ActivationAttr activation = op.getActivation();
  if (!activation.getScale())
    return op.emitOpError("'activation' must have its scale, got ") << activation;
  int64_t bits = 0;
  for (int64_t cycle : op.getCycles()) {
    if (cycle < 1 || cycle > activation.getBits())
      return op.emitOpError("'cycles' must have 1..")
             << activation.getBits() << " bits each, got " << cycle;
    bits += cycle;
  }
  if (bits != activation.getBits())
    return op.emitOpError("'cycles' must add up to the ")
           << activation.getBits() << " bits of 'activation', got " << bits;
  cim::InputEncoding encoding = op.getInputEncoding();
  int64_t zeroPoint = activation.getZeroPoint(), half = int64_t(1) << (bits - 1);
  if (encoding == cim::InputEncoding::TwosComplement && zeroPoint != half)
    return op.emitOpError("'zero_point' must be ")
           << half << " for input_encoding twos_complement, got " << zeroPoint;
  if (encoding == cim::InputEncoding::TwosComplement && op.getCycles().back() != 1)
    return op.emitOpError("'cycles' must end with 1 bit for input_encoding twos_complement, got ")
           << op.getCycles().back();
  if (encoding == cim::InputEncoding::Differential && zeroPoint == 0)
    return op.emitOpError("'zero_point' must be at least 1 for input_encoding differential, got 0");
  return success();
}

static LogicalResult verifyAdc(MvmOp op) {
  std::optional<ArrayRef<int64_t>> range = op.getAdcRange();
  if (range.has_value() != bool(op.getReciprocal()))
    return op.emitOpError("'adc_range' must be present exactly if 'reciprocal' is, got ")
           << (range ? "only 'adc_range'" : "only 'reciprocal'");
  if (!range && op.getOffsets())
    return op.emitOpError("'offsets' needs 'reciprocal', got none");
  if (bool(op.getThresholds()) != bool(op.getLevels()))
    return op.emitOpError("'thresholds' and 'levels' must be present together, got only ")
           << (op.getLevels() ? "'levels'" : "'thresholds'");
  if (range && op.getThresholds())
    return op.emitOpError("'thresholds' must not be present with 'reciprocal', got both");
  if (op.getPreactivation() && (!op.getThresholds() || !op.getSumTiles()))
    return op.emitOpError("'preactivation' needs 'thresholds' and 'sum_tiles', got no ")
           << (op.getThresholds() ? "'sum_tiles'" : "'thresholds'");
  if (!op.convertsPartialSums() && !op.getSumSlices())
    return op.emitOpError(
        "'sum_slices' must be set unless an ADC converts partial sums, got false");
  // Sixteen bits, signed or unsigned.
  if (range && (range->size() != 2 || (*range)[0] < -32768 || (*range)[1] > 65535 ||
                (*range)[0] >= (*range)[1]))
    return op.emitOpError("'adc_range' must be [qmin, qmax] with -32768 <= qmin < qmax <= 65535, ")
           << "got [" << *range << "]";
  return success();
}

/// The zero-point term of arrays that are written at run time, of encodings that have one.
static LogicalResult verifyCorrection(MvmOp op) {
  bool dynamic = op.getArrays().getDefiningOp<WriteArraysDynamicOp>() != nullptr;
  bool needed = dynamic && op.getInputEncoding() == cim::InputEncoding::Offset;
  FloatAttr scale = op.getCorrectionScaleAttr();
  if (needed != bool(scale))
    return op.emitOpError("'correction_scale' must be present exactly if the arrays are written "
                          "at run time and 'input_encoding' is offset, got ")
           << (scale ? "one" : "none");
  if (scale && (!scale.getValue().isFinite() || scale.getValue().isNegative()))
    return op.emitOpError("'correction_scale' must be finite and not negative, got ") << scale;
  return success();
}

/// The term of the reference column.
static LogicalResult verifyReference(MvmOp op, cim::ArraysType arrays) {
  bool isBinary = llvm::sum_of(arrays.getSlices()) == 1;
  bool isOffset = arrays.getKind() == cim::MappingKind::Offset;
  bool needed = isOffset && (op.convertsPartialSums() || isBinary);
  bool allowed = needed || (isBinary && cim::isDifferential(arrays.getKind()));
  if (needed && !op.getReference())
    return op.emitOpError(
        "'reference' must be present for offset arrays with an ADC of partial sums "
        "or weights of one bit, got none");
  if (!allowed && op.getReference())
    return op.emitOpError("'reference' must be absent but for offset arrays with an ADC of partial "
                          "sums and for weights of one bit, got one");
  return success();
}

/// The shape that a table has: an axis of the given shape may be shared.
static SmallVector<int64_t> getTableShape(Value table, ArrayRef<int64_t> each, int64_t entries) {
  SmallVector<int64_t> shape(each);
  if (table)
    for (auto [size, actual] : llvm::zip(shape, cast<ShapedType>(table.getType()).getShape()))
      size = actual == 1 ? 1 : size;
  shape.push_back(entries);
  return shape;
}

/// All operands after the arrays.
static LogicalResult verifyConstants(MvmOp op, cim::ArraysType arrays) {
  int64_t tiles = arrays.getTiles().size(), slices = arrays.getSlices().size();
  // Heads share what groups have for themselves.
  int64_t outputs = (op.getWindow() ? arrays.getGroups() : 1) * arrays.getColumns();
  SmallVector<int64_t> summed = {op.getSumTiles() ? 1 : tiles, op.getSumSlices() ? 1 : slices,
                                 outputs};
  SmallVector<int64_t> each = {tiles, slices, outputs};
  int64_t thresholds = op.getThresholds() ? op.getThresholds().getType().getShape().back() : 0;
  SmallVector<int64_t> table =
      getTableShape(op.getThresholds(), op.getPreactivation() ? summed : each, thresholds);
  SmallVector<int64_t> levels = table;
  levels.back() = thresholds + 1;
  auto verify = [&](StringRef field, Value value, ArrayRef<int64_t> shape) -> LogicalResult {
    if (!value)
      return success();
    if (!value.getDefiningOp<ConstantOp>())
      return op.emitOpError("'") << field << "' must be a constant, got " << value;
    return verifyShape(op, field, cast<RankedTensorType>(value.getType()), shape);
  };
  return success(succeeded(verify("start", op.getStart(), {outputs})) &&
                 succeeded(verify("scale", op.getScale(), summed)) &&
                 succeeded(verify("reciprocal", op.getReciprocal(), each)) &&
                 succeeded(verify("offsets", op.getOffsets(), each)) &&
                 succeeded(verify("reference", op.getReference(), {summed[0], outputs})) &&
                 succeeded(verify("thresholds", op.getThresholds(), table)) &&
                 succeeded(verify("levels", op.getLevels(), levels)));
}

LogicalResult MvmOp::verify() {
  cim::ArraysType arrays = getArrays().getType();
  return success(succeeded(verifyInput(*this, arrays)) && succeeded(verifyDigits(*this)) &&
                 succeeded(verifyAdc(*this)) && succeeded(verifyCorrection(*this)) &&
                 succeeded(verifyReference(*this, arrays)) &&
                 succeeded(verifyConstants(*this, arrays)));
}
