//===- RandomLayer.cpp - Random calibrated layers ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See RandomLayer.h. Choices are drawn one after the other from one generator.
//
//===----------------------------------------------------------------------===//

#include "RandomLayer.h"
#include "RuntimeTensors.h"
#include "cim-mlir/Pipeline/Pipelines.h"
#include "cim-mlir/Target/Program.h"
#include "cim/Analysis/Layout.h"
#include "cim/IR/Validity.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "xbar/IR/XbarOps.h"
#include <cmath>
#include <limits>
#include <set>

using namespace mlir;
using namespace cim;
using cim::reference::Tensor;
using cim::test::Draw;

namespace {

/// Builds one layer.
class LayerBuilder {
public:
  LayerBuilder(MLIRContext *context, uint64_t seed)
      : builder(context), loc(builder.getUnknownLoc()), draw(seed) {}

  OwningOpRef<ModuleOp> build();

private:
  void drawShape();
  PrecisionAttr drawPrecision(MappingAttr mapping);
  AdcAttr drawAdc(MappingKind kind, WeightAttr weight, int64_t activationBits, int64_t tiles,
                  int64_t slices);
  AdcAttr drawTable(int64_t lowest, int64_t highest, Granularity granularity,
                    ArrayRef<int64_t> scaleShape, AdcPlacement placement);
  float drawScale(bool ties, float largest);
  DenseElementsAttr drawFloats(ArrayRef<int64_t> shape, llvm::function_ref<float()> next) {
    return test::makeFloats(builder.getContext(), shape, next);
  }
  DenseElementsAttr makeIntegers(ArrayRef<int64_t> shape, ArrayRef<int32_t> values) {
    return DenseElementsAttr::get(RankedTensorType::get(shape, builder.getI32Type()), values);
  }
  Value makeConstant(DenseElementsAttr values);
  Value makeLayer(ValueRange arguments, PrecisionAttr precision, MappingAttr mapping);

  OpBuilder builder;
  Location loc;
  Draw draw;
  LayerShape shape;
  WindowAttr window; ///< null for a matrix product
  SmallVector<int64_t> inputShape, outputShape, weightShape;
  bool dynamic = false;
  float weightStep = 1; ///< a typical s_w
  int64_t weightBits = 8;
};

} // namespace

void LayerBuilder::drawShape() {
  dynamic = draw.chance(25);
  if (dynamic) {
    shape.heads = draw.integer(1, 3);
    shape.positions = draw.chance(20) ? draw.integer(8, 20) : draw.integer(1, 4);
    shape.rows = draw.integer(1, 40);
    shape.columns = draw.integer(1, 20);
    inputShape = {shape.heads, shape.positions, shape.rows};
    outputShape = {shape.heads, shape.positions, shape.columns};
    weightShape = {shape.heads, shape.rows, shape.columns};
    return;
  }
  if (draw.chance(40)) {
    shape.rows = draw.integer(1, 40);
    shape.columns = draw.integer(1, 20);
    int64_t batch = draw.integer(1, 2), positions = draw.integer(1, 4);
    inputShape = {batch, positions, shape.rows};
    outputShape = {batch, positions, shape.columns};
    weightShape = {1, shape.rows, shape.columns};
    return;
  }
  shape.groups = draw.oneOf<int64_t>({1, 1, 2, 3});
  shape.columns = draw.integer(1, 7);
  int64_t channels = draw.integer(1, 5);
  // Drawn until the window fits the input.
  std::pair<int64_t, int64_t> size;
  do {
    auto pair = [&](int64_t low, int64_t high) {
      return SmallVector<int64_t>{draw.integer(low, high), draw.integer(low, high)};
    };
    SmallVector<int64_t> pad{draw.integer(0, 2), draw.integer(0, 2), draw.integer(0, 2),
                             draw.integer(0, 2)};
    window = WindowAttr::get(builder.getContext(), pair(1, 3), pair(1, 2), pad, pair(1, 2));
    inputShape = {1, draw.integer(1, 6), draw.integer(1, 6), channels * shape.groups};
    size = window.getOutputSize(inputShape[1], inputShape[2]);
  } while (size.first < 1 || size.second < 1);
  shape.kernelArea = window.getArea();
  shape.rows = channels * shape.kernelArea;
  outputShape = {1, size.first, size.second, shape.outputs()};
  weightShape = {shape.outputs(), window.getKernel()[0], window.getKernel()[1], channels};
}

MappingAttr cim::test::drawMapping(Draw &draw, MLIRContext *context, MappingKind kind,
                                   InputEncoding encoding, bool allowMagnitude) {
  int64_t rows = draw.oneOf<int64_t>({4, 8, 10, 16, 32, 256});
  int64_t active = draw.chance(60) ? rows : draw.integer(2, rows);
  auto latency = FloatAttr::get(Float64Type::get(context), 1);
  int64_t cellBits = draw.chance(20) ? draw.integer(5, 8) : draw.integer(1, 4);
  auto crossbar =
      CrossbarAttr::get(context, rows, 256, active, cellBits, draw.integer(1, 4), latency, latency);
  DenseI64ArrayAttr slices;
  if (draw.chance(35)) { // Enough for any width.
    SmallVector<int64_t> bits;
    while (llvm::sum_of(bits) < 8)
      bits.push_back(draw.integer(1, cellBits));
    slices = DenseI64ArrayAttr::get(context, bits);
  }
  auto tiling = draw.oneOf({Tiling::KernelIntact, Tiling::Dense});
  bool magnitude = allowMagnitude && isDifferential(kind) && draw.chance(50);
  return MappingAttr::get(context, kind, tiling, encoding,
                          magnitude ? SliceRule::Magnitude : SliceRule::Published, slices,
                          crossbar);
}

DenseElementsAttr cim::test::makeFloats(MLIRContext *context, ArrayRef<int64_t> shape,
                                        llvm::function_ref<float()> next) {
  auto type = RankedTensorType::get(shape, Float32Type::get(context));
  std::vector<float> values(type.getNumElements());
  std::generate(values.begin(), values.end(), next);
  return DenseElementsAttr::get(type, ArrayRef<float>(values));
}

/// A power of two (many ties) or any float, not above `largest`.
float LayerBuilder::drawScale(bool ties, float largest) {
  return ties ? std::ldexp(largest, -static_cast<int>(draw.integer(0, 3)))
              : draw.real(largest / 8, largest);
}

AdcAttr LayerBuilder::drawTable(int64_t lowest, int64_t highest, Granularity granularity,
                                ArrayRef<int64_t> scaleShape, AdcPlacement placement) {
  int64_t bits = draw.integer(1, 6), length = draw.integer(1, (int64_t(1) << bits) - 1);
  int64_t numTables = ShapedType::getNumElements(scaleShape);
  std::vector<int32_t> thresholds, levels;
  for (int64_t table = 0; table < numTables; ++table) {
    std::set<int32_t> increasing; // Often equal to partial sums.
    while (int64_t(increasing.size()) < length)
      increasing.insert(static_cast<int32_t>(draw.integer(lowest, highest)));
    thresholds.insert(thresholds.end(), increasing.begin(), increasing.end());
    for (int64_t level = 0; level <= length; ++level)
      levels.push_back(static_cast<int32_t>(draw.chance(5) ? draw.oneOf<int64_t>({-32768, 32767})
                                                           : draw.integer(-300, 300)));
  }
  bool ties = draw.chance(60);
  auto scale = drawFloats(scaleShape, [&] { return drawScale(ties, 1); });
  SmallVector<int64_t> shape(scaleShape), levelShape(scaleShape);
  shape.push_back(length);
  levelShape.push_back(length + 1);
  return AdcAttr::get(builder.getContext(), AdcKind::Table, bits, granularity, CodeRange::Full,
                      scale, /*offset=*/{}, makeIntegers(shape, thresholds),
                      makeIntegers(levelShape, levels), placement);
}

AdcAttr LayerBuilder::drawAdc(MappingKind kind, WeightAttr weight, int64_t activationBits,
                              int64_t tiles, int64_t slices) {
  MLIRContext *context = builder.getContext();
  if (!dependsOnTile(weight.getGranularity()) && draw.chance(20)) {
    // What outputs are like that few products of large codes are added to.
    int64_t largest = std::max<int64_t>(64, (int64_t(1) << (weight.getBits() + activationBits)) *
                                                draw.integer(1, shape.rows) / 8);
    if (draw.chance(50))
      return drawTable(-largest, largest, Granularity::Layer, {}, AdcPlacement::Preactivation);
    return drawTable(-largest, largest, Granularity::Column, shape.outputs(),
                     AdcPlacement::Preactivation);
  }
  auto granularity = draw.oneOf({Granularity::Layer, Granularity::Array, Granularity::Column});
  SmallVector<int64_t> dims = getScaleShape(granularity, shape, tiles, slices);
  auto adcKind = draw.oneOf({AdcKind::Ideal, AdcKind::Linear, AdcKind::Linear, AdcKind::Table});
  if (adcKind == AdcKind::Ideal)
    return AdcAttr::get(context, adcKind, 8, granularity, CodeRange::Full);
  if (adcKind == AdcKind::Table)
    return drawTable(isDifferential(kind) ? -70 : -2, 70, granularity, dims,
                     AdcPlacement::PartialSum);
  bool ones = draw.chance(30), ties = draw.chance(60); // ones may be lossless
  auto scale = drawFloats(dims, [&] { return ones ? 1.0f : drawScale(ties, 8); });
  DenseElementsAttr offset;
  if (draw.chance(30)) {
    std::vector<int32_t> values(scale.getNumElements());
    for (int32_t &value : values)
      value = static_cast<int32_t>(draw.integer(-9, 9));
    offset = makeIntegers(dims, values);
  }
  bool isSigned = isDifferential(kind);
  auto range = isSigned ? draw.oneOf({CodeRange::Narrow, CodeRange::Full}) : CodeRange::Full;
  return AdcAttr::get(context, adcKind, draw.integer(isSigned ? 2 : 1, 12), granularity, range,
                      scale, offset);
}

PrecisionAttr LayerBuilder::drawPrecision(MappingAttr mapping) {
  MLIRContext *context = builder.getContext();
  MappingKind kind = mapping.getKind();
  bool magnitude = mapping.getSliceRule() == SliceRule::Magnitude;
  bool mayBeBinary = !dynamic && !magnitude && kind != MappingKind::TwosComplement;
  weightBits = mayBeBinary && draw.chance(25) ? 1 : draw.integer(2, 8);
  // The magnitude rule has no bit for the lowest code of a full range.
  bool narrow = magnitude || weightBits == 1 || draw.chance(50);
  auto granularity = draw.oneOf(
      {Granularity::Layer, Granularity::Channel, Granularity::Array, Granularity::Column});
  if (dynamic) {
    narrow = true;
    granularity = Granularity::Layer;
  }
  int64_t tiles = getRowTiles(mapping, shape.rows, shape.kernelArea).size();
  bool ties = draw.chance(60);
  weightStep = 0.25f;
  SmallVector<int64_t> dims = getScaleShape(granularity, shape, tiles, 0);
  auto scale = drawFloats(dims, [&] { return drawScale(ties, weightStep); });
  DenseElementsAttr split, beta;
  if (weightBits == 1 && draw.chance(60))
    split = drawFloats(dims, [&] { return draw.real(-weightStep, weightStep); });
  if (weightBits == 1 && draw.chance(60))
    beta = drawFloats(dims, [&] { return draw.chance(20) ? 0 : draw.real(-1, 1); });
  auto weight = WeightAttr::get(context, weightBits, granularity,
                                narrow ? CodeRange::Narrow : CodeRange::Full, scale, split, beta);

  int64_t bits = draw.integer(1, 8);
  // What each encoding allows, its edges often.
  InputEncoding encoding = mapping.getInputEncoding();
  int64_t half = int64_t(1) << (bits - 1), lowest = encoding == InputEncoding::Offset ? 0 : 1;
  int64_t highest = 2 * half - 1;
  int64_t zeroPoint = draw.oneOf<int64_t>({lowest, half, highest, draw.integer(lowest, highest)});
  if (encoding == InputEncoding::TwosComplement)
    zeroPoint = half;
  auto activation = ActivationAttr::get(context, bits, zeroPoint,
                                        builder.getF32FloatAttr(drawScale(draw.chance(60), 0.5f)));
  int64_t slices = getWeightSlices(mapping, weight).size();
  return PrecisionAttr::get(context, weight, activation,
                            drawAdc(kind, weight, bits, tiles, slices));
}

Value LayerBuilder::makeConstant(DenseElementsAttr values) {
  return tosa::ConstOp::create(builder, loc, values.getType(), values);
}

Value LayerBuilder::makeLayer(ValueRange arguments, PrecisionAttr precision, MappingAttr mapping) {
  auto type = RankedTensorType::get(outputShape, builder.getF32Type());
  Value input = arguments[0];
  if (dynamic)
    return MatmulDynamicOp::create(builder, loc, type, input, arguments[1], "layer", mapping,
                                   precision, QuantizationAttr());
  float largest = std::ldexp(weightStep, static_cast<int>(weightBits) - 1);
  Value weight = makeConstant(drawFloats(weightShape, [&] {
    float w = draw.real(-largest, largest);
    return draw.chance(50) ? w : std::nearbyint(w / weightStep * 16) * weightStep / 16;
  }));
  Value bias = makeConstant(drawFloats({shape.outputs()}, [&] { return draw.real(-4, 4); }));
  if (window)
    return Conv2DOp::create(builder, loc, type, input, weight, bias, "layer", window, shape.groups,
                            mapping, precision, QuantizationAttr());
  return MatmulOp::create(builder, loc, type, input, weight, bias, "layer", mapping, precision,
                          QuantizationAttr());
}

OwningOpRef<ModuleOp> LayerBuilder::build() {
  drawShape();
  MappingAttr mapping =
      test::drawMapping(draw, builder.getContext(), draw.oneOf<MappingKind>(test::kKinds),
                        draw.oneOf<InputEncoding>(test::kEncodings), /*allowMagnitude=*/true);
  PrecisionAttr precision = drawPrecision(mapping);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  builder.setInsertionPointToEnd(module->getBody());
  auto type = [&](ArrayRef<int64_t> dims) -> Type {
    return RankedTensorType::get(dims, builder.getF32Type());
  };
  SmallVector<Type> inputs{type(inputShape)};
  if (dynamic)
    inputs.push_back(type(weightShape));
  auto function = func::FuncOp::create(builder, loc, "main",
                                       builder.getFunctionType(inputs, {type(outputShape)}));
  function.setArgAttr(0, "cim.name", builder.getStringAttr("x"));
  if (dynamic)
    function.setArgAttr(1, "cim.name", builder.getStringAttr("w"));
  function.setResultAttr(0, "cim.name", builder.getStringAttr("y"));
  builder.setInsertionPointToEnd(function.addEntryBlock());
  Value output = makeLayer(function.getArguments(), precision, mapping);
  func::ReturnOp::create(builder, loc, output);
  return module;
}

/// Now and then values that are no numbers, or too large.
static void spoil(std::vector<float> &values) {
  values.front() = std::numeric_limits<float>::quiet_NaN();
  values.back() = std::numeric_limits<float>::infinity();
  values[values.size() / 2] = -std::numeric_limits<float>::max();
}

cim::test::RandomLayer cim::test::makeRandomLayer(MLIRContext *context, uint64_t seed) {
  RandomLayer layer;
  layer.module = LayerBuilder(context, seed).build();
  PrecisionAttr precision = getLayer(*layer.module).getPrecisionAttr();
  ActivationAttr activation = precision.getActivation();
  float scale = activation.getScale().getValue().convertToFloat();
  auto zeroPoint = static_cast<float>(activation.getZeroPoint());
  float codes = std::ldexp(1.0f, static_cast<int>(activation.getBits()));
  Operation *function = *layer.module->getOps<func::FuncOp>().begin();
  layer.arguments = reference::makeRandomArguments(function, seed, scale * (-zeroPoint - 2),
                                                   scale * (codes - zeroPoint + 1));
  if (layer.arguments.size() == 2) { // A computed weight.
    auto weightScale = cast<DenseElementsAttr>(precision.getWeight().getScale());
    float largest = weightScale.getSplatValue<float>() *
                    std::ldexp(1.0f, static_cast<int>(precision.getWeight().getBits()) - 1);
    layer.arguments[1] = reference::makeRandomArguments(function, seed, -largest, largest)[1];
  }
  if (seed % 4 == 0)
    for (reference::Tensor &tensor : layer.arguments)
      spoil(tensor.floats());
  return layer;
}

LayerOpInterface cim::test::getLayer(ModuleOp module) {
  LayerOpInterface layer;
  module.walk([&](LayerOpInterface op) { layer = op; });
  return layer;
}

FailureOr<Tensor> cim::test::evaluate(ModuleOp module, ArrayRef<Tensor> arguments) {
  for (Operation &op : module.getOps())
    if (isa<func::FuncOp, xbar::ProgramOp>(op)) {
      FailureOr<SmallVector<Tensor>> outputs = reference::evaluate(&op, arguments);
      if (succeeded(outputs))
        return outputs->front();
    }
  return failure();
}

FailureOr<Tensor> cim::test::compileAndRun(ModuleOp module, ArrayRef<Tensor> arguments,
                                           std::unique_ptr<PassInstrumentation> observer) {
  PassManager manager(module.getContext());
  populateCalibratePipeline(manager, {}, nullptr);
  populateSimplifyPipeline(manager);
  populateArrayPipeline(manager);
  populateProgramPipeline(manager);
  if (observer)
    manager.addInstrumentation(std::move(observer));
  if (failed(manager.run(module)))
    return failure();
  FailureOr<std::vector<uint8_t>> file =
      writeProgramToMemory(*module.getOps<xbar::ProgramOp>().begin());
  SmallVector<Tensor> outputs;
  if (failed(file))
    return failure();
  std::string reason = runMemory(*file, arguments, module.getContext(), outputs);
  if (!reason.empty())
    return emitError(module.getLoc(), reason);
  return outputs.front();
}
