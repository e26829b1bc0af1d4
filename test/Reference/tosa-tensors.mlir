// Convolutions, products, pools and data movement with known results.
// RUN: cim-eval %s | FileCheck %s

// Padding is zero; stride 2.
// CHECK: @conv#0 : tensor<1x2x2x1xf32> = [12.5, 16.5, 24.5, 28.5]
func.func @conv() -> tensor<1x2x2x1xf32> {
  %x = "tosa.const"() {values = dense<[[[[1.0], [2.0], [3.0]], [[4.0], [5.0], [6.0]], [[7.0], [8.0], [9.0]]]]>
    : tensor<1x3x3x1xf32>} : () -> tensor<1x3x3x1xf32>
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x3x3x1xf32>} : () -> tensor<1x3x3x1xf32>
  %b = "tosa.const"() {values = dense<0.5> : tensor<1xf32>} : () -> tensor<1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 1, 1, 1, 1>,
      stride = array<i64: 2, 2>, dilation = array<i64: 1, 1>}
    : (tensor<1x3x3x1xf32>, tensor<1x3x3x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>)
    -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// The corners of the input, one output per channel of the kernel.
// CHECK: @dilated#0 : tensor<1x1x1x2xf32> = [20, -20]
func.func @dilated() -> tensor<1x1x1x2xf32> {
  %x = "tosa.const"() {values = dense<[[[[1.0], [2.0], [3.0]], [[4.0], [5.0], [6.0]], [[7.0], [8.0], [9.0]]]]>
    : tensor<1x3x3x1xf32>} : () -> tensor<1x3x3x1xf32>
  %w = "tosa.const"() {values = dense<[[[[1.0], [1.0]], [[1.0], [1.0]]], [[[-1.0], [-1.0]], [[-1.0], [-1.0]]]]>
    : tensor<2x2x2x1xf32>} : () -> tensor<2x2x2x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>,
      stride = array<i64: 1, 1>, dilation = array<i64: 2, 2>}
    : (tensor<1x3x3x1xf32>, tensor<2x2x2x1xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>)
    -> tensor<1x1x1x2xf32>
  return %0 : tensor<1x1x1x2xf32>
}

// Channel c has outputs 2c and 2c + 1.
// CHECK: @depthwise#0 : tensor<1x1x1x4xf32> = [3, 30, 700, 7000]
func.func @depthwise() -> tensor<1x1x1x4xf32> {
  %x = "tosa.const"() {values = dense<[[[[1.0, 3.0], [2.0, 4.0]]]]> : tensor<1x1x2x2xf32>}
    : () -> tensor<1x1x2x2xf32>
  %w = "tosa.const"() {values = dense<[[[[1.0, 10.0], [100.0, 1000.0]], [[1.0, 10.0], [100.0, 1000.0]]]]>
    : tensor<1x2x2x2xf32>} : () -> tensor<1x2x2x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<4xf32>} : () -> tensor<4xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.depthwise_conv2d %x, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>,
      stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
    : (tensor<1x1x2x2xf32>, tensor<1x2x2x2xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>)
    -> tensor<1x1x1x4xf32>
  return %0 : tensor<1x1x1x4xf32>
}

// CHECK: @product#0 : tensor<1x2x2xf32> = [21, 43, 43, 89]
func.func @product() -> tensor<1x2x2xf32> {
  %a = "tosa.const"() {values = dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %b = "tosa.const"() {values = dense<[[[1.0, 3.0], [10.0, 20.0]]]> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.matmul %a, %b, %z, %z
    : (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  return %0 : tensor<1x2x2xf32>
}

// Padding is left out of maxima and of averages.
// CHECK: @pools#0 : tensor<1x2x2x1xf32> = [-1, -2, -3, -4]
// CHECK: @pools#1 : tensor<1x2x2x1xf32> = [-1, -2, -3, -4]
// CHECK: @pools#2 : tensor<1x1x1x1xf32> = [-2.5]
func.func @pools() -> (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) {
  %x = "tosa.const"() {values = dense<[[[[-1.0], [-2.0]], [[-3.0], [-4.0]]]]> : tensor<1x2x2x1xf32>}
    : () -> tensor<1x2x2x1xf32>
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %0 = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 1, 1, 1, 1>}
    : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  %1 = tosa.avg_pool2d %x, %z, %z {acc_type = f32, kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
      pad = array<i64: 1, 1, 1, 1>}
    : (tensor<1x2x2x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32>
  %2 = tosa.avg_pool2d %x, %z, %z {acc_type = f32, kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>,
      pad = array<i64: 0, 0, 0, 0>}
    : (tensor<1x2x2x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x1x1xf32>
  return %0, %1, %2 : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>
}

// CHECK: @movement#0 : tensor<3x2xf32> = [1, 4, 2, 5, 3, 6]
// CHECK: @movement#1 : tensor<3x2xf32> = [1, 2, 3, 4, 5, 6]
// CHECK: @movement#2 : tensor<1x2xf32> = [5, 6]
// CHECK: @movement#3 : tensor<3x4xf32> = [9, 9, 9, 9, 1, 2, 3, 9, 4, 5, 6, 9]
// CHECK: @movement#4 : tensor<2x6xf32> = [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]
// CHECK: @movement#5 : tensor<2x3xf32> = [3, 2, 1, 6, 5, 4]
// CHECK: @movement#6 : tensor<4x3xf32> = [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]
// CHECK: @movement#7 : tensor<2x3xf32> = [1, 2, 3, 4, 5, 6]
func.func @movement() -> (tensor<3x2xf32>, tensor<3x2xf32>, tensor<1x2xf32>, tensor<3x4xf32>,
                          tensor<2x6xf32>, tensor<2x3xf32>, tensor<4x3xf32>, tensor<2x3xf32>) {
  %x = "tosa.const"() {values = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>}
    : () -> tensor<2x3xf32>
  %nine = "tosa.const"() {values = dense<9.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %shape = tosa.const_shape {values = dense<[3, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %start = tosa.const_shape {values = dense<1> : tensor<2xindex>} : () -> !tosa.shape<2>
  %size = tosa.const_shape {values = dense<[1, 2]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %padding = tosa.const_shape {values = dense<[1, 0, 0, 1]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %multiples = tosa.const_shape {values = dense<[2, 1]> : tensor<2xindex>} : () -> !tosa.shape<2>
  %0 = tosa.transpose %x {perms = array<i32: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %1 = tosa.reshape %x, %shape : (tensor<2x3xf32>, !tosa.shape<2>) -> tensor<3x2xf32>
  %2 = tosa.slice %x, %start, %size
    : (tensor<2x3xf32>, !tosa.shape<2>, !tosa.shape<2>) -> tensor<1x2xf32>
  %3 = tosa.pad %x, %padding, %nine
    : (tensor<2x3xf32>, !tosa.shape<4>, tensor<1xf32>) -> tensor<3x4xf32>
  %4 = tosa.concat %x, %x {axis = 1 : i32} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  %5 = tosa.reverse %x {axis = 1 : i32} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %6 = tosa.tile %x, %multiples : (tensor<2x3xf32>, !tosa.shape<2>) -> tensor<4x3xf32>
  %7 = tosa.identity %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0, %1, %2, %3, %4, %5, %6, %7 : tensor<3x2xf32>, tensor<3x2xf32>, tensor<1x2xf32>,
    tensor<3x4xf32>, tensor<2x6xf32>, tensor<2x3xf32>, tensor<4x3xf32>, tensor<2x3xf32>
}

// CHECK: @gather#0 : tensor<1x3x1xf32> = [30, 10, 30]
func.func @gather() -> tensor<1x3x1xf32> {
  %x = "tosa.const"() {values = dense<[[[10.0], [20.0], [30.0]]]> : tensor<1x3x1xf32>} : () -> tensor<1x3x1xf32>
  %i = "tosa.const"() {values = dense<[[2, 0, 2]]> : tensor<1x3xi32>} : () -> tensor<1x3xi32>
  %0 = tosa.gather %x, %i : (tensor<1x3x1xf32>, tensor<1x3xi32>) -> tensor<1x3x1xf32>
  return %0 : tensor<1x3x1xf32>
}

// CHECK: @resource#0 : tensor<2xf32> = [1, -2]
func.func @resource() -> tensor<2xf32> {
  %0 = "tosa.const"() {values = dense_resource<blob> : tensor<2xf32>} : () -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      blob: "0x040000000000803F000000C0"
    }
  }
#-}
