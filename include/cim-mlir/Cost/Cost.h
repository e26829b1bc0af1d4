//===- Cost.h - Cost of mapped layers and programs --------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The published latency model of CIM-AQ (section 5 of the design contract), the counts
// it is made of, and energy and area by the component. Reads attributes only;
// lib/Cost/README.md has the formulas.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_MLIR_COST_COST_H
#define CIM_MLIR_COST_COST_H

#include "cim/IR/CimOps.h"
#include "mlir/IR/BuiltinOps.h"
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cim {

/// The components that cost energy or area.
enum class Part { Cells, Writes, Adcs, Dacs, SampleHolds, ShiftAdds, Registers, Dequantize };
constexpr size_t kNumParts = 8;
llvm::StringRef stringifyPart(Part part);

/// A quantity of each component.
struct PartValues {
  std::array<double, kNumParts> values = {};

  double &operator[](Part part) { return values[size_t(part)]; }
  double operator[](Part part) const { return values[size_t(part)]; }
  double total() const;
  PartValues &operator+=(const PartValues &other);
};

/// What one inference costs.
struct LayerCost {
  /// Arrays the weights occupy.
  int64_t arrays = 0;
  /// Arrays written; 0 for weights that are resident.
  int64_t writes = 0;
  /// Matrix-vector products of single arrays.
  int64_t executes = 0;
  double writeLatencyUs = 0;
  double executeLatencyUs = 0;
  /// Conversions of partial sums, those of reference columns included.
  int64_t conversions = 0;
  /// Multiplications by a combined scale.
  int64_t dequantMultiplications = 0;
  /// Cells that hold weights or references, and cells of all arrays.
  int64_t usedCells = 0;
  int64_t cells = 0;
  PartValues energyPj;
  PartValues areaUm2;

  double latencyUs() const { return writeLatencyUs + executeLatencyUs; }
  /// The used share of the cells.
  double utilisation() const { return cells == 0 ? 0 : double(usedCells) / double(cells); }
  LayerCost &operator+=(const LayerCost &other);
};

/// How a layer is cut, from which its cost follows.
struct LayerCut {
  /// Weight slices S.
  int64_t slices;
  /// Row tiles J of whole arrays, and chunks T in which they are read.
  int64_t tiles, chunks;
  /// Input cycles of all passes, and the bits that they feed.
  int64_t cycles, inputBits;
  /// Width of the ADC. An ideal one has as many bits as no input and no weight of these
  /// widths can exceed.
  int64_t adcBits;
};
LayerCut getLayerCut(const LayerShape &shape, MappingAttr mapping, PrecisionAttr precision);

/// By what rules costs are counted.
struct CostModel {
  ColumnsRule columnsRule = ColumnsRule::Published;
  CostsAttr costs;
};

/// What is known of a layer besides its attributes.
struct LayerFacts {
  /// The weights are computed, and written each inference even where others are resident.
  bool computed = false;
  /// The ADC is proved lossless: sums are added as behind an ideal one.
  bool lossless = false;
};

/// The cost of a layer, each of whose `shape.matrices()` has arrays of its own.
LayerCost getLayerCost(const LayerShape &shape, MappingAttr mapping, PrecisionAttr precision,
                       const CostModel &model, LayerFacts facts = {});

/// What the ADC of a layer loses of the partial sums that calibration saw: means of squares over
/// all, over those between the outermost two in a thousand, and the variance.
struct AdcError {
  double all, interior, variance;
};

struct ProgramCost {
  struct Layer {
    std::string name;
    LayerShape shape;
    MappingAttr mapping;
    PrecisionAttr precision;
    LayerFacts facts;
    LayerCost cost;
    /// The cost under each tiling, everything else equal.
    LayerCost kernelIntact, dense;
    std::optional<AdcError> adcError;
  };
  CostModel model;
  /// In the order of the module.
  std::vector<Layer> layers;
  LayerCost total, kernelIntact, dense;
  /// How many operations of each name stay digital. Constants are none, nor are reshapes:
  /// nothing is moved for them.
  std::map<std::string, int64_t> digital;
  /// Whether every layer has its scales.
  bool calibrated = true;
};

/// The ADCs that the layers of a module have, by the name of the layer.
using LayerAdcs = std::map<std::string, AdcAttr>;
LayerAdcs getLayerAdcs(mlir::ModuleOp module);

/// The cost of all layers of a module at the cim layer level: before calibration, or after
/// cim-simplify-adc, which makes lossless ADCs ideal: `declared` has those that there were before.
/// Errors are emitted at the layer: one without a precision has no cost.
mlir::FailureOr<ProgramCost> getProgramCost(mlir::ModuleOp module, const LayerAdcs &declared = {});

} // namespace cim

#endif // CIM_MLIR_COST_COST_H
