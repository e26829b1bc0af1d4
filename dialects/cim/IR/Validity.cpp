//===- Validity.cpp - Which mappings and precisions go together -*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Validity.h. Each rule cites the section of the design contract that it is from.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/Validity.h"

using namespace mlir;
using namespace cim;

//===----------------------------------------------------------------------===//
// Combination
//===----------------------------------------------------------------------===//

Combination::Combination(MappingAttr mapping)
    : kind(mapping.getKind()), inputEncoding(mapping.getInputEncoding()),
      sliceRule(mapping.getSliceRule()), crossbar(mapping.getCrossbar()),
      slices(mapping.getSlices()) {}

Combination::Combination(MappingAttr mapping, PrecisionAttr precision) : Combination(mapping) {
  setWeight(precision.getWeight());
  setActivation(precision.getActivation());
  setAdc(precision.getAdc());
}

void Combination::setWeight(WeightAttr weight) {
  weightBits = weight.getBits();
  weightRange = weight.getRange();
  weightGranularity = weight.getGranularity();
  weightBeta = getsBeta(weight);
}

void Combination::setActivation(ActivationAttr activation) {
  if (!activation.getScale())
    return;
  activationBits = activation.getBits();
  zeroPoint = activation.getZeroPoint();
}

void Combination::setAdc(AdcAttr adc) {
  adcKind = adc.getKind();
  adcPlacement = adc.getPlacement();
  adcGranularity = adc.getGranularity();
  adcBits = adc.getBits();
  adcRange = adc.getRange();
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

using Result = std::optional<Violation>;

static Result violation(StringRef field, const Twine &rule, int64_t value) {
  return Violation{field, rule.str(), std::to_string(value)};
}

static Result violation(StringRef field, const Twine &rule, StringRef value) {
  return Violation{field, rule.str(), value.str()};
}

/// What a kind of mapping asks of an array (2.4, 2.5, 4).
static Result checkArray(const Combination &c) {
  if (!c.crossbar)
    return {};
  int64_t columns = c.crossbar.getColumns(), activeRows = c.crossbar.getActiveRows();
  if (c.kind == MappingKind::DifferentialColumn && columns % 2 != 0)
    return violation("columns", "even for kind differential_column", columns);
  // A weight takes two rows, and both must be active.
  if (c.kind == MappingKind::DifferentialRow && activeRows < 2)
    return violation("active_rows", "at least 2 for kind differential_row", activeRows);
  // One column is the reference.
  if (c.kind == MappingKind::Offset && columns < 2)
    return violation("columns", "at least 2 for kind offset", columns);
  int64_t least = c.kind == MappingKind::DifferentialColumn ? 4 : 2;
  if (c.weightBeta && columns < least)
    return violation("columns",
                     "at least " + Twine(least) + " for weights with 'beta' of kind " +
                         stringifyMappingKind(c.kind),
                     columns);
  return {};
}

/// Which weights can be cut into slices (2.3, 2.4, 2.8).
static Result checkWeight(const Combination &c) {
  bool magnitude = c.sliceRule == SliceRule::Magnitude;
  if (magnitude && !isDifferential(c.kind))
    return violation("slice_rule", "published unless the kind is differential",
                     stringifySliceRule(c.sliceRule));
  // The least code of a full range has a magnitude of all bits.
  if (magnitude && c.weightRange == CodeRange::Full)
    return violation("weight.range", "narrow for slice_rule magnitude", "full");
  if (magnitude && c.weightBits == 1)
    return violation("weight.bits", "at least 2 for slice_rule magnitude", 1);
  if (c.kind == MappingKind::TwosComplement && c.weightBits == 1)
    return violation("weight.bits", "at least 2 for kind twos_complement", 1);
  if (!c.isDynamic)
    return {};
  if (c.weightGranularity && c.weightGranularity != Granularity::Layer)
    return violation("weight.granularity", "layer for a computed weight",
                     stringifyGranularity(*c.weightGranularity));
  if (c.weightRange == CodeRange::Full)
    return violation("weight.range", "narrow for a computed weight", "full");
  if (c.weightBits == 1)
    return violation("weight.bits", "at least 2 for a computed weight", 1);
  return {};
}

/// Whether a list of slices has room for a weight (2.4).
static Result checkSlices(const Combination &c) {
  if (!c.slices || !c.weightBits)
    return {};
  bool signApart = c.sliceRule == SliceRule::Magnitude || c.kind == MappingKind::TwosComplement;
  int64_t needed = *c.weightBits - signApart, bits = 0;
  for (int64_t width : c.slices.asArrayRef())
    bits = std::min(bits + width, needed); // Does not overflow, however long the list is.
  if (bits < needed)
    return violation("slices",
                     "at least " + Twine(needed) + " bits together for weights of " +
                         Twine(*c.weightBits) + " bits",
                     bits);
  return {};
}

/// Which activations can be encoded (2.2).
static Result checkActivation(const Combination &c) {
  if (!c.zeroPoint)
    return {};
  int64_t half = int64_t(1) << (*c.activationBits - 1);
  if (c.inputEncoding == InputEncoding::TwosComplement && c.zeroPoint != half)
    return violation("activation.zero_point", Twine(half) + " for input_encoding twos_complement",
                     *c.zeroPoint);
  if (c.inputEncoding == InputEncoding::Differential && c.zeroPoint == 0)
    return violation("activation.zero_point", "at least 1 for input_encoding differential", 0);
  return {};
}

/// Which codes an ADC can give (2.6).
static Result checkAdc(const Combination &c) {
  if (c.adcKind != AdcKind::Linear)
    return {};
  if (isDifferential(c.kind) && c.adcBits == 1)
    return violation("adc.bits", "at least 2 for the signed codes of a differential kind", 1);
  if (!isDifferential(c.kind) && c.adcRange == CodeRange::Narrow)
    return violation("adc.range",
                     "full for the unsigned codes of kind " + stringifyMappingKind(c.kind),
                     "narrow");
  return {};
}

/// What an ADC of outputs asks for: one code for a whole sum, which must have one scale (2.6).
static Result checkPlacement(const Combination &c) {
  if (c.adcPlacement != AdcPlacement::Preactivation)
    return {};
  if (c.adcKind && c.adcKind != AdcKind::Table)
    return violation("adc.placement", "partial_sum unless the kind of the ADC is table",
                     "preactivation");
  if (c.adcGranularity == Granularity::Array)
    return violation("adc.granularity", "layer or column for placement preactivation", "array");
  if (c.weightGranularity == Granularity::Array || c.weightGranularity == Granularity::Column)
    return violation("weight.granularity", "layer or channel for an ADC of placement preactivation",
                     stringifyGranularity(*c.weightGranularity));
  return {};
}

Result cim::findViolation(const Combination &combination) {
  for (auto check :
       {checkArray, checkWeight, checkSlices, checkActivation, checkAdc, checkPlacement})
    if (Result found = check(combination))
      return found;
  return {};
}

LogicalResult cim::verifyCombination(function_ref<InFlightDiagnostic()> emitError,
                                     const Combination &combination) {
  if (Result found = findViolation(combination))
    return emitError() << found->getMessage();
  return success();
}
