// The quantization of a model becomes the precision of its layers, and they read what was quantized.
// RUN: cim-opt %s --convert-tosa-to-cim -o %t.cim.mlir
// RUN: FileCheck %s --input-file=%t.cim.mlir

// Scales are powers of two, so all sums are exact and every level has the bits of the model.
// RUN: cim-eval %s %t.cim.mlir --seed=1 --runs=4 --low=-6 --high=6
// RUN: cim-opt %t.cim.mlir --cim-assign-precision -o %t.assigned.mlir
// RUN: FileCheck %s --input-file=%t.assigned.mlir --check-prefix=ASSIGNED
// RUN: cim-eval %s %t.assigned.mlir --seed=2 --runs=4 --low=-6 --high=6
// RUN: cim-opt %t.assigned.mlir --pass-pipeline='builtin.module(cim-array-pipeline)' -o %t.arrays.mlir
// RUN: cim-eval %s %t.arrays.mlir --seed=3 --runs=4 --low=-6 --high=6
// RUN: cim-opt %t.arrays.mlir --pass-pipeline='builtin.module(cim-program-pipeline)' -o %t.xbar.mlir
// RUN: cim-eval %s %t.xbar.mlir --seed=4 --runs=4 --low=-6 --high=6
// RUN: cim-opt %s --convert-cim-to-xbar -o %t.digital.mlir
// RUN: cim-eval %s %t.digital.mlir --seed=5 --runs=4 --low=-6 --high=6

!u4 = !quant.uniform<u4:f32, 0.5:8>
!u8 = !quant.uniform<u8<0:200>:f32, 0.25>
!i8 = !quant.uniform<i8<-127:127>:f32, 0.125>
!w4 = !quant.uniform<i4<-7:7>:f32:0, {0.5, 0.25}>
!w3 = !quant.uniform<u3:f32:0, {0.5:4, 0.25:4, 1.0:3}>
!w8 = !quant.uniform<u8:f32, 0.25:128>

// CHECK-LABEL: func.func @main
// ASSIGNED-LABEL: func.func @main
module attributes {cim.target = #cim.target<mapping = <crossbar = <>>,
    precision = <weight = <bits = 6, granularity = column>, activation = <bits = 5>, adc = <kind = ideal>>>} {
func.func @main(%x: tensor<1x2x4x4xf32>) -> (tensor<1x8x3xf32>, tensor<1x4x4x2xf32>) {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %b = "tosa.const"() {values = dense<[0.5, -1.5]> : tensor<2xf32>} : () -> tensor<2xf32>
  %rows = tosa.const_shape {values = dense<[1, 8, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>

  // An asymmetric input behind a transpose; constant codes, one scale for each output.
  // CHECK-DAG: %[[T:.*]] = tosa.transpose %arg0
  // CHECK: %[[Y:.*]] = cim.conv2d %[[T]], {{.*}} {layer = "conv2d_0", mapping = #mapping, quantization = #cim.quantization<weight = <bits = 4, scale = dense<[5.000000e-01, 2.500000e-01]> : tensor<2xf32>>, activation = <bits = 4, zero_point = 8, scale = 5.000000e-01 : f32>>, window
  // ASSIGNED: cim.conv2d {{.*}} {layer = "conv2d_0", mapping = #mapping, precision = #[[P0:[^,]*]], window
  %q = cim.quantize %x : tensor<1x2x4x4xf32> -> tensor<1x2x4x4x!u4>
  %d = cim.dequantize %q : tensor<1x2x4x4x!u4> -> tensor<1x2x4x4xf32>
  %t = tosa.transpose %d {perms = array<i32: 0, 2, 3, 1>} : (tensor<1x2x4x4xf32>) -> tensor<1x4x4x2xf32>
  %c = "tosa.const"() {values = dense<[[[[7, -2]]], [[[-7, 3]]]]> : tensor<2x1x1x2xi8>} : () -> tensor<2x1x1x2xi8>
  %cq = cim.storage_cast %c : tensor<2x1x1x2xi8> -> tensor<2x1x1x2x!w4>
  %w = cim.dequantize %cq : tensor<2x1x1x2x!w4> -> tensor<2x1x1x2xf32>
  %y = tosa.conv2d %t, %w, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>}
    : (tensor<1x4x4x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x2xf32>

  // A range that 8 bits do not fill is a clamp; a quantized value that others read, too, stays. Weights are made of
  // floats, moved to where the layer wants them; codes less their zero points are in range.
  // CHECK: %[[Q:.*]] = cim.quantize %[[Y]] {{.*}} -> tensor<1x4x4x2x!quant.uniform<u8<0:200>:f32, 2.500000e-01>>
  // CHECK: %[[D:.*]] = cim.dequantize %[[Q]]
  // CHECK: %[[C:.*]] = tosa.clamp %[[Y]] {max_val = 5.000000e+01 : f32, min_val = 0.000000e+00 : f32}
  // CHECK: %[[R:.*]] = tosa.reshape %[[C]]
  // CHECK: cim.matmul %[[R]], {{.*}} {layer = "matmul_1", mapping = #mapping, quantization = #cim.quantization<weight = <bits = 3, range = full, scale = dense<[5.000000e-01, 2.500000e-01, 1.000000e+00]> : tensor<3xf32>>, activation = <scale = 2.500000e-01 : f32>>}
  // ASSIGNED: cim.matmul {{.*}} {layer = "matmul_1", mapping = #mapping, precision = #[[P1:[^,]*]]}
  %e = cim.quantize %y : tensor<1x4x4x2xf32> -> tensor<1x4x4x2x!u8>
  %f = cim.dequantize %e : tensor<1x4x4x2x!u8> -> tensor<1x4x4x2xf32>
  %r = tosa.reshape %f, %rows : (tensor<1x4x4x2xf32>, !tosa.shape<3>) -> tensor<1x8x4xf32>
  %m = "tosa.const"() {values = dense<[[-2.0, 0.3, 1.5, -3.0], [0.25, 0.1, -9.0, 9.0], [1.5, 2.5, -0.5, 0.0]]> : tensor<3x4xf32>} : () -> tensor<3x4xf32>
  %mq = cim.quantize %m : tensor<3x4xf32> -> tensor<3x4x!w3>
  %md = cim.dequantize %mq : tensor<3x4x!w3> -> tensor<3x4xf32>
  %mt = tosa.transpose %md {perms = array<i32: 1, 0>} : (tensor<3x4xf32>) -> tensor<4x3xf32>
  %one = tosa.const_shape {values = dense<[1, 4, 3]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %mr = tosa.reshape %mt, %one : (tensor<4x3xf32>, !tosa.shape<3>) -> tensor<1x4x3xf32>
  %p = tosa.matmul %r, %mr, %z, %z : (tensor<1x8x4xf32>, tensor<1x4x3xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x3xf32>
  return %p, %f : tensor<1x8x3xf32>, tensor<1x4x4x2xf32>
}
}
