//===- XbarDialect.td - The xbar dialect -------------------*- tablegen -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Defines the dialect and the kinds of its digital instructions.
//
//===----------------------------------------------------------------------===//

#ifndef XBAR_IR_XBARDIALECT_TD
#define XBAR_IR_XBARDIALECT_TD

include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Xbar_Dialect : Dialect {
  let name = "xbar";
  let cppNamespace = "::xbar";
  let summary = "crossbar programs";
  let description = [{
    A crossbar program as IR: one `xbar.program` whose body is the list of
    instructions that the runtime executes, one operation per instruction.
    Every value is a buffer; `offset` on an instruction is the place of its
    result in the arena once `xbar-plan-memory` has run.

    The operations mirror the instructions of the program file one to one, so
    that `cim-translate --program-to-mlir` is a disassembler.
  }];
  let dependentDialects = ["::cim::CimDialect"];
  let useDefaultAttributePrinterParser = 1;
}

class Xbar_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::xbar";
  let genSpecializedAttr = 0;
}

class Xbar_EnumAttr<EnumInfo info, string mnemonic> : EnumAttr<Xbar_Dialect, info, mnemonic> {
  let assemblyFormat = "`<` $value `>`";
}

// The numbers are those of the program file (runtime/format/program.fbs).
def Xbar_UnaryKind : Xbar_Enum<"UnaryKind", "an elementwise function of one operand", [
  I32EnumAttrCase<"Abs", 0, "abs">, I32EnumAttrCase<"Ceil", 1, "ceil">,
  I32EnumAttrCase<"Floor", 2, "floor">, I32EnumAttrCase<"Negate", 3, "negate">,
  I32EnumAttrCase<"Exp", 4, "exp">, I32EnumAttrCase<"Log", 5, "log">,
  I32EnumAttrCase<"Tanh", 6, "tanh">, I32EnumAttrCase<"Sigmoid", 7, "sigmoid">,
  I32EnumAttrCase<"Erf", 8, "erf">, I32EnumAttrCase<"Reciprocal", 9, "reciprocal">,
  I32EnumAttrCase<"Rsqrt", 10, "rsqrt">, I32EnumAttrCase<"Sin", 11, "sin">,
  I32EnumAttrCase<"Cos", 12, "cos">, I32EnumAttrCase<"LogicalNot", 13, "logical_not">,
  I32EnumAttrCase<"BitwiseNot", 14, "bitwise_not">]>;

def Xbar_BinaryKind : Xbar_Enum<"BinaryKind", "an elementwise function of two operands", [
  I32EnumAttrCase<"Add", 0, "add">, I32EnumAttrCase<"Sub", 1, "sub">,
  I32EnumAttrCase<"Mul", 2, "mul">, I32EnumAttrCase<"Div", 3, "div">,
  I32EnumAttrCase<"Maximum", 4, "maximum">, I32EnumAttrCase<"Minimum", 5, "minimum">,
  I32EnumAttrCase<"Pow", 6, "pow">, I32EnumAttrCase<"Equal", 7, "equal">,
  I32EnumAttrCase<"Greater", 8, "greater">, I32EnumAttrCase<"GreaterEqual", 9, "greater_equal">,
  I32EnumAttrCase<"LogicalAnd", 10, "logical_and">, I32EnumAttrCase<"LogicalOr", 11, "logical_or">,
  I32EnumAttrCase<"LogicalXor", 12, "logical_xor">, I32EnumAttrCase<"BitwiseAnd", 13, "bitwise_and">,
  I32EnumAttrCase<"BitwiseOr", 14, "bitwise_or">, I32EnumAttrCase<"BitwiseXor", 15, "bitwise_xor">,
  I32EnumAttrCase<"LogicalLeftShift", 16, "logical_left_shift">,
  I32EnumAttrCase<"LogicalRightShift", 17, "logical_right_shift">,
  I32EnumAttrCase<"ArithmeticRightShift", 18, "arithmetic_right_shift">]>;

def Xbar_ReduceKind : Xbar_Enum<"ReduceKind", "a reduction over one axis", [
  I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Max", 1, "max">,
  I32EnumAttrCase<"Min", 2, "min">, I32EnumAttrCase<"Product", 3, "product">]>;

def Xbar_PoolKind : Xbar_Enum<"PoolKind", "a pooling over windows", [
  I32EnumAttrCase<"Max", 0, "max">, I32EnumAttrCase<"Average", 1, "average">]>;

def Xbar_UnaryKindAttr : Xbar_EnumAttr<Xbar_UnaryKind, "unary_kind">;
def Xbar_BinaryKindAttr : Xbar_EnumAttr<Xbar_BinaryKind, "binary_kind">;
def Xbar_ReduceKindAttr : Xbar_EnumAttr<Xbar_ReduceKind, "reduce_kind">;
def Xbar_PoolKindAttr : Xbar_EnumAttr<Xbar_PoolKind, "pool_kind">;

#endif // XBAR_IR_XBARDIALECT_TD
