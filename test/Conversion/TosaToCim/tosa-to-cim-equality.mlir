// RUN: cim-opt %s --convert-tosa-to-cim -o %t.cim.mlir
// RUN: cim-eval %s %t.cim.mlir --seed=1 --runs=4
// RUN: cim-opt %t.cim.mlir --convert-cim-to-xbar -o %t.xbar.mlir
// RUN: cim-eval %s %t.xbar.mlir --seed=2 --runs=4

// Absorbed pads and slices, groups and biases do not change the function.
module attributes {cim.target = #cim.target<mapping = <crossbar = <>>,
    precision = <weight = <>, activation = <>, adc = <>>>} {
func.func @main(%x: tensor<1x8x8x4xf32>) -> tensor<1x16x3xf32> {
  %w = "tosa.const"() {values = dense<[[[[1.5, -2.0]]], [[[0.25, 3.0]]]]> : tensor<2x1x1x2xf32>} : () -> tensor<2x1x1x2xf32>
  %v = "tosa.const"() {values = dense<[[[[-0.5, 1.0]]], [[[0.75, -1.0]]]]> : tensor<2x1x1x2xf32>} : () -> tensor<2x1x1x2xf32>
  %b = "tosa.const"() {values = dense<0.5> : tensor<1xf32>} : () -> tensor<1xf32>
  %m = "tosa.const"() {values = dense<[[[1.0, 2.0, -1.0], [0.5, 0.25, 4.0], [1.0, -1.0, 3.0], [2.0, 0.0, 1.0]]]> : tensor<1x4x3xf32>} : () -> tensor<1x4x3xf32>
  %n = "tosa.const"() {values = dense<[[[3.0, 4.0, -5.0]]]> : tensor<1x1x3xf32>} : () -> tensor<1x1x3xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %start0 = tosa.const_shape {values = dense<0> : tensor<4xindex>} : () -> !tosa.shape<4>
  %start1 = tosa.const_shape {values = dense<[0, 0, 0, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %trim = tosa.const_shape {values = dense<[1, 7, 7, 4]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %half = tosa.const_shape {values = dense<[1, 7, 7, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %rows = tosa.const_shape {values = dense<[1, 16, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %t = tosa.slice %x, %start0, %trim : (tensor<1x8x8x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x7x7x4xf32>
  %s0 = tosa.slice %t, %start0, %half : (tensor<1x7x7x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x7x7x2xf32>
  %s1 = tosa.slice %t, %start1, %half : (tensor<1x7x7x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x7x7x2xf32>
  %y0 = tosa.conv2d %s0, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>, dilation = array<i64: 1, 1>} : (tensor<1x7x7x2xf32>, tensor<2x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  %y1 = tosa.conv2d %s1, %v, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>, dilation = array<i64: 1, 1>} : (tensor<1x7x7x2xf32>, tensor<2x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>
  %y = tosa.concat %y0, %y1 {axis = 3 : i32} : (tensor<1x4x4x2xf32>, tensor<1x4x4x2xf32>) -> tensor<1x4x4x4xf32>
  %r = tosa.reshape %y, %rows : (tensor<1x4x4x4xf32>, !tosa.shape<3>) -> tensor<1x16x4xf32>
  %p = tosa.matmul %r, %m, %z, %z : (tensor<1x16x4xf32>, tensor<1x4x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x16x3xf32>
  %q = tosa.add %p, %n : (tensor<1x16x3xf32>, tensor<1x1x3xf32>) -> tensor<1x16x3xf32>
  return %q : tensor<1x16x3xf32>
}
}
