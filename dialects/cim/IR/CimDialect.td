//===- CimDialect.td - The cim dialect ---------------------*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Defines the dialect itself. Its attributes are in CimAttrs.td, its types in
// CimTypes.td, its operations in CimOps.td.
//
//===----------------------------------------------------------------------===//

#ifndef CIM_IR_CIMDIALECT_TD
#define CIM_IR_CIMDIALECT_TD

include "mlir/IR/OpBase.td"

def Cim_Dialect : Dialect {
  let name = "cim";
  let cppNamespace = "::cim";
  let summary = "neural network layers mapped to RRAM crossbars";
  let description = [{
    `cim` describes layers of a network that are executed by compute-in-memory
    crossbars, at two levels:

    - *layer level*: `cim.conv2d` and `cim.matmul` are a float layer with its
      precision (`#cim.precision`) and the way it is mapped (`#cim.mapping`);
    - *array level*: one operation per layer and hardware stage: activation
      quantization, arrays of cells, matrix-vector products whose tile, slice
      and cycle axes are visible, the ADC, shift-and-add, dequantization.

    The quantization that a model brings along is a third kind: `cim.quantize`,
    `cim.dequantize` and `cim.storage_cast` between `tosa` operations, on tensors of
    `!quant.uniform`.

    The module attribute `cim.target` (a `#cim.target`) describes the hardware.
    The arithmetic is fixed by the project's design contract and is executed by
    `lib/Reference`.
  }];
  let dependentDialects = ["::mlir::quant::QuantDialect"];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let hasConstantMaterializer = 0;
  let hasOperationAttrVerify = 1;
  let extraClassDeclaration = [{
    /// Name of the module attribute that holds the `#cim.target`.
    static constexpr ::llvm::StringLiteral kTargetAttrName = "cim.target";
    /// Name of the argument and result attribute that names an input or output.
    static constexpr ::llvm::StringLiteral kNameAttrName = "cim.name";
    /// Name of the unit module attribute that marks a module whose scales come
    /// from random inputs rather than from calibration data.
    static constexpr ::llvm::StringLiteral kUncalibratedAttrName = "cim.uncalibrated";

  private:
    void registerAttributes();

  public:
  }];
}

#endif // CIM_IR_CIMDIALECT_TD
