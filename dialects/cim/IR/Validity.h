//===- Validity.h - Which mappings and precisions go together ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one place that says which combinations of mapping and precision are refused, and
// why. Verifiers, target files and policies ask it; `cim-target --matrix` prints what it
// answers. Bounds of a field on its own belong to the verifier of its attribute.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_VALIDITY_H
#define CIM_IR_VALIDITY_H

#include "cim/IR/CimDialect.h"
#include <optional>

namespace cim {

/// A mapping and as much as is known of the precision of a layer: fields that are absent are
/// not looked at, those that have a default allow everything by default.
struct Combination {
  MappingKind kind = MappingKind::DifferentialColumn;
  InputEncoding inputEncoding = InputEncoding::Offset;
  SliceRule sliceRule = SliceRule::Published;
  CrossbarAttr crossbar;
  mlir::DenseI64ArrayAttr slices;
  std::optional<int64_t> weightBits;
  std::optional<CodeRange> weightRange;
  std::optional<Granularity> weightGranularity;
  bool weightBeta = false;                          ///< Or to come, see getsBeta().
  std::optional<int64_t> activationBits, zeroPoint; // both or neither
  std::optional<AdcKind> adcKind;
  std::optional<AdcPlacement> adcPlacement;
  std::optional<Granularity> adcGranularity;
  std::optional<int64_t> adcBits;
  std::optional<CodeRange> adcRange;
  /// Both operands of the product are computed.
  bool isDynamic = false;

  Combination() = default;
  explicit Combination(MappingAttr mapping);
  Combination(MappingAttr mapping, PrecisionAttr precision);

  void setWeight(WeightAttr weight);
  /// The zero point is known when the scale is.
  void setActivation(ActivationAttr activation);
  void setAdc(AdcAttr adc);
};

/// Why a combination is refused: '<field>' must be <rule>, got <value>. Fields are those of
/// #cim.mapping (`kind`, `slice_rule`, ...), of its crossbar (`columns`, `active_rows`) and,
/// with the name of the part, of #cim.precision (`weight.bits`, `adc.range`, ...).
struct Violation {
  llvm::StringRef field;
  std::string rule;
  std::string value;

  std::string getMessage() const {
    return "'" + field.str() + "' must be " + rule + ", got " + value;
  }
};

/// True if weights are magnitudes in pairs of cells: partial sums and ADC codes have a sign.
inline bool isDifferential(MappingKind kind) {
  return kind == MappingKind::DifferentialColumn || kind == MappingKind::DifferentialRow;
}

/// True if weights have a beta or will have one when they are calibrated.
inline bool getsBeta(WeightAttr weight) {
  return weight.getBeta() || (weight.getBits() == 1 && !weight.getScale());
}

/// The first rule that a combination breaks, or nothing.
std::optional<Violation> findViolation(const Combination &combination);

/// The same as an error of what `emitError` begins.
mlir::LogicalResult verifyCombination(llvm::function_ref<mlir::InFlightDiagnostic()> emitError,
                                      const Combination &combination);

} // namespace cim

#endif // CIM_IR_VALIDITY_H
