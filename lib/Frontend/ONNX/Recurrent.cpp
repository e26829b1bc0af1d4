//===- Recurrent.cpp - RNN, GRU and LSTM ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recurrent layers, unrolled over the sequence. The products with the input are one
// matrix product for all steps, those with the state are one for each step. States
// have the shape [1, batch, hidden].
//
//===----------------------------------------------------------------------===//

#include "Node.h"

using namespace mlir;
using namespace cim::onnx_frontend;

namespace {

/// Each step is a few dozen operations.
constexpr int64_t kMaxSteps = 128;

/// Sizes and attributes of a node.
struct Layer {
  Node &node;
  int64_t gates, steps, batch, inputs, hidden, directions;
  bool batchFirst, isReverse;
  std::vector<std::string> activations; ///< So many for each direction.
  float clip;

  Emitter &emit() const { return node.emit; }
};

/// The operands of one direction.
struct Direction {
  const Layer &layer;
  ArrayRef<std::string> activations;
  Value projected; ///< [steps, batch, gates * hidden]: the products with the input.
  Value recurrent; ///< [1, hidden, gates * hidden].
  Value recurrentBias;
  Value peepholes; ///< [1, 1, 3 * hidden]; null if there are none.
  Value hidden, cell;

  Emitter &emit() const { return layer.emit(); }
  /// The part of a gate along the last axis.
  Value gate(Value value, int64_t index, int64_t count = 1) const {
    return emit().strided(value, 2, index * layer.hidden, 1, count * layer.hidden);
  }
  /// The function of the activations of a direction that has this index.
  Value activate(unsigned index, Value value) const;
  Value add(Value a, Value b) const { return emit().binary<tosa::AddOp>(a, b); }
  /// The product of a state with the columns of some gates.
  Value multiply(Value state, int64_t first, int64_t count) const {
    return emit().matmul(state, gate(recurrent, first, count));
  }
};

} // namespace

Value Direction::activate(unsigned index, Value value) const {
  if (layer.clip > 0)
    value = emit().clamp(value, -layer.clip, layer.clip);
  const std::string &name = activations[index];
  if (name == "Sigmoid")
    return emit().unary<tosa::SigmoidOp>(value);
  if (name == "Tanh")
    return emit().unary<tosa::TanhOp>(value);
  return emit().clamp(value, 0.0f, std::numeric_limits<float>::infinity());
}

//===----------------------------------------------------------------------===//
// One step
//===----------------------------------------------------------------------===//

/// `H' = f(X W + H R + b)`.
static void stepRnn(Direction &d, Value projected) {
  d.hidden = d.activate(0, d.add(projected, d.multiply(d.hidden, 0, 1)));
}

/// Gates z, r, h: `H' = (1 - z) h + z H = h + z (H - h)`.
static void stepGru(Direction &d, Value projected, bool resetsProduct) {
  Emitter &emit = d.emit();
  Value gates = d.add(d.gate(projected, 0, 2), d.multiply(d.hidden, 0, 2));
  gates = d.activate(0, gates);
  Value update = d.gate(gates, 0), reset = d.gate(gates, 1);
  Value fromHidden;
  if (resetsProduct)
    fromHidden = emit.mul(reset, d.add(d.multiply(d.hidden, 2, 1), d.gate(d.recurrentBias, 2)));
  else
    fromHidden = d.multiply(emit.mul(reset, d.hidden), 2, 1);
  Value candidate = d.activate(1, d.add(d.gate(projected, 2), fromHidden));
  Value change = emit.binary<tosa::SubOp>(d.hidden, candidate);
  d.hidden = d.add(candidate, emit.mul(update, change));
}

/// Gates i, o, f, c: `C' = f C + i c`, `H' = o h(C')`.
static void stepLstm(Direction &d, Value projected, bool couplesGates) {
  Emitter &emit = d.emit();
  Value gates = d.add(projected, d.multiply(d.hidden, 0, 4));
  auto peeped = [&](int64_t index, int64_t peephole, Value cell) {
    Value value = d.gate(gates, index);
    return d.peepholes ? d.add(value, emit.mul(d.gate(d.peepholes, peephole), cell)) : value;
  };
  Value input = d.activate(0, peeped(0, 0, d.cell));
  Value forget = couplesGates ? emit.binary<tosa::SubOp>(emit.scalarLike(1, input), input)
                              : d.activate(0, peeped(2, 2, d.cell));
  Value candidate = d.activate(1, d.gate(gates, 3));
  d.cell = d.add(emit.mul(forget, d.cell), emit.mul(input, candidate));
  Value output = d.activate(0, peeped(1, 1, d.cell));
  d.hidden = emit.mul(output, d.activate(2, d.cell));
}

//===----------------------------------------------------------------------===//
// Attributes and operands
//===----------------------------------------------------------------------===//

static std::vector<std::string> readActivations(Node &node, ArrayRef<StringRef> byDefault,
                                                int64_t directions) {
  std::vector<std::string> names = node.getStrings("activations");
  if (names.empty())
    for (int64_t i = 0; i < directions; ++i)
      names.insert(names.end(), byDefault.begin(), byDefault.end());
  if (names.size() != byDefault.size() * directions)
    fail("attribute 'activations' must have " + Twine(byDefault.size() * directions) +
         " values, got " + Twine(names.size()));
  for (const std::string &name : names)
    if (name != "Sigmoid" && name != "Tanh" && name != "Relu")
      fail("activations must be Sigmoid, Tanh or Relu, got '" + name + "'");
  return names;
}

/// An optional input that must have a shape.
static Tensor inputOfShape(Node &node, unsigned i, ArrayRef<int64_t> shape, StringRef what) {
  Tensor tensor = node.input(i);
  if (ArrayRef(tensor.shape) != shape)
    fail(what + " must have shape " + str(shape) + ", got " + str(tensor.shape));
  return tensor;
}

static Layer readLayer(Node &node, int64_t gates, ArrayRef<StringRef> activations) {
  bool batchFirst = node.getInt("layout", 0) != 0;
  std::string direction = node.getString("direction", "forward");
  if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
    fail("attribute 'direction' must be forward, reverse or bidirectional, got '" + direction +
         "'");
  int64_t directions = direction == "bidirectional" ? 2 : 1;
  Tensor input = node.inputOfRank(0, 3), recurrent = node.inputOfRank(2, 3);
  int64_t hidden = recurrent.shape[2];
  node.require("hidden_size", hidden);
  Layer layer = {node,
                 gates,
                 input.shape[batchFirst ? 1 : 0],
                 input.shape[batchFirst ? 0 : 1],
                 input.shape[2],
                 hidden,
                 directions,
                 batchFirst,
                 direction == "reverse",
                 readActivations(node, activations, directions),
                 node.getFloat("clip", 0.0f)};
  if (layer.steps > kMaxSteps)
    fail("sequences must have a length of at most " + Twine(kMaxSteps) + ", got " +
         Twine(layer.steps));
  inputOfShape(node, 1, {directions, gates * hidden, layer.inputs}, "weights");
  inputOfShape(node, 2, {directions, gates * hidden, hidden}, "recurrent weights");
  return layer;
}

/// The initial state of a direction, or zeros.
static Value readState(const Layer &layer, unsigned i, int64_t direction) {
  Emitter &emit = layer.emit();
  if (!layer.node.hasInput(i))
    return emit.broadcastTo(emit.scalar(0.0f, 3), {1, layer.batch, layer.hidden});
  int64_t batch = layer.batch, hidden = layer.hidden, directions = layer.directions;
  if (layer.batchFirst) {
    Tensor state = inputOfShape(layer.node, i, {batch, directions, hidden}, "initial states");
    return emit.hold(emit.permute(emit.cut(state, 1, direction, 1), {1, 0, 2}));
  }
  Tensor state = inputOfShape(layer.node, i, {directions, batch, hidden}, "initial states");
  return emit.hold(emit.cut(state, 0, direction, 1));
}

/// The transposed weights of a direction.
static Value readWeights(const Layer &layer, unsigned i, int64_t direction) {
  Tensor weights = layer.emit().cut(layer.node.input(i), 0, direction, 1);
  return layer.emit().hold(layer.emit().permute(weights, {0, 2, 1}));
}

static Direction readDirection(const Layer &layer, int64_t index, bool keepsRecurrentBias) {
  Emitter &emit = layer.emit();
  Node &node = layer.node;
  size_t activations = layer.activations.size() / layer.directions;
  Direction d{layer,
              ArrayRef(layer.activations).slice(index * activations, activations),
              {},
              {},
              {},
              {},
              readState(layer, 5, index),
              {}};
  d.recurrent = readWeights(layer, 2, index);
  int64_t rows = layer.gates * layer.hidden;
  Tensor input = layer.batchFirst ? emit.permute(node.input(0), {1, 0, 2}) : node.input(0);
  Value flat = emit.hold(emit.reshape(input, {1, layer.steps * layer.batch, layer.inputs}));
  Value product = emit.matmul(flat, readWeights(layer, 1, index));
  if (node.hasInput(3)) {
    Tensor all = inputOfShape(node, 3, {layer.directions, 2 * rows}, "the bias");
    Tensor both = emit.reshape(emit.cut(all, 0, index, 1), {1, 1, 2 * rows});
    product = d.add(product, emit.hold(emit.cut(both, 2, 0, rows)));
    d.recurrentBias = emit.hold(emit.cut(both, 2, rows, rows));
  } else {
    d.recurrentBias = emit.constant(makeConstant(ArrayRef(std::vector<float>(rows)), {1, 1, rows}));
  }
  // The recurrent bias of a gate joins the other one, unless something is done between them.
  int64_t joined = keepsRecurrentBias ? rows - layer.hidden : rows;
  if (node.hasInput(3)) {
    Value bias = emit.strided(d.recurrentBias, 2, 0, 1, joined);
    product = d.add(product, emit.pad(bias, {0, 0, 0}, {0, 0, rows - joined}, 0.0));
  }
  d.projected = emit.reshape(product, {layer.steps, layer.batch, rows});
  return d;
}

//===----------------------------------------------------------------------===//
// All steps
//===----------------------------------------------------------------------===//

using Step = llvm::function_ref<void(Direction &, Value)>;

/// Runs a direction; returns what it puts out as [steps, batch, hidden]. Where a sequence has
/// ended, or, backwards, not begun, the state stays and the output is 0.
static Value run(Direction &d, Step step, bool isReverse) {
  const Layer &layer = d.layer;
  Emitter &emit = d.emit();
  Value lengths;
  if (layer.node.hasInput(4))
    lengths =
        emit.reshape(emit.hold(inputOfShape(layer.node, 4, {layer.batch}, "sequence lengths")),
                     {1, layer.batch, 1});
  SmallVector<Value> outputs(layer.steps);
  for (int64_t i = 0; i < layer.steps; ++i) {
    int64_t time = isReverse ? layer.steps - 1 - i : i;
    Value hidden = d.hidden, cell = d.cell;
    step(d, emit.strided(d.projected, 0, time, 1, 1));
    outputs[time] = d.hidden;
    if (!lengths)
      continue;
    Value isInside = emit.compare<tosa::GreaterOp>(lengths, emit.scalarLike(time, lengths));
    outputs[time] = emit.select(isInside, d.hidden, emit.scalarLike(0, d.hidden));
    d.hidden = emit.select(isInside, d.hidden, hidden);
    d.cell = cell ? emit.select(isInside, d.cell, cell) : cell;
  }
  return emit.concat(outputs, 0);
}

/// [directions, batch, hidden], or batch first.
static Tensor joinStates(const Layer &layer, ArrayRef<Value> states) {
  Tensor joined = Tensor::of(layer.emit().concat(states, 0));
  return layer.batchFirst ? layer.emit().permute(joined, {1, 0, 2}) : joined;
}

static void convertLayer(Layer layer, Step step, bool keepsRecurrentBias = false) {
  Emitter &emit = layer.emit();
  bool hasCell = layer.gates == 4;
  SmallVector<Value> outputs, hidden, cells;
  for (int64_t index = 0; index < layer.directions; ++index) {
    Direction d = readDirection(layer, index, keepsRecurrentBias);
    if (hasCell)
      d.cell = readState(layer, 6, index);
    if (hasCell && layer.node.hasInput(7)) {
      Tensor all = inputOfShape(layer.node, 7, {layer.directions, 3 * layer.hidden}, "peepholes");
      d.peepholes = emit.hold(emit.reshape(emit.cut(all, 0, index, 1), {1, 1, 3 * layer.hidden}));
    }
    Value output = run(d, step, layer.isReverse || index == 1);
    outputs.push_back(emit.reshape(output, {layer.steps, 1, layer.batch, layer.hidden}));
    hidden.push_back(d.hidden);
    cells.push_back(d.cell);
  }
  Tensor all = Tensor::of(emit.concat(outputs, 1));
  layer.node.setOutput(layer.batchFirst ? emit.permute(all, {2, 0, 1, 3}) : all);
  layer.node.setOutput(1, joinStates(layer, hidden));
  if (hasCell)
    layer.node.setOutput(2, joinStates(layer, cells));
}

static void convertRnn(Node &node) { convertLayer(readLayer(node, 1, {"Tanh"}), stepRnn); }

static void convertGru(Node &node) {
  bool resetsProduct = node.getInt("linear_before_reset", 0) != 0;
  convertLayer(
      readLayer(node, 3, {"Sigmoid", "Tanh"}),
      [=](Direction &d, Value projected) { stepGru(d, projected, resetsProduct); }, resetsProduct);
}

static void convertLstm(Node &node) {
  bool couplesGates = node.getInt("input_forget", 0) != 0;
  convertLayer(readLayer(node, 4, {"Sigmoid", "Tanh", "Tanh"}),
               [=](Direction &d, Value projected) { stepLstm(d, projected, couplesGates); });
}

void cim::onnx_frontend::addRecurrentOperators(OperatorTable &table) {
  table["GRU"] = {convertGru, 3, 6, Types::Floats, 4};
  table["LSTM"] = {convertLstm, 3, 8, Types::Floats, 4};
  table["RNN"] = {convertRnn, 3, 6, Types::Floats, 4};
}
