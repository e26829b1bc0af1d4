// The quantization of a model, in every form, survives simplification.
// RUN: cim-opt %s --verify-roundtrip | FileCheck %s
// RUN: cim-opt %s --canonicalize --cse | FileCheck %s

!u4 = !quant.uniform<u4:f32, 0.10000000149011612:8>
!narrow = !quant.uniform<i4<-7:7>:f32:1, {0.5, 0.25:1, 0.5:-7}>
!binary = !quant.uniform<i2<-1:1>:f32:0, {0.5, 3.0}>
!one = !quant.uniform<u1:f32, 1.0>

// CHECK-LABEL: func.func @forms
func.func @forms(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  // CHECK: %[[U:.*]] = cim.quantize %{{.*}} : tensor<2x3xf32> -> tensor<2x3x!quant.uniform<u4:f32, 0.10000000149011612:8>>
  // CHECK: %[[UF:.*]] = cim.dequantize %[[U]] : tensor<2x3x!quant.uniform<u4:f32, 0.10000000149011612:8>> -> tensor<2x3xf32>
  %u = cim.quantize %x : tensor<2x3xf32> -> tensor<2x3x!u4>
  %uf = cim.dequantize %u : tensor<2x3x!u4> -> tensor<2x3xf32>
  // CHECK: cim.quantize %{{.*}} -> tensor<2x3x!quant.uniform<i4<-7:7>:f32:1, {5.000000e-01,2.500000e-01:1,5.000000e-01:-7}>>
  // CHECK: cim.dequantize
  %n = cim.quantize %x : tensor<2x3xf32> -> tensor<2x3x!narrow>
  %nf = cim.dequantize %n : tensor<2x3x!narrow> -> tensor<2x3xf32>
  // CHECK: cim.quantize binary %{{.*}} -> tensor<2x3x!quant.uniform<i2<-1:1>:f32:0, {5.000000e-01,3.000000e+00}>>
  // CHECK: cim.dequantize
  %b = cim.quantize binary %x : tensor<2x3xf32> -> tensor<2x3x!binary>
  %bf = cim.dequantize %b : tensor<2x3x!binary> -> tensor<2x3xf32>
  // CHECK: cim.quantize %{{.*}} -> tensor<2x3x!quant.uniform<u1:f32, 1.000000e+00>>
  // CHECK: cim.dequantize
  %o = cim.quantize %x : tensor<2x3xf32> -> tensor<2x3x!one>
  %of = cim.dequantize %o : tensor<2x3x!one> -> tensor<2x3xf32>
  return %uf, %nf, %bf, %of : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}

// CHECK-LABEL: func.func @casts
func.func @casts(%x: tensor<4xi32>, %y: tensor<4xui8>) -> (tensor<4xf32>, tensor<4xui8>, tensor<4xi8>) {
  // CHECK: cim.storage_cast %{{.*}} : tensor<4xi32> -> tensor<4x!quant.uniform<u4:f32, 0.10000000149011612:8>>
  // CHECK: cim.dequantize
  %q = cim.storage_cast %x : tensor<4xi32> -> tensor<4x!u4>
  %f = cim.dequantize %q : tensor<4x!u4> -> tensor<4xf32>
  // CHECK: %[[R:.*]] = cim.storage_cast %{{.*}} : tensor<4xui8> -> tensor<4x!quant.uniform<u4:f32, 0.10000000149011612:8>>
  // CHECK: cim.storage_cast %[[R]] {{.*}} -> tensor<4xui8>
  // CHECK: cim.storage_cast %[[R]] {{.*}} -> tensor<4xi8>
  %r = cim.storage_cast %y : tensor<4xui8> -> tensor<4x!u4>
  %u = cim.storage_cast %r : tensor<4x!u4> -> tensor<4xui8>
  %i = cim.storage_cast %r : tensor<4x!u4> -> tensor<4xi8>
  return %f, %u, %i : tensor<4xf32>, tensor<4xui8>, tensor<4xi8>
}
