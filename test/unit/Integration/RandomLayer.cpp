//===- RandomLayer.cpp - Random calibrated layers ---------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See RandomLayer.h. Choices are drawn one after the other from one generator.
//
//===----------------------------------------------------------------------===//

#include "RandomLayer.h"
#include "cim/Analysis/Layout.h"
#include "cim/IR/CimOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include <cmath>
#include <limits>
#include <random>

using namespace mlir;
using namespace cim;

namespace {

/// Draws of std::mt19937_64, whose values the standard fixes.
class Draw {
public:
  explicit Draw(uint64_t seed) : generator(seed) {}
  int64_t integer(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(generator() % static_cast<uint64_t>(high - low + 1));
  }
  bool chance(int64_t percent) { return integer(1, 100) <= percent; }
  float real(float low, float high) {
    return low + (high - low) * static_cast<float>(generator() >> 40) * 0x1p-24f;
  }
  template <typename T> T oneOf(std::initializer_list<T> values) {
    return values.begin()[integer(0, values.size() - 1)];
  }

private:
  std::mt19937_64 generator;
};

/// Builds one layer.
class LayerBuilder {
public:
  LayerBuilder(MLIRContext *context, uint64_t seed)
      : builder(context), loc(builder.getUnknownLoc()), draw(seed) {}

  OwningOpRef<ModuleOp> build();

private:
  void drawShape();
  MappingAttr drawMapping();
  PrecisionAttr drawPrecision(MappingAttr mapping);
  AdcAttr drawAdc(int64_t tiles, int64_t slices);
  float drawScale(bool ties, float largest);
  DenseElementsAttr drawFloats(ArrayRef<int64_t> shape, llvm::function_ref<float()> next);
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

MappingAttr LayerBuilder::drawMapping() {
  MLIRContext *context = builder.getContext();
  MappingKind kind =
      draw.chance(80) ? MappingKind::DifferentialColumn : MappingKind::DifferentialRow;
  int64_t rows = draw.oneOf<int64_t>({4, 8, 10, 16, 32, 256});
  int64_t active = draw.chance(60) ? rows : draw.integer(2, rows);
  auto latency = builder.getF64FloatAttr(1);
  auto crossbar = CrossbarAttr::get(context, rows, 256, active, draw.integer(1, 4),
                                    draw.integer(1, 4), latency, latency);
  return MappingAttr::get(context, kind, draw.oneOf({Tiling::KernelIntact, Tiling::Dense}),
                          draw.oneOf({InputEncoding::Offset, InputEncoding::TwosComplement,
                                      InputEncoding::Differential}),
                          draw.oneOf({SliceRule::Published, SliceRule::Magnitude}), {}, crossbar);
}

/// A power of two (many ties) or any float, not above `largest`.
float LayerBuilder::drawScale(bool ties, float largest) {
  return ties ? std::ldexp(largest, -static_cast<int>(draw.integer(0, 3)))
              : draw.real(largest / 8, largest);
}

DenseElementsAttr LayerBuilder::drawFloats(ArrayRef<int64_t> dims,
                                           llvm::function_ref<float()> next) {
  auto type = RankedTensorType::get(dims, builder.getF32Type());
  std::vector<float> values(type.getNumElements());
  std::generate(values.begin(), values.end(), next);
  return DenseElementsAttr::get(type, ArrayRef<float>(values));
}

AdcAttr LayerBuilder::drawAdc(int64_t tiles, int64_t slices) {
  MLIRContext *context = builder.getContext();
  auto granularity = draw.oneOf({Granularity::Layer, Granularity::Array, Granularity::Column});
  if (draw.chance(25))
    return AdcAttr::get(context, AdcKind::Ideal, 8, granularity, CodeRange::Full, {}, {});
  SmallVector<int64_t> dims = getScaleShape(granularity, shape, tiles, slices);
  bool ones = draw.chance(30), ties = draw.chance(60); // ones may be lossless
  auto scale = drawFloats(dims, [&] { return ones ? 1.0f : drawScale(ties, 8); });
  DenseElementsAttr offset;
  if (draw.chance(30)) {
    auto type = RankedTensorType::get(dims, builder.getI32Type());
    std::vector<int32_t> values(type.getNumElements());
    for (int32_t &value : values)
      value = static_cast<int32_t>(draw.integer(-9, 9));
    offset = DenseElementsAttr::get(type, ArrayRef<int32_t>(values));
  }
  return AdcAttr::get(context, AdcKind::Linear, draw.integer(2, 12), granularity,
                      draw.oneOf({CodeRange::Narrow, CodeRange::Full}), scale, offset);
}

PrecisionAttr LayerBuilder::drawPrecision(MappingAttr mapping) {
  MLIRContext *context = builder.getContext();
  weightBits = draw.integer(2, 8);
  // The magnitude rule has no bit for the lowest code of a full range.
  bool narrow = mapping.getSliceRule() == SliceRule::Magnitude || draw.chance(50);
  auto granularity = draw.oneOf(
      {Granularity::Layer, Granularity::Channel, Granularity::Array, Granularity::Column});
  if (dynamic) {
    narrow = true;
    granularity = Granularity::Layer;
  }
  int64_t tiles = getRowTiles(mapping, shape.rows, shape.kernelArea).size();
  bool ties = draw.chance(60);
  weightStep = 0.25f;
  auto scale = drawFloats(getScaleShape(granularity, shape, tiles, 0),
                          [&] { return drawScale(ties, weightStep); });
  auto weight = WeightAttr::get(context, weightBits, granularity,
                                narrow ? CodeRange::Narrow : CodeRange::Full, scale);

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
  return PrecisionAttr::get(context, weight, activation, drawAdc(tiles, slices));
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
  MappingAttr mapping = drawMapping();
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
  PrecisionAttr precision;
  layer.module->walk([&](LayerOpInterface op) { precision = op.getPrecisionAttr(); });
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
