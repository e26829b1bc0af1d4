// Digital instructions are the functions that tosa uses: the same bits on random arguments, and a
// few known results where the instruction is more than a tosa operator.
// RUN: split-file %s %t
// RUN: cim-eval %t/tosa.mlir %t/xbar.mlir --runs=5
// RUN: cim-eval %t/known.mlir | FileCheck %s

//--- tosa.mlir
func.func @conv(%x: tensor<1x5x6x2xf32>, %w: tensor<3x3x2x2xf32>, %b: tensor<3xf32>) -> tensor<1x3x6x3xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 1, 1, 1, 1>,
      stride = array<i64: 2, 1>, dilation = array<i64: 1, 2>}
    : (tensor<1x5x6x2xf32>, tensor<3x3x2x2xf32>, tensor<3xf32>, tensor<1xf32>, tensor<1xf32>)
    -> tensor<1x3x6x3xf32>
  return %0 : tensor<1x3x6x3xf32>
}
func.func @mixed(%x: tensor<2x3xf32>, %y: tensor<1x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x1xf32>, tensor<3x2xf32>) {
  %0 = tosa.pow %x, %y : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  %1 = tosa.tanh %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = tosa.reduce_sum %x {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %3 = tosa.transpose %x {perms = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  return %0, %1, %2, %3 : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x1xf32>, tensor<3x2xf32>
}

//--- xbar.mlir
xbar.program @conv attributes {input_names = ["x", "w", "b"], output_names = ["y"]} {
^bb0(%x: tensor<1x5x6x2xf32>, %w: tensor<3x3x2x2xf32>, %b: tensor<3xf32>):
  %0 = xbar.conv2d %x, %w, %b {groups = 1 : i64,
      window = #cim.window<kernel = [3, 2], stride = [2, 1], pad = [1, 1, 1, 1], dilation = [1, 2]>}
    : (tensor<1x5x6x2xf32>, tensor<3x3x2x2xf32>, tensor<3xf32>) -> tensor<1x3x6x3xf32>
  xbar.output %0 : tensor<1x3x6x3xf32>
}
xbar.program @mixed attributes {input_names = ["x", "y"], output_names = ["a", "b", "c", "d"]} {
^bb0(%x: tensor<2x3xf32>, %y: tensor<1x3xf32>):
  %0 = xbar.binary %x, %y {kind = #xbar.binary_kind<pow>} : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  %1 = xbar.unary %x {kind = #xbar.unary_kind<tanh>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = xbar.reduce %x {kind = #xbar.reduce_kind<sum>, axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  %3 = xbar.transpose %x {permutation = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  xbar.output %0, %1, %2, %3 : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x1xf32>, tensor<3x2xf32>
}

//--- known.mlir
// Each group sees its own channels.
// CHECK: @grouped#0 : tensor<1x1x1x2xf32> = [3.5, 70.5]
xbar.program @grouped attributes {input_names = [], output_names = ["y"]} {
  %x = xbar.constant dense<[[[[1.0, 2.0, 3.0, 4.0]]]]> : tensor<1x1x1x4xf32>
  %w = xbar.constant dense<[[[[1.0, 1.0]]], [[[10.0, 10.0]]]]> : tensor<2x1x1x2xf32>
  %b = xbar.constant dense<0.5> : tensor<2xf32>
  %y = xbar.conv2d %x, %w, %b {groups = 2 : i64,
      window = #cim.window<kernel = [1, 1], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>}
    : (tensor<1x1x1x4xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<1x1x1x2xf32>
  xbar.output %y : tensor<1x1x1x2xf32>
}
// A batch of one is repeated; slices and pads take their size from the result.
// CHECK: @shapes#0 : tensor<2x1x1xf32> = [12, 34]
// CHECK: @shapes#1 : tensor<1x1x1xf32> = [3]
// CHECK: @shapes#2 : tensor<3x1x2xf32> = [7, 7, 1, 2, 3, 4]
// CHECK: @shapes#3 : tensor<2x1x2xf32> = [1, 2, 2.5, 2.5]
xbar.program @shapes attributes {input_names = [], output_names = ["a", "b", "c", "d"]} {
  %x = xbar.constant dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>
  %w = xbar.constant dense<[[[10.0], [1.0]]]> : tensor<1x2x1xf32>
  %0 = xbar.matmul %x, %w : (tensor<2x1x2xf32>, tensor<1x2x1xf32>) -> tensor<2x1x1xf32>
  %1 = xbar.slice %x {start = array<i64: 1, 0, 0>} : (tensor<2x1x2xf32>) -> tensor<1x1x1xf32>
  %2 = xbar.pad %x {low = array<i64: 1, 0, 0>, value = 7.0 : f64} : (tensor<2x1x2xf32>) -> tensor<3x1x2xf32>
  %3 = xbar.clamp %x {min = 0.0 : f64, max = 2.5 : f64} : (tensor<2x1x2xf32>) -> tensor<2x1x2xf32>
  xbar.output %0, %1, %2, %3 : tensor<2x1x1xf32>, tensor<1x1x1xf32>, tensor<3x1x2xf32>, tensor<2x1x2xf32>
}
// Each batch has indices of its own; the last of equal indices counts.
// CHECK: @rows#0 : tensor<2x2x2xi8> = [5, 6, 1, 2, 9, 10, 9, 10]
// CHECK: @rows#1 : tensor<2x3x2xi8> = [3, 4, 3, 4, 1, 2, 7, 8, 9, 10, 11, 12]
xbar.program @rows attributes {input_names = [], output_names = ["a", "b"]} {
  %x = xbar.constant dense<[[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]]> : tensor<2x3x2xi8>
  %i = xbar.constant dense<[[2, 0], [1, 1]]> : tensor<2x2xi64>
  %0 = xbar.gather %x, %i : (tensor<2x3x2xi8>, tensor<2x2xi64>) -> tensor<2x2x2xi8>
  %j = xbar.constant dense<[[2, 0], [1, 1]]> : tensor<2x2xi32>
  %z = xbar.slice %x {start = array<i64: 0, 0, 0>} : (tensor<2x3x2xi8>) -> tensor<2x2x2xi8>
  %1 = xbar.scatter %x, %j, %z : (tensor<2x3x2xi8>, tensor<2x2xi32>, tensor<2x2x2xi8>) -> tensor<2x3x2xi8>
  xbar.output %0, %1 : tensor<2x2x2xi8>, tensor<2x3x2xi8>
}
