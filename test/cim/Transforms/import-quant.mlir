// RUN: cim-opt %s --cim-import-quant | FileCheck %s
// Simplification after the pass takes nothing away; before it, it would.
// RUN: cim-opt %s --pass-pipeline='builtin.module(cim-clean-up-pipeline)' | FileCheck %s
// RUN: cim-opt %s --canonicalize | FileCheck %s --check-prefix=FOLDED

// FOLDED-NOT: quant.

// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[Q:.*]] = cim.quantize %{{.*}} : tensor<4xf32> -> tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>
  // CHECK: %[[Y:.*]] = cim.dequantize %[[Q]] : tensor<4x!quant.uniform<i8:f32, 5.000000e-01>> -> tensor<4xf32>
  // CHECK: return %[[Y]]
  %q = quant.qcast %x : tensor<4xf32> to tensor<4x!quant.uniform<i8:f32, 0.5>>
  %y = quant.dcast %q : tensor<4x!quant.uniform<i8:f32, 0.5>> to tensor<4xf32>
  return %y : tensor<4xf32>
}
