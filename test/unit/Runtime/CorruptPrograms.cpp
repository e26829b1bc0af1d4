//===- CorruptPrograms.cpp - Valid programs to be corrupted -----*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CorruptPrograms.h.
//
//===----------------------------------------------------------------------===//

#include "CorruptPrograms.h"
#include "TestProgram.h"

using namespace cim;

namespace {

struct Layer {
  format::PackedShape shape;
  std::vector<int64_t> slices;
  bool ideal;
  format::MappingKind kind;
  int32_t window;        ///< -1 for a matrix product
  bool sums;             ///< over tiles and slices
  int64_t computed = -1; ///< the tensor of weights that are computed
  bool table = false;    ///< an ADC that is one; if ideal too, of outputs
};

} // namespace

/// The file of a program, with what it should have besides instructions.
static std::vector<uint8_t> finish(TestProgram &program) {
  format::ProgramData &data = program.data;
  data.name = "main";
  data.producer = "test";
  data.target = "#cim.target<mapping = <crossbar = <>>, precision = <weight = <>, "
                "activation = <>, adc = <>>>";
  data.uncalibrated = true;
  for (std::vector<format::Port> *ports : {&data.inputs, &data.outputs})
    for (format::Port &port : *ports) {
      port.mutate_name(data.strings.size());
      data.strings.push_back("port" + std::to_string(data.strings.size()));
    }
  return program.bytes();
}

/// Random weights in a section.
static void storeWeights(TestProgram &program, const Layer &layer, Random &random,
                         format::Arrays &arrays) {
  format::PackedShape shape = layer.shape;
  if (layer.ideal)
    shape.tiles = {shape.rows};
  std::vector<int8_t> codes(shape.groups * shape.rows * shape.columns), packed(shape.bytes());
  for (int8_t &code : codes)
    code = random.in(-7, 7);
  format::packWeights(shape, codes.data(), packed.data());
  arrays.mutate_section_offset(program.section(packed.data(), packed.size()));
  arrays.mutate_section_bytes(packed.size());
}

/// Adds the arrays of a layer and their writing. Returns their index.
static uint32_t addArrays(TestProgram &program, const Layer &layer, Random &random) {
  const format::PackedShape &shape = layer.shape;
  format::Arrays arrays;
  arrays.mutate_groups(shape.groups);
  arrays.mutate_rows(shape.rows);
  arrays.mutate_columns(shape.columns);
  arrays.mutate_kernel_area(shape.kernelArea);
  arrays.mutable_tiles() = program.span(shape.tiles);
  arrays.mutable_slices() = program.span(layer.slices);
  arrays.mutate_num_arrays(2);
  arrays.mutate_kind(layer.kind);
  arrays.mutate_whole(true);
  arrays.mutate_min_code(-7);
  arrays.mutate_max_code(7);
  std::vector<uint32_t> operands;
  if (layer.computed < 0) {
    storeWeights(program, layer, random, arrays);
  } else {
    arrays.mutate_weight_scale(0.25f);
    operands.push_back(layer.computed);
  }
  program.data.arrays.push_back(arrays);
  uint32_t index = program.data.arrays.size() - 1;
  program.add(format::Opcode_WriteArrays, operands, 0, index);
  return index;
}

/// The reference column and the table of the last mvm, if it has them.
static void addExtra(TestProgram &program, const Layer &layer, int64_t outputs, Random &random) {
  int64_t tiles = layer.sums ? 1 : layer.shape.tiles.size(), slices = layer.slices.size();
  format::MvmExtra extra(program.data.mvms.size() - 1, -1, -1, -1);
  if (layer.kind == format::MappingKind_Offset) {
    std::vector<float> reference = randomFloats(random, tiles * outputs);
    extra.mutate_reference(program.constant({tiles, outputs}, reference.data()));
  }
  if (layer.table) {
    std::vector<int32_t> thresholds, levels;
    Shape shape = {1, layer.ideal ? 1 : slices, layer.ideal ? outputs : 1, 3};
    for (int64_t i = 0; i < shape[1] * shape[2]; ++i) {
      thresholds.insert(thresholds.end(), {-1, 3, 6});
      levels.insert(levels.end(), {-4, 0, 5, 9});
    }
    extra.mutate_thresholds(program.constant(shape, thresholds.data()));
    shape.back() = 4;
    extra.mutate_levels(program.constant(shape, levels.data()));
  }
  if (extra.reference() >= 0 || layer.table)
    program.data.extras.push_back(extra);
}

/// Adds a layer. Returns its result.
static uint32_t addLayer(TestProgram &program, const Layer &layer, uint32_t input,
                         const Shape &result, Random &random) {
  int64_t outputs = (layer.window < 0 ? 1 : layer.shape.groups) * layer.shape.columns;
  int64_t tiles = layer.shape.tiles.size(), slices = layer.slices.size();
  bool linear = !layer.ideal && !layer.table;
  auto scales = [&](const Shape &shape) {
    std::vector<float> values(sizeOf(shape));
    for (float &value : values)
      value = 0.05f + random.unit();
    // Those of sign bits are negative.
    bool isApart = layer.kind == format::MappingKind_TwosComplement && shape[1] == slices;
    for (int64_t n = 0; isApart && n < outputs; ++n)
      values[values.size() - 1 - n] *= -1;
    return program.constant(shape, values.data());
  };
  format::Mvm mvm;
  mvm.mutate_arrays(addArrays(program, layer, random));
  mvm.mutate_window(layer.window);
  mvm.mutable_cycles() = program.span({2, 2});
  mvm.mutate_start(program.constant({outputs}, randomFloats(random, outputs).data()));
  mvm.mutate_scale(scales({layer.sums ? 1 : tiles, layer.sums ? 1 : slices, outputs}));
  mvm.mutate_reciprocal(linear ? scales({tiles, slices, outputs}) : -1);
  mvm.mutate_offsets(-1);
  if (!layer.sums && linear) {
    std::vector<int32_t> offsets(tiles * slices * outputs, -3);
    mvm.mutate_offsets(program.constant({tiles, slices, outputs}, offsets.data()));
  }
  mvm.mutate_qmin(-8);
  mvm.mutate_qmax(7);
  mvm.mutate_activation_scale(0.125f);
  mvm.mutate_activation_bits(4);
  mvm.mutate_zero_point(8);
  mvm.mutate_adc(layer.table && layer.ideal ? format::AdcKind_Preactivation
                 : layer.table              ? format::AdcKind_Table
                 : linear                   ? format::AdcKind_Linear
                                            : format::AdcKind_Ideal);
  mvm.mutate_sum_slices(layer.sums);
  mvm.mutate_sum_tiles(layer.sums);
  program.data.mvms.push_back(mvm);
  addExtra(program, layer, outputs, random);
  uint32_t output = program.result<float>(result);
  program.add(format::Opcode_Mvm, {input}, output, program.data.mvms.size() - 1, /*kind=*/0,
              layer.computed < 0 ? 0 : 0.5);
  return output;
}

std::vector<uint8_t> cim::test::crossbarProgram() {
  Random random(1);
  TestProgram program;
  uint32_t input = program.input<float>({1, 5, 5, 4});
  uint32_t left = program.input<float>({2, 3, 4}), right = program.input<float>({2, 4, 3});
  int32_t around = program.window(3, 1, {1, 1, 1, 1}, 1, 2), pointwise = program.window(1, 1, {});
  Layer grouped = {
      {2, 18, 3, 9, {8, 10}}, {1, 2}, false, format::MappingKind_DifferentialRow, around, false};
  Layer ideal = {
      {1, 6, 3, 1, {4, 2}}, {3}, true, format::MappingKind_DifferentialColumn, pointwise, true};
  Layer product = {
      {1, 3, 2, 1, {3}}, {2, 2}, false, format::MappingKind_DifferentialColumn, -1, true};
  Layer computed = {
      {2, 4, 3, 1, {3, 1}}, {2, 2}, false, format::MappingKind_DifferentialColumn, -1, true, right};
  Layer offset = {{1, 3, 2, 1, {2, 1}}, {1, 3}, false, format::MappingKind_Offset, -1, false};
  Layer table = {
      {1, 3, 2, 1, {3}}, {2, 1, 1}, false, format::MappingKind_TwosComplement, -1, false, -1, true};
  Layer written = {
      {2, 4, 3, 1, {3, 1}}, {2, 2}, false, format::MappingKind_Offset, -1, true, right, true};
  Layer outputs = {{1, 3, 2, 1, {2, 1}},
                   {2, 1},
                   true,
                   format::MappingKind_DifferentialColumn,
                   -1,
                   true,
                   -1,
                   true};
  uint32_t first = addLayer(program, grouped, input, {1, 5, 5, 6}, random);
  uint32_t second = addLayer(program, ideal, first, {1, 5, 5, 3}, random);
  program.output(addLayer(program, product, second, {1, 5, 5, 2}, random));
  program.output(second);
  program.output(addLayer(program, computed, left, {2, 3, 3}, random));
  program.output(addLayer(program, offset, second, {1, 5, 5, 2}, random));
  program.output(addLayer(program, table, second, {1, 5, 5, 2}, random));
  program.output(addLayer(program, written, left, {2, 3, 3}, random));
  program.output(addLayer(program, outputs, second, {1, 5, 5, 2}, random));
  return finish(program);
}

std::vector<uint8_t> cim::test::digitalProgram() {
  Random random(1);
  TestProgram program;
  auto constant = [&](const Shape &shape) {
    return program.constant(shape, randomFloats(random, sizeOf(shape)).data());
  };
  auto add = [&](format::Opcode opcode, const std::vector<uint32_t> &operands, const Shape &shape,
                 uint32_t params = 0, int kind = 0) {
    uint32_t result = program.result<float>(shape);
    program.add(opcode, operands, result, params, kind, /*value=*/0.5);
    return result;
  };
  program.data.clamps = {{-1.0, 1.0}, {0.0, 6.0}};
  uint32_t image = program.input<float>({1, 4, 4, 2}), mask = program.input<bool>({1, 8, 1});
  uint32_t conv = add(format::Opcode_Conv2D, {image, constant({4, 3, 3, 1}), constant({4})},
                      {1, 4, 4, 4}, program.window(3, 1, {1, 1, 1, 1}, 1, 2));
  uint32_t pool = add(format::Opcode_Pool, {conv}, {1, 2, 2, 4}, program.window(2, 2, {}), 1);
  uint32_t turned = add(format::Opcode_Transpose, {pool}, {1, 4, 2, 2}, program.ints({0, 3, 1, 2}));
  uint32_t flat = add(format::Opcode_Reshape, {turned}, {1, 4, 4});
  program.data.tensors[flat].mutate_offset(program.data.tensors[turned].offset());
  uint32_t product = add(format::Opcode_Matmul, {flat, constant({1, 4, 3})}, {1, 4, 3});
  uint32_t tanh = add(format::Opcode_Unary, {product}, {1, 4, 3}, 0, 6);
  uint32_t clamp = add(format::Opcode_Clamp, {tanh}, {1, 4, 3}, 1);
  uint32_t part = add(format::Opcode_Slice, {clamp}, {1, 4, 2}, program.ints({0, 0, 1}));
  uint32_t wide = add(format::Opcode_Pad, {part}, {1, 4, 3}, program.ints({0, 0, 1}));
  uint32_t both = add(format::Opcode_Concat, {wide, clamp}, {1, 8, 3}, program.ints({1}));
  uint32_t sum = add(format::Opcode_Reduce, {both}, {1, 8, 1}, program.ints({2}));
  uint32_t scaled = add(format::Opcode_Binary, {sum, constant({1, 1, 1})}, {1, 8, 1}, 0, 2);
  program.output(add(format::Opcode_Select, {mask, scaled, sum}, {1, 8, 1}));
  uint32_t whole = program.result<int64_t>({1, 8, 1});
  program.add(format::Opcode_Cast, {scaled}, whole);
  program.output(whole);
  // Indices that are data: 0 or 1.
  uint32_t bits = program.result<int32_t>({1, 8, 1}), indices = program.result<int32_t>({1, 8});
  program.add(format::Opcode_Cast, {mask}, bits);
  program.add(format::Opcode_Reshape, {bits}, indices);
  program.data.tensors[indices].mutate_offset(program.data.tensors[bits].offset());
  uint32_t rows = add(format::Opcode_Gather, {part, indices}, {1, 8, 2});
  program.output(add(format::Opcode_Scatter, {part, indices, rows}, {1, 4, 2}));
  return finish(program);
}
