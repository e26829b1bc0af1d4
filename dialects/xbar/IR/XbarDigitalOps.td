//===- XbarDigitalOps.td - Digital instructions of a program -*- tablegen -*-=//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The end of XbarOps.td: what a program does with tensors besides crossbar instructions.
//
//===----------------------------------------------------------------------===//

#ifndef XBAR_IR_XBARDIGITALOPS_TD
#define XBAR_IR_XBARDIGITALOPS_TD

def Xbar_Conv2DOp : Xbar_Instruction<"conv2d"> {
  let summary = "float convolution";
  let description = [{
    NHWC input, weights [OC, KH, KW, IC / groups], bias [OC]; padding is zero.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
    %w = xbar.constant dense<1.0> : tensor<3x3x3x2xf32>
    %b = xbar.constant dense<0.0> : tensor<3xf32>
    %y = xbar.conv2d %x, %w, %b {groups = 1 : i64,
        window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>}
      : (tensor<1x4x4x2xf32>, tensor<3x3x3x2xf32>, tensor<3xf32>) -> tensor<1x4x4x3xf32>
    ```
  }];
  let arguments = (ins Xbar_F32Tensor4D:$input, Xbar_F32Tensor4D:$weight, Xbar_F32Tensor1D:$bias,
    Cim_WindowAttr:$window, I64Attr:$groups, OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_MatmulOp : Xbar_Instruction<"matmul"> {
  let summary = "float matrix product of batches";
  let description = [{
    `output[b,m,n] = sum_k lhs[b,m,k] * rhs[b,k,n]`; a batch of one is repeated.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<1x4x2xf32>
    %w = xbar.constant dense<1.0> : tensor<1x2x3xf32>
    %y = xbar.matmul %x, %w : (tensor<1x4x2xf32>, tensor<1x2x3xf32>) -> tensor<1x4x3xf32>
    ```
  }];
  let arguments = (ins Xbar_F32Tensor3D:$lhs, Xbar_F32Tensor3D:$rhs,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_UnaryOp : Xbar_Instruction<"unary"> {
  let summary = "elementwise function of one operand";
  let description = [{
    `abs` and `negate` take any numbers, `logical_not` takes `i1`, `bitwise_not` the integers
    but `i1`, all others f32.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<4xf32>
    %y = xbar.unary %x {kind = #xbar.unary_kind<tanh>} : (tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, Xbar_UnaryKindAttr:$kind,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_BinaryOp : Xbar_Instruction<"binary"> {
  let summary = "elementwise function of two operands";
  let description = [{
    Operands have the rank of the result; an axis of size 1 is repeated.
    Comparisons take any elements and give `i1`; `logical_*` take `i1`, `bitwise_*` and shifts
    the integers but `i1`, `pow` takes f32 and all others any numbers. Integers wrap, their
    quotient is truncated and 0 for a divisor of 0. A shift by less than 0, or by the width of the
    type or more, shifts all bits out: the result is 0, of an `arithmetic_right_shift`
    of a negative number -1. Right shifts of `ui8` are the same.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %b = xbar.constant dense<1.0> : tensor<1x4xf32>
    %y = xbar.binary %x, %b {kind = #xbar.binary_kind<add>}
      : (tensor<3x4xf32>, tensor<1x4xf32>) -> tensor<3x4xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$lhs, Xbar_Tensor:$rhs, Xbar_BinaryKindAttr:$kind,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_ClampOp : Xbar_Instruction<"clamp"> {
  let summary = "clamp to a range";
  let description = [{
    `min(max(x, min), max)`; not-a-number is kept. A bound that the element type cannot hold is that
    of the type.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<4xf32>
    %y = xbar.clamp %x {min = 0.0 : f64, max = 6.0 : f64} : (tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, F64Attr:$min, F64Attr:$max,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_CastOp : Xbar_Instruction<"cast"> {
  let summary = "element type conversion";
  let description = [{
    Float to integer rounds half to even and saturates, not-a-number becomes 0; an integer that
    the result cannot hold wraps; to `i1` is `x != 0`.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<4xf32>
    %y = xbar.cast %x : (tensor<4xf32>) -> tensor<4xi32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_SelectOp : Xbar_Instruction<"select"> {
  let summary = "elementwise choice";
  let description = [{
    `condition ? on_true : on_false`; operands have the rank of the result, an
    axis of size 1 is repeated.

    ```mlir
    %c = xbar.constant dense<true> : tensor<4xi1>
    %x = xbar.constant dense<1.0> : tensor<4xf32>
    %y = xbar.select %c, %x, %x : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins Xbar_BoolTensor:$condition, Xbar_Tensor:$on_true, Xbar_Tensor:$on_false,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_ReduceOp : Xbar_Instruction<"reduce"> {
  let summary = "reduction over one axis";
  let description = [{
    The reduced axis keeps size 1.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %y = xbar.reduce %x {kind = #xbar.reduce_kind<sum>, axis = 1 : i64}
      : (tensor<3x4xf32>) -> tensor<3x1xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, Xbar_ReduceKindAttr:$kind, I64Attr:$axis,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_PoolOp : Xbar_Instruction<"pool"> {
  let summary = "pooling over windows";
  let description = [{
    NHWC; dilation is 1. Padding is left out of maxima and of averages.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
    %y = xbar.pool %x {kind = #xbar.pool_kind<max>,
        window = #cim.window<kernel = [2, 2], stride = [2, 2], pad = [0, 0, 0, 0], dilation = [1, 1]>}
      : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
    ```
  }];
  let arguments = (ins Xbar_F32Tensor4D:$input, Xbar_PoolKindAttr:$kind, Cim_WindowAttr:$window,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_TransposeOp : Xbar_Instruction<"transpose"> {
  let summary = "permutation of axes";
  let description = [{
    Axis i of the result is axis `permutation[i]` of the input.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %y = xbar.transpose %x {permutation = array<i64: 1, 0>} : (tensor<3x4xf32>) -> tensor<4x3xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, DenseI64ArrayAttr:$permutation,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_ReshapeOp : Xbar_Instruction<"reshape"> {
  let summary = "another shape of the same buffer";
  let description = [{
    The result shares the buffer of the operand: no bytes are moved.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %y = xbar.reshape %x : (tensor<3x4xf32>) -> tensor<12xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_SliceOp : Xbar_Instruction<"slice"> {
  let summary = "a box cut out of a tensor";
  let description = [{
    Element i of the result is element `start + i` of the input.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %y = xbar.slice %x {start = array<i64: 1, 0>} : (tensor<3x4xf32>) -> tensor<2x4xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, DenseI64ArrayAttr:$start,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_PadOp : Xbar_Instruction<"pad"> {
  let summary = "a tensor with a constant border";
  let description = [{
    `low` elements of `value` before each axis; the shape of the result says how
    many follow.

    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %y = xbar.pad %x {low = array<i64: 1, 0>, value = 0.0 : f64} : (tensor<3x4xf32>) -> tensor<5x4xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor:$input, DenseI64ArrayAttr:$low, F64Attr:$value,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_ConcatOp : Xbar_Instruction<"concat"> {
  let summary = "tensors joined along one axis";
  let description = [{
    ```mlir
    %x = xbar.constant dense<1.0> : tensor<3x4xf32>
    %y = xbar.concat %x, %x {axis = 0 : i64} : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<6x4xf32>
    ```
  }];
  let arguments = (ins Variadic<Xbar_Tensor>:$inputs, I64Attr:$axis,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_GatherOp : Xbar_Instruction<"gather"> {
  let summary = "rows chosen by indices";
  let description = [{
    `output[n,w,c] = values[n,indices[n,w],c]`. Indices are data: one that is not in 0..K-1 ends
    the run of the program with an error.

    ```mlir
    %v = xbar.constant dense<1.0> : tensor<1x5x3xf32>
    %i = xbar.constant dense<[[4, 0]]> : tensor<1x2xi32>
    %y = xbar.gather %v, %i : (tensor<1x5x3xf32>, tensor<1x2xi32>) -> tensor<1x2x3xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor3D:$values, Xbar_IndexTensor2D:$indices,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

def Xbar_ScatterOp : Xbar_Instruction<"scatter"> {
  let summary = "rows replaced where indices say";
  let description = [{
    A copy of `values` [N, K, C] whose row `indices[n,w]` is `input[n,w]`, for w ascending: of
    equal indices the last counts. An index that is not in 0..K-1 ends the run with an error.

    ```mlir
    %v = xbar.constant dense<1.0> : tensor<1x5x3xf32>
    %i = xbar.constant dense<[[4, 0]]> : tensor<1x2xi64>
    %x = xbar.constant dense<2.0> : tensor<1x2x3xf32>
    %y = xbar.scatter %v, %i, %x
      : (tensor<1x5x3xf32>, tensor<1x2xi64>, tensor<1x2x3xf32>) -> tensor<1x5x3xf32>
    ```
  }];
  let arguments = (ins Xbar_Tensor3D:$values, Xbar_IndexTensor2D:$indices, Xbar_Tensor3D:$input,
    OptionalAttr<StrAttr>:$name, OptionalAttr<I64Attr>:$offset);
}

#endif // XBAR_IR_XBARDIGITALOPS_TD
