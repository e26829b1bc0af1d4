// RUN: cim-opt %s --split-input-file --cim-import-integers | FileCheck %s

// A convolution of codes: the zero point of its input is what the layer's padding is.
// CHECK-LABEL: func.func @convolution
// CHECK-DAG: %[[W:.*]] = "tosa.const"() <{values = dense<{{.*}}> : tensor<2x1x1x1xi8>}>
// CHECK-DAG: %[[BIAS:.*]] = "tosa.const"() <{values = dense<[3, -4]> : tensor<2xi32>}>
// CHECK: %[[XQ:.*]] = cim.storage_cast %{{.*}} : tensor<1x4x4x1xi8> -> tensor<1x4x4x1x!quant.uniform<i8:f32, 1.000000e+00:-5>>
// CHECK: %[[X:.*]] = cim.dequantize %[[XQ]]
// CHECK: %[[WQ:.*]] = cim.storage_cast %[[W]] : tensor<2x1x1x1xi8> -> tensor<2x1x1x1x!quant.uniform<i8:f32, 1.000000e+00>>
// CHECK: %[[WF:.*]] = cim.dequantize %[[WQ]]
// CHECK: %[[B:.*]] = tosa.cast %[[BIAS]] : (tensor<2xi32>) -> tensor<2xf32>
// CHECK: %[[Y:.*]] = tosa.conv2d %[[X]], %[[WF]], %[[B]], %{{.*}} {acc_type = f32, {{.*}}pad = array<i64: 1, 1, 1, 1>{{.*}} -> tensor<1x6x6x2xf32>
// CHECK: tosa.cast %[[Y]] : (tensor<1x6x6x2xf32>) -> tensor<1x6x6x2xi32>
func.func @convolution(%x: tensor<1x4x4x1xi8>) -> tensor<1x6x6x2xi32> {
  %w = "tosa.const"() {values = dense<[[[[1]]], [[[-2]]]]> : tensor<2x1x1x1xi8>} : () -> tensor<2x1x1x1xi8>
  %b = "tosa.const"() {values = dense<[3, -4]> : tensor<2xi32>} : () -> tensor<2xi32>
  %zx = "tosa.const"() {values = dense<-5> : tensor<1xi8>} : () -> tensor<1xi8>
  %zw = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %y = tosa.conv2d %x, %w, %b, %zx, %zw {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>}
    : (tensor<1x4x4x1xi8>, tensor<2x1x1x1xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x6x6x2xi32>
  return %y : tensor<1x6x6x2xi32>
}

// -----

// CHECK-LABEL: func.func @others
// CHECK: %[[F:.*]] = tosa.cast %{{.*}} : (tensor<1x4x4x1xi8>) -> tensor<1x4x4x1xf32>
// CHECK: %[[P:.*]] = tosa.max_pool2d %[[F]] {{.*}} -> tensor<1x2x2x1xf32>
// CHECK: tosa.cast %[[P]] : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xi8>
// CHECK: tosa.depthwise_conv2d {{.*}} -> tensor<1x4x4x2xf32>
// CHECK: tosa.cast %{{.*}} : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xi32>
// CHECK: tosa.matmul {{.*}} -> tensor<1x4x4xf32>
// CHECK: tosa.cast %{{.*}} : (tensor<1x4x4xf32>) -> tensor<1x4x4xi32>
func.func @others(%x: tensor<1x4x4x1xi8>, %a: tensor<1x4x2xi8>, %c: tensor<1x2x4xi8>)
    -> (tensor<1x2x2x1xi8>, tensor<1x4x4x2xi32>, tensor<1x4x4xi32>) {
  %w = "tosa.const"() {values = dense<1> : tensor<1x1x1x2xi8>} : () -> tensor<1x1x1x2xi8>
  %b = "tosa.const"() {values = dense<3> : tensor<2xi32>} : () -> tensor<2xi32>
  %z = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.max_pool2d %x {kernel = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 2, 2>}
    : (tensor<1x4x4x1xi8>) -> tensor<1x2x2x1xi8>
  %1 = tosa.depthwise_conv2d %x, %w, %b, %z, %z {acc_type = i32, dilation = array<i64: 1, 1>, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x4x4x1xi8>, tensor<1x1x1x2xi8>, tensor<2xi32>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4x2xi32>
  %2 = tosa.matmul %a, %c, %z, %z : (tensor<1x4x2xi8>, tensor<1x2x4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4xi32>
  return %0, %1, %2 : tensor<1x2x2x1xi8>, tensor<1x4x4x2xi32>, tensor<1x4x4xi32>
}

// -----

// Floats, and parameters that are computed, stay what they are.
// CHECK-LABEL: func.func @floats
// CHECK-NOT: tosa.cast
// CHECK: tosa.matmul {{.*}} -> tensor<1x4x4xf32>
// CHECK: tosa.matmul {{.*}} -> tensor<1x4x4xi32>
// CHECK: tosa.rescale
func.func @floats(%x: tensor<1x4x4xf32>, %z: tensor<1xf32>, %c: tensor<1x4x4xi8>, %zc: tensor<1xi8>, %zi: tensor<1xi32>)
    -> (tensor<1x4x4xf32>, tensor<1x4x4xi32>, tensor<1x4x4xi32>) {
  %m = "tosa.const"() {values = dense<1073741824> : tensor<1xi32>} : () -> tensor<1xi32>
  %s = "tosa.const"() {values = dense<30> : tensor<1xi8>} : () -> tensor<1xi8>
  %0 = tosa.matmul %x, %x, %z, %z : (tensor<1x4x4xf32>, tensor<1x4x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4xf32>
  %1 = tosa.matmul %c, %c, %zc, %zc : (tensor<1x4x4xi8>, tensor<1x4x4xi8>, tensor<1xi8>, tensor<1xi8>) -> tensor<1x4x4xi32>
  %2 = tosa.rescale %c, %m, %s, %zc, %zi {scale32 = true, rounding_mode = SINGLE_ROUND, per_channel = false, input_unsigned = false, output_unsigned = false}
    : (tensor<1x4x4xi8>, tensor<1xi32>, tensor<1xi8>, tensor<1xi8>, tensor<1xi32>) -> tensor<1x4x4xi32>
  return %0, %1, %2 : tensor<1x4x4xf32>, tensor<1x4x4xi32>, tensor<1x4x4xi32>
}
