// A clamp before a layer goes where quantization clamps at least as much, and nowhere else.
// RUN: split-file %s %t
// RUN: cim-opt %t/gone.mlir --cim-quantize -o %t/gone-after.mlir
// RUN: FileCheck %t/gone.mlir < %t/gone-after.mlir
// RUN: cim-eval %t/gone.mlir %t/gone-after.mlir --runs=20 --low=-20 --high=20
// RUN: cim-opt %t/kept.mlir --cim-quantize | FileCheck %t/kept.mlir

//--- gone.mlir
#mapping = #cim.mapping<crossbar = <>>
#precision = #cim.precision<
  weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>,
  activation = <bits = 4, zero_point = 2, scale = 0.5 : f32>, adc = <>>

// The bounds are those of the codes: -2 and 13 times 0.5.
// CHECK-NOT: tosa.clamp
// CHECK: cim.quantize_activation %arg0
// CHECK-NOT: tosa.clamp
func.func @main(%x: tensor<1x3x2xf32>) -> tensor<1x3x1xf32> {
  %w = "tosa.const"() {values = dense<[[[3.0], [-2.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %b = "tosa.const"() {values = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %c = tosa.clamp %x {min_val = -1.0 : f32, max_val = 6.5 : f32} : (tensor<1x3x2xf32>) -> tensor<1x3x2xf32>
  %y = cim.matmul %c, %w, %b {layer = "fc", mapping = #mapping, precision = #precision}
    : (tensor<1x3x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x3x1xf32>
  return %y : tensor<1x3x1xf32>
}

//--- kept.mlir
#mapping = #cim.mapping<crossbar = <>>
#precision = #cim.precision<
  weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>,
  activation = <bits = 4, zero_point = 2, scale = 0.5 : f32>, adc = <>>

// Each clamps more than the codes, has another user, or makes a bound of not-a-number.
// CHECK-LABEL: func.func @main
// CHECK: %[[LOW:.*]] = tosa.clamp %arg0 {max_val = 6.5{{.*}}, min_val = -9.9
// CHECK: cim.quantize_activation %[[LOW]]
// CHECK: %[[HIGH:.*]] = tosa.clamp %arg0 {max_val = 6.4
// CHECK: cim.quantize_activation %[[HIGH]]
// CHECK: %[[USED:.*]] = tosa.clamp %arg0 {max_val = 7
// CHECK: cim.quantize_activation %[[USED]]
// CHECK: %[[NAN:.*]] = tosa.clamp %arg0 {{.*}}nan_mode = IGNORE
// CHECK: cim.quantize_activation %[[NAN]]
func.func @main(%x: tensor<1x3x2xf32>) -> (tensor<1x3x1xf32>, tensor<1x3x1xf32>, tensor<1x3x1xf32>, tensor<1x3x1xf32>, tensor<1x3x2xf32>) {
  %w = "tosa.const"() {values = dense<[[[3.0], [-2.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %b = "tosa.const"() {values = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %low = tosa.clamp %x {min_val = -0.99 : f32, max_val = 6.5 : f32} : (tensor<1x3x2xf32>) -> tensor<1x3x2xf32>
  %0 = cim.matmul %low, %w, %b {layer = "low", mapping = #mapping, precision = #precision}
    : (tensor<1x3x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x3x1xf32>
  %high = tosa.clamp %x {min_val = -1.0 : f32, max_val = 6.4 : f32} : (tensor<1x3x2xf32>) -> tensor<1x3x2xf32>
  %1 = cim.matmul %high, %w, %b {layer = "high", mapping = #mapping, precision = #precision}
    : (tensor<1x3x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x3x1xf32>
  %used = tosa.clamp %x {min_val = -1.0 : f32, max_val = 7.0 : f32} : (tensor<1x3x2xf32>) -> tensor<1x3x2xf32>
  %2 = cim.matmul %used, %w, %b {layer = "used", mapping = #mapping, precision = #precision}
    : (tensor<1x3x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x3x1xf32>
  %nan = tosa.clamp %x {min_val = -1.0 : f32, max_val = 7.0 : f32, nan_mode = IGNORE} : (tensor<1x3x2xf32>) -> tensor<1x3x2xf32>
  %3 = cim.matmul %nan, %w, %b {layer = "nan", mapping = #mapping, precision = #precision}
    : (tensor<1x3x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x3x1xf32>
  return %0, %1, %2, %3, %used : tensor<1x3x1xf32>, tensor<1x3x1xf32>, tensor<1x3x1xf32>, tensor<1x3x1xf32>, tensor<1x3x2xf32>
}
