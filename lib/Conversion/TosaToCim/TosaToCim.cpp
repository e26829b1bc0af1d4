//===- TosaToCim.cpp - Map layers to crossbars ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks the operations in policy order, replaces what crossbars can execute
// and says why the rest stays digital. Products of two computed operands are
// written into arrays at run time.
//
//===----------------------------------------------------------------------===//

#include "ConvInput.h"
#include "Quantization.h"
#include "cim-mlir/Conversion/Passes.h"
#include "cim/Analysis/Elements.h"
#include "cim/Analysis/Order.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace cim;

namespace cim {
#define GEN_PASS_DEF_CONVERTTOSATOCIMPASS
#include "cim-mlir/Conversion/Passes.h.inc"
} // namespace cim

//===----------------------------------------------------------------------===//
// What can be mapped
//===----------------------------------------------------------------------===//

static RankedTensorType getType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Why a convolution stays digital, empty if it need not.
static StringRef getObstacle(tosa::Conv2DOp conv) {
  if (!getType(conv.getInput()).getElementType().isF32() ||
      !getType(conv.getOutput()).getElementType().isF32())
    return "its elements are not f32";
  if (!isConstantWeight(conv.getWeight()))
    return "its weights are computed";
  if (!getConstant(conv.getBias()))
    return "its bias is computed";
  if (!isConstantZero(conv.getInputZp()) || !isConstantZero(conv.getWeightZp()))
    return "its zero points are not constant zeros";
  return {};
}

/// The same for a matrix product.
static StringRef getObstacle(tosa::MatMulOp matmul) {
  if (!getType(matmul.getA()).getElementType().isF32())
    return "its elements are not f32";
  if (isConstantWeight(matmul.getA()) && !isConstantWeight(matmul.getB()))
    return "its weights are the left operand";
  if (isConstantWeight(matmul.getB()) && getType(matmul.getB()).getDimSize(0) != 1)
    return "its weights differ between batches";
  if (!isConstantZero(matmul.getAZp()) || !isConstantZero(matmul.getBZp()))
    return "its zero points are not constant zeros";
  return {};
}

//===----------------------------------------------------------------------===//
// Weights and biases
//===----------------------------------------------------------------------===//

/// A constant operation.
static Value makeTensor(ImplicitLocOpBuilder &builder, ArrayRef<int64_t> shape,
                        std::vector<float> data, const Twine &name) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return tosa::ConstOp::create(builder, type, makeElements(type, std::move(data), name.str()));
}

/// The float weights of all groups.
static Value joinWeights(ImplicitLocOpBuilder &builder, ValueRange weights, StringRef layer) {
  SmallVector<int64_t> shape(getType(weights[0]).getShape());
  shape[0] *= weights.size();
  std::vector<float> data;
  for (Value weight : weights)
    llvm::append_range(data, *readF32(getConstant(weight)));
  return makeTensor(builder, shape, std::move(data), layer + ".weight");
}

/// Biases of one element hold for all channels of their convolution.
static Value joinBiases(ImplicitLocOpBuilder &builder, ArrayRef<tosa::Conv2DOp> groups,
                        StringRef layer) {
  tosa::Conv2DOp first = groups[0];
  int64_t channels = getType(first.getWeight()).getDimSize(0);
  if (groups.size() == 1 && getType(first.getBias()).getDimSize(0) == channels)
    return first.getBias();
  std::vector<float> data;
  for (tosa::Conv2DOp conv : groups) {
    SmallVector<float> bias = *readF32(getConstant(conv.getBias()));
    bias.resize(channels, bias[0]);
    llvm::append_range(data, bias);
  }
  int64_t outputs = data.size();
  return makeTensor(builder, {outputs}, std::move(data), layer + ".bias");
}

/// The addition of a constant bias that alone reads the product, perhaps after
/// reshapes that keep its last axis; null if there is none.
static tosa::AddOp findBiasAdd(tosa::MatMulOp matmul) {
  Value result = matmul.getOutput();
  int64_t columns = getType(result).getShape().back();
  while (result.hasOneUse()) {
    Operation *user = *result.user_begin();
    if (auto reshape = dyn_cast<tosa::ReshapeOp>(user)) {
      result = reshape.getOutput();
      if (getType(result).getRank() == 0 || getType(result).getShape().back() != columns)
        return {};
      continue;
    }
    auto add = dyn_cast<tosa::AddOp>(user);
    if (!add || add.getType() != result.getType())
      return {};
    Value bias = add.getInput1() == result ? add.getInput2() : add.getInput1();
    bool isRow =
        getType(bias).getNumElements() == columns && getType(bias).getShape().back() == columns;
    return isRow && getConstant(bias) ? add : tosa::AddOp();
  }
  return {};
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct ConvertTosaToCimPass : cim::impl::ConvertTosaToCimPassBase<ConvertTosaToCimPass> {
  void runOnOperation() override {
    auto target = getOperation()->getAttrOfType<TargetAttr>(CimDialect::kTargetAttrName);
    if (!target) {
      getOperation().emitError("module attribute 'cim.target' must be present");
      return signalPassFailure();
    }
    mapping = target.getMapping();
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isDeclaration())
        convert(function.getBody().front());
  }

private:
  MappingAttr mapping;
  UniqueNames uniqueNames;
  int64_t numLayers = 0;
  OperandQuantization inputs, computedWeights;

  void convert(Block &block) {
    eraseDead(block);
    uniqueNames = {};
    numLayers = 0;
    inputs = {};
    computedWeights = {};
    SmallVector<Operation *> order = getPolicyOrder(block);
    for (LayerOpInterface layer : getLayersInPolicyOrder(block))
      uniqueNames(layer.getLayer());
    // Groups are known by their concatenation, which comes after them; they themselves are
    // entered without groups.
    llvm::DenseMap<Operation *, SmallVector<tosa::Conv2DOp>> groupsOf;
    for (Operation *op : order) {
      auto concat = dyn_cast<tosa::ConcatOp>(op);
      SmallVector<tosa::Conv2DOp> groups =
          concat ? getGroups(concat) : SmallVector<tosa::Conv2DOp>();
      for (tosa::Conv2DOp conv : groups)
        groupsOf[conv] = {};
      if (!groups.empty())
        groupsOf[op] = groups;
    }
    for (Operation *op : order) {
      if (auto found = groupsOf.find(op); found != groupsOf.end() && !found->second.empty())
        convertConv(op, found->second);
      else if (auto conv = dyn_cast<tosa::Conv2DOp>(op); conv && found == groupsOf.end())
        convertConv(op, {conv});
      else if (auto matmul = dyn_cast<tosa::MatMulOp>(op))
        convertMatmul(matmul);
      else if (isa<tosa::DepthwiseConv2DOp>(op))
        leaveDigital(op, "each channel has its own weights");
    }
    eraseDead(block);
  }

  void leaveDigital(Operation *op, StringRef reason) {
    op->emitRemark() << "'" << op->getName() << "' stays digital: " << reason;
    ++numDigital;
  }

  std::string nameLayer(Operation *op, StringRef kind) {
    std::string name = getLocationName(op->getLoc()).str();
    if (name.empty())
      name = (kind + "_" + Twine(numLayers)).str();
    ++numLayers;
    ++numMapped;
    return uniqueNames(name);
  }

  /// What a layer is made of: without the quantization of its model, which becomes an attribute.
  struct Operands {
    std::string layer;
    Value input, weight;
    QuantizationAttr quantization;
  };

  /// The operands of the layer that replaces `root`, with the weights of its groups. If they
  /// are quantized as no layer can be, it stays digital.
  std::optional<Operands> getOperands(Operation *root, Value input, ValueRange weights,
                                      StringRef kind) {
    auto leave = [&](StringRef obstacle) {
      leaveDigital(root, obstacle);
      return std::nullopt;
    };
    GivenOperand<ActivationAttr> given = inputs.getInput(input);
    if (!given.obstacle.empty())
      return leave(given.obstacle);
    GivenOperand<WeightAttr> weight{weights[0], {}, ""};
    std::optional<QuantizedWeights> quantized;
    if (!isConstantWeight(weights[0]))
      weight = computedWeights.getComputedWeight(weights[0]);
    else if (!llvm::all_of(weights, getConstant))
      quantized.emplace(weights, kind == "conv2d");
    if (quantized)
      weight.obstacle = quantized->getObstacle(mapping);
    if (!weight.obstacle.empty())
      return leave(weight.obstacle);
    Operands operands{nameLayer(root, kind), given.source, weight.source, {}};
    ImplicitLocOpBuilder builder(root->getLoc(), root);
    if (quantized) {
      weight.precision = quantized->getPrecision(&getContext());
      SmallVector<int64_t> shape(getType(weights[0]).getShape());
      shape[0] *= weights.size();
      operands.weight =
          makeTensor(builder, shape, quantized->getValues(), operands.layer + ".weight");
    } else if (weights.size() > 1) {
      operands.weight = joinWeights(builder, weights, operands.layer);
    }
    if (given.precision || weight.precision)
      operands.quantization =
          QuantizationAttr::get(&getContext(), weight.precision, given.precision);
    return operands;
  }

  /// Replaces `root` by the convolution whose groups are `groups`.
  void convertConv(Operation *root, ArrayRef<tosa::Conv2DOp> groups) {
    for (tosa::Conv2DOp conv : groups)
      if (StringRef obstacle = getObstacle(conv); !obstacle.empty())
        return leaveDigital(root, obstacle);
    tosa::Conv2DOp conv = groups[0];
    ConvInput input = getConvInput(conv, /*cutChannels=*/groups.size() > 1);
    if (groups.size() > 1 && input.channels == 1)
      return leaveDigital(root, "each channel has its own weights");
    SmallVector<Value> weights;
    for (tosa::Conv2DOp group : groups)
      weights.push_back(group.getWeight());
    std::optional<Operands> operands = getOperands(root, input.source, weights, "conv2d");
    if (!operands)
      return;
    ImplicitLocOpBuilder builder(root->getLoc(), root);
    ArrayRef<int64_t> kernel = getType(conv.getWeight()).getShape().slice(1, 2);
    auto window =
        WindowAttr::get(&getContext(), kernel, conv.getStride(), input.pad, conv.getDilation());
    Value bias = joinBiases(builder, groups, operands->layer);
    root->getResult(0).replaceAllUsesWith(Conv2DOp::create(
        builder, root->getResult(0).getType(), operands->input, operands->weight, bias,
        operands->layer, window, groups.size(), mapping, PrecisionAttr(), operands->quantization));
  }

  void convertMatmul(tosa::MatMulOp matmul) {
    if (StringRef obstacle = getObstacle(matmul); !obstacle.empty())
      return leaveDigital(matmul, obstacle);
    std::optional<Operands> operands = getOperands(matmul, matmul.getA(), matmul.getB(), "matmul");
    if (!operands)
      return;
    ImplicitLocOpBuilder builder(matmul.getLoc(), matmul);
    Type type = matmul.getOutput().getType();
    if (!getConstant(operands->weight)) {
      matmul.getOutput().replaceAllUsesWith(
          MatmulDynamicOp::create(builder, type, operands->input, operands->weight, operands->layer,
                                  mapping, PrecisionAttr(), operands->quantization));
      return;
    }
    std::vector<float> bias(getType(matmul.getOutput()).getDimSize(2));
    if (tosa::AddOp add = findBiasAdd(matmul)) {
      bool isFirst = bool(getConstant(add.getInput1()));
      SmallVector<float> values =
          *readF32(getConstant(isFirst ? add.getInput1() : add.getInput2()));
      bias.assign(values.begin(), values.end());
      add.getOutput().replaceAllUsesWith(isFirst ? add.getInput2() : add.getInput1());
    }
    int64_t columns = bias.size();
    Value start = makeTensor(builder, {columns}, std::move(bias), operands->layer + ".bias");
    matmul.getOutput().replaceAllUsesWith(
        MatmulOp::create(builder, type, operands->input, operands->weight, start, operands->layer,
                         mapping, PrecisionAttr(), operands->quantization));
  }

  /// Erases what nothing reads any more and frees the constants among it.
  void eraseDead(Block &block) {
    ResourceUses resources(getOperation());
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
      if (!isOpTriviallyDead(&op))
        continue;
      ElementsAttr value = op.getNumResults() == 1 ? getConstant(op.getResult(0)) : ElementsAttr();
      op.erase();
      if (value)
        resources.release(value);
    }
  }
};

} // namespace
