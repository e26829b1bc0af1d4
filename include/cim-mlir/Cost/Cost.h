//===- Cost.h - Cost of mapped layers and programs --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The published latency model of CIM-AQ (section 5 of the design contract) and
// the counts it is made of. Reads attributes only.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_COST_COST_H
#define CIM_MLIR_COST_COST_H

#include "cim/IR/CimOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"
#include <map>
#include <string>
#include <vector>

namespace cim {

/// What one inference costs.
struct LayerCost {
  /// Arrays the weights occupy.
  int64_t arrays = 0;
  /// Arrays written; every array is written once an inference.
  int64_t writes = 0;
  /// Matrix-vector products of single arrays.
  int64_t executes = 0;
  double latencyUs = 0;
  /// Conversions of partial sums, those of reference columns included.
  int64_t conversions = 0;
  /// Multiplications by a combined scale.
  int64_t dequantMultiplications = 0;
  /// Cells that hold weights or references, and cells of all arrays.
  int64_t usedCells = 0;
  int64_t cells = 0;

  /// The used share of the cells.
  double utilisation() const { return cells == 0 ? 0 : double(usedCells) / double(cells); }
  LayerCost &operator+=(const LayerCost &other);
};

/// The cost of a layer whose `shape.groups` matrices are repeats H: each has its own
/// arrays.
LayerCost getLayerCost(const LayerShape &shape, MappingAttr mapping, PrecisionAttr precision,
                       ColumnsRule rule);

struct ProgramCost {
  struct Layer {
    std::string name;
    PrecisionAttr precision;
    InputEncoding encoding;
    LayerCost cost;
  };
  /// In the order of the module.
  std::vector<Layer> layers;
  LayerCost total;
  /// How many operations of each name stay digital. Constants are none, nor are reshapes:
  /// nothing is moved for them.
  std::map<std::string, int64_t> digital;
};

/// The cost of all layers of a module at the cim layer level, after cim-simplify-adc. Errors
/// are emitted at the layer: one without a precision has no cost.
mlir::FailureOr<ProgramCost> getProgramCost(mlir::ModuleOp module);

/// The report: `total` and `layers`, each with `latency_us`, `writes`, `executes`,
/// `arrays`, `conversions`, `dequantize_multiplications`, `utilisation`; layers with
/// `name`, `weight_bits`, `activation_bits` and, unless the ADC is ideal, `adc_bits`. `digital`
/// counts what is not in layers.
llvm::json::Object toJson(const ProgramCost &cost);

} // namespace cim

#endif // CIM_MLIR_COST_COST_H
