//===- Convolution.cpp - Convolutions ---------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conv: one tosa.conv2d, one tosa.depthwise_conv2d, or for other groups a
// convolution per slice of channels, concatenated. One spatial axis gets a unit
// axis before it; the first of three becomes channels, one slice per element of the
// kernel. A following batch normalization joins the weights.
//
//===----------------------------------------------------------------------===//

#include "Convolution.h"
#include "Normalization.h"
#include <cmath>

using namespace mlir;
using namespace cim::onnx_frontend;

/// The batch normalization as scale and shift, if it can be folded into a convolution
/// before it.
static std::optional<ChannelAffine> readFoldable(Node &node, int64_t channels) {
  try {
    std::optional<ChannelAffine> affine = readConstantBatchNorm(node, channels);
    node.checkAttributesRead();
    return affine;
  } catch (const ImportError &) { // Reported when its turn comes, or not computed yet.
    return std::nullopt;
  }
}

/// Folds a batch normalization that alone reads the convolution into its weights
/// [O, I/G, KH, KW] and bias [O]. Quantized weights are kept as they are, and so are those that
/// would become infinite, which layers refuse.
static void foldBatchNorm(Node &node, Tensor &weight, Tensor &bias) {
  std::optional<Node> next = node.soleConsumer();
  if (!next || next->type() != "BatchNormalization" || !weight.constant || !bias.constant)
    return;
  if (weight.constant->quantization)
    return;
  std::optional<ChannelAffine> affine = readFoldable(*next, weight.shape[0]);
  if (!affine)
    return;
  std::vector<float> weights(weight.constant->floats()), biases(bias.constant->floats());
  int64_t perChannel = weights.size() / biases.size();
  for (size_t i = 0; i < weights.size(); ++i)
    weights[i] = static_cast<float>(weights[i] * affine->scale[i / perChannel]);
  for (size_t i = 0; i < biases.size(); ++i)
    biases[i] = static_cast<float>(biases[i] * affine->scale[i] + affine->shift[i]);
  auto isFinite = [](float value) { return std::isfinite(value); };
  if (!llvm::all_of(weights, isFinite) || !llvm::all_of(biases, isFinite))
    return;
  weight = Tensor::of(makeConstant(ArrayRef<float>(weights), weight.shape, weight.constant->name));
  bias = Tensor::of(makeConstant(ArrayRef<float>(biases), bias.shape, bias.constant->name));
  node.absorb(*next);
}

//===----------------------------------------------------------------------===//
// Two spatial axes
//===----------------------------------------------------------------------===//

template <typename Op>
static Value create(Emitter &emit, const Window &window, Value input, Value weight, Value bias) {
  const WindowAxis &rows = window[0], &columns = window[1];
  Type type = emit.type({shapeOf(input)[0], rows.output, columns.output, shapeOf(bias)[0]});
  int64_t pad[] = {rows.before, rows.after, columns.before, columns.after};
  int64_t stride[] = {rows.stride, columns.stride};
  int64_t dilation[] = {rows.dilation, columns.dilation};
  return Op::create(emit.builder, type, input, weight, bias, emit.zeroPoint(), emit.zeroPoint(),
                    ArrayRef(pad), ArrayRef(stride), ArrayRef(dilation), emit.builder.getF32Type());
}

/// Weights [C * M, 1, KH, KW] to [KH, KW, C, M].
static Value depthwise(Emitter &emit, const Convolution &conv, Value input) {
  ArrayRef<int64_t> shape = conv.weight.shape;
  Tensor split =
      emit.reshape(conv.weight, {conv.groups, shape[0] / conv.groups, shape[2], shape[3]});
  Value filter = emit.hold(emit.permute(split, {2, 3, 0, 1}));
  return create<tosa::DepthwiseConv2DOp>(emit, conv.window, input, filter, emit.hold(conv.bias));
}

/// Each group is a few operations.
static constexpr int64_t kMaxGroups = 4096;

static Value grouped(Emitter &emit, const Convolution &conv, Value input) {
  if (conv.groups > kMaxGroups)
    fail("at most " + Twine(kMaxGroups) + " groups of several channels are supported, got " +
         Twine(conv.groups));
  int64_t outputs = conv.weight.shape[0] / conv.groups, inputs = conv.weight.shape[1];
  SmallVector<Value> parts;
  for (int64_t group = 0; group < conv.groups; ++group) {
    Shape start = {0, 0, 0, group * inputs}, size(shapeOf(input));
    size[3] = inputs;
    Value filter = emit.hold(emit.cut(conv.weight, 0, group * outputs, outputs), true);
    Value bias = emit.hold(emit.cut(conv.bias, 0, group * outputs, outputs));
    Value slice = emit.slice(input, start, size);
    parts.push_back(create<tosa::Conv2DOp>(emit, conv.window, slice, filter, bias));
  }
  return emit.concat(parts, 3);
}

static Tensor convolve2D(Emitter &emit, const Convolution &conv) {
  Value input = trimmed(emit, emit.hold(conv.input, /*channelsLast=*/true), conv.window);
  Value result;
  if (conv.groups == 1)
    result = create<tosa::Conv2DOp>(emit, conv.window, input, emit.hold(conv.weight, true),
                                    emit.hold(conv.bias));
  else if (conv.weight.shape[1] == 1)
    result = depthwise(emit, conv, input);
  else
    result = grouped(emit, conv, input);
  return Tensor::of(result, /*channelsLast=*/true);
}

//===----------------------------------------------------------------------===//
// Other numbers of axes
//===----------------------------------------------------------------------===//

static Tensor convolve1D(Emitter &emit, Convolution conv) {
  auto widened = [&](const Tensor &tensor) {
    return emit.reshape(tensor, {tensor.shape[0], tensor.shape[1], 1, tensor.shape[2]});
  };
  conv.input = widened(conv.input);
  conv.weight = widened(conv.weight);
  conv.window.insert(conv.window.begin(), WindowAxis());
  Tensor result = convolve2D(emit, conv);
  return emit.reshape(result, {result.shape[0], result.shape[1], result.shape[3]});
}

/// Slices of the input along its depth become channels: one for each element of the kernel's.
static constexpr int64_t kMaxDepth = 64;

/// [N, C, D, H, W] to [N * outputs, KD * C, H, W], where the channels of a group stay together.
static Tensor unfoldDepth(Emitter &emit, const Convolution &conv) {
  const WindowAxis &depth = conv.window[0];
  Value value = emit.hold(emit.permute(conv.input, {0, 2, 3, 4, 1}));
  value = emit.pad(value, {0, depth.before, 0, 0, 0}, {0, depth.after, 0, 0, 0}, 0.0);
  int64_t batch = shapeOf(value)[0] * depth.output, channels = shapeOf(value)[4];
  Shape shape = {batch, shapeOf(value)[2], shapeOf(value)[3], conv.groups, channels / conv.groups};
  SmallVector<Value> taps;
  for (int64_t tap = 0; tap < depth.kernel; ++tap) {
    Value slice = emit.strided(value, 1, tap * depth.dilation, depth.stride, depth.output);
    taps.push_back(emit.reshape(slice, shape));
  }
  Value joined = emit.concat(taps, 4);
  return Tensor::of(emit.reshape(joined, {batch, shape[1], shape[2], channels * depth.kernel}),
                    /*channelsLast=*/true);
}

static Tensor convolve3D(Emitter &emit, Convolution conv) {
  if (conv.window[0].kernel > kMaxDepth)
    fail("kernels must have a depth of at most " + Twine(kMaxDepth) + ", got " +
         Twine(conv.window[0].kernel));
  int64_t images = conv.input.shape[0];
  Shape shape = conv.weight.shape;
  conv.input = unfoldDepth(emit, conv);
  conv.weight = emit.reshape(emit.permute(conv.weight, {0, 2, 1, 3, 4}),
                             {shape[0], shape[2] * shape[1], shape[3], shape[4]});
  conv.window.erase(conv.window.begin());
  Value result = convolve2D(emit, conv).value;
  ArrayRef<int64_t> held = shapeOf(result);
  Value split = emit.reshape(result, {images, held[0] / images, held[1], held[2], held[3]});
  return Tensor::of(emit.permute(split, {0, 4, 1, 2, 3}));
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

Convolution cim::onnx_frontend::readOperands(Node &node, unsigned weightInput) {
  Convolution conv;
  conv.input = node.input(0);
  size_t rank = conv.input.shape.size();
  if (rank < 3 || rank > 5)
    fail("the input must have rank 3 to 5, got shape " + str(conv.input.shape));
  conv.weight = node.inputOfRank(weightInput, rank);
  if (elementCount(conv.weight.shape) == 0)
    fail("weights must not be empty, got shape " + str(conv.weight.shape));
  ArrayRef<int64_t> kernel = ArrayRef(conv.weight.shape).drop_front(2);
  if (Shape declared = node.getInts("kernel_shape", kernel); ArrayRef(declared) != kernel)
    fail("attribute 'kernel_shape' must be that of the weights, " + str(kernel) + ", got " +
         str(declared));
  conv.groups = node.getInt("group", 1);
  return conv;
}

Tensor cim::onnx_frontend::readBias(Node &node, int64_t outputs, unsigned input) {
  if (!node.hasInput(input)) {
    if (outputs > kMaxHostElements)
      fail("without bias at most " + Twine(kMaxHostElements) +
           " output channels are supported, got " + Twine(outputs));
    return Tensor::of(makeConstant(ArrayRef(std::vector<float>(outputs)), {outputs}));
  }
  Tensor bias = node.inputOfRank(input, 1);
  if (bias.shape[0] != outputs)
    fail("the bias must have " + Twine(outputs) + " elements, got " + Twine(bias.shape[0]));
  return bias;
}

Tensor cim::onnx_frontend::convolve(Node &node, Convolution conv) {
  foldBatchNorm(node, conv.weight, conv.bias);
  switch (conv.window.size()) {
  case 1:
    return convolve1D(node.emit, std::move(conv));
  case 2:
    return convolve2D(node.emit, conv);
  default:
    return convolve3D(node.emit, std::move(conv));
  }
}

Convolution cim::onnx_frontend::readConvolution(Node &node, unsigned weightInput) {
  Convolution conv = readOperands(node, weightInput);
  int64_t channels = conv.input.shape[1], outputs = conv.weight.shape[0], groups = conv.groups;
  if (groups < 1 || channels % groups || outputs % groups)
    fail("attribute 'group' must divide " + Twine(channels) + " input and " + Twine(outputs) +
         " output channels, got " + Twine(groups));
  if (conv.weight.shape[1] != channels / groups)
    fail("weights must have " + Twine(channels / groups) + " input channels per group, got shape " +
         str(conv.weight.shape));
  conv.window = readWindow(node, ArrayRef(conv.input.shape).drop_front(2),
                           ArrayRef(conv.weight.shape).drop_front(2), /*isPool=*/false);
  return conv;
}

static void convertConv(Node &node) {
  Convolution conv = readConvolution(node);
  conv.bias = readBias(node, conv.weight.shape[0]);
  node.setOutput(convolve(node, std::move(conv)));
}

void cim::onnx_frontend::addConvolutionOperators(OperatorTable &table) {
  table["Conv"] = {convertConv, 2, 3, Types::Floats, 3};
}
