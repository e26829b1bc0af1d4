// RUN: cim-opt %s --verify-roundtrip | FileCheck %s

#conv = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>
#pool = #cim.window<kernel = [2, 2], stride = [2, 2], pad = [0, 0, 0, 0], dilation = [1, 1]>

// CHECK-LABEL: xbar.program @crossbar
// CHECK-SAME: uncalibrated
xbar.program @crossbar attributes {input_names = ["image", "vector"], output_names = ["y", "z"],
    uncalibrated} {
^bb0(%image: tensor<1x4x4x4xf32>, %vector: tensor<5x6xf32>):
  // CHECK: xbar.constant dense_resource<codes> : tensor<2x18x4xi8>
  %codes = xbar.constant dense_resource<codes> : tensor<2x18x4xi8>
  // CHECK: xbar.write_arrays
  %arrays = xbar.write_arrays %codes {layer = "conv", kernel_area = 9, core = 0, first_array = 0,
      num_arrays = 2}
    : tensor<2x18x4xi8> -> !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [9, 9],
                                       slices = [2, 2], kind = differential_column>
  %start = xbar.constant dense<0.0> : tensor<8xf32>
  %scale = xbar.constant dense<0.5> : tensor<2x2x8xf32>
  %reciprocal = xbar.constant dense<0.5> : tensor<2x2x8xf32>
  %offsets = xbar.constant dense<-1> : tensor<2x2x8xi32>
  // CHECK: xbar.mvm %{{.*}}, %{{.*}}, start(%{{.*}}), scale(%{{.*}}), reciprocal(%{{.*}}), offsets(%{{.*}})
  %y = xbar.mvm %image, %arrays, start(%start), scale(%scale), reciprocal(%reciprocal), offsets(%offsets)
      {layer = "conv", window = #conv, activation = #cim.activation<bits = 4, zero_point = 3, scale = 1.0 : f32>,
       cycles = array<i64: 1, 3>, adc_range = array<i64: -32768, 65535>}
    : (tensor<1x4x4x4xf32>, !cim.arrays<groups = 2, rows = 18, columns = 4, tiles = [9, 9],
       slices = [2, 2], kind = differential_column>, tensor<8xf32>, tensor<2x2x8xf32>,
       tensor<2x2x8xf32>, tensor<2x2x8xi32>) -> tensor<1x4x4x8xf32>

  %dense = xbar.constant dense<1> : tensor<1x6x3xi8>
  %ideal = xbar.write_arrays %dense {layer = "fc", kernel_area = 1, core = 1, first_array = 0, num_arrays = 1}
    : tensor<1x6x3xi8> -> !cim.arrays<groups = 1, rows = 6, columns = 3, tiles = [6],
                                      slices = [2, 2], kind = differential_row>
  %bias = xbar.constant dense<0.0> : tensor<3xf32>
  %one = xbar.constant dense<1.0> : tensor<1x1x3xf32>
  // CHECK: xbar.mvm %{{.*}}, %{{.*}}, start(%{{.*}}), scale(%{{.*}}) {
  %z = xbar.mvm %vector, %ideal, start(%bias), scale(%one) {layer = "fc",
      activation = #cim.activation<bits = 2, scale = 1.0 : f32>, cycles = array<i64: 2>, sum_slices, sum_tiles}
    : (tensor<5x6xf32>, !cim.arrays<groups = 1, rows = 6, columns = 3, tiles = [6],
       slices = [2, 2], kind = differential_row>, tensor<3xf32>, tensor<1x1x3xf32>) -> tensor<5x3xf32>
  xbar.output %y, %z : tensor<1x4x4x8xf32>, tensor<5x3xf32>
}

// CHECK-LABEL: xbar.program @digital
xbar.program @digital attributes {input_names = ["x"], output_names = ["a", "b"]} {
^bb0(%x: tensor<1x4x4x2xf32>):
  %w = xbar.constant dense<1.0> : tensor<4x3x3x1xf32>
  %b = xbar.constant dense<0.0> : tensor<4xf32>
  // CHECK: xbar.conv2d
  %0 = xbar.conv2d %x, %w, %b {groups = 2 : i64, window = #conv, name = "depthwise"}
    : (tensor<1x4x4x2xf32>, tensor<4x3x3x1xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
  // CHECK: xbar.pool
  %1 = xbar.pool %0 {kind = #xbar.pool_kind<average>, window = #pool} : (tensor<1x4x4x4xf32>) -> tensor<1x2x2x4xf32>
  // CHECK: xbar.reshape
  %2 = xbar.reshape %1 : (tensor<1x2x2x4xf32>) -> tensor<1x4x4xf32>
  // CHECK: xbar.transpose
  %3 = xbar.transpose %2 {permutation = array<i64: 0, 2, 1>} : (tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
  // CHECK: xbar.matmul
  %4 = xbar.matmul %2, %3 : (tensor<1x4x4xf32>, tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
  // CHECK: xbar.unary
  %5 = xbar.unary %4 {kind = #xbar.unary_kind<tanh>} : (tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
  // CHECK: xbar.clamp
  %6 = xbar.clamp %5 {min = 0.0 : f64, max = 6.0 : f64} : (tensor<1x4x4xf32>) -> tensor<1x4x4xf32>
  // CHECK: xbar.reduce
  %7 = xbar.reduce %6 {kind = #xbar.reduce_kind<max>, axis = 2 : i64} : (tensor<1x4x4xf32>) -> tensor<1x4x1xf32>
  // CHECK: xbar.binary
  %8 = xbar.binary %6, %7 {kind = #xbar.binary_kind<greater_equal>}
    : (tensor<1x4x4xf32>, tensor<1x4x1xf32>) -> tensor<1x4x4xi1>
  // CHECK: xbar.select
  %9 = xbar.select %8, %6, %7 : (tensor<1x4x4xi1>, tensor<1x4x4xf32>, tensor<1x4x1xf32>) -> tensor<1x4x4xf32>
  // CHECK: xbar.slice
  %10 = xbar.slice %9 {start = array<i64: 0, 1, 2>} : (tensor<1x4x4xf32>) -> tensor<1x2x2xf32>
  // CHECK: xbar.pad
  %11 = xbar.pad %10 {low = array<i64: 0, 0, 1>, value = -1.0 : f64} : (tensor<1x2x2xf32>) -> tensor<1x2x4xf32>
  // CHECK: xbar.concat
  %12 = xbar.concat %9, %11 {axis = 1 : i64} : (tensor<1x4x4xf32>, tensor<1x2x4xf32>) -> tensor<1x6x4xf32>
  // CHECK: xbar.cast
  %13 = xbar.cast %12 : (tensor<1x6x4xf32>) -> tensor<1x6x4xi32>
  xbar.output %13, %8 : tensor<1x6x4xi32>, tensor<1x4x4xi1>
}

// CHECK-LABEL: xbar.program @bits
xbar.program @bits attributes {input_names = ["x", "n"], output_names = ["y"]} {
^bb0(%x: tensor<2x3xui8>, %n: tensor<1x3xui8>):
  // CHECK: kind = #xbar.unary_kind<bitwise_not>
  %0 = xbar.unary %x {kind = #xbar.unary_kind<bitwise_not>} : (tensor<2x3xui8>) -> tensor<2x3xui8>
  // CHECK: kind = #xbar.binary_kind<bitwise_and>
  %1 = xbar.binary %0, %n {kind = #xbar.binary_kind<bitwise_and>} : (tensor<2x3xui8>, tensor<1x3xui8>) -> tensor<2x3xui8>
  // CHECK: kind = #xbar.binary_kind<bitwise_or>
  %2 = xbar.binary %1, %x {kind = #xbar.binary_kind<bitwise_or>} : (tensor<2x3xui8>, tensor<2x3xui8>) -> tensor<2x3xui8>
  // CHECK: kind = #xbar.binary_kind<bitwise_xor>
  %3 = xbar.binary %2, %x {kind = #xbar.binary_kind<bitwise_xor>} : (tensor<2x3xui8>, tensor<2x3xui8>) -> tensor<2x3xui8>
  // CHECK: kind = #xbar.binary_kind<logical_left_shift>
  %4 = xbar.binary %3, %n {kind = #xbar.binary_kind<logical_left_shift>} : (tensor<2x3xui8>, tensor<1x3xui8>) -> tensor<2x3xui8>
  // CHECK: kind = #xbar.binary_kind<logical_right_shift>
  %5 = xbar.binary %4, %n {kind = #xbar.binary_kind<logical_right_shift>} : (tensor<2x3xui8>, tensor<1x3xui8>) -> tensor<2x3xui8>
  // CHECK: kind = #xbar.binary_kind<arithmetic_right_shift>
  %6 = xbar.binary %5, %n {kind = #xbar.binary_kind<arithmetic_right_shift>} : (tensor<2x3xui8>, tensor<1x3xui8>) -> tensor<2x3xui8>
  xbar.output %6 : tensor<2x3xui8>
}

// CHECK-LABEL: xbar.program @rows
xbar.program @rows attributes {input_names = ["x", "i"], output_names = ["y"]} {
^bb0(%x: tensor<2x5x3xi8>, %i: tensor<2x4xi64>):
  // CHECK: xbar.gather
  %0 = xbar.gather %x, %i {name = "embedding"} : (tensor<2x5x3xi8>, tensor<2x4xi64>) -> tensor<2x4x3xi8>
  // CHECK: xbar.scatter
  %1 = xbar.scatter %x, %i, %0
    : (tensor<2x5x3xi8>, tensor<2x4xi64>, tensor<2x4x3xi8>) -> tensor<2x5x3xi8>
  xbar.output %1 : tensor<2x5x3xi8>
}

// Two buffers that are never alive together may share their place.
// CHECK-LABEL: xbar.program @planned
xbar.program @planned attributes {input_names = ["x"], output_names = ["y"], arena_bytes = 128,
    input_offsets = array<i64: 0>} {
^bb0(%x: tensor<2xf32>):
  %0 = xbar.reshape %x {offset = 0} : (tensor<2xf32>) -> tensor<1x2xf32>
  %1 = xbar.unary %0 {kind = #xbar.unary_kind<exp>, offset = 64} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = xbar.unary %1 {kind = #xbar.unary_kind<exp>, offset = 0} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  xbar.output %2 : tensor<1x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      codes: "0x010000000102030405060708090A0B0C0D0E0F0102030405060708090A0B0C0D0E0F0102030405060708090A0B0C0D0E0F0102030405060708090A0B0C0D0E0F0102030405060708090A0B0C0D0E0F0102030405060708090A0B0C0D0E0F0102030405060708090A0B0C0D0E0F0102030405060708090A0B0C0D0E0F0102030405060708090A0B0C0D0E0F010203040506070809"
    }
  }
#-}
