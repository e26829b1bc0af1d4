//===- CimInterfaces.td - Interfaces of the cim dialect ----*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a pass may ask of any layer that is mapped to crossbars, so that no
// pass needs a list of operations.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_CIMINTERFACES_TD
#define CIM_IR_CIMINTERFACES_TD

include "mlir/IR/OpBase.td"

def Cim_LayerOpInterface : OpInterface<"LayerOpInterface"> {
  let cppNamespace = "::cim";
  let description = [{
    A float layer `y[m,n] = sum_k x[m,k] * W[k,n] + b[n]` that is executed by
    crossbars. Operands are input, weight and, unless the layer is dynamic, bias in
    this order.
  }];
  let methods = [
    InterfaceMethod<"The name of the layer.", "::llvm::StringRef", "getLayer">,
    InterfaceMethod<"The precision, null before cim-assign-precision.",
                    "::cim::PrecisionAttr", "getPrecisionAttr">,
    InterfaceMethod<"Replaces the precision.", "void", "setPrecisionAttr",
                    (ins "::cim::PrecisionAttr":$precision)>,
    InterfaceMethod<"What the model fixes of the precision, null if nothing and after "
                    "cim-assign-precision.", "::cim::QuantizationAttr", "getQuantizationAttr">,
    InterfaceMethod<"Replaces what the model fixes.", "void", "setQuantizationAttr",
                    (ins "::cim::QuantizationAttr":$quantization)>,
    InterfaceMethod<"How the layer is laid out on crossbars.", "::cim::MappingAttr", "getMapping">,
    InterfaceMethod<"Replaces the mapping.", "void", "setMappingAttr",
                    (ins "::cim::MappingAttr":$mapping)>,
    InterfaceMethod<"The window of a convolution, null for a matrix product.",
                    "::cim::WindowAttr", "getWindowOrNull">,
    InterfaceMethod<"Groups, K, N and positions of the layer.", "::cim::LayerShape",
                    "getLayerShape">,
    InterfaceMethod<"True if the weight is computed and written into arrays at run time.",
                    "bool", "isDynamic", (ins), "", "return false;">,
  ];
  let extraSharedClassDeclaration = [{
    ::mlir::Value getLayerInput() { return $_op->getOperand(0); }
    ::mlir::Value getLayerWeight() { return $_op->getOperand(1); }
    /// Null if the layer is dynamic.
    ::mlir::Value getLayerBias() {
      return $_op->getNumOperands() > 2 ? $_op->getOperand(2) : ::mlir::Value();
    }
  }];
}

#endif // CIM_IR_CIMINTERFACES_TD
