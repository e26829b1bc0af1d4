//===- Graph.h - An ONNX graph while it is imported -------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The values of a graph by name, the order of its nodes, and the function that
// grows from them.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_LIB_FRONTEND_ONNX_GRAPH_H
#define CIM_LIB_FRONTEND_ONNX_GRAPH_H

#include "Budget.h"
#include "Node.h"
#include "cim-mlir/Frontend/ONNX/Import.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSet.h"

namespace cim::onnx_frontend {

class Graph {
public:
  /// `external` has what the graph keeps in other files.
  Graph(onnx::GraphProto &proto, int64_t opset, ExternalData &external,
        const ImportOptions &options, mlir::ModuleOp module);

  /// Adds the function `main` to the module.
  void import();

  int64_t opset() const { return opsetVersion; }
  ExternalData &externalData() { return external; }
  Tensor lookup(const std::string &name);
  /// Fails because a value is no constant.
  [[noreturn]] void failNotConstant(const std::string &name) const;
  void define(const std::string &name, const Tensor &tensor);
  /// The node that alone reads a value; null if there are several or none.
  onnx::NodeProto *soleConsumer(const std::string &name) const;
  void absorb(onnx::NodeProto *node) { absorbed.insert(node); }

private:
  /// The graph input, or value without computed operands, that a value is computed from.
  std::string sourceOf(std::string name) const;
  void indexUses();
  void readInitializers();
  void createFunction();
  Tensor createArgument(const onnx::ValueInfoProto &input, llvm::ArrayRef<int64_t> shape);
  void readConstants();
  /// Frees the initializers that a node was the last to read: where a converter has made
  /// another constant of one, there are two copies.
  void forgetInitializers(const onnx::NodeProto &node);
  void convert(onnx::NodeProto &proto);
  void convertNode(onnx::NodeProto &proto);
  void createReturn();

  onnx::GraphProto &proto;
  int64_t opsetVersion;
  ExternalData &external;
  const ImportOptions &options;
  mlir::ModuleOp module;
  mlir::OpBuilder builder;
  mlir::func::FuncOp function;
  OperatorTable operators;
  llvm::StringMap<Tensor> values;
  Budget budget;
  llvm::StringSet<> inputs; ///< Arguments of the function.
  /// Initializers that no node has read yet.
  llvm::StringMap<onnx::TensorProto *> initializers;
  /// Reads of each value; a graph output counts as one without a node.
  llvm::StringMap<llvm::SmallVector<onnx::NodeProto *, 2>> uses;
  llvm::StringMap<size_t> numReads; ///< Of initializers, by nodes that are converted.
  /// Outputs of all nodes.
  llvm::StringMap<onnx::NodeProto *> producers;
  llvm::SmallPtrSet<onnx::NodeProto *, 8> absorbed, converted;
};

} // namespace cim::onnx_frontend

#endif // CIM_LIB_FRONTEND_ONNX_GRAPH_H
