//===- Layers.h - Layers and mappings for cost tests ------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Short ways to write the arguments of getLayerCost.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_COST_LAYERS_H
#define CIM_TEST_UNIT_COST_LAYERS_H

#include "cim-mlir/Cost/Cost.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"

namespace cim {

/// The hardware of a cost test; by default that of the published latencies.
struct Hardware {
  int64_t rows = 256, columns = 256, activeRows = 256, cellBits = 2, dacBits = 1;
  MappingKind kind = MappingKind::DifferentialColumn;
  Tiling tiling = Tiling::Dense;
  InputEncoding encoding = InputEncoding::Offset;
  SliceRule sliceRule = SliceRule::Published;

  MappingAttr get(mlir::MLIRContext *context) const {
    mlir::Builder builder(context);
    auto crossbar = CrossbarAttr::get(context, rows, columns, activeRows, cellBits, dacBits,
                                      builder.getF64FloatAttr(56.0), builder.getF64FloatAttr(1.4));
    return MappingAttr::get(context, kind, tiling, encoding, sliceRule, {}, crossbar);
  }
};

inline PrecisionAttr makePrecision(mlir::MLIRContext *context, int64_t weightBits,
                                   int64_t activationBits,
                                   Granularity weightGranularity = Granularity::Channel,
                                   AdcKind adc = AdcKind::Ideal,
                                   Granularity adcGranularity = Granularity::Layer) {
  return PrecisionAttr::get(
      context, WeightAttr::get(context, weightBits, weightGranularity, CodeRange::Narrow, {}),
      ActivationAttr::get(context, activationBits, 0, {}),
      AdcAttr::get(context, adc, 8, adcGranularity, CodeRange::Full, {}, {}));
}

/// The published model, but for the values given.
inline CostModel makeModel(mlir::MLIRContext *context, const std::map<CostKey, double> &values = {},
                           ColumnsRule rule = ColumnsRule::Published) {
  CostsAttr defaults = CostsAttr::getDefault(context);
  std::vector<double> all = defaults.getValues().asArrayRef().vec();
  for (auto [key, value] : values)
    all[size_t(key)] = value;
  return {rule, CostsAttr::get(context, WeightStorage::Rewritten,
                               mlir::DenseF64ArrayAttr::get(context, all))};
}

inline LayerShape makeConv(int64_t inputs, int64_t outputs, int64_t kernel, int64_t side) {
  return LayerShape{1, inputs * kernel * kernel, outputs, kernel * kernel, side * side};
}

inline LayerShape makeMatmul(int64_t inputs, int64_t outputs, int64_t positions = 1,
                             int64_t repeats = 1) {
  return LayerShape{repeats, inputs, outputs, 1, positions};
}

} // namespace cim

#endif // CIM_TEST_UNIT_COST_LAYERS_H
