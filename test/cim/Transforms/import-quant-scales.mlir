// RUN: cim-opt %s --cim-import-quant | FileCheck %s

// Scales are float32 from here on.
// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // CHECK: cim.quantize %{{.*}}!quant.uniform<i8:f32, 0.050000000745058{{[0-9]*}}:3>>
  %q = quant.qcast %x : tensor<2x4xf32> to tensor<2x4x!quant.uniform<i8:f32, 0.05:3>>
  %y = quant.dcast %q : tensor<2x4x!quant.uniform<i8:f32, 0.05:3>> to tensor<2x4xf32>
  // CHECK: cim.quantize %{{.*}}!quant.uniform<i8:f32:0, {0.10000000149011{{[0-9]*}},5.000000e-01:1}>>
  %c = quant.qcast %y : tensor<2x4xf32> to tensor<2x4x!quant.uniform<i8:f32:0, {0.1, 0.5:1}>>
  %z = quant.dcast %c : tensor<2x4x!quant.uniform<i8:f32:0, {0.1, 0.5:1}>> to tensor<2x4xf32>
  return %z : tensor<2x4xf32>
}
