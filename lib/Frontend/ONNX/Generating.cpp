//===- Generating.cpp - Operators whose results are constants ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ConstantOfShape, EyeLike, Range, Size, window functions and mel filters, computed on the
// host in double; and Trilu, whose mask is compared where it is used.
//
//===----------------------------------------------------------------------===//

#include "Indexing.h"
#include "Node.h"
#include <cmath>

using namespace mlir;
using namespace cim::onnx_frontend;
using onnx::TensorProto;

/// The number of elements of a shape that is filled on the host.
static int64_t hostCount(ArrayRef<int64_t> shape) {
  int64_t count = elementCount(shape);
  if (count > kMaxHostElements)
    fail("the result must have at most " + Twine(kMaxHostElements) + " elements, got shape " +
         str(shape));
  return count;
}

/// The value of an input of one element.
static double scalarInput(Node &node, unsigned i) {
  Constant constant = node.constantInput(i);
  if (constant.size() != 1)
    fail("input " + Twine(i) + " must have one element, got shape " + str(constant.shape));
  return constant.isFloat() ? constant.floats()[0] : static_cast<double>(constant.ints()[0]);
}

/// A size that an input gives.
static int64_t sizeInput(Node &node, unsigned i) {
  double size = scalarInput(node, i);
  if (!(size >= 1 && size <= kMaxHostElements))
    fail("input " + Twine(i) + " must be in the range 1 to " + Twine(kMaxHostElements) + ", got " +
         Twine(std::to_string(size)));
  return static_cast<int64_t>(size);
}

static void setFloats(Node &node, ArrayRef<double> values, ArrayRef<int64_t> shape) {
  auto type = ElementType(node.getInt("output_datatype", TensorProto::FLOAT));
  if (!isFloat(type))
    fail("attribute 'output_datatype' must be a type of floats, got " + str(type));
  std::vector<float> floats(values.begin(), values.end());
  node.setOutput(Tensor::of(makeConstant(ArrayRef<float>(floats), shape, {}, type)));
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static void convertConstantOfShape(Node &node) {
  Emitter &emit = node.emit;
  Shape shape(node.constantInput(0).ints());
  Constant value =
      node.hasAttribute("value") ? node.constantAttribute() : makeConstant(ArrayRef(0.0f), {});
  if (value.size() != 1)
    fail("attribute 'value' must have one element, got shape " + str(value.shape));
  value.name.clear();
  value.shape = Shape(shape.size(), 1);
  if (elementCount(shape) <= kMaxHostElements)
    return node.setOutput(Tensor::of(broadcastTo(value, shape)));
  node.setOutput(Tensor::of(emit.broadcastTo(emit.constant(value), shape),
                            /*channelsLast=*/false, value.type));
}

static void convertEyeLike(Node &node) {
  Tensor input = node.inputOfRank(0, 2);
  auto type = ElementType(node.getInt("dtype", input.type));
  int64_t k = node.getInt("k", 0), columns = input.shape[1];
  if (!isSupported(type))
    fail("element type " + str(type) + " is not supported");
  Shape ones(hostCount(input.shape), 0);
  for (int64_t i = 0; i < static_cast<int64_t>(ones.size()); ++i)
    ones[i] = i % columns - i / columns == k;
  if (!isFloat(type))
    return node.setOutput(Tensor::of(makeConstant(ones, input.shape, {}, type)));
  std::vector<float> floats(ones.begin(), ones.end());
  node.setOutput(Tensor::of(makeConstant(ArrayRef<float>(floats), input.shape, {}, type)));
}

static void convertRange(Node &node) {
  Constant start = node.constantInput(0);
  double first = scalarInput(node, 0), limit = scalarInput(node, 1), step = scalarInput(node, 2);
  if (step == 0)
    fail("the step of a range must not be 0, got 0");
  double count = std::max(0.0, std::ceil((limit - first) / step));
  if (!(count <= kMaxHostElements))
    fail("a range must have at most " + Twine(kMaxHostElements) + " elements, got " +
         Twine(std::to_string(count)));
  Shape shape{static_cast<int64_t>(count)};
  if (!start.isFloat()) {
    Shape values(shape[0], start.ints()[0]);
    auto delta = static_cast<uint64_t>(node.constantInput(2).ints()[0]);
    for (auto [i, value] : llvm::enumerate(values)) // Products may overflow, sums do not.
      value = static_cast<int64_t>(value + i * delta);
    return node.setOutput(Tensor::of(makeConstant(values, shape, {}, start.type)));
  }
  std::vector<float> values(shape[0]);
  for (int64_t i = 0; i < shape[0]; ++i)
    values[i] = static_cast<float>(first + i * step);
  node.setOutput(Tensor::of(makeConstant(ArrayRef<float>(values), shape, {}, start.type)));
}

static void convertSize(Node &node) {
  node.setOutput(Tensor::of(makeConstant(Shape{elementCount(node.input(0).shape)}, {})));
}

//===----------------------------------------------------------------------===//
// Signals
//===----------------------------------------------------------------------===//

/// A sum of cosines: `a0 - a1 cos(x) + a2 cos(2x)` over one period.
static void setWindow(Node &node, double a0, double a1, double a2) {
  int64_t size = sizeInput(node, 0);
  int64_t period = node.getInt("periodic", 1) ? size : size - 1;
  std::vector<double> values;
  for (int64_t i = 0; i < size; ++i) {
    double x = 2 * M_PI * i / std::max<int64_t>(period, 1);
    values.push_back(a0 - a1 * std::cos(x) + a2 * std::cos(2 * x));
  }
  setFloats(node, values, {size});
}

static void convertHannWindow(Node &node) { setWindow(node, 0.5, 0.5, 0.0); }
static void convertHammingWindow(Node &node) { setWindow(node, 25.0 / 46, 21.0 / 46, 0.0); }
static void convertBlackmanWindow(Node &node) { setWindow(node, 0.42, 0.5, 0.08); }

/// Triangles between points that lie at equal distances of mel.
static void convertMelWeightMatrix(Node &node) {
  int64_t filters = sizeInput(node, 0), length = sizeInput(node, 1), rate = sizeInput(node, 2);
  auto mel = [](double hertz) { return 2595 * std::log10(1 + hertz / 700); };
  double low = mel(scalarInput(node, 3)), step = (mel(scalarInput(node, 4)) - low) / (filters + 2);
  int64_t bins = length / 2 + 1;
  std::vector<double> values(hostCount({bins, filters}), 0.0);
  auto point = [&](int64_t i) {
    double hertz = 700 * (std::pow(10, (low + i * step) / 2595) - 1);
    double bin = std::floor((length + 1) * hertz / rate);
    if (!(bin >= 0 && bin < bins))
      fail("frequencies must be in the range 0 to half of the sample rate, got " +
           Twine(std::to_string(hertz)));
    return static_cast<int64_t>(bin);
  };
  for (int64_t i = 0; i < filters; ++i) {
    int64_t left = point(i), center = point(i + 1), right = point(i + 2);
    for (int64_t bin = left; bin < center; ++bin)
      values[bin * filters + i] = static_cast<double>(bin - left) / (center - left);
    values[center * filters + i] = 1;
    for (int64_t bin = center; bin < right; ++bin)
      values[bin * filters + i] = static_cast<double>(right - bin) / (right - center);
  }
  setFloats(node, values, {bins, filters});
}

//===----------------------------------------------------------------------===//
// Trilu
//===----------------------------------------------------------------------===//

/// Keeps elements on one side of a diagonal.
static void convertTrilu(Node &node) {
  Emitter &emit = node.emit;
  Tensor input = node.input(0);
  size_t rank = input.shape.size();
  if (rank < 2)
    fail("the input must have rank 2 or more, got shape " + str(input.shape));
  bool isUpper = node.getInt("upper", 1) != 0;
  double k = node.hasInput(1) ? std::clamp(scalarInput(node, 1), -0x1p32, 0x1p32) : 0.0;
  Value row = iota(emit, input.shape[rank - 2], rank - 2, rank, TensorProto::INT64);
  Value column = iota(emit, input.shape[rank - 1], rank - 1, rank, TensorProto::INT64);
  Value diagonal = emit.binary<tosa::AddOp>(row, emit.scalarLike(k, row));
  Value keeps = isUpper ? emit.compare<tosa::GreaterEqualOp>(column, diagonal)
                        : emit.compare<tosa::GreaterEqualOp>(diagonal, column);
  Value held = emit.hold(input);
  node.setOutput(Tensor::of(emit.select(keeps, held, emit.scalarLike(0, held)),
                            /*channelsLast=*/false, input.type));
}

void cim::onnx_frontend::addGeneratingOperators(OperatorTable &table) {
  table["BlackmanWindow"] = {convertBlackmanWindow, 1, 1, Types::Numbers};
  table["ConstantOfShape"] = {convertConstantOfShape, 1, 1, Types::Numbers};
  table["EyeLike"] = {convertEyeLike, 1, 1, Types::Any};
  table["HammingWindow"] = {convertHammingWindow, 1, 1, Types::Numbers};
  table["HannWindow"] = {convertHannWindow, 1, 1, Types::Numbers};
  table["MelWeightMatrix"] = {convertMelWeightMatrix, 5, 5, Types::Numbers};
  table["Range"] = {convertRange, 3, 3, Types::Numbers, 3};
  table["Size"] = {convertSize, 1, 1, Types::Any};
  table["Trilu"] = {convertTrilu, 1, 2, Types::Any};
}
