// RUN: cim-opt %s --split-input-file --cim-import-floats | FileCheck %s

// Types, constants, bounds and accumulators.
// CHECK-LABEL: func.func @main(%{{.*}}: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
// CHECK-DAG: dense<0.0999755859> : tensor<1xf32>
// CHECK-DAG: dense<0xFF800000> : tensor<1x1x1x1xf32>
// CHECK-DAG: dense<{{.*}}1.000000e+00{{.*}}-2.500000e+00{{.*}}> : tensor<1x2x1x1xf32>
// CHECK: tosa.conv2d {{.*}} {acc_type = f32,
// CHECK-SAME: -> tensor<1x2x2x1xf32>
// CHECK: tosa.cast %{{.*}} : (tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
// CHECK: tosa.clamp %{{.*}} {max_val = 1.000000e+00 : f32, min_val = -1.000000e+00 : f32}
// CHECK: tosa.add {{.*}} : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>
func.func @main(%x: tensor<1x2x2x1xf16>) -> tensor<1x2x2x1xf64> {
  %bias = "tosa.const"() {values = dense<0.1> : tensor<1xf16>} : () -> tensor<1xf16>
  %weight = "tosa.const"() {values = dense_resource<weight> : tensor<1x2x1x1xf16>} : () -> tensor<1x2x1x1xf16>
  %lowest = "tosa.const"() {values = dense<0xFFF0000000000000> : tensor<1x1x1x1xf64>} : () -> tensor<1x1x1x1xf64>
  %zero = "tosa.const"() {values = dense<0.0> : tensor<1xf16>} : () -> tensor<1xf16>
  %conv = tosa.conv2d %x, %weight, %bias, %zero, %zero {acc_type = f16, dilation = array<i64: 1, 1>,
      pad = array<i64: 1, 0, 0, 0>, stride = array<i64: 1, 1>}
    : (tensor<1x2x2x1xf16>, tensor<1x2x1x1xf16>, tensor<1xf16>, tensor<1xf16>, tensor<1xf16>) -> tensor<1x2x2x1xf16>
  %wide = tosa.cast %conv : (tensor<1x2x2x1xf16>) -> tensor<1x2x2x1xf64>
  %clamp = tosa.clamp %wide {min_val = -1.0 : f64, max_val = 1.0 : f64} : (tensor<1x2x2x1xf64>) -> tensor<1x2x2x1xf64>
  %sum = tosa.add %clamp, %lowest : (tensor<1x2x2x1xf64>, tensor<1x1x1x1xf64>) -> tensor<1x2x2x1xf64>
  return %sum : tensor<1x2x2x1xf64>
}

{-#
  dialect_resources: {builtin: {weight: "0x02000000003C00C1"}}
#-}

// -----

// f32 and integers stay what they are, shared constants too.
// CHECK-LABEL: func.func @main
// CHECK: dense_resource<same> : tensor<2xf32>
// CHECK: tosa.cast %{{.*}} : (tensor<2xf32>) -> tensor<2xi32>
// CHECK: same: "0x040000000000803F00000040"
func.func @main() -> tensor<2xi32> {
  %0 = "tosa.const"() {values = dense_resource<same> : tensor<2xf32>} : () -> tensor<2xf32>
  %1 = tosa.cast %0 : (tensor<2xf32>) -> tensor<2xi32>
  return %1 : tensor<2xi32>
}

{-#
  dialect_resources: {builtin: {same: "0x040000000000803F00000040"}}
#-}

// -----

// What a target says in double stays.
// CHECK-LABEL: func.func @target
// CHECK-SAME: #cim.crossbar<{{.*}}write_latency_us = 5.000000e-01
func.func @target(%x: tensor<2xf16>) -> tensor<2xf16> attributes {crossbar = #cim.crossbar<write_latency_us = 0.5>} {
  return %x : tensor<2xf16>
}
