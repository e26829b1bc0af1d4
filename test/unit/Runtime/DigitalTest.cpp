//===- DigitalTest.cpp - Digital instructions and naive loops ---*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shapes are random; every kind is tried on every type that it takes.
//
//===----------------------------------------------------------------------===//

#include "TestProgram.h"

#include <cmath>
#include <limits>

namespace {

/// Runs a program of one instruction on its inputs.
template <typename Out>
std::vector<Out> runOne(TestProgram &program, const std::vector<const void *> &inputs) {
  program.output(program.data.instructions.back().result());
  LoadedTest loaded(program);
  if (!loaded.program)
    return {};
  ExecutorHandle executor = loaded.executor(1);
  return executor ? loaded.run<Out>(executor.get(), 1, inputs) : std::vector<Out>();
}

/// max|a - b| <= 1e-5 * max|b|.
void expectClose(const std::vector<float> &actual, const std::vector<double> &expected) {
  ASSERT_EQ(actual.size(), expected.size());
  double largest = 1e-30, difference = 0; // Products may be denormal.
  for (size_t i = 0; i < expected.size(); ++i) {
    largest = std::max(largest, std::abs(expected[i]));
    difference = std::max(difference, std::abs(actual[i] - expected[i]));
  }
  EXPECT_LE(difference, 1e-5 * largest);
}

//===----------------------------------------------------------------------===//
// Convolution, product, pooling
//===----------------------------------------------------------------------===//

struct ConvCase {
  int64_t batch, height, width, groups, inputs, outputs; // channels of one group
  int kernel, stride, dilation;
  std::array<int32_t, 4> pad;
  int64_t outHeight() const { return outSize(height, pad[0] + pad[1]); }
  int64_t outWidth() const { return outSize(width, pad[2] + pad[3]); }
  int64_t outSize(int64_t size, int64_t padding) const {
    return (size + padding - (kernel - 1) * dilation - 1) / stride + 1;
  }
  Shape input() const { return {batch, height, width, groups * inputs}; }
  Shape weight() const { return {groups * outputs, kernel, kernel, inputs}; }
  Shape output() const { return {batch, outHeight(), outWidth(), groups * outputs}; }
};

ConvCase randomConv(Random &random) {
  ConvCase c;
  c.batch = random.in(1, 2);
  c.groups = random.flip() ? 1 : random.in(2, 4);
  c.inputs = random.flip() ? random.in(1, 8) : 16;
  c.outputs = random.flip() ? random.in(1, 8) : 16;
  if (random.in(0, 4) == 0)
    c.groups = 16, c.inputs = c.outputs = 1;
  c.kernel = random.in(1, 4);
  c.stride = random.in(1, 3);
  c.dilation = random.in(1, 2);
  for (int32_t &pad : c.pad)
    pad = random.in(0, random.in(0, 3) == 0 ? 9 : 2);
  int64_t reach = (c.kernel - 1) * c.dilation + 1;
  c.height = reach + random.in(0, 9);
  c.width = reach + random.in(0, 9);
  return c;
}

std::vector<double> naiveConv(const ConvCase &c, const std::vector<float> &x,
                              const std::vector<float> &w, const std::vector<float> &bias) {
  std::vector<double> result;
  for (int64_t b = 0; b < c.batch; ++b)
    for (int64_t y = 0; y < c.outHeight(); ++y)
      for (int64_t z = 0; z < c.outWidth(); ++z)
        for (int64_t o = 0; o < c.groups * c.outputs; ++o) {
          double sum = bias[o];
          for (int64_t i = 0; i < c.kernel; ++i)
            for (int64_t j = 0; j < c.kernel; ++j)
              for (int64_t k = 0; k < c.inputs; ++k) {
                int64_t row = y * c.stride + i * c.dilation - c.pad[0];
                int64_t column = z * c.stride + j * c.dilation - c.pad[2];
                if (row < 0 || row >= c.height || column < 0 || column >= c.width)
                  continue;
                int64_t channel = o / c.outputs * c.inputs + k;
                int64_t at = ((b * c.height + row) * c.width + column) * c.groups * c.inputs;
                sum +=
                    double(x[at + channel]) * w[((o * c.kernel + i) * c.kernel + j) * c.inputs + k];
              }
          result.push_back(sum);
        }
  return result;
}

TEST(Digital, Conv2D) {
  forEachSeed(40, [](Random &random) {
    ConvCase c = randomConv(random);
    std::vector<float> x = randomFloats(random, sizeOf(c.input()));
    std::vector<float> w = randomFloats(random, sizeOf(c.weight()));
    std::vector<float> bias = randomFloats(random, c.groups * c.outputs);
    bool isConstant = random.flip();
    TestProgram program;
    uint32_t in = program.input<float>(c.input());
    uint32_t weight =
        isConstant ? program.constant(c.weight(), w.data()) : program.input<float>(c.weight());
    uint32_t add = program.constant({c.groups * c.outputs}, bias.data());
    uint32_t window = program.window(c.kernel, c.stride, c.pad, c.dilation, c.groups);
    program.add(format::Opcode_Conv2D, {in, weight, add}, program.result<float>(c.output()),
                window);
    std::vector<const void *> inputs = {x.data()};
    if (!isConstant)
      inputs.push_back(w.data());
    expectClose(runOne<float>(program, inputs), naiveConv(c, x, w, bias));
  });
}

TEST(Digital, Matmul) {
  forEachSeed(40, [](Random &random) {
    int64_t batch = random.in(1, 4), m = random.in(1, 20), k = random.in(1, 40);
    int64_t n = random.in(1, 40), left = random.flip() ? batch : 1;
    int64_t right = left == batch && random.flip() ? 1 : batch;
    std::vector<float> a = randomFloats(random, left * m * k),
                       b = randomFloats(random, right * k * n);
    bool isConstant = random.flip();
    TestProgram program;
    uint32_t lhs = program.input<float>({left, m, k});
    uint32_t rhs = isConstant ? program.constant({right, k, n}, b.data())
                              : program.input<float>({right, k, n});
    program.add(format::Opcode_Matmul, {lhs, rhs}, program.result<float>({batch, m, n}));
    std::vector<double> expected;
    for (int64_t i = 0; i < batch; ++i)
      for (int64_t j = 0; j < m * n; ++j) {
        double sum = 0;
        for (int64_t l = 0; l < k; ++l)
          sum += double(a[((left == 1 ? 0 : i) * m + j / n) * k + l]) *
                 b[((right == 1 ? 0 : i) * k + l) * n + j % n];
        expected.push_back(sum);
      }
    std::vector<const void *> inputs = {a.data()};
    if (!isConstant)
      inputs.push_back(b.data());
    expectClose(runOne<float>(program, inputs), expected);
  });
}

TEST(Digital, Pool) {
  forEachSeed(40, [](Random &random) {
    ConvCase c = randomConv(random);
    c.groups = c.dilation = 1;
    c.outputs = c.inputs;
    for (int32_t &pad : c.pad)
      pad = random.in(0, c.kernel - 1);
    bool isMax = random.flip();
    std::vector<float> x = randomFloats(random, sizeOf(c.input()));
    TestProgram program;
    uint32_t in = program.input<float>(c.input());
    program.add(format::Opcode_Pool, {in}, program.result<float>(c.output()),
                program.window(c.kernel, c.stride, c.pad), isMax ? 0 : 1);
    std::vector<double> expected;
    for (int64_t i = 0; i < sizeOf(c.output()); ++i) {
      int64_t channel = i % c.outputs, z = i / c.outputs % c.outWidth();
      int64_t y = i / c.outputs / c.outWidth() % c.outHeight();
      int64_t b = i / c.outputs / c.outWidth() / c.outHeight();
      double largest = -2, sum = 0, count = 0;
      for (int64_t row = y * c.stride - c.pad[0]; row < y * c.stride - c.pad[0] + c.kernel; ++row)
        for (int64_t j = 0; j < c.kernel; ++j) {
          int64_t column = z * c.stride - c.pad[2] + j;
          if (row < 0 || row >= c.height || column < 0 || column >= c.width)
            continue;
          double value = x[((b * c.height + row) * c.width + column) * c.inputs + channel];
          largest = std::max(largest, value);
          sum += value;
          ++count;
        }
      expected.push_back(isMax ? largest : sum / count);
    }
    expectClose(runOne<float>(program, {x.data()}), expected);
  });
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

template <typename T> std::vector<T> runUnary(int kind, const std::vector<T> &x) {
  TestProgram program;
  uint32_t in = program.input<T>({int64_t(x.size())});
  program.add(format::Opcode_Unary, {in}, program.result<T>({int64_t(x.size())}), 0, kind);
  return runOne<T>(program, {x.data()});
}

TEST(Digital, UnaryFloat) {
  using Function = double (*)(double);
  const Function functions[] = {
      [](double x) { return std::fabs(x); },     [](double x) { return std::ceil(x); },
      [](double x) { return std::floor(x); },    [](double x) { return -x; },
      [](double x) { return std::exp(x); },      [](double x) { return std::log(x); },
      [](double x) { return std::tanh(x); },     [](double x) { return 1 / (1 + std::exp(-x)); },
      [](double x) { return std::erf(x); },      [](double x) { return 1 / x; },
      [](double x) { return 1 / std::sqrt(x); }, [](double x) { return std::sin(x); },
      [](double x) { return std::cos(x); }};
  Random random(7);
  for (int kind = 0; kind < 13; ++kind) {
    std::vector<float> x = randomFloats(random, 50);
    if (kind == 5 || kind == 10)
      for (float &value : x)
        value = std::abs(value) + 0.1f;
    std::vector<double> expected;
    for (float value : x)
      expected.push_back(functions[kind](value));
    SCOPED_TRACE(kind);
    expectClose(runUnary(kind, x), expected);
  }
}

TEST(Digital, UnaryIntegersWrap) {
  EXPECT_EQ(runUnary<int8_t>(0, {-128, -3, 4}), (std::vector<int8_t>{-128, 3, 4}));
  EXPECT_EQ(runUnary<int32_t>(3, {INT32_MIN, -3, 4}), (std::vector<int32_t>{INT32_MIN, 3, -4}));
  EXPECT_EQ(runUnary<int64_t>(0, {INT64_MIN, -3}), (std::vector<int64_t>{INT64_MIN, 3}));
}

TEST(Digital, ClampKeepsNotANumber) {
  float nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> x = {-1, 0.5f, 7, nan};
  TestProgram program;
  program.data.clamps.emplace_back(0.0, 6.0);
  program.add(format::Opcode_Clamp, {program.input<float>({4})}, program.result<float>({4}));
  std::vector<float> y = runOne<float>(program, {x.data()});
  EXPECT_EQ(y[0], 0);
  EXPECT_EQ(y[1], 0.5f);
  EXPECT_EQ(y[2], 6);
  EXPECT_TRUE(std::isnan(y[3]));
}

template <typename From, typename To> std::vector<To> runCast(const std::vector<From> &x) {
  TestProgram program;
  uint32_t in = program.input<From>({int64_t(x.size())});
  program.add(format::Opcode_Cast, {in}, program.result<To>({int64_t(x.size())}));
  return runOne<To>(program, {x.data()});
}

TEST(Digital, CastRoundsHalfToEvenAndSaturates) {
  std::vector<float> x = {0.5f, 1.5f, -2.5f, 1e20f, -1e20f, NAN, INFINITY};
  EXPECT_EQ((runCast<float, int8_t>(x)), (std::vector<int8_t>{0, 2, -2, 127, -128, 0, 127}));
  EXPECT_EQ((runCast<float, uint8_t>(x)), (std::vector<uint8_t>{0, 2, 0, 255, 0, 0, 255}));
  EXPECT_EQ((runCast<float, int64_t>(x)),
            (std::vector<int64_t>{0, 2, -2, INT64_MAX, INT64_MIN, 0, INT64_MAX}));
  EXPECT_EQ((runCast<int32_t, int8_t>({300, -1})), (std::vector<int8_t>{44, -1}));
  EXPECT_EQ((runCast<int64_t, bool>({0, 256})), (std::vector<bool>{false, true}));
  EXPECT_EQ((runCast<uint8_t, float>({200})), (std::vector<float>{200}));
}

/// All pairs of two lists, as [n, 1] with [1, m].
template <typename T, typename Out>
std::vector<Out> runBinary(int kind, const std::vector<T> &a, const std::vector<T> &b) {
  int64_t n = a.size(), m = b.size();
  TestProgram program;
  uint32_t lhs = program.input<T>({n, 1}), rhs = program.input<T>({1, m});
  program.add(format::Opcode_Binary, {lhs, rhs}, program.result<Out>({n, m}), 0, kind);
  return runOne<Out>(program, {a.data(), b.data()});
}

TEST(Digital, BinaryIntegers) {
  std::vector<int32_t> a = {INT32_MIN, 7}, b = {-1, 0};
  using Result = std::vector<int32_t>;
  EXPECT_EQ((runBinary<int32_t, int32_t>(0, a, b)), (Result{INT32_MAX, INT32_MIN, 6, 7}));
  EXPECT_EQ((runBinary<int32_t, int32_t>(1, a, b)), (Result{-INT32_MAX, INT32_MIN, 8, 7}));
  EXPECT_EQ((runBinary<int32_t, int32_t>(2, a, b)), (Result{INT32_MIN, 0, -7, 0}));
  EXPECT_EQ((runBinary<int32_t, int32_t>(3, a, b)), (Result{INT32_MIN, 0, -7, 0}));
  EXPECT_EQ((runBinary<int32_t, int32_t>(4, a, b)), (Result{-1, 0, 7, 7}));
  EXPECT_EQ((runBinary<int32_t, int32_t>(5, a, b)), (Result{INT32_MIN, INT32_MIN, -1, 0}));
  EXPECT_EQ((runBinary<int32_t, bool>(8, a, b)), (std::vector<bool>{false, false, true, true}));
  EXPECT_EQ((runBinary<uint8_t, uint8_t>(3, {200}, {255, 0, 3})), (std::vector<uint8_t>{0, 0, 66}));
}

TEST(Digital, BitsOfIntegers) {
  EXPECT_EQ(runUnary<int8_t>(14, {0, -128}), (std::vector<int8_t>{-1, 127}));
  EXPECT_EQ(runUnary<uint8_t>(14, {0, 240}), (std::vector<uint8_t>{255, 15}));
  EXPECT_EQ((runBinary<int32_t, int32_t>(13, {-2}, {7})), (std::vector<int32_t>{6}));
  EXPECT_EQ((runBinary<int64_t, int64_t>(14, {1}, {INT64_MIN})),
            (std::vector<int64_t>{INT64_MIN + 1}));
  EXPECT_EQ((runBinary<uint8_t, uint8_t>(15, {255}, {15})), (std::vector<uint8_t>{240}));
}

/// Amounts that are negative, or the width and more, shift all bits out.
TEST(Digital, Shifts) {
  using Bytes = std::vector<int8_t>;
  const Bytes x = {-128, 127}, amounts = {0, 1, 7, 8, -1};
  EXPECT_EQ((runBinary<int8_t, int8_t>(16, x, amounts)),
            (Bytes{-128, 0, 0, 0, 0, 127, -2, -128, 0, 0}));
  EXPECT_EQ((runBinary<int8_t, int8_t>(17, x, amounts)),
            (Bytes{-128, 64, 1, 0, 0, 127, 63, 0, 0, 0}));
  EXPECT_EQ((runBinary<int8_t, int8_t>(18, x, amounts)),
            (Bytes{-128, -64, -1, -1, -1, 127, 63, 0, 0, 0}));
  for (int kind : {17, 18})
    EXPECT_EQ((runBinary<uint8_t, uint8_t>(kind, {200}, {1, 7, 8, 255})),
              (std::vector<uint8_t>{100, 1, 0, 0}));
  using Words = std::vector<int64_t>;
  EXPECT_EQ((runBinary<int64_t, int64_t>(16, {1}, {63, 64, INT64_MAX})), (Words{INT64_MIN, 0, 0}));
  EXPECT_EQ((runBinary<int64_t, int64_t>(17, {-1}, {63, 64, INT64_MIN})), (Words{1, 0, 0}));
  EXPECT_EQ((runBinary<int64_t, int64_t>(18, {-4}, {1, 64, -1})), (Words{-2, -1, -1}));
}

TEST(Digital, BinaryFloatsRepeatAxes) {
  forEachSeed(30, [](Random &random) {
    Shape shape, left, right;
    for (int64_t axis = 0, rank = random.in(1, 5); axis < rank; ++axis) {
      shape.push_back(random.in(1, 5));
      int64_t repeated = random.in(0, 2);
      left.push_back(repeated == 1 ? 1 : shape.back());
      right.push_back(repeated == 2 ? 1 : shape.back());
    }
    int kind = random.in(0, 3);
    std::vector<float> a = randomFloats(random, sizeOf(left));
    std::vector<float> b = randomFloats(random, sizeOf(right));
    TestProgram program;
    uint32_t lhs = program.input<float>(left), rhs = program.input<float>(right);
    program.add(format::Opcode_Binary, {lhs, rhs}, program.result<float>(shape), 0, kind);
    std::vector<float> actual = runOne<float>(program, {a.data(), b.data()});
    for (int64_t i = 0; i < sizeOf(shape); ++i) {
      int64_t atLeft = 0, atRight = 0, rest = i, sizeLeft = 1, sizeRight = 1;
      for (size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) {
        atLeft += left[axis] == 1 ? 0 : rest % shape[axis] * sizeLeft;
        atRight += right[axis] == 1 ? 0 : rest % shape[axis] * sizeRight;
        sizeLeft *= left[axis];
        sizeRight *= right[axis];
      }
      float x = a[atLeft], y = b[atRight];
      float expected[] = {x + y, x - y, x * y, x / y};
      ASSERT_EQ(actual[i], expected[kind]);
    }
  });
}

TEST(Digital, FloatExtremaKeepNotANumber) {
  std::vector<float> y = runBinary<float, float>(4, {NAN, 1}, {2, NAN});
  EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[1]) && std::isnan(y[3]));
  EXPECT_EQ(y[2], 2);
  EXPECT_EQ((runBinary<float, float>(6, {2}, {3, 0.5f}))[0], 8);
}

TEST(Digital, BooleansAndSelect) {
  EXPECT_EQ((runBinary<uint8_t, bool>(7, {1, 2}, {1})), (std::vector<bool>{true, false}));
  // Inputs of type bool may hold any byte.
  std::vector<uint8_t> condition = {0, 255}, all = {2, 4};
  std::vector<float> a = {1}, b = {5, 6};
  TestProgram program;
  uint32_t left = program.input<bool>({2}), right = program.input<bool>({2});
  uint32_t onTrue = program.input<float>({1}), onFalse = program.input<float>({2});
  uint32_t both = program.result<bool>({2});
  program.add(format::Opcode_Binary, {left, right}, both, 0, 10);
  program.add(format::Opcode_Select, {both, onTrue, onFalse}, program.result<float>({2}));
  EXPECT_EQ(runOne<float>(program, {condition.data(), all.data(), a.data(), b.data()}),
            (std::vector<float>{5, 1}));
}

TEST(Digital, Reduce) {
  forEachSeed(30, [](Random &random) {
    Shape shape;
    for (int64_t axis = 0, rank = random.in(1, 4); axis < rank; ++axis)
      shape.push_back(random.in(1, random.in(0, 3) == 0 ? 150 : 6));
    int64_t axis = random.in(0, shape.size() - 1), kind = random.in(0, 3), inner = 1;
    for (size_t i = axis + 1; i < shape.size(); ++i)
      inner *= shape[i];
    Shape reduced = shape;
    reduced[axis] = 1;
    std::vector<float> x = randomFloats(random, sizeOf(shape));
    TestProgram program;
    uint32_t in = program.input<float>(shape);
    program.add(format::Opcode_Reduce, {in}, program.result<float>(reduced), program.ints({axis}),
                kind);
    std::vector<double> expected;
    for (int64_t i = 0; i < sizeOf(reduced); ++i) {
      int64_t first = i / inner * inner * shape[axis] + i % inner;
      double value = x[first];
      for (int64_t k = 1; k < shape[axis]; ++k) {
        double next = x[first + k * inner];
        double choices[] = {value + next, std::max(value, next), std::min(value, next),
                            value * next};
        value = choices[kind];
      }
      expected.push_back(value);
    }
    expectClose(runOne<float>(program, {x.data()}), expected);
  });
}

//===----------------------------------------------------------------------===//
// Data movement
//===----------------------------------------------------------------------===//

TEST(Digital, Transpose) {
  std::vector<int8_t> x = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  TestProgram program;
  uint32_t in = program.input<int8_t>({2, 3, 2});
  program.add(format::Opcode_Transpose, {in}, program.result<int8_t>({2, 2, 3}),
              program.ints({2, 0, 1}));
  EXPECT_EQ(runOne<int8_t>(program, {x.data()}),
            (std::vector<int8_t>{0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}));
}

TEST(Digital, SlicePadConcatReshape) {
  std::vector<int64_t> x = {0, 1, 2, 3, 4, 5};
  TestProgram program;
  uint32_t in = program.input<int64_t>({2, 3});
  uint32_t cut = program.result<int64_t>({2, 2}), border = program.result<int64_t>({3, 3});
  uint32_t joined = program.result<int64_t>({3, 6});
  uint32_t inBorder = program.result<int64_t>({3, 3});
  program.add(format::Opcode_Slice, {in}, cut, program.ints({0, 1}));
  program.add(format::Opcode_Pad, {cut}, border, program.ints({1, 0}), 0, -7);
  program.add(format::Opcode_Pad, {in}, inBorder, program.ints({0, 0}), 0, 9);
  program.add(format::Opcode_Concat, {border, inBorder}, joined, program.ints({1}));
  format::Tensor flat = program.data.tensors[joined];
  flat.mutate_rank(1);
  flat.mutable_dims()->Mutate(0, 18);
  flat.mutable_dims()->Mutate(1, 1);
  program.data.tensors.push_back(flat);
  program.add(format::Opcode_Reshape, {joined}, program.data.tensors.size() - 1);
  EXPECT_EQ(runOne<int64_t>(program, {x.data()}),
            (std::vector<int64_t>{-7, -7, -7, 0, 1, 2, 1, 2, -7, 3, 4, 5, 4, 5, -7, 9, 9, 9}));
}

} // namespace
