//===- Resize.cpp - Interpolation at places known at import -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Resize and Upsample, one axis after the other: each output is a sum of up to four
// elements times weights, each a gather at constant places. Never a matrix product: an
// interpolation is no layer of a network. Cubic weights: Keys, IEEE ASSP 29, 1981.
//
//===----------------------------------------------------------------------===//

#include "Indexing.h"
#include "Node.h"
#include "llvm/ADT/StringExtras.h"
#include <array>
#include <cmath>

using namespace mlir;
using namespace cim::onnx_frontend;

namespace {

/// What a node says.
struct Resizing {
  std::string mode, coordinates, nearest;
  double cubicA;
  bool excludesOutside;
  float extrapolation;
  /// By axis; the region of interest has starts, then ends, or nothing.
  SmallVector<double> scales, region;
  Shape sizes;
};

/// An element of an axis and its weight for every output.
struct Tap {
  Shape places;
  std::vector<float> weights;
};

} // namespace

/// Where an output is on the axis of the input.
static double coordinate(const Resizing &resizing, size_t axis, int64_t from, int64_t i) {
  StringRef mode = resizing.coordinates;
  double scale = resizing.scales[axis], end = from - 1.0, size = scale * from;
  if (mode == "asymmetric")
    return i / scale;
  if (mode == "tf_half_pixel_for_nn")
    return (i + 0.5) / scale;
  if (mode == "align_corners")
    return size == 1.0 ? 0.0 : i * end / (size - 1.0);
  if (mode == "tf_crop_and_resize") {
    double first = resizing.region[axis];
    double last = resizing.region[axis + resizing.scales.size()];
    int64_t count = resizing.sizes[axis];
    return count > 1 ? first * end + i * (last - first) * end / (count - 1)
                     : 0.5 * (first + last) * end;
  }
  if (mode == "pytorch_half_pixel" && resizing.sizes[axis] == 1)
    return 0.0;
  // The middle of the output, whose size was rounded, is that of the input.
  double offset =
      mode == "half_pixel_symmetric" ? from / 2.0 * (1 - resizing.sizes[axis] / size) : 0.0;
  return offset + (i + 0.5) / scale - 0.5;
}

static double nearest(StringRef mode, double x) {
  if (mode == "floor")
    return std::floor(x);
  if (mode == "ceil")
    return std::ceil(x);
  return mode == "round_prefer_ceil" ? std::floor(x + 0.5) : std::ceil(x - 0.5);
}

/// The weights of the elements at -1, 0, 1 and 2 from a place, which is `t` of the way from 0
/// to 1.
static std::array<double, 4> cubicWeights(double a, double t) {
  auto near = [a](double x) { return ((a + 2) * x - (a + 3)) * x * x + 1; };
  auto far = [a](double x) { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a; };
  return {far(1 + t), near(t), near(1 - t), far(2 - t)};
}

/// The elements around a coordinate, from `first` on, with their weights.
static SmallVector<double> weightsAt(const Resizing &resizing, double x, int64_t from,
                                     double &first) {
  if (resizing.mode == "nearest") {
    first = nearest(resizing.nearest, x);
    return {1.0};
  }
  double t = x - std::floor(x);
  first = std::floor(x) - (resizing.mode == "cubic" ? 1 : 0);
  if (resizing.mode == "linear")
    return {1.0 - t, t};
  SmallVector<double> weights = llvm::to_vector(cubicWeights(resizing.cubicA, t));
  if (!resizing.excludesOutside)
    return weights;
  double sum = 0;
  for (auto [i, weight] : llvm::enumerate(weights)) {
    if (first + i < 0 || first + i >= from)
      weight = 0;
    sum += weight;
  }
  for (double &weight : weights)
    weight /= sum;
  return weights;
}

static SmallVector<Tap> tapsOf(const Resizing &resizing, size_t axis, int64_t from) {
  size_t count = resizing.mode == "nearest" ? 1 : resizing.mode == "linear" ? 2 : 4;
  SmallVector<Tap> taps(count);
  for (int64_t i = 0; i < resizing.sizes[axis]; ++i) {
    double first, x = coordinate(resizing, axis, from, i);
    SmallVector<double> weights = weightsAt(resizing, x, from, first);
    for (auto [k, weight] : llvm::enumerate(weights)) {
      double place = std::clamp<double>(first + k, 0, from - 1);
      taps[k].places.push_back(static_cast<int64_t>(place));
      taps[k].weights.push_back(static_cast<float>(weight));
    }
  }
  return taps;
}

/// A list of values along one axis of a held tensor.
static Value along(Emitter &emit, Constant values, const Tensor &tensor, int64_t axis) {
  Shape shape(tensor.shape.size(), 1);
  shape[tensor.heldAxis(axis)] = values.size();
  values.shape = shape;
  return emit.constant(values);
}

/// Gives outputs that lie outside the input along an axis the value for it.
static Tensor extrapolate(Emitter &emit, const Resizing &resizing, const Tensor &tensor,
                          int64_t axis, int64_t from) {
  Shape inside;
  for (int64_t i = 0; i < resizing.sizes[axis]; ++i) {
    double x = coordinate(resizing, axis, from, i);
    inside.push_back(x >= 0 && x <= from - 1);
  }
  if (llvm::all_of(inside, [](int64_t isInside) { return isInside; }))
    return tensor;
  Constant mask = makeConstant(inside, {}, {}, onnx::TensorProto::BOOL);
  Value held = emit.hold(tensor, tensor.channelsLast);
  Value value = emit.scalarLike(resizing.extrapolation, held);
  return Tensor::of(emit.select(along(emit, mask, tensor, axis), held, value), tensor.channelsLast,
                    tensor.type);
}

static Tensor resizeAxis(Emitter &emit, const Resizing &resizing, const Tensor &tensor,
                         int64_t axis) {
  checkIndexCount(resizing.sizes[axis]);
  SmallVector<Tap> taps = tapsOf(resizing, axis, tensor.shape[axis]);
  llvm::erase_if(taps, [](const Tap &tap) {
    return llvm::all_of(tap.weights, [](float weight) { return weight == 0.0f; });
  });
  Value sum;
  Tensor taken;
  for (const Tap &tap : taps) {
    taken = take(emit, tensor, axis, tap.places);
    Value part = emit.hold(taken, taken.channelsLast);
    if (llvm::any_of(tap.weights, [](float weight) { return weight != 1.0f; }))
      part =
          emit.mul(part, along(emit, makeConstant(ArrayRef<float>(tap.weights), {}), taken, axis));
    sum = sum ? emit.binary<tosa::AddOp>(sum, part) : part;
  }
  Tensor result = Tensor::of(sum, taken.channelsLast, tensor.type);
  if (resizing.coordinates == "tf_crop_and_resize")
    return extrapolate(emit, resizing, result, axis, tensor.shape[axis]);
  return result;
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

static void checkOneOf(StringRef name, StringRef value, ArrayRef<StringRef> known) {
  if (!llvm::is_contained(known, value))
    fail("attribute '" + name + "' must be '" + llvm::join(known.drop_back(), "', '") + "' or '" +
         known.back() + "', got '" + value + "'");
}

/// Sizes and scales of the output along some axes; one follows from the other.
static void setScales(Resizing &resizing, ArrayRef<int64_t> from, ArrayRef<int64_t> axes,
                      ArrayRef<float> scales) {
  if (scales.size() != axes.size())
    fail("there must be a scale for each of " + Twine(axes.size()) + " axes, got " +
         Twine(scales.size()));
  resizing.sizes.assign(from.begin(), from.end());
  resizing.scales.assign(from.size(), 1.0);
  for (auto [axis, scale] : llvm::zip(axes, scales)) {
    float wanted = scale * static_cast<float>(from[axis]);
    if (!(scale > 0.0f) || !(wanted >= 1.0f && wanted < 0x1p31f))
      fail("a dimension of " + Twine(from[axis]) + " cannot be scaled by " +
           Twine(std::to_string(scale)));
    resizing.scales[axis] = scale;
    resizing.sizes[axis] = static_cast<int64_t>(wanted);
  }
}

static void setSizes(Resizing &resizing, ArrayRef<int64_t> from, ArrayRef<int64_t> axes,
                     ArrayRef<int64_t> sizes) {
  if (sizes.size() != axes.size() || elementCount(sizes) < 1)
    fail("there must be a positive size for each of " + Twine(axes.size()) + " axes, got " +
         str(sizes));
  resizing.sizes.assign(from.begin(), from.end());
  resizing.scales.assign(from.size(), 1.0);
  for (auto [axis, size] : llvm::zip(axes, sizes)) {
    resizing.sizes[axis] = size;
    resizing.scales[axis] = static_cast<double>(size) / from[axis];
  }
}

/// The part of the input that is resized, by axis; others are kept whole.
static void readRegion(Resizing &resizing, size_t rank, ArrayRef<int64_t> axes,
                       ArrayRef<float> values) {
  if (values.size() != 2 * axes.size() ||
      !llvm::all_of(values, [](float x) { return std::isfinite(x); }))
    fail("the region of interest must have " + Twine(2 * axes.size()) + " finite values, got " +
         Twine(values.size()));
  resizing.region.assign(rank, 0.0);
  resizing.region.append(rank, 1.0);
  for (auto [i, axis] : llvm::enumerate(axes)) {
    resizing.region[axis] = values[i];
    resizing.region[axis + rank] = values[i + axes.size()];
  }
}

static Shape allAxes(size_t rank) { return llvm::to_vector(llvm::seq<int64_t>(0, rank)); }

static void resize(Node &node, const Resizing &resizing) {
  Tensor tensor = node.input(0);
  elementCount(resizing.sizes);
  if (resizing.mode != "nearest" && !tensor.isFloat())
    fail("mode '" + resizing.mode + "' needs floats, got element type " + str(tensor.type));
  for (size_t axis = 0; axis < resizing.sizes.size(); ++axis)
    tensor = resizeAxis(node.emit, resizing, tensor, axis);
  node.setOutput(tensor);
}

/// Upsample, and Resize of opset 10: from the left, nearest is what is before.
static void convertUpsample(Node &node) {
  Resizing resizing{
      node.getString("mode", "nearest"), "asymmetric", "floor", 0, false, 0, {}, {}, {}};
  checkOneOf("mode", resizing.mode, {"nearest", "linear"});
  SmallVector<float> scales = node.hasAttribute("scales")
                                  ? node.getFloats("scales")
                                  : SmallVector<float>(node.constantInput(1).floats());
  Shape from = node.input(0).shape;
  setScales(resizing, from, allAxes(from.size()), scales);
  if (resizing.mode == "nearest" && any_of(scales, [](float scale) { return scale < 1.0f; }))
    fail("mode 'nearest' of this opset needs scales of 1 or more");
  resize(node, resizing);
}

static void convertResize(Node &node) {
  if (node.opset() < 11)
    return convertUpsample(node);
  Resizing resizing{node.getString("mode", "nearest"),
                    node.getString("coordinate_transformation_mode", "half_pixel"),
                    node.getString("nearest_mode", "round_prefer_floor"),
                    node.getFloat("cubic_coeff_a", -0.75f),
                    node.getInt("exclude_outside", 0) != 0,
                    node.getFloat("extrapolation_value", 0.0f),
                    {},
                    {},
                    {}};
  checkOneOf("mode", resizing.mode, {"nearest", "linear", "cubic"});
  checkOneOf("nearest_mode", resizing.nearest,
             {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"});
  checkOneOf("coordinate_transformation_mode", resizing.coordinates,
             {"half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric",
              "tf_half_pixel_for_nn", "tf_crop_and_resize", "half_pixel_symmetric"});
  // Since opset 18.
  node.require("antialias", 0);
  std::string policy = node.getString("keep_aspect_ratio_policy", "stretch");
  if (policy != "stretch")
    fail("attribute 'keep_aspect_ratio_policy' must be 'stretch', got '" + policy + "'");
  Shape from = node.input(0).shape;
  Shape axes = Node::axes(node.getInts("axes", allAxes(from.size())), from.size());
  if (resizing.coordinates == "tf_crop_and_resize")
    readRegion(resizing, from.size(), axes, node.constantInput(1).floats());
  bool hasScales = node.hasInput(2) && elementCount(node.input(2).shape) > 0;
  if (hasScales == node.hasInput(3))
    fail("either scales or sizes are needed");
  if (hasScales)
    setScales(resizing, from, axes, node.constantInput(2).floats());
  else
    setSizes(resizing, from, axes, node.constantInput(3).ints());
  resize(node, resizing);
}

void cim::onnx_frontend::addResizeOperators(OperatorTable &table) {
  table["Resize"] = {convertResize, 2, 4, Types::Any};
  table["Upsample"] = {convertUpsample, 1, 2, Types::Any};
}
