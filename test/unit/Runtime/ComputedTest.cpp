//===- ComputedTest.cpp - Products of two computed operands -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weights that are written at run time: programs that use them, what they count, and one
// refusal for each rule of the loader. MvmTest.cpp has the arithmetic with an ADC.
//
//===----------------------------------------------------------------------===//

#include "TestProgram.h"

#include <cfloat>
#include <cmath>

namespace {

constexpr int64_t kMatrices = 3, kPositions = 4, kRows = 6, kColumns = 5, kSamples = 7;
constexpr int64_t kLeft = kMatrices * kPositions * kRows, kRight = kMatrices * kRows * kColumns;

/// A product with an ideal ADC: weights of 4 bits, activations of 4 bits around 8.
struct Product {
  float weightScale = 0.125f, activationScale = 0.25f, correctionScale = 0.03125f;
  bool sumTiles;
  format::InputEncoding encoding;
  std::vector<float> start, scale; // One scale for each tile that is not summed.

  explicit Product(Random &random, bool sumTiles = true,
                   format::InputEncoding encoding = format::InputEncoding_Offset)
      : sumTiles(sumTiles), encoding(encoding), start(randomFloats(random, kColumns)),
        scale((sumTiles ? 1 : 2) * kColumns) {
    for (float &value : scale)
      value = 0.1f + random.unit();
  }

  void build(TestProgram &program) const {
    uint32_t left = program.input<float>({kMatrices, kPositions, kRows});
    uint32_t right = program.input<float>({kMatrices, kRows, kColumns});
    program.data.arrays.emplace_back(
        kMatrices, kRows, kColumns, 1, program.span({4, 2}), program.span({2, 2}), 0, 0, 0, 0, 6,
        format::MappingKind_DifferentialColumn, /*whole=*/true, -7, 7, weightScale);
    uint32_t first = program.constant({kColumns}, start.data());
    uint32_t scales = program.constant({sumTiles ? 1 : 2, 1, kColumns}, scale.data());
    program.data.mvms.emplace_back(0, -1, program.span({1, 2, 1}), first, scales, -1, -1, 0, 0,
                                   activationScale, 4, 8, format::AdcKind_Ideal, true, sumTiles,
                                   encoding);
    program.add(format::Opcode_WriteArrays, {right}, 0, 0);
    uint32_t result = program.result<float>({kMatrices, kPositions, kColumns});
    program.add(format::Opcode_Mvm, {left}, result, 0, 0, isSigned() ? 0 : correctionScale);
    program.output(result);
  }

  std::vector<float> evaluate(const float *left, const float *right) const {
    std::vector<float> output;
    for (int64_t g = 0; g < kMatrices; ++g)
      for (int64_t m = 0; m < kPositions; ++m)
        for (int64_t n = 0; n < kColumns; ++n) {
          int64_t sums[2] = {}, columnSum = 0, z = isSigned() ? 0 : 8;
          for (int64_t k = 0; k < kRows; ++k) {
            int64_t w = code(right[(g * kRows + k) * kColumns + n] / weightScale, -7, 7);
            int64_t x = code(left[(g * kPositions + m) * kRows + k] / activationScale, -8, 7);
            sums[k < 4 || sumTiles ? 0 : 1] += w * (x + z);
            columnSum += w;
          }
          float acc = start[n];
          if (!isSigned())
            acc = std::fma(static_cast<float>(-8 * columnSum), correctionScale, acc);
          for (size_t t = 0; t < scale.size() / kColumns; ++t)
            acc = std::fma(static_cast<float>(sums[t]), scale[t * kColumns + n], acc);
          output.push_back(acc);
        }
    return output;
  }

private:
  bool isSigned() const { return encoding != format::InputEncoding_Offset; }
  static int64_t code(float steps, float low, float high) {
    return static_cast<int64_t>(std::fmin(std::fmax(std::nearbyint(steps), low), high));
  }
};

struct Operands {
  explicit Operands(Random &random)
      : left(randomFloats(random, kSamples * kLeft)),
        right(randomFloats(random, kSamples * kRight)) {}
  std::vector<const void *> pointers() const { return {left.data(), right.data()}; }

  std::vector<float> evaluate(const Product &product) const {
    std::vector<float> output;
    for (int64_t i = 0; i < kSamples; ++i) {
      std::vector<float> one = product.evaluate(left.data() + i * kLeft, right.data() + i * kRight);
      output.insert(output.end(), one.begin(), one.end());
    }
    return output;
  }

  std::vector<float> left, right;
};

TEST(Computed, EverySampleHasItsOwnWeights) {
  forEachSeed(12, [](Random &random) {
    Product product(random, random.flip(), format::InputEncoding(random.in(0, 2)));
    Operands operands(random);
    TestProgram program;
    product.build(program);
    LoadedTest loaded(program);
    for (int threads : {1, 2, 20})
      EXPECT_EQ(loaded.run<float>(loaded.executor(threads).get(), kSamples, operands.pointers()),
                operands.evaluate(product));
  });
}

TEST(Computed, ObserverSeesTheOperandOfAWrite) {
  Random random(1);
  TestProgram program;
  Product(random).build(program);
  LoadedTest loaded(program);
  Operands operands(random);
  Observed observed;
  observed.fits = [](int32_t instruction, int32_t count, const cim_tensor *inputs,
                     const cim_tensor &output) {
    // An array write has no output.
    return count == 1 && inputs[0].rank == 3 && inputs[0].dims[0] == kMatrices && inputs[0].data &&
           (instruction == 0 ? !output.data : output.dims[2] == kColumns);
  };
  loaded.run<float>(loaded.executor(2, 0, Observed::call, &observed).get(), kSamples,
                    operands.pointers());
  EXPECT_EQ(observed.calls.size(), size_t(kSamples * 2));
  EXPECT_TRUE(observed.shapesFit);
}

TEST(Computed, StatisticsCountWrites) {
  Random random(1);
  TestProgram program;
  Product(random).build(program);
  LoadedTest loaded(program);
  Operands operands(random);
  ExecutorHandle executor = loaded.executor(2, 1);
  loaded.run<float>(executor.get(), kSamples, operands.pointers());
  cim_instruction_stats stats = {};
  ASSERT_EQ(cim_executor_stats(executor.get(), 0, &stats), CIM_OK);
  EXPECT_EQ(stats.writes, uint64_t(6 * kSamples));
  EXPECT_EQ(stats.conversions, 0u);
  ASSERT_EQ(cim_executor_stats(executor.get(), 1, &stats), CIM_OK);
  EXPECT_EQ(stats.writes, 0u);
}

TEST(Computed, ScalesAreReplaced) {
  Random random(1);
  Product product(random);
  Operands operands(random);
  TestProgram program;
  product.build(program);
  LoadedTest loaded(program);
  auto replace = [&](int32_t instruction, const char *what, float &value) {
    cim_tensor view = {CIM_F32, 0, {}, &value};
    cim_message message = {};
    cim_program_replace(loaded.program.get(), instruction, what, &view, &message);
    return std::string(message.text);
  };
  float zero = 0;
  EXPECT_EQ(replace(0, "weight_scale", zero), "'weight_scale' must be normal and positive");
  EXPECT_EQ(replace(1, "weight_scale", zero), "'weight_scale' is not a constant of an mvm");
  EXPECT_EQ(replace(0, "correction_scale", zero), "instruction 0 is not an mvm");
  for (float bad : {-1.0f, INFINITY, NAN})
    EXPECT_EQ(replace(1, "correction_scale", bad),
              "'correction_scale' must be finite and not negative");
  for (float good : {0.0f, 1e-39f})
    EXPECT_EQ(replace(1, "correction_scale", good), "");
  EXPECT_EQ(replace(1, "weight_codes", zero), "the layer has no 'weight_codes'");
  product.weightScale = 0.3f;
  product.correctionScale = 7;
  EXPECT_EQ(replace(0, "weight_scale", product.weightScale), "");
  EXPECT_EQ(replace(1, "correction_scale", product.correctionScale), "");
  EXPECT_EQ(loaded.run<float>(loaded.executor(1).get(), kSamples, operands.pointers()),
            operands.evaluate(product));
}

/// Matrices of the file, each with its part of the input.
TEST(Computed, StoredMatricesShareConstants) {
  Random random(1);
  Product product(random);
  Operands operands(random);
  TestProgram computed, stored;
  product.build(computed);
  product.build(stored);
  for (int64_t i = 1; i < kSamples; ++i) // The same for all samples.
    std::copy_n(operands.right.begin(), kRight, operands.right.begin() + i * kRight);
  std::vector<int8_t> codes;
  for (int64_t i = 0; i < kRight; ++i)
    codes.push_back(static_cast<int8_t>(
        std::fmin(std::fmax(std::nearbyint(operands.right[i] / product.weightScale), -7), 7)));
  format::PackedShape shape = {kMatrices, kRows, kColumns, 1, {kRows}};
  std::vector<int8_t> packed(shape.bytes());
  format::packWeights(shape, codes.data(), packed.data());
  for (TestProgram *program : {&computed, &stored})
    program->data.mvms[0].mutate_zero_point(0); // Is not corrected for stored weights.
  format::Arrays &arrays = stored.data.arrays[0];
  arrays.mutate_weight_scale(0);
  arrays.mutate_section_offset(stored.section(packed.data(), packed.size()));
  arrays.mutate_section_bytes(packed.size());
  stored.data.instructions[0].mutable_operands().mutate_count(0);
  stored.data.instructions[1].mutate_value(0);
  LoadedTest expected(computed), loaded(stored);
  EXPECT_EQ(loaded.run<float>(loaded.executor(1).get(), kSamples, operands.pointers()),
            expected.run<float>(expected.executor(1).get(), kSamples, operands.pointers()));
}

//===----------------------------------------------------------------------===//
// Refusals
//===----------------------------------------------------------------------===//

std::string refusalOf(const std::function<void(TestProgram &)> &change) {
  Random random(1);
  TestProgram program;
  Product(random).build(program);
  change(program);
  return refusal(program.bytes());
}

TEST(Computed, AreOfVersion2) {
  Random random(1);
  TestProgram program;
  Product(random).build(program);
  std::vector<uint8_t> file = program.bytes();
  file[offsetof(format::FileHeader, version)] = 1;
  EXPECT_EQ(refusal(file), "a program of version 1 must have no 'encoding' and no 'weight_scale'");
}

TEST(Computed, RefusesBadArrays) {
  auto arrays = [](auto change) {
    return refusalOf([&](TestProgram &program) { change(program.data.arrays[0]); });
  };
  EXPECT_EQ(arrays([](auto &a) {}), "");
  const std::string bits =
      "arrays 0: 'slices' must sum up to the bits of computed weights, at least 2, got 4";
  EXPECT_EQ(arrays([](auto &a) { a.mutate_kind(format::MappingKind_Offset); }), "");
  EXPECT_EQ(arrays([](auto &a) {
              a.mutate_kind(format::MappingKind_Offset);
              a.mutate_min_code(-3);
              a.mutate_max_code(3);
            }),
            bits);
  EXPECT_EQ(arrays([](auto &a) { a.mutate_weight_scale(-1); }),
            "arrays 0: 'weight_scale' must be 0 or normal and positive, got -1");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_weight_scale(1e-39f); }),
            "arrays 0: 'weight_scale' must be 0 or normal and positive, got 1e-39");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_weight_scale(NAN); }),
            "arrays 0: 'weight_scale' must be 0 or normal and positive, got nan");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_section_offset(64); }),
            "arrays 0: computed weights must have no section, got offset 64 and 0 bytes");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_section_bytes(64); }),
            "arrays 0: computed weights must have no section, got offset 0 and 64 bytes");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_min_code(-8); }),
            "arrays 0: codes of computed weights must be in -Q..Q where Q = 2^(W-1)-1, got -8..7");
  EXPECT_EQ(arrays([](auto &a) {
              a.mutate_min_code(-6);
              a.mutate_max_code(6);
            }),
            "arrays 0: codes of computed weights must be in -Q..Q where Q = 2^(W-1)-1, got -6..6");
  EXPECT_EQ(arrays([](auto &a) {
              a.mutate_min_code(0);
              a.mutate_max_code(0);
            }),
            "arrays 0: codes of computed weights must be in -Q..Q where Q = 2^(W-1)-1, got 0..0");
  EXPECT_EQ(arrays([](auto &a) {
              a.mutate_min_code(-127);
              a.mutate_max_code(127);
            }),
            "instruction 1 (mvm 'layer'): weight codes must fit the 4 bits of the slices, got "
            "-127..127");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_kernel_area(2); }),
            "arrays 0: computed weights must have a kernel area of 1, got 2");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_rows((1 << 24) + 1); }),
            "arrays 0: computed weights must have at most 2^24 rows, got 16777217");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_rows(1 << 24); }),
            "arrays 0: 'tiles' must be positive and sum up to the 16777216 rows");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_num_arrays(0); }),
            "arrays 0: 'num_arrays' must be in 1..2^31, got 0");
  EXPECT_EQ(arrays([](auto &a) { a.mutate_num_arrays((int64_t(1) << 31) + 1); }),
            "arrays 0: 'num_arrays' must be in 1..2^31, got 2147483649");
  EXPECT_EQ(arrays([](auto &a) { a.mutable_tiles().mutate_count(0); }),
            "arrays 0: 'tiles' must have 1..6 entries, got 0");
}

/// Nothing is allocated for absurd sizes; the bound is one for all arrays together.
TEST(Computed, BoundsCells) {
  std::string message = "cells of computed weights must have at most 2^34 bytes in total, got ";
  auto refusal = refusalOf([](TestProgram &program) {
    program.data.arrays[0].mutate_groups(int64_t(1) << 31);
    program.data.arrays[0].mutate_columns(int64_t(1) << 31);
  });
  EXPECT_EQ(refusal.substr(0, 10 + message.size()), "arrays 0: " + message);
  refusal = refusalOf([](TestProgram &program) {
    program.data.arrays[0].mutate_groups(int64_t(1) << 25);
    program.data.arrays.push_back(program.data.arrays[0]);
  });
  EXPECT_EQ(refusal.substr(0, 10 + message.size()), "arrays 1: " + message);
}

TEST(Computed, RefusesBadInstructions) {
  const std::string write = "instruction 0 (write_arrays 'layer'): ",
                    layer = "instruction 1 (mvm 'layer'): ";
  auto instruction = [](size_t index, auto change) {
    return refusalOf([&](TestProgram &program) { change(program.data.instructions[index]); });
  };
  EXPECT_EQ(instruction(0, [](auto &i) { i.mutable_operands().mutate_count(0); }),
            write + "takes 1 operands, got 0");
  EXPECT_EQ(instruction(0, [](auto &i) { i.mutate_params(1); }),
            write + "'params' must be below 1, got 1");
  EXPECT_EQ(refusalOf([](TestProgram &program) { program.data.operands[0] = 0; }),
            write + "operand 0 must be the f32 matrices of the arrays, got 3x4x6xf32");
  EXPECT_EQ(refusalOf([](TestProgram &program) {
              program.data.tensors[1].mutate_type(format::ElementType_I32);
            }),
            write + "operand 0 must be the f32 matrices of the arrays, got 3x6x5xi32");
  EXPECT_EQ(refusalOf([](TestProgram &program) {
              auto &instructions = program.data.instructions;
              std::swap(instructions[0], instructions[1]);
            }),
            "instruction 0 (mvm 'layer'): arrays 0 are not written yet");
  EXPECT_EQ(
      refusalOf([](TestProgram &program) { program.add(format::Opcode_WriteArrays, {1}, 0, 0); }),
      "instruction 2 (write_arrays 'layer'): arrays 0 are written twice");
  EXPECT_EQ(refusalOf([](TestProgram &program) {
              program.data.inputs.pop_back(); // So nothing defines the weights.
            }),
            "instruction 0: operand 0 is not defined yet");
  for (double value : {-1.0, 0.1, 1e39, double(INFINITY), double(NAN)})
    EXPECT_EQ(instruction(1, [&](auto &i) { i.mutate_value(value); }).substr(0, 120),
              layer + "'value' must be a finite positive float or 0 for computed weights and "
                      "offset inputs, else 0");
  for (double value : {0.0, double(1e-39f), double(FLT_MAX)})
    EXPECT_EQ(instruction(1, [&](auto &i) { i.mutate_value(value); }), "");
  EXPECT_EQ(
      refusalOf([](TestProgram &program) { program.data.tensors[0].mutable_dims()->Mutate(0, 2); }),
      layer + "operand 0 must be 3 matrices, got 2x4x6xf32");
}

TEST(Computed, RefusesConvolutions) {
  EXPECT_EQ(refusalOf([](TestProgram &program) {
              uint32_t image = program.input<float>({1, 2, 2, kMatrices * kRows});
              uint32_t result = program.result<float>({1, 2, 2, kMatrices * kColumns});
              program.data.mvms[0].mutate_window(program.window(1, 1, {0, 0, 0, 0}, 1, kMatrices));
              program.data.instructions.pop_back();
              program.add(format::Opcode_Mvm, {image}, result, 0, 0, 1);
            }),
            "instruction 1 (mvm 'layer'): computed weights must be those of a matrix product");
}

/// The buffer of computed weights is free after they are written.
TEST(Computed, WeightsMayBeOverwrittenAfterTheWrite) {
  auto overlap = [](bool early) {
    return refusalOf([&](TestProgram &program) {
      auto &tensors = program.data.tensors;
      uint64_t offset = tensors[1].offset();
      if (early) {
        // A copy of the left operand takes the place of the right one before it is read.
        program.data.clamps.emplace_back(0.0, 1.0);
        uint32_t copy = program.result<float>({kMatrices, kPositions, kRows});
        tensors[copy].mutate_offset(offset);
        program.add(format::Opcode_Clamp, {0}, copy);
        std::rotate(program.data.instructions.begin(), program.data.instructions.end() - 1,
                    program.data.instructions.end());
      } else {
        tensors[program.data.outputs[0].tensor()].mutate_offset(offset);
      }
    });
  };
  EXPECT_EQ(overlap(false), "");
  EXPECT_EQ(overlap(true), "instruction 0: the buffer of tensor 5 overlaps one that is in use");
}

} // namespace
