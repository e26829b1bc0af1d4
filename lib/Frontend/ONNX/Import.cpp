//===- Import.cpp - The door of the room ------------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a model, checks its versions, imports its graph, and turns whatever was
// thrown into one diagnostic.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Frontend/ONNX/Import.h"
#include "ExternalData.h"
#include "Graph.h"
#include "Inline.h"
#include "ModelFile.h"
#include "cim/IR/CimDialect.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace cim::onnx_frontend;

/// All our converters are written from these; libonnx, which reads models, defines less.
static constexpr int64_t kMinOpset = 1, kMaxOpset = 25, kMaxIrVersion = 13;

/// The version of the default operator set, checked; 0 for a model that does not import it.
static int64_t checkVersions(const onnx::ModelProto &model) {
  if (!model.has_graph())
    fail("the model has no graph");
  if (model.ir_version() < 1 || model.ir_version() > kMaxIrVersion)
    fail("the IR version must be in the range 1 to " + Twine(kMaxIrVersion) + ", got " +
         Twine(model.ir_version()));
  int64_t version = 0;
  for (const onnx::OperatorSetIdProto &opset : model.opset_import()) {
    if (!opset.domain().empty() && opset.domain() != "ai.onnx")
      continue;
    if (version)
      fail("the model imports the default operator set twice");
    if (opset.version() < kMinOpset || opset.version() > kMaxOpset)
      fail("the opset version must be in the range " + Twine(kMinOpset) + " to " +
           Twine(kMaxOpset) + ", got " + Twine(opset.version()));
    version = opset.version();
  }
  return version;
}

OwningOpRef<ModuleOp> cim::onnx_frontend::importOnnx(StringRef path, MLIRContext *context,
                                                     const ImportOptions &options) {
  context->loadDialect<func::FuncDialect, tosa::TosaDialect, cim::CimDialect>();
  Location loc = FileLineColLoc::get(context, path, 0, 0);
  OwningOpRef<ModuleOp> module(ModuleOp::create(loc));
  try {
    onnx::ModelProto model = readModel(path);
    int64_t opset = checkVersions(model);
    inlineFunctions(model);
    ExternalData external(path);
    Graph(*model.mutable_graph(), opset, external, options, *module).import();
  } catch (const ImportError &error) {
    emitError(FileLineColLoc::get(context, path, error.line, error.column), error.what());
    return nullptr;
  } catch (const std::exception &error) {
    emitError(loc, error.what());
    return nullptr;
  }
  if (failed(verify(*module)))
    return nullptr;
  return module;
}
