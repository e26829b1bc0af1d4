//===- Node.h - One ONNX node -----------------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a converter sees of its node: inputs, attributes and outputs, each checked
// as it is read.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_NODE_H
#define CIM_LIB_FRONTEND_ONNX_NODE_H

#include "Emitter.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"

namespace cim::onnx_frontend {

class Graph;
enum class Types;

class Node {
public:
  Node(Graph &graph, onnx::NodeProto &proto, Emitter &emit)
      : emit(emit), graph(graph), proto(proto) {}

  const std::string &type() const { return proto.op_type(); }
  int64_t opset() const;

  //===--- Inputs ---===//

  unsigned numInputs() const { return proto.input_size(); }
  bool hasInput(unsigned i) const { return i < numInputs() && !proto.input(i).empty(); }
  Tensor input(unsigned i);
  /// An input that must be known at import.
  Constant constantInput(unsigned i);
  /// The value of a scalar float input, or the default if it is absent.
  float floatInput(unsigned i, float byDefault);
  /// An input that must have this rank.
  Tensor inputOfRank(unsigned i, size_t rank);

  //===--- Attributes ---===//

  bool hasAttribute(llvm::StringRef name) const;
  int64_t getInt(llvm::StringRef name);
  int64_t getInt(llvm::StringRef name, int64_t byDefault);
  float getFloat(llvm::StringRef name, float byDefault);
  std::string getString(llvm::StringRef name, llvm::StringRef byDefault);
  /// The strings of an attribute; none if it is absent.
  std::vector<std::string> getStrings(llvm::StringRef name);
  Shape getInts(llvm::StringRef name);
  Shape getInts(llvm::StringRef name, llvm::ArrayRef<int64_t> byDefault);
  llvm::SmallVector<float> getFloats(llvm::StringRef name);
  /// A list of integers that is an attribute in older opsets and an input in newer ones.
  std::optional<Shape> getIntsOrInput(llvm::StringRef name, unsigned i);
  /// The tensor that a Constant node declares in one of its attributes.
  Constant constantAttribute();
  /// An attribute without influence on the result.
  void ignore(llvm::StringRef name);
  /// An attribute whose other values are not supported.
  void require(llvm::StringRef name, int64_t value);

  /// A place among `count` ones, counted from the front; negative values count from the end.
  static int64_t position(int64_t value, int64_t count, llvm::StringRef what);
  /// Axes counted from the front, each at most once.
  static int64_t axis(int64_t value, size_t rank) { return position(value, rank, "an axis"); }
  static Shape axes(llvm::ArrayRef<int64_t> values, size_t rank);

  //===--- Outputs ---===//

  unsigned numOutputs() const { return proto.output_size(); }
  bool hasOutput(unsigned i) const { return i < numOutputs() && !proto.output(i).empty(); }
  void setOutput(unsigned i, Tensor tensor);
  void setOutput(const Tensor &tensor) { setOutput(0, tensor); }
  /// The node that alone reads the first output, if there is one.
  std::optional<Node> soleConsumer();
  /// Makes a later node pass on its first input: its meaning is in this one.
  void absorb(const Node &consumer);

  /// The first inputs must have one element type, which an operator takes; floats of all widths
  /// are one.
  void checkTypes(Types types, unsigned count);
  /// Attributes that no converter read are errors.
  void checkAttributesRead() const;

  Emitter &emit;

private:
  const onnx::AttributeProto *find(llvm::StringRef name, int type);
  const onnx::AttributeProto &get(llvm::StringRef name, int type);

  Graph &graph;
  onnx::NodeProto &proto;
  llvm::SmallPtrSet<const onnx::AttributeProto *, 8> read;
};

/// Any number of inputs.
inline constexpr unsigned kVariadic = ~0u;

/// Element types that an operator takes.
enum class Types { Floats, Numbers, Booleans, Any };

/// Operator sets.
enum class Domain { Onnx, Qonnx };

/// How one operator is imported.
struct Operator {
  void (*convert)(Node &);
  unsigned minInputs = 1;
  unsigned maxInputs = 1;
  Types types = Types::Floats;
  /// So many of the first inputs have one element type of `types`.
  unsigned typedInputs = 1;
  Domain domain = Domain::Onnx;
};
using OperatorTable = llvm::StringMap<Operator>;

/// Why an operator that no table has is not supported.
std::string whyNotSupported(llvm::StringRef domain, llvm::StringRef type);

void addActivationOperators(OperatorTable &table);
void addArithmeticOperators(OperatorTable &table);
void addAttentionOperators(OperatorTable &table);
void addCastOperators(OperatorTable &table);
void addConvTransposeOperators(OperatorTable &table);
void addConvolutionOperators(OperatorTable &table);
void addEinsumOperators(OperatorTable &table);
void addElementwiseOperators(OperatorTable &table);
void addFunctionOperators(OperatorTable &table);
void addGatheringOperators(OperatorTable &table);
void addGeneratingOperators(OperatorTable &table);
void addLinearOperators(OperatorTable &table);
void addLogicOperators(OperatorTable &table);
void addNormalizationOperators(OperatorTable &table);
void addPoolIndexOperators(OperatorTable &table);
void addPoolingOperators(OperatorTable &table);
void addQonnxOperators(OperatorTable &table);
void addQuantizationOperators(OperatorTable &table);
void addQuantizedProductOperators(OperatorTable &table);
void addRecurrentOperators(OperatorTable &table);
void addReductionOperators(OperatorTable &table);
void addResizeOperators(OperatorTable &table);
void addSamplingOperators(OperatorTable &table);
void addShapeOperators(OperatorTable &table);
void addSlicingOperators(OperatorTable &table);
void addSoftmaxOperators(OperatorTable &table);
void addSortingOperators(OperatorTable &table);

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_NODE_H
