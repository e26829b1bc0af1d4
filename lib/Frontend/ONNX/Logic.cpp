//===- Logic.cpp - Comparisons and choices ----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators on truth values and those that give them. Constants of integers and booleans are
// compared and chosen on the host: exporters compute shapes with them.
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"
#include <limits>

using namespace mlir;
using namespace cim::onnx_frontend;
using onnx::TensorProto;

static bool andInts(int64_t a, int64_t b, int64_t &r) { return r = a & b, true; }
static bool orInts(int64_t a, int64_t b, int64_t &r) { return r = a | b, true; }
static bool xorInts(int64_t a, int64_t b, int64_t &r) { return r = a ^ b, true; }
static bool equalInts(int64_t a, int64_t b, int64_t &r) { return r = a == b, true; }
static bool greaterInts(int64_t a, int64_t b, int64_t &r) { return r = a > b, true; }
static bool greaterEqualInts(int64_t a, int64_t b, int64_t &r) { return r = a >= b, true; }

/// An operator with a result of type BOOL; `swaps` its operands first.
template <typename Op, IntegerFunction compute, bool swaps = false>
static void convertRelation(Node &node) {
  auto [a, b] = binaryInputs(node);
  if (swaps)
    std::swap(a, b);
  Emitter &emit = node.emit;
  if (isOnHost({a, b}))
    return node.setOutput(foldIntegers(a, b, compute, TensorProto::BOOL));
  Operands operands(emit, {a, b});
  Value result = emit.compare<Op>(ordered(emit, operands.values[0], a.type),
                                  ordered(emit, operands.values[1], a.type));
  node.setOutput(Tensor::of(result, operands.channelsLast));
}

static void convertNot(Node &node) {
  Tensor input = node.input(0);
  if (isOnHost(input)) {
    Tensor truth = Tensor::of(makeConstant(Shape{1}, {}, {}, TensorProto::BOOL));
    return node.setOutput(foldIntegers(input, truth, xorInts, TensorProto::BOOL));
  }
  mapInput(node, [&](Value x) { return node.emit.unary<tosa::LogicalNotOp>(x); });
}

/// Chooses among constants on the host.
static Tensor chooseOnHost(const Tensor &condition, const Tensor &onTrue, const Tensor &onFalse) {
  auto keepTrue = [](int64_t a, int64_t b, int64_t &r) { return r = a ? b : 0, true; };
  auto keepFalse = [](int64_t a, int64_t b, int64_t &r) { return r = a ? 0 : b, true; };
  ElementType type = onTrue.type;
  return foldIntegers(foldIntegers(condition, onTrue, keepTrue, type),
                      foldIntegers(condition, onFalse, keepFalse, type), orInts, type);
}

static void convertWhere(Node &node) {
  Tensor condition = node.input(0), onTrue = node.input(1), onFalse = node.input(2);
  if (onTrue.type != onFalse.type && !(onTrue.isFloat() && onFalse.isFloat()))
    fail("the inputs to choose from must have one element type, got " + str(onTrue.type) + " and " +
         str(onFalse.type));
  if (isOnHost({condition, onTrue, onFalse}))
    return node.setOutput(chooseOnHost(condition, onTrue, onFalse));
  Operands operands(node.emit, {condition, onTrue, onFalse});
  Value chosen = node.emit.select(operands.values[0], operands.values[1], operands.values[2]);
  node.setOutput(Tensor::of(chosen, operands.channelsLast, onTrue.type));
}

/// Sets the output to truth values made of the input.
template <typename Build> static void testInput(Node &node, Build build) {
  Tensor input = node.input(0);
  Value held = node.emit.hold(input, input.channelsLast);
  node.setOutput(Tensor::of(build(held), input.channelsLast));
}

/// Only not-a-number differs from itself.
static void convertIsNaN(Node &node) {
  testInput(node, [&](Value x) {
    return node.emit.unary<tosa::LogicalNotOp>(node.emit.compare<tosa::EqualOp>(x, x));
  });
}

static void convertIsInf(Node &node) {
  bool detectsNegative = node.getInt("detect_negative", 1) != 0;
  bool detectsPositive = node.getInt("detect_positive", 1) != 0;
  testInput(node, [&](Value x) {
    Emitter &emit = node.emit;
    if (detectsNegative && detectsPositive)
      x = emit.unary<tosa::AbsOp>(x);
    else if (!detectsNegative && !detectsPositive)
      x = emit.mul(x, emit.scalarLike(0, x));
    double infinity = std::numeric_limits<double>::infinity();
    Value bound = emit.scalarLike(detectsPositive ? infinity : -infinity, x);
    return emit.compare<tosa::EqualOp>(x, bound);
  });
}

void cim::onnx_frontend::addLogicOperators(OperatorTable &table) {
  table["And"] = {convertRelation<tosa::LogicalAndOp, andInts>, 2, 2, Types::Booleans, 2};
  table["Equal"] = {convertRelation<tosa::EqualOp, equalInts>, 2, 2, Types::Any, 2};
  table["Greater"] = {convertRelation<tosa::GreaterOp, greaterInts>, 2, 2, Types::Numbers, 2};
  table["GreaterOrEqual"] = {convertRelation<tosa::GreaterEqualOp, greaterEqualInts>, 2, 2,
                             Types::Numbers, 2};
  table["IsInf"] = {convertIsInf};
  table["IsNaN"] = {convertIsNaN};
  table["Less"] = {convertRelation<tosa::GreaterOp, greaterInts, true>, 2, 2, Types::Numbers, 2};
  table["LessOrEqual"] = {convertRelation<tosa::GreaterEqualOp, greaterEqualInts, true>, 2, 2,
                          Types::Numbers, 2};
  table["Not"] = {convertNot, 1, 1, Types::Booleans};
  table["Or"] = {convertRelation<tosa::LogicalOrOp, orInts>, 2, 2, Types::Booleans, 2};
  table["Where"] = {convertWhere, 3, 3, Types::Booleans};
  table["Xor"] = {convertRelation<tosa::LogicalXorOp, xorInts>, 2, 2, Types::Booleans, 2};
}
