//===- RandomLayer.h - Random calibrated layers -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layers for property tests: every shape, width, granularity, mapping and kind of
// ADC that can be executed, with scales and values that are often ties.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_INTEGRATION_RANDOMLAYER_H
#define CIM_TEST_UNIT_INTEGRATION_RANDOMLAYER_H

#include "cim-mlir/Reference/Reference.h"
#include "cim/IR/CimOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassInstrumentation.h"
#include <random>

namespace cim::test {

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
  template <typename T> T oneOf(llvm::ArrayRef<T> values) {
    return values[integer(0, values.size() - 1)];
  }
  template <typename T> T oneOf(std::initializer_list<T> values) {
    return oneOf(llvm::ArrayRef<T>(values));
  }

private:
  std::mt19937_64 generator;
};

/// All mappings of weights and encodings of inputs that are executed.
inline constexpr MappingKind kKinds[] = {MappingKind::DifferentialColumn,
                                         MappingKind::DifferentialRow, MappingKind::Offset,
                                         MappingKind::TwosComplement};
inline constexpr InputEncoding kEncodings[] = {InputEncoding::Offset, InputEncoding::TwosComplement,
                                               InputEncoding::Differential};

/// A mapping, random but for its kind and encoding; the magnitude rule only where it is allowed.
MappingAttr drawMapping(Draw &draw, mlir::MLIRContext *context, MappingKind kind,
                        InputEncoding encoding, bool allowMagnitude);

/// The f32 constant of a shape whose elements `next` gives.
mlir::DenseElementsAttr makeFloats(mlir::MLIRContext *context, llvm::ArrayRef<int64_t> shape,
                                   llvm::function_ref<float()> next);

/// A module with one function @main that holds one layer, and arguments for it
/// that reach both ends of the activation codes.
struct RandomLayer {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::SmallVector<reference::Tensor> arguments;
};

/// The same layer for the same seed, everywhere.
RandomLayer makeRandomLayer(mlir::MLIRContext *context, uint64_t seed);

/// The only layer of a module.
LayerOpInterface getLayer(mlir::ModuleOp module);

/// What the only function or program of a module computes by the reference.
mlir::FailureOr<reference::Tensor> evaluate(mlir::ModuleOp module,
                                            llvm::ArrayRef<reference::Tensor> arguments);

/// Takes a calibrated layer through the stages of the compiler, which `observer` sees if there is
/// one, and runs the program.
mlir::FailureOr<reference::Tensor>
compileAndRun(mlir::ModuleOp module, llvm::ArrayRef<reference::Tensor> arguments,
              std::unique_ptr<mlir::PassInstrumentation> observer = {});

} // namespace cim::test

#endif // CIM_TEST_UNIT_INTEGRATION_RANDOMLAYER_H
