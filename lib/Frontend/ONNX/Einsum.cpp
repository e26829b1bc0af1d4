//===- Einsum.cpp - Sums of products by index names -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two operands at a time, as batches of matrix products where names are summed, else as
// products of elements. Repeated names are diagonals, an ellipsis is so many more names.
//
//===----------------------------------------------------------------------===//

#include "Indexing.h"
#include "Node.h"
#include "llvm/ADT/StringExtras.h"
#include <map>

using namespace mlir;
using namespace cim::onnx_frontend;

namespace {

/// Letters; axes of the ellipsis counted from the last are kEllipsis, kEllipsis + 1, ...
using Names = SmallVector<int>;
constexpr int kEllipsis = 256;

struct Operand {
  Tensor tensor;
  Names names;
};

struct Equation {
  std::vector<Operand> operands;
  Names output;
  std::map<int, int64_t> sizes;
};

} // namespace

//===----------------------------------------------------------------------===//
// Equation
//===----------------------------------------------------------------------===//

/// Names of a term, whose ellipsis is `hidden` axes.
static Names parseTerm(StringRef term, int64_t hidden) {
  Names names;
  while (!term.empty()) {
    if (term.consume_front("...")) {
      for (int64_t i = hidden; i-- > 0;)
        names.push_back(kEllipsis + i);
      continue;
    }
    if (!llvm::isAlpha(term[0]))
      fail("attribute 'equation' must hold letters, ',', '->' and '...', got '" +
           term.take_front() + "'");
    names.push_back(term[0]);
    term = term.drop_front();
  }
  return names;
}

/// Axes of an operand that its ellipsis stands for.
static int64_t hiddenAxes(StringRef term, size_t rank) {
  bool hasEllipsis = term.contains("...");
  if (term.count("...") > 1)
    fail("term '" + term + "' must have one '...' at most");
  int64_t named = term.size() - (hasEllipsis ? 3 : 0);
  int64_t hidden = static_cast<int64_t>(rank) - named;
  if (hidden < 0 || (hidden > 0 && !hasEllipsis))
    fail("term '" + term + "' does not name the axes of an operand of rank " + Twine(rank));
  return hidden;
}

/// Without `->`, the result has the ellipsis and the names that occur once, in order.
static Names impliedOutput(ArrayRef<Operand> operands) {
  std::map<int, int> uses;
  for (const Operand &operand : operands)
    for (int name : operand.names)
      ++uses[name];
  Names names;
  for (auto [name, count] : llvm::reverse(uses))
    if (name >= kEllipsis)
      names.push_back(name);
  for (auto [name, count] : uses)
    if (name < kEllipsis && count == 1)
      names.push_back(name);
  return names;
}

static Equation readEquation(Node &node) {
  std::string text = node.getString("equation", "");
  llvm::erase(text, ' ');
  auto [inputs, output] = StringRef(text).split("->");
  SmallVector<StringRef> terms;
  inputs.split(terms, ',');
  if (terms.size() != node.numInputs())
    fail("the equation has " + Twine(terms.size()) + " terms for " + Twine(node.numInputs()) +
         " inputs");
  Equation equation;
  int64_t hidden = 0;
  for (auto [i, term] : llvm::enumerate(terms)) {
    Tensor tensor = node.input(i);
    int64_t own = hiddenAxes(term, tensor.shape.size());
    hidden = std::max(hidden, own);
    equation.operands.push_back({tensor, parseTerm(term, own)});
    for (auto [name, size] : llvm::zip(equation.operands.back().names, tensor.shape)) {
      int64_t &known = equation.sizes.try_emplace(name, size).first->second;
      if (known != size && (name < kEllipsis || (known != 1 && size != 1)))
        fail("an axis has sizes " + Twine(known) + " and " + Twine(size));
      known = std::max(known, size);
    }
  }
  equation.output = text.find("->") == std::string::npos ? impliedOutput(equation.operands)
                                                         : parseTerm(output, hidden);
  for (auto [i, name] : llvm::enumerate(equation.output))
    if (!equation.sizes.count(name) ||
        llvm::is_contained(ArrayRef(equation.output).take_front(i), name))
      fail("the result must name axes of operands, each once, got '" + output + "'");
  return equation;
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// Orders axes by names, which are all of the operand's.
static void orderAxes(Emitter &emit, Operand &operand, ArrayRef<int> names) {
  Shape order;
  for (int name : names)
    order.push_back(llvm::find(operand.names, name) - operand.names.begin());
  operand.tensor = emit.permute(operand.tensor, order);
  operand.names = Names(names);
}

/// Takes the diagonal of two axes with one name.
static void takeDiagonal(Emitter &emit, Operand &operand, size_t first, size_t second) {
  Shape order;
  Names names;
  for (size_t axis = 0; axis < operand.names.size(); ++axis)
    if (axis != first && axis != second) {
      order.push_back(axis);
      names.push_back(operand.names[axis]);
    }
  names.push_back(operand.names[first]);
  order.append({static_cast<int64_t>(first), static_cast<int64_t>(second)});
  int64_t size = operand.tensor.shape[first];
  Tensor square = emit.permute(operand.tensor, order);
  Shape shape = square.shape, places;
  shape.pop_back();
  shape.back() = size * size;
  for (int64_t i = 0; i < size; ++i)
    places.push_back(i * (size + 1));
  operand.tensor = take(emit, emit.reshape(square, shape), shape.size() - 1, places);
  operand.names = names;
}

/// Leaves each name once, and no axis of size 1 that is repeated.
static void simplify(Emitter &emit, Operand &operand, const Equation &equation) {
  for (size_t second = 1; second < operand.names.size(); ++second) {
    auto head = ArrayRef(operand.names).take_front(second);
    auto *first = llvm::find(head, operand.names[second]);
    if (first == head.end())
      continue;
    takeDiagonal(emit, operand, first - head.begin(), second);
    second = 0;
  }
  Shape shape;
  Names names;
  for (auto [name, size] : llvm::zip(operand.names, operand.tensor.shape))
    if (size == equation.sizes.at(name)) {
      shape.push_back(size);
      names.push_back(name);
    }
  operand.tensor = emit.reshape(operand.tensor, shape);
  operand.names = names;
}

/// Sums over names that nothing needs any more.
static void sumOut(Emitter &emit, Operand &operand, llvm::function_ref<bool(int)> isNeeded) {
  Shape shape;
  Names names;
  Value value;
  for (auto [axis, name] : llvm::enumerate(operand.names)) {
    if (isNeeded(name)) {
      names.push_back(name);
      shape.push_back(operand.tensor.shape[axis]);
      continue;
    }
    value = emit.reduce<tosa::ReduceSumOp>(value ? value : emit.hold(operand.tensor), axis);
  }
  if (value)
    operand = {emit.reshape(Tensor::of(value), shape), names};
}

/// The product of two operands, summed over what they share and nothing needs. A constant
/// is on the right, where a crossbar may hold it.
static Operand contract(Emitter &emit, Operand a, Operand b,
                        llvm::function_ref<bool(int)> isNeeded) {
  if (a.tensor.constant && !b.tensor.constant)
    std::swap(a, b);
  sumOut(emit, a, [&](int name) { return isNeeded(name) || llvm::is_contained(b.names, name); });
  sumOut(emit, b, [&](int name) { return isNeeded(name) || llvm::is_contained(a.names, name); });
  Names batch, left, right, summed;
  for (int name : a.names) {
    bool isShared = llvm::is_contained(b.names, name);
    (!isShared ? left : isNeeded(name) ? batch : summed).push_back(name);
  }
  for (int name : b.names)
    if (!llvm::is_contained(a.names, name))
      right.push_back(name);
  auto ordered = [&](Operand &operand, ArrayRef<int> second, ArrayRef<int> third) {
    Names names = batch;
    llvm::append_range(names, second);
    llvm::append_range(names, third);
    orderAxes(emit, operand, names);
    ArrayRef<int64_t> shape = operand.tensor.shape;
    return emit.hold(
        emit.reshape(operand.tensor, {elementCount(shape.take_front(batch.size())),
                                      elementCount(shape.slice(batch.size(), second.size())),
                                      elementCount(shape.take_back(third.size()))}));
  };
  Value x = ordered(a, left, summed), y = ordered(b, summed, right);
  Value product = summed.empty() ? emit.mul(x, y) : emit.matmul(x, y);
  Shape shape(ArrayRef(a.tensor.shape).take_front(batch.size() + left.size()));
  llvm::append_range(shape, ArrayRef(b.tensor.shape).take_back(right.size()));
  llvm::append_range(batch, left);
  llvm::append_range(batch, right);
  return {Tensor::of(emit.reshape(product, shape)), batch};
}

static void convertEinsum(Node &node) {
  Emitter &emit = node.emit;
  Equation equation = readEquation(node);
  for (Operand &operand : equation.operands)
    simplify(emit, operand, equation);
  MutableArrayRef<Operand> rest = equation.operands;
  auto isNeeded = [&](int name) {
    return llvm::is_contained(equation.output, name) ||
           llvm::any_of(rest, [&](const Operand &o) { return llvm::is_contained(o.names, name); });
  };
  Operand result = rest.front();
  for (rest = rest.drop_front(); !rest.empty();) {
    Operand next = rest.front();
    rest = rest.drop_front();
    result = contract(emit, result, next, isNeeded);
  }
  sumOut(emit, result, isNeeded);
  orderAxes(emit, result, equation.output);
  node.setOutput(result.tensor);
}

void cim::onnx_frontend::addEinsumOperators(OperatorTable &table) {
  table["Einsum"] = {convertEinsum, 1, kVariadic, Types::Floats, kVariadic};
}
