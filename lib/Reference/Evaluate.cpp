//===- Evaluate.cpp - Running functions and programs ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Evaluates the operations of a block in order, and makes seeded arguments with a
// generator of its own (splitmix64), which gives the same values everywhere.
//
//===----------------------------------------------------------------------===//

#include "Dispatch.h"
#include "cim/IR/CimOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include <cmath>

using namespace mlir;
using namespace cim::reference;

//===----------------------------------------------------------------------===//
// Operations and functions
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Tensor>> cim::reference::evaluateOp(Operation *op,
                                                          ArrayRef<Tensor> operands) {
  StringRef dialect = op->getName().getDialectNamespace();
  FailureOr<SmallVector<Tensor>> results = failure();
  auto one = [](FailureOr<Tensor> result) -> FailureOr<SmallVector<Tensor>> {
    if (failed(result))
      return failure();
    return SmallVector<Tensor>{std::move(*result)};
  };
  // The sums of an offset mapping have a second result beside them.
  if (op->getNumResults() != 1 && dialect != "cim")
    return unsupported(op);
  for (Type type : llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
    if (auto shaped = dyn_cast<ShapedType>(type); shaped && !shaped.hasStaticShape())
      return op->emitOpError("shapes must be static in the reference, got ") << type;
  if (dialect == "tosa")
    results = one(evaluateTosa(op, operands));
  else if (dialect == "cim")
    results = evaluateCim(op, operands);
  else if (dialect == "xbar")
    results = one(evaluateXbar(op, operands));
  else
    return unsupported(op);
  if (failed(results))
    return failure();
  for (auto [tensor, value] : llvm::zip_equal(*results, op->getResults()))
    if (auto type = dyn_cast<RankedTensorType>(value.getType()))
      tensor.type = type;
  return results;
}

FailureOr<SmallVector<Tensor>> cim::reference::evaluate(Operation *function,
                                                        ArrayRef<Tensor> arguments) {
  Block &block = function->getRegion(0).front();
  llvm::DenseMap<Value, Tensor> values;
  for (auto [value, tensor] : llvm::zip_equal(block.getArguments(), arguments))
    values[value] = tensor;
  auto valuesOf = [&](Operation &op) {
    return llvm::map_to_vector(op.getOperands(), [&](Value value) { return values[value]; });
  };
  for (Operation &op : block.without_terminator()) {
    FailureOr<SmallVector<Tensor>> results = evaluateOp(&op, valuesOf(op));
    if (failed(results))
      return failure();
    for (auto [value, tensor] : llvm::zip_equal(op.getResults(), *results))
      values[value] = std::move(tensor);
  }
  return valuesOf(*block.getTerminator());
}

//===----------------------------------------------------------------------===//
// Random arguments
//===----------------------------------------------------------------------===//

namespace {

class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  /// splitmix64 (Steele, Lea, Flood 2014).
  uint64_t next() {
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// In [0, 1), a multiple of 2^-53.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

private:
  uint64_t state;
};

} // namespace

/// Every eighth float is zero, and three of eight are multiples of a power of two
/// between 1/16 and 1/2, which are often ties of a rounding.
static float randomFloat(Random &random, float low, float high) {
  uint64_t kind = random.next() % 8;
  auto x = static_cast<float>(low + (static_cast<double>(high) - low) * random.uniform());
  if (kind == 0)
    return 0;
  if (kind > 3)
    return x;
  auto step = static_cast<float>(std::ldexp(1.0, -1 - static_cast<int>(random.next() % 4)));
  return std::nearbyint(x / step) * step;
}

/// Integers are codes of four bits, or sums of eight.
static std::pair<int64_t, int64_t> randomRange(Type type) {
  if (type.isInteger(1))
    return {0, 1};
  if (type.isInteger(8))
    return type.isUnsignedInteger() ? std::pair<int64_t, int64_t>{0, 15}
                                    : std::pair<int64_t, int64_t>{-7, 7};
  return {-128, 127};
}

SmallVector<Tensor> cim::reference::makeRandomArguments(Operation *function, uint64_t seed,
                                                        float low, float high) {
  Random random(seed);
  SmallVector<Tensor> arguments;
  for (Value value : function->getRegion(0).getArguments()) {
    Tensor tensor = makeTensor(llvm::cast<RankedTensorType>(value.getType()));
    auto [lowest, highest] = randomRange(tensor.type.getElementType());
    if (tensor.isFloat())
      for (float &x : tensor.floats())
        x = randomFloat(random, low, high);
    else
      for (int64_t &x : tensor.ints())
        x = lowest + static_cast<int64_t>(random.next() % (highest - lowest + 1));
    arguments.push_back(std::move(tensor));
  }
  return arguments;
}
