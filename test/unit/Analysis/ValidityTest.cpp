//===- ValidityTest.cpp - Rules for mappings and precisions -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// findViolation for every combination, against the sentences of the design contract.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/Validity.h"
#include <gtest/gtest.h>
#include <set>

using namespace cim;

namespace {

constexpr MappingKind kKinds[] = {MappingKind::DifferentialColumn, MappingKind::DifferentialRow,
                                  MappingKind::Offset, MappingKind::TwosComplement};

/// The fields that a sentence of sections 2.2 to 2.8 speaks against.
std::set<std::string> findFields(const Combination &c) {
  std::set<std::string> fields;
  bool differential =
      c.kind == MappingKind::DifferentialColumn || c.kind == MappingKind::DifferentialRow;
  if (c.sliceRule == SliceRule::Magnitude) {
    if (!differential)
      fields.insert("slice_rule");
    if (*c.weightRange != CodeRange::Narrow)
      fields.insert("weight.range");
    if (*c.weightBits < 2)
      fields.insert("weight.bits");
  }
  if (c.kind == MappingKind::TwosComplement && *c.weightBits < 2)
    fields.insert("weight.bits");
  if (c.isDynamic) {
    if (*c.weightGranularity != Granularity::Layer)
      fields.insert("weight.granularity");
    if (*c.weightRange != CodeRange::Narrow)
      fields.insert("weight.range");
    if (*c.weightBits < 2)
      fields.insert("weight.bits");
  }
  if (c.inputEncoding == InputEncoding::TwosComplement &&
      *c.zeroPoint != 1 << *c.activationBits >> 1)
    fields.insert("activation.zero_point");
  if (c.inputEncoding == InputEncoding::Differential && *c.zeroPoint <= 0)
    fields.insert("activation.zero_point");
  if (*c.adcKind == AdcKind::Linear && differential && *c.adcBits < 2)
    fields.insert("adc.bits");
  if (*c.adcKind == AdcKind::Linear && !differential && *c.adcRange != CodeRange::Full)
    fields.insert("adc.range");
  if (*c.adcPlacement == AdcPlacement::Preactivation) {
    if (*c.adcKind != AdcKind::Table)
      fields.insert("adc.placement");
    if (*c.adcGranularity == Granularity::Array)
      fields.insert("adc.granularity");
    if (*c.weightGranularity != Granularity::Layer && *c.weightGranularity != Granularity::Channel)
      fields.insert("weight.granularity");
  }
  return fields;
}

/// Counts, for the combinations that `next` goes on with, those that are valid.
struct Check {
  int64_t valid = 0, refused = 0;

  void operator()(const Combination &c) {
    std::set<std::string> fields = findFields(c);
    std::optional<Violation> violation = findViolation(c);
    ASSERT_EQ(bool(violation), !fields.empty()) << (violation ? violation->getMessage() : "");
    if (violation)
      ASSERT_TRUE(fields.count(violation->field.str())) << violation->getMessage();
    ++(violation ? refused : valid);
  }
};

void forEachPrecision(Combination c, Check &check) {
  constexpr std::pair<int64_t, int64_t> activations[] = {{1, 0}, {1, 1}, {4, 0}, {4, 7},
                                                         {4, 8}, {4, 9}, {4, 15}};
  for (auto [bits, zeroPoint] : activations)
    for (AdcKind kind : {AdcKind::Ideal, AdcKind::Linear, AdcKind::Table})
      for (int64_t adcBits : {1, 2, 16})
        for (CodeRange range : {CodeRange::Narrow, CodeRange::Full}) {
          c.activationBits = bits;
          c.zeroPoint = zeroPoint;
          c.adcKind = kind;
          c.adcBits = adcBits;
          c.adcRange = range;
          c.adcPlacement = AdcPlacement::PartialSum;
          c.adcGranularity = Granularity::Layer;
          check(c);
          c.adcPlacement = AdcPlacement::Preactivation;
          for (Granularity granularity :
               {Granularity::Layer, Granularity::Array, Granularity::Column}) {
            c.adcGranularity = granularity;
            check(c);
          }
        }
}

void forEachWeight(Combination c, Check &check) {
  for (int64_t bits : {1, 2, 8})
    for (CodeRange range : {CodeRange::Narrow, CodeRange::Full})
      for (Granularity granularity :
           {Granularity::Layer, Granularity::Channel, Granularity::Array, Granularity::Column})
        for (bool isDynamic : {false, true}) {
          c.weightBits = bits;
          c.weightRange = range;
          c.weightGranularity = granularity;
          c.isDynamic = isDynamic;
          forEachPrecision(c, check);
        }
}

TEST(Validity, EveryCombination) {
  Check check;
  for (MappingKind kind : kKinds)
    for (InputEncoding encoding :
         {InputEncoding::Offset, InputEncoding::TwosComplement, InputEncoding::Differential})
      for (SliceRule rule : {SliceRule::Published, SliceRule::Magnitude}) {
        Combination c;
        c.kind = kind;
        c.inputEncoding = encoding;
        c.sliceRule = rule;
        forEachWeight(c, check);
      }
  EXPECT_EQ(check.valid + check.refused, 4 * 3 * 2 * 3 * 2 * 4 * 2 * 7 * 3 * 3 * 2 * 4);
  printf("%ld combinations are valid, %ld refused\n", long(check.valid), long(check.refused));
}

TEST(Validity, WhatIsUnknownIsNotRefused) {
  for (MappingKind kind : kKinds)
    for (InputEncoding encoding : {InputEncoding::TwosComplement, InputEncoding::Differential}) {
      Combination c;
      c.kind = kind;
      c.inputEncoding = encoding;
      c.isDynamic = true;
      EXPECT_FALSE(findViolation(c));
    }
}

} // namespace
