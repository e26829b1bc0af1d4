//===- FoldScales.cpp - Pass cim-fold-scales --------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What follows a convolution is followed through transposes as long as it is one scale and
// one shift for each channel, then joins weights and bias: in double, rounded once. Layers refuse
// weights that are not finite, so products that are not stay where they are.
//
//===----------------------------------------------------------------------===//

#include "cim/Analysis/Elements.h"
#include "cim/Transforms/Passes.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace cim {
#define GEN_PASS_DEF_FOLDSCALESPASS
#include "cim/Transforms/Passes.h.inc"
} // namespace cim

using namespace mlir;
using namespace cim;

static RankedTensorType getType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// The numbers of a constant that differs along `axis` only; empty if `value` is no such constant.
static SmallVector<double> readChannels(Value value, int64_t axis, int64_t channels) {
  ElementsAttr attr = getConstant(value);
  RankedTensorType type = getType(value);
  bool isOne = type.getNumElements() == 1;
  if (!attr || (!isOne && (type.getNumElements() != channels || type.getShape()[axis] != channels)))
    return {};
  FailureOr<SmallVector<float>> values = readF32(attr);
  if (failed(values))
    return {};
  SmallVector<double> numbers(values->begin(), values->end());
  numbers.resize(channels, numbers.front());
  return numbers;
}

namespace {

/// What is computed of the sums of a convolution, channel by channel: `scale * sum + shift`.
struct Channels {
  explicit Channels(int64_t count) : scale(count, 1), shift(count, 0) {}

  /// Adds what `op` does to `value`, whose channels are along `axis`, or returns false.
  bool append(Operation *op, Value value, int64_t axis) {
    if (!isa<tosa::AddOp, tosa::SubOp, tosa::MulOp>(op) ||
        op->getResult(0).getType() != value.getType())
      return false;
    if (auto mul = dyn_cast<tosa::MulOp>(op); mul && !isConstantZero(mul.getShift()))
      return false;
    bool isFirst = op->getOperand(0) == value;
    SmallVector<double> numbers = readChannels(op->getOperand(isFirst), axis, scale.size());
    for (auto [number, factor, addend] : llvm::zip(numbers, scale, shift)) {
      if (isa<tosa::MulOp>(op)) {
        factor *= number;
        addend *= number;
        continue;
      }
      bool isNegated = isa<tosa::SubOp>(op) && !isFirst;
      factor = isNegated ? -factor : factor;
      addend = isNegated ? -addend : addend;
      addend += isa<tosa::SubOp>(op) && isFirst ? -number : number;
    }
    return !numbers.empty();
  }

  SmallVector<double> scale, shift;
};

/// Weights and biases of a convolution with what follows it.
struct Parameters {
  Parameters(const Channels &channels, ArrayRef<float> oldWeights, ArrayRef<double> oldBiases)
      : weights(oldWeights.size()), biases(oldBiases.size()) {
    int64_t outputs = biases.size(), rowSize = weights.size() / outputs;
    for (int64_t n = 0; n < outputs; ++n) {
      biases[n] = channels.scale[n] * oldBiases[n] + channels.shift[n];
      for (int64_t i = n * rowSize; i < (n + 1) * rowSize; ++i)
        weights[i] = channels.scale[n] * oldWeights[i];
    }
  }

  bool isFinite() const {
    auto isFinite = [](float value) { return std::isfinite(value); };
    return llvm::all_of(weights, isFinite) && llvm::all_of(biases, isFinite);
  }

  std::vector<float> weights, biases;
};

struct FoldScalesPass : cim::impl::FoldScalesPassBase<FoldScalesPass> {
  void runOnOperation() override {
    SmallVector<tosa::Conv2DOp> convs;
    getOperation().walk([&](tosa::Conv2DOp conv) {
      if (getType(conv.getInput()).getElementType().isF32() && getConstant(conv.getWeight()))
        convs.push_back(conv);
    });
    ResourceUses resources(getOperation());
    for (tosa::Conv2DOp conv : convs)
      fold(conv, resources);
  }

private:
  void fold(tosa::Conv2DOp conv, ResourceUses &resources) {
    int64_t axis = 3, outputs = getType(conv.getOutput()).getDimSize(axis);
    SmallVector<double> bias = readChannels(conv.getBias(), 0, outputs);
    if (bias.empty())
      return;
    Channels channels(outputs);
    SmallVector<std::pair<Operation *, Value>> folded;
    for (Value value = conv.getOutput(); value.hasOneUse();) {
      Operation *user = *value.user_begin();
      if (auto transpose = dyn_cast<tosa::TransposeOp>(user))
        axis = llvm::find(transpose.getPerms(), axis) - transpose.getPerms().begin();
      else if (channels.append(user, value, axis))
        folded.push_back({user, value});
      else
        break;
      value = user->getResult(0);
    }
    if (folded.empty())
      return;
    FailureOr<SmallVector<float>> weight = readF32(getConstant(conv.getWeight()));
    if (failed(weight))
      return;
    Parameters parameters(channels, *weight, bias);
    if (!parameters.isFinite())
      return;
    for (auto [op, value] : llvm::reverse(folded)) {
      op->getResult(0).replaceAllUsesWith(value);
      op->erase();
    }
    setConstants(conv, std::move(parameters), resources);
    numFolded += folded.size();
  }

  void setConstants(tosa::Conv2DOp conv, Parameters parameters, ResourceUses &resources) {
    int64_t outputs = parameters.biases.size();
    OpBuilder builder(conv);
    auto set = [&](OpOperand &operand, RankedTensorType type, std::vector<float> values) {
      Operation *old = operand.get().getDefiningOp();
      ElementsAttr attr = makeElements(type, std::move(values), "folded");
      operand.set(tosa::ConstOp::create(builder, conv.getLoc(), type, attr));
      if (old->use_empty()) {
        ElementsAttr values = getConstant(old->getResult(0));
        old->erase();
        resources.release(values);
      }
    };
    set(conv.getWeightMutable(), getType(conv.getWeight()), std::move(parameters.weights));
    set(conv.getBiasMutable(), getType(conv.getBias()).clone({outputs}),
        std::move(parameters.biases));
  }
};

} // namespace
