// Groups whose weights are parts of one quantized constant, an input whose maxima are read, and products of two
// quantized operands.
// RUN: cim-opt %s --convert-tosa-to-cim -o %t.cim.mlir
// RUN: FileCheck %s --input-file=%t.cim.mlir
// RUN: cim-eval %s %t.cim.mlir --seed=1 --runs=4 --low=-6 --high=6
// RUN: cim-opt %t.cim.mlir --cim-assign-precision -o %t.assigned.mlir
// RUN: cim-eval %s %t.assigned.mlir --seed=2 --runs=4 --low=-6 --high=6
// RUN: cim-opt %t.assigned.mlir --pass-pipeline='builtin.module(cim-array-pipeline,cim-program-pipeline)' -o %t.xbar.mlir
// RUN: cim-eval %s %t.xbar.mlir --seed=3 --runs=4 --low=-6 --high=6

!i8 = !quant.uniform<i8:f32, 0.125:-10>
!w8 = !quant.uniform<u8:f32, 0.25:128>
!w2 = !quant.uniform<i2<-1:1>:f32, 0.25>
!k5 = !quant.uniform<i5<-15:15>:f32, 0.25>

#target = #cim.target<mapping = <input_encoding = twos_complement, crossbar = <>>,
  precision = <weight = <>, activation = <>, adc = <>>>

module attributes {cim.target = #target} {
// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<1x4x4x4xf32>) -> (tensor<1x4x4x2xf32>, tensor<1x2x2x1xf32>, tensor<1x16x16xf32>) {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %b = "tosa.const"() {values = dense<0.5> : tensor<1xf32>} : () -> tensor<1xf32>
  %start0 = tosa.const_shape {values = dense<[0, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %start1 = tosa.const_shape {values = dense<[0, 0, 0, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %start2 = tosa.const_shape {values = dense<[1, 0, 0, 0]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %half = tosa.const_shape {values = dense<[1, 4, 4, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %out = tosa.const_shape {values = dense<[1, 1, 1, 2]> : tensor<4xindex>} : () -> !tosa.shape<4>
  %q = cim.quantize %x : tensor<1x4x4x4xf32> -> tensor<1x4x4x4x!i8>
  %d = cim.dequantize %q : tensor<1x4x4x4x!i8> -> tensor<1x4x4x4xf32>
  %c = "tosa.const"() {values = dense<[[[[255, 1]]], [[[128, 127]]]]> : tensor<2x1x1x2xui8>} : () -> tensor<2x1x1x2xui8>
  %cq = cim.storage_cast %c : tensor<2x1x1x2xui8> -> tensor<2x1x1x2x!w8>
  %w = cim.dequantize %cq : tensor<2x1x1x2x!w8> -> tensor<2x1x1x2xf32>
  %w0 = tosa.slice %w, %start0, %out : (tensor<2x1x1x2xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x1x1x2xf32>
  %w1 = tosa.slice %w, %start2, %out : (tensor<2x1x1x2xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x1x1x2xf32>
  // The zero point does not suit two's complement inputs.
  // CHECK: cim.conv2d %arg0, {{.*}} {groups = 2 : i64, layer = "conv2d_2", mapping = #mapping, quantization = #cim.quantization<weight = <granularity = layer, scale = dense<2.500000e-01> : tensor<f32>>, activation = <zero_point = 118, scale = 1.250000e-01 : f32>>
  %s0 = tosa.slice %d, %start0, %half : (tensor<1x4x4x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x4x4x2xf32>
  %s1 = tosa.slice %d, %start1, %half : (tensor<1x4x4x4xf32>, !tosa.shape<4>, !tosa.shape<4>) -> tensor<1x4x4x2xf32>
  %y0 = tosa.conv2d %s0, %w0, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %y1 = tosa.conv2d %s1, %w1, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %y = tosa.concat %y0, %y1 {axis = 3 : i32} : (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) -> tensor<1x4x4x2xf32>

  // Maxima are still the model's values; what was quantized is not what the layer reads.
  // CHECK: %[[P:.*]] = tosa.max_pool2d
  // CHECK: cim.conv2d %[[P]], {{.*}} quantization = #cim.quantization<weight = <bits = 2, granularity = layer, scale = dense<2.500000e-01> : tensor<f32>>, activation = <zero_point = 118, scale = 1.250000e-01 : f32>>
  %p = tosa.max_pool2d %d {kernel = array<i64: 2, 2>, stride = array<i64: 2, 2>, pad = array<i64: 0, 0, 0, 0>} : (tensor<1x4x4x4xf32>) -> tensor<1x2x2x4xf32>
  %v = "tosa.const"() {values = dense<[[[[1, -1, 0, 1]]]]> : tensor<1x1x1x4xi32>} : () -> tensor<1x1x1x4xi32>
  %vq = cim.storage_cast %v : tensor<1x1x1x4xi32> -> tensor<1x1x1x4x!w2>
  %vd = cim.dequantize %vq : tensor<1x1x1x4x!w2> -> tensor<1x1x1x4xf32>
  %o = tosa.conv2d %p, %vd, %b, %z, %z {acc_type = f32, pad = array<i64: 0, 0, 0, 0>, stride = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x2x2x4xf32>, tensor<1x1x1x4xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2x1xf32>

  // CHECK: cim.matmul_dynamic {{.*}} quantization = #cim.quantization<weight = <bits = 5, granularity = layer, scale = dense<2.500000e-01> : tensor<f32>>, activation = <zero_point = 118, scale = 1.250000e-01 : f32>>
  %left = tosa.const_shape {values = dense<[1, 16, 4]> : tensor<3xindex>} : () -> !tosa.shape<3>
  %l = tosa.reshape %d, %left : (tensor<1x4x4x4xf32>, !tosa.shape<3>) -> tensor<1x16x4xf32>
  %k = tosa.reshape %x, %left : (tensor<1x4x4x4xf32>, !tosa.shape<3>) -> tensor<1x16x4xf32>
  %kq = cim.quantize %k : tensor<1x16x4xf32> -> tensor<1x16x4x!k5>
  %kd = cim.dequantize %kq : tensor<1x16x4x!k5> -> tensor<1x16x4xf32>
  %kt = tosa.transpose %kd {perms = array<i32: 0, 2, 1>} : (tensor<1x16x4xf32>) -> tensor<1x4x16xf32>
  %a = tosa.matmul %l, %kt, %z, %z : (tensor<1x16x4xf32>, tensor<1x4x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x16x16xf32>
  return %y, %o, %a : tensor<1x4x4x2xf32>, tensor<1x2x2x1xf32>, tensor<1x16x16xf32>
}
}
