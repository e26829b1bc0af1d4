//===- TestLayer.h - A crossbar layer for tests -----------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A 3x3 convolution over 4 channels in two tiles, with or without a linear ADC or one
// that is a table, of partial sums or of outputs, in differential or offset arrays.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_TEST_UNIT_RUNTIME_TESTLAYER_H
#define CIM_TEST_UNIT_RUNTIME_TESTLAYER_H

#include "TestProgram.h"

struct TestLayer {
  static constexpr int64_t kRows = 36, kColumns = 5, kTiles = 2, kSlices = 2;

  explicit TestLayer(Random &random, bool adc = true)
      : adc(adc), codes(kRows * kColumns), start(randomFloats(random, kColumns)), scale(kColumns),
        reciprocal(kTiles * kSlices * kColumns), reference(randomFloats(random, kColumns)) {
    for (int8_t &code : codes)
      code = random.in(-7, 7);
    for (float &value : scale)
      value = 0.1f + random.unit();
    for (float &value : reciprocal)
      value = 0.05f + random.unit();
  }

  format::PackedShape packedShape() const {
    return {1, kRows, kColumns, 9, adc ? Shape{16, 20} : Shape{kRows}};
  }

  std::vector<int8_t> packedCodes() const {
    std::vector<int8_t> packed(packedShape().bytes());
    format::packWeights(packedShape(), codes.data(), packed.data());
    return packed;
  }

  /// Adds the layer to a program that has an input of 1x6x6x4; returns the result.
  uint32_t addTo(TestProgram &program, uint32_t input) const {
    std::vector<int8_t> packed = makeSection ? makeSection(*this) : packedCodes();
    uint64_t section = program.section(packed.data(), packed.size());
    program.data.arrays.emplace_back(1, kRows, kColumns, 9, program.span({16, 20}),
                                     program.span({2, 2}), section, packed.size(), 0, 0, 2, kind,
                                     /*whole=*/!makeSection, -7, 7, 0);
    uint32_t result = program.result<float>({1, 6, 6, kColumns});
    uint32_t first = program.constant({kColumns}, start.data());
    uint32_t scales = program.constant({1, 1, kColumns}, scale.data());
    int32_t reciprocals =
        adc && !table ? program.constant({kTiles, kSlices, kColumns}, reciprocal.data()) : -1;
    program.data.mvms.emplace_back(0, program.window(3, 1, {1, 1, 1, 1}),
                                   program.span({1, 1, 1, 1}), first, scales, reciprocals, -1, -8,
                                   7, 0.125f, 4, 8,
                                   table && adc ? format::AdcKind_Table
                                   : table      ? format::AdcKind_Preactivation
                                   : adc        ? format::AdcKind_Linear
                                                : format::AdcKind_Ideal,
                                   true, true, encoding);
    bool isOffset = kind == format::MappingKind_Offset;
    int32_t references = isOffset && adc ? program.constant({1, kColumns}, reference.data()) : -1;
    if (table)
      program.data.extras.emplace_back(0, references,
                                       program.constant({1, 1, 1, 2}, thresholds.data()),
                                       program.constant({1, 1, 1, 3}, levels.data()));
    else if (references >= 0)
      program.data.extras.emplace_back(0, references, -1, -1);
    program.add(format::Opcode_WriteArrays, {}, 0, 0);
    program.add(format::Opcode_Mvm, {input}, result, 0);
    return result;
  }

  bool adc;           ///< of partial sums
  bool table = false; ///< without 'adc' of outputs
  format::MappingKind kind = format::MappingKind_DifferentialColumn;
  format::InputEncoding encoding = format::InputEncoding_Offset;
  std::vector<int8_t> codes;
  std::vector<float> start, scale, reciprocal, reference;
  /// Makes the weights of an old file.
  std::vector<int8_t> (*makeSection)(const TestLayer &) = nullptr;
  std::vector<int32_t> thresholds = {3, 20}, levels = {-1, 8, 30};
};

/// A program of one layer and a clamp.
inline void buildLayerProgram(TestProgram &program, const TestLayer &layer) {
  uint32_t product = layer.addTo(program, program.input<float>({1, 6, 6, 4}));
  program.data.clamps.emplace_back(0.0, 100.0);
  uint32_t result = program.result<float>({1, 6, 6, TestLayer::kColumns});
  program.add(format::Opcode_Clamp, {product}, result);
  program.output(result);
}

#endif // CIM_TEST_UNIT_RUNTIME_TESTLAYER_H
