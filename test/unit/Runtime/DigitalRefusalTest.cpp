//===- DigitalRefusalTest.cpp - Digital instructions that are refused -----===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One program for each rule on operands, types, shapes and parameters.
//
//===----------------------------------------------------------------------===//

#include "TestProgram.h"

namespace {

using namespace cim::format;

/// The reason why a program of one instruction is refused. Operands are f32 inputs of
/// the given shapes.
std::string refuses(Opcode opcode, const std::vector<Shape> &operands, const Shape &result,
                    const std::function<uint32_t(TestProgram &)> &params, int kind = 0,
                    const std::function<void(ProgramData &)> &change = {}) {
  TestProgram program;
  std::vector<uint32_t> inputs;
  for (const Shape &shape : operands)
    inputs.push_back(program.input<float>(shape));
  program.add(opcode, inputs, program.result<float>(result), params(program), kind);
  if (change)
    change(program.data);
  std::string reason = refusal(program.bytes());
  size_t context = reason.find("'layer'): ");
  return context == std::string::npos ? reason : reason.substr(context + 10);
}

uint32_t none(TestProgram &) { return 0; }

std::function<uint32_t(TestProgram &)> ints(const std::vector<int64_t> &values) {
  return [=](TestProgram &program) { return program.ints(values); };
}

std::function<uint32_t(TestProgram &)> window(int kernel, int stride, std::array<int32_t, 4> pad,
                                              int dilation = 1, int groups = 1) {
  return
      [=](TestProgram &program) { return program.window(kernel, stride, pad, dilation, groups); };
}

/// Gives tensor `index` another type.
std::function<void(ProgramData &)> retype(size_t index, ElementType type) {
  return [=](ProgramData &data) { data.tensors[index].mutate_type(type); };
}

TEST(DigitalRefusal, Conv2D) {
  const Shape x = {1, 4, 4, 2}, w = {6, 3, 3, 2}, b = {6}, y = {1, 4, 4, 6};
  auto conv = [&](Shape x, Shape w, Shape b, Shape y, auto params) {
    return refuses(Opcode_Conv2D, {x, w, b}, y, params);
  };
  auto same = window(3, 1, {1, 1, 1, 1});
  EXPECT_EQ(conv(x, w, b, y, same), "");
  EXPECT_EQ(refuses(Opcode_Conv2D, {x, w}, y, same), "takes 3 operands, got 2");
  EXPECT_EQ(conv(x, w, b, y, none), "'params' must be below 0, got 0");
  EXPECT_EQ(conv({4, 4, 2}, w, b, y, same), "operand 0 must be f32 of rank 4, got 4x4x2xf32");
  EXPECT_EQ(conv(x, w, b, {1, 4, 5, 6}, same),
            "'result' must have the batch, height and width that the window gives, got "
            "1x4x5x6xf32 from 1x4x4x2xf32");
  EXPECT_EQ(conv(x, {6, 3, 2, 2}, b, y, same),
            "operand 1 must be [outputs, kernel height, kernel width, inputs / groups], got "
            "6x3x2x2xf32");
  EXPECT_EQ(conv(x, w, b, y, window(3, 1, {1, 1, 1, 1}, 1, 3)),
            "'groups' must divide the channels 2 and 6, got 3");
  EXPECT_EQ(conv(x, w, {5}, y, same), "operand 2 must have 6 elements, got 5xf32");
  EXPECT_EQ(conv(x, w, b, {1, 2, 1, 6}, window(3, 1 << 15, {65532, 0, 32764, 0})), "");
  EXPECT_EQ(conv(x, w, b, {1, 2, 1, 6}, window(3, 1 << 15, {65533, 0, 32764, 0})),
            "the padded operand must have at most 2^32 elements");
}

TEST(DigitalRefusal, MatmulAndPool) {
  auto matmul = [](Shape a, Shape b, Shape y) { return refuses(Opcode_Matmul, {a, b}, y, none); };
  EXPECT_EQ(matmul({1, 2, 3}, {4, 3, 5}, {4, 2, 5}), "");
  EXPECT_EQ(matmul({2, 2, 3}, {4, 3, 5}, {4, 2, 5}),
            "operands must have the same batch or 1, got 2 and 4");
  EXPECT_EQ(matmul({1, 2, 3}, {1, 2, 5}, {1, 2, 5}),
            "operands must agree on the summed axis, got 1x2x3xf32 and 1x2x5xf32");
  EXPECT_EQ(matmul({1, 2, 3}, {1, 3, 5}, {1, 5, 2}),
            "'result' must be the product of the operands, got 1x5x2xf32");
  auto pool = [](Shape y, auto params, int kind) {
    return refuses(Opcode_Pool, {{1, 4, 4, 2}}, y, params, kind);
  };
  EXPECT_EQ(pool({1, 2, 2, 2}, window(2, 2, {0, 0, 0, 0}), 1), "");
  EXPECT_EQ(pool({1, 2, 2, 2}, window(2, 2, {0, 0, 0, 0}), 2), "unknown 'kind', got 2");
  EXPECT_EQ(pool({1, 2, 2, 3}, window(2, 2, {0, 0, 0, 0}), 0),
            "operand 0 and 'result' must have the same channels, got 1x4x4x2xf32 and "
            "1x2x2x3xf32");
  EXPECT_EQ(pool({1, 2, 2, 2}, window(2, 1, {0, 0, 0, 0}, 2), 0),
            "the window must have a dilation of 1 and 1 group");
  EXPECT_EQ(pool({1, 4, 3, 2}, window(2, 2, {2, 2, 2, 1}), 0), "'pad' must be below 'kernel'");
}

TEST(DigitalRefusal, Elementwise) {
  auto unary = [](int kind, Shape y, ElementType type = ElementType_F32) {
    return refuses(Opcode_Unary, {{2, 3}}, y, none, kind, [=](ProgramData &data) {
      data.tensors[0].mutate_type(type);
      data.tensors[1].mutate_type(type);
    });
  };
  EXPECT_EQ(unary(12, {2, 3}), "");
  for (int kind : {13, 14})
    EXPECT_EQ(unary(kind, {2, 3}), "this kind does not take 2x3xf32");
  EXPECT_EQ(unary(14, {2, 3}, ElementType_U8), "");
  EXPECT_EQ(unary(14, {2, 3}, ElementType_Bool), "this kind does not take 2x3xbool");
  EXPECT_EQ(unary(15, {2, 3}), "unknown 'kind', got 15");
  EXPECT_EQ(unary(4, {2, 3}, ElementType_I8), "this kind does not take 2x3xi8");
  EXPECT_EQ(unary(0, {2, 3}, ElementType_Bool), "this kind does not take 2x3xbool");
  EXPECT_EQ(unary(0, {3, 2}),
            "operand 0 and 'result' must have the same shape, got 2x3xf32 and 3x2xf32");
  EXPECT_EQ(refuses(Opcode_Unary, {{2}}, {2}, none, 0, retype(1, ElementType_I32)),
            "operand 0 and 'result' must have the same element type, got 2xf32 and 2xi32");
  auto binary = [](Shape a, Shape b, Shape y, int kind) {
    return refuses(Opcode_Binary, {a, b}, y, none, kind);
  };
  EXPECT_EQ(binary({2, 1}, {1, 3}, {2, 3}, 6), "");
  EXPECT_EQ(binary({2, 1}, {1, 3}, {2, 3}, 19), "unknown 'kind', got 19");
  EXPECT_EQ(binary({2, 2}, {1, 3}, {2, 3}, 0),
            "operand 0 must repeat to the shape of 'result', got 2x2xf32 and 2x3xf32");
  EXPECT_EQ(binary({2, 1}, {2, 1}, {2, 3}, 0),
            "'result' must have the shape of its operands, got 2x3xf32");
  EXPECT_EQ(binary({2}, {2}, {2}, 7), "element types must agree, got 2xf32, 2xf32 and 2xf32");
  for (int kind = 10; kind <= 18; ++kind)
    EXPECT_EQ(binary({2}, {2}, {2}, kind), "this kind does not take 2xf32");
  auto all = [](ElementType type, int kind) {
    return refuses(Opcode_Binary, {{2}, {2}}, {2}, none, kind, [=](ProgramData &data) {
      for (Tensor &tensor : data.tensors)
        tensor.mutate_type(type);
    });
  };
  for (int kind = 13; kind <= 18; ++kind) {
    for (ElementType type : {ElementType_I64, ElementType_I32, ElementType_I8, ElementType_U8})
      EXPECT_EQ(all(type, kind), "");
    EXPECT_EQ(all(ElementType_Bool, kind), "this kind does not take 2xbool");
  }
  EXPECT_EQ(refuses(Opcode_Select, {{2}, {2}, {2}}, {2}, none),
            "operand 0 must be bool, got 2xf32");
  EXPECT_EQ(refuses(Opcode_Select, {{2}, {2}, {2}}, {2}, none, 0,
                    [](ProgramData &data) {
                      data.tensors[0].mutate_type(ElementType_Bool);
                      data.tensors[1].mutate_type(ElementType_I8);
                    }),
            "element types must agree, got 2xi8 and 2xf32");
  EXPECT_EQ(refuses(Opcode_Clamp, {{2}}, {2}, none), "'params' must be below 0, got 0");
  EXPECT_EQ(refuses(Opcode_Cast, {{2}}, {3}, none),
            "operand 0 and 'result' must have the same shape, got 2xf32 and 3xf32");
}

TEST(DigitalRefusal, Reduce) {
  auto reduce = [](Shape y, auto params, int kind) {
    return refuses(Opcode_Reduce, {{2, 3}}, y, params, kind);
  };
  EXPECT_EQ(reduce({2, 1}, ints({1}), 3), "");
  EXPECT_EQ(reduce({2, 1}, ints({1}), 4), "unknown 'kind', got 4");
  EXPECT_EQ(reduce({2, 1}, ints({2}), 0), "'axis' must be in 0..1, got 2");
  EXPECT_EQ(reduce({2, 1}, ints({-1}), 0), "'axis' must be in 0..1, got -1");
  EXPECT_EQ(reduce({2, 1}, none, 0), "'params' must leave 1 of 0 integers, got 0");
  EXPECT_EQ(reduce({1, 3}, ints({1}), 0),
            "'result' must be operand 0 with an axis of size 1, got 1x3xf32");
  EXPECT_EQ(reduce({2}, ints({0}), 0),
            "'result' must be operand 0 with an axis of size 1, got 2xf32");
}

TEST(DigitalRefusal, DataMovement) {
  auto transpose = [](Shape y, auto params) {
    return refuses(Opcode_Transpose, {{2, 3}}, y, params);
  };
  EXPECT_EQ(transpose({3, 2}, ints({1, 0})), "");
  EXPECT_EQ(transpose({3, 2}, ints({1, 1})), "'permutation' must name each axis once, got 1");
  EXPECT_EQ(transpose({3, 2}, ints({1, 2})), "'permutation' must name each axis once, got 2");
  EXPECT_EQ(transpose({2, 3}, ints({1, 0})), "'result' must be the permuted operand, got 2x3xf32");
  EXPECT_EQ(transpose({6}, ints({0})), "operand 0 and 'result' must have the same rank");
  EXPECT_EQ(refuses(Opcode_Slice, {{4}}, {2}, ints({2})), "");
  EXPECT_EQ(refuses(Opcode_Slice, {{4}}, {2}, ints({3})),
            "'start' of axis 0 must be in 0..2, got 3");
  EXPECT_EQ(refuses(Opcode_Slice, {{4}}, {2}, ints({-1})),
            "'start' of axis 0 must be in 0..2, got -1");
  EXPECT_EQ(refuses(Opcode_Pad, {{4}}, {6}, ints({2})), "");
  EXPECT_EQ(refuses(Opcode_Pad, {{4}}, {6}, ints({3})), "'low' of axis 0 must be in 0..2, got 3");
  auto concat = [](Shape b, Shape y) { return refuses(Opcode_Concat, {{2, 3}, b}, y, ints({0})); };
  EXPECT_EQ(concat({1, 3}, {3, 3}), "");
  EXPECT_EQ(concat({1, 2}, {3, 3}),
            "operand 1 must have the shape of 'result' on all other axes, got 1x2xf32");
  EXPECT_EQ(concat({1, 3}, {4, 3}), "operands must add up to 4 along the axis, got 3");
  EXPECT_EQ(refuses(Opcode_Concat, {}, {2}, ints({0})), "takes at least 1 operands, got 0");
  auto reshape = [](Shape y, uint64_t offset) {
    return refuses(Opcode_Reshape, {{2, 3}}, y, none, 0,
                   [=](ProgramData &data) { data.tensors[1].mutate_offset(offset); });
  };
  EXPECT_EQ(reshape({6}, 0), "");
  EXPECT_EQ(reshape({6}, 64), "operand 0 and 'result' must share their buffer");
  EXPECT_EQ(reshape({5}, 0),
            "operand 0 and 'result' must have the same number of elements, got 2x3xf32 and 5xf32");
}

/// The reason why a scatter, or a gather if there is no input, with the indices of a type is
/// refused.
std::string refusesRows(Shape values, Shape indices, Shape input, Shape result,
                        ElementType type = ElementType_I32) {
  std::vector<Shape> operands = {values, indices};
  if (!input.empty())
    operands.push_back(input);
  return refuses(input.empty() ? Opcode_Gather : Opcode_Scatter, operands, result, none, 0,
                 retype(1, type));
}

TEST(DigitalRefusal, GatherAndScatter) {
  const Shape all = {2, 5, 3}, chosen = {2, 4, 3}, indices = {2, 4};
  EXPECT_EQ(refusesRows(all, indices, {}, chosen), "");
  EXPECT_EQ(refusesRows(all, indices, {}, chosen, ElementType_I64), "");
  EXPECT_EQ(refusesRows(all, indices, {}, chosen, ElementType_U8),
            "indices must be i32 or i64, got 2x4xu8");
  EXPECT_EQ(refusesRows({5, 3}, indices, {}, chosen),
            "'result' and the operands that are not indices must have rank 3, got 5x3xf32 and "
            "2x4x3xf32");
  EXPECT_EQ(refusesRows(all, indices, {}, {8, 3}),
            "'result' and the operands that are not indices must have rank 3, got 2x5x3xf32 and "
            "8x3xf32");
  EXPECT_EQ(refusesRows(all, indices, {}, {2, 4, 4}),
            "tensors must agree but for axis 1, got 2x5x3xf32 and 2x4x4xf32");
  EXPECT_EQ(refusesRows(all, indices, {}, {1, 4, 3}),
            "tensors must agree but for axis 1, got 2x5x3xf32 and 1x4x3xf32");
  EXPECT_EQ(refusesRows(all, {2, 3}, {}, chosen),
            "indices must name one row for each of 2x4x3xf32, got 2x3xi32");
  EXPECT_EQ(refusesRows(all, indices, chosen, all), "");
  EXPECT_EQ(refusesRows(all, {8}, chosen, all),
            "indices must name one row for each of 2x4x3xf32, got 8xi32");
  EXPECT_EQ(refusesRows(all, indices, chosen, chosen),
            "operand 0 and 'result' must have the same shape, got 2x5x3xf32 and 2x4x3xf32");
  EXPECT_EQ(refuses(Opcode_Gather, {all, indices}, chosen, none, 0,
                    [](ProgramData &data) {
                      data.tensors[1].mutate_type(ElementType_I32);
                      data.tensors[2].mutate_type(ElementType_I8);
                    }),
            "tensors must agree but for axis 1, got 2x5x3xf32 and 2x4x3xi8");
  EXPECT_EQ(refuses(Opcode_Scatter, {all, indices, chosen}, all, none, 0,
                    [](ProgramData &data) {
                      data.tensors[1].mutate_type(ElementType_I32);
                      data.tensors[3].mutate_type(ElementType_I8);
                    }),
            "element types must agree, got 2x5x3xf32 and 2x5x3xi8");
  EXPECT_EQ(refuses(Opcode_Gather, {all}, chosen, none), "takes 2 operands, got 1");
}

} // namespace
