//===- Convolution.cpp - Convolutions ---------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conv: one tosa.conv2d, one tosa.depthwise_conv2d, or for other groups a
// convolution per slice of channels, concatenated. A following batch
// normalization joins the weights.
//
//===----------------------------------------------------------------------===//

#include "Normalization.h"
#include "Window.h"

using namespace mlir;
using namespace cim::onnx_frontend;

namespace {

/// What every convolution of a node shares.
struct Convolution {
  Node &node;
  Window window;

  template <typename Op> Value create(Value input, Value weight, Value bias, int64_t channels) {
    Emitter &emit = node.emit;
    Type type = emit.type({shapeOf(input)[0], window.output[0], window.output[1], channels});
    return Op::create(emit.builder, type, input, weight, bias, emit.zeroPoint(), emit.zeroPoint(),
                      window.pad(), window.stride, window.dilation, emit.builder.getF32Type());
  }
};

} // namespace

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
/// [O, I/G, KH, KW] and bias [O].
static void foldBatchNorm(Node &node, Tensor &weight, Tensor &bias) {
  std::optional<Node> next = node.soleConsumer();
  if (!next || next->type() != "BatchNormalization" || !weight.constant || !bias.constant)
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
  weight = Tensor::of(makeConstant(ArrayRef<float>(weights), weight.shape, weight.constant->name));
  bias = Tensor::of(makeConstant(ArrayRef<float>(biases), bias.shape, bias.constant->name));
  node.absorb(*next);
}

/// Weights [C * M, 1, KH, KW] to [KH, KW, C, M].
static Value depthwise(Convolution conv, Value input, const Tensor &weight, Value bias,
                       int64_t channels) {
  Emitter &emit = conv.node.emit;
  ArrayRef<int64_t> shape = weight.shape;
  Tensor split = emit.reshape(weight, {channels, shape[0] / channels, shape[2], shape[3]});
  Value filter = emit.hold(emit.permute(split, {2, 3, 0, 1}));
  return conv.create<tosa::DepthwiseConv2DOp>(input, filter, bias, shape[0]);
}

static Value grouped(Convolution conv, Value input, const Tensor &weight, const Tensor &bias,
                     int64_t groups) {
  Emitter &emit = conv.node.emit;
  int64_t outputs = weight.shape[0] / groups, inputs = weight.shape[1];
  SmallVector<Value> parts;
  for (int64_t group = 0; group < groups; ++group) {
    Shape start = {0, 0, 0, group * inputs}, size(shapeOf(input));
    size[3] = inputs;
    Value filter = emit.hold(emit.cut(weight, 0, group * outputs, outputs), true);
    Value part = emit.hold(emit.cut(bias, 0, group * outputs, outputs));
    parts.push_back(
        conv.create<tosa::Conv2DOp>(emit.slice(input, start, size), filter, part, outputs));
  }
  return emit.concat(parts, 3);
}

static void convertConv(Node &node) {
  Tensor input = node.inputOfRank(0, 4), weight = node.inputOfRank(1, 4);
  if (elementCount(weight.shape) == 0)
    fail("weights must not be empty, got shape " + str(weight.shape));
  int64_t channels = input.shape[1], outputs = weight.shape[0];
  int64_t groups = node.getInt("group", 1);
  if (groups < 1 || channels % groups || outputs % groups)
    fail("attribute 'group' must divide " + Twine(channels) + " input and " + Twine(outputs) +
         " output channels, got " + Twine(groups));
  if (weight.shape[1] != channels / groups)
    fail("weights must have " + Twine(channels / groups) + " input channels per group, got shape " +
         str(weight.shape));
  ArrayRef<int64_t> kernel = ArrayRef(weight.shape).take_back(2);
  if (Shape declared = node.getInts("kernel_shape", kernel); ArrayRef(declared) != kernel)
    fail("attribute 'kernel_shape' must be that of the weights, " + str(kernel) + ", got " +
         str(declared));
  Tensor bias = node.hasInput(2)
                    ? node.inputOfRank(2, 1)
                    : Tensor::of(makeConstant(ArrayRef(std::vector<float>(outputs)), {outputs}));
  if (bias.shape[0] != outputs)
    fail("the bias must have " + Twine(outputs) + " elements, got " + Twine(bias.shape[0]));
  Convolution conv{node, readWindow(node, input.shape, kernel, /*isPool=*/false)};
  foldBatchNorm(node, weight, bias);

  Emitter &emit = node.emit;
  Value held = trimmed(node, emit.hold(input, /*channelsLast=*/true), conv.window);
  Value result;
  if (groups == 1)
    result = conv.create<tosa::Conv2DOp>(held, emit.hold(weight, true), emit.hold(bias), outputs);
  else if (groups == channels)
    result = depthwise(conv, held, weight, emit.hold(bias), channels);
  else
    result = grouped(conv, held, weight, bias, groups);
  node.setOutput(Tensor::of(result, /*channelsLast=*/true));
}

void cim::onnx_frontend::addConvolutionOperators(OperatorTable &table) {
  table["Conv"] = {convertConv, 2, 3, Types::Floats, 3};
}
