//===- Policy.h - Mixed precision, in and out -------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a policy sets of layers, read from files, applied to modules and written again;
// see lib/Policy/README.md.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_POLICY_POLICY_H
#define CIM_MLIR_POLICY_POLICY_H

#include "cim/IR/CimDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>
#include <string>
#include <vector>

namespace cim {

/// Numbers in row-major order; the shape of one number is empty.
template <typename T> struct PolicyNumbers {
  llvm::SmallVector<int64_t> shape;
  std::vector<T> values;
};

struct WeightPolicy {
  std::optional<int64_t> bits;
  std::optional<Granularity> granularity;
  std::optional<CodeRange> range;
  std::optional<PolicyNumbers<float>> scale, split, beta;
};

struct ActivationPolicy {
  std::optional<int64_t> bits;
  std::optional<int64_t> zeroPoint;
  std::optional<float> scale;
};

struct AdcPolicy {
  std::optional<AdcKind> kind;
  std::optional<AdcPlacement> placement;
  std::optional<int64_t> bits;
  std::optional<Granularity> granularity;
  std::optional<CodeRange> range;
  std::optional<PolicyNumbers<float>> scale;
  std::optional<PolicyNumbers<int32_t>> offset, thresholds, levels;
  std::optional<int64_t> referenceUnit;
};

struct MappingPolicy {
  std::optional<MappingKind> kind;
  std::optional<Tiling> tiling;
  std::optional<InputEncoding> inputEncoding;
  std::optional<SliceRule> sliceRule;
  /// None: cut by the width of cells.
  std::optional<llvm::SmallVector<int64_t>> slices;
};

/// What a policy sets of a layer; fields that are absent are left to defaults.
struct LayerPolicy {
  std::string name;
  /// Where errors go; may be null, then they go to the layer.
  mlir::LocationAttr loc;
  WeightPolicy weight;
  ActivationPolicy activation;
  AdcPolicy adc;
  MappingPolicy mapping;
};

struct Policy {
  LayerPolicy defaults;
  std::vector<LayerPolicy> layers;
  /// Scales were chosen on random inputs: the module stays marked as uncalibrated.
  bool uncalibrated = false;
  /// `layers` are the layers of the module in policy order and have no names.
  bool positional = false;
  /// The file, for errors that belong to no layer.
  mlir::LocationAttr loc;
};

/// Reads a .json, .npy or .csv file. Errors are emitted at file, line and column.
mlir::FailureOr<Policy> readPolicy(llvm::StringRef path, mlir::MLIRContext *context);

/// Changes precision and mapping of the layers of a module at the layer level. Every layer has
/// a precision; of a layer that is not calibrated yet, any field may change, of one that
/// is, whatever comes with its scales. After an error some layers may have changed already.
llvm::LogicalResult applyPolicy(mlir::ModuleOp module, const Policy &policy);

/// Writes the policy that gives the layers of a module what they have, with their numbers
/// or without. Errors are emitted at the layer, and nothing is written then.
llvm::LogicalResult writePolicy(mlir::ModuleOp module, bool withScales, llvm::raw_ostream &os);

} // namespace cim

#endif // CIM_MLIR_POLICY_POLICY_H
