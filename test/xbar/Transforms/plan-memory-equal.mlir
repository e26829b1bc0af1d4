// Places change no result.
// RUN: cim-opt %s --xbar-plan-memory -o %t.mlir
// RUN: cim-eval %s %t.mlir --seed=7

xbar.program @main attributes {input_names = ["x"], output_names = ["y", "z"]} {
^bb0(%x: tensor<4x6xf32>):
  %0 = xbar.unary %x {kind = #xbar.unary_kind<tanh>} : (tensor<4x6xf32>) -> tensor<4x6xf32>
  %1 = xbar.reshape %0 : (tensor<4x6xf32>) -> tensor<6x4xf32>
  %2 = xbar.transpose %1 {permutation = array<i64: 1, 0>} : (tensor<6x4xf32>) -> tensor<4x6xf32>
  %3 = xbar.binary %2, %0 {kind = #xbar.binary_kind<add>} : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  %4 = xbar.reduce %3 {kind = #xbar.reduce_kind<sum>, axis = 1 : i64} : (tensor<4x6xf32>) -> tensor<4x1xf32>
  xbar.output %1, %4 : tensor<6x4xf32>, tensor<4x1xf32>
}
