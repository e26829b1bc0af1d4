// Scales that a model gives are kept, those that are missing are chosen.
// RUN: cim-opt %s --pass-pipeline='builtin.module(cim-calibrate{random=true})' | FileCheck %s

// CHECK-DAG: weight = <bits = 4, granularity = layer, scale = dense<3.750000e-01> : tensor<f32>>, activation = <bits = 5, {{.*}}scale = {{.*}} : f32>, adc = <kind = linear, bits = 4, scale = dense<{{.*}}> : tensor<f32>>
// CHECK-DAG: weight = <bits = 4, granularity = layer, scale = dense<{{.*}}> : tensor<f32>>, activation = <bits = 5, zero_point = 3, scale = 3.125000e-01 : f32>, adc = <kind = linear, bits = 4, scale = dense<{{.*}}> : tensor<f32>>
module {
func.func @main(%x: tensor<1x4x2xf32>) -> tensor<1x4x2xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0, 2.0], [-1.5, 0.5]]]> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %c = "tosa.const"() {values = dense<0.5> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = cim.matmul %x, %w, %c {layer = "a", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<0.375> : tensor<f32>>,
                               activation = <bits = 5>, adc = <kind = linear, bits = 4>>}
    : (tensor<1x4x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x4x2xf32>
  %z = cim.matmul %y, %w, %c {layer = "b", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer>,
                               activation = <bits = 5, zero_point = 3, scale = 0.3125 : f32>, adc = <kind = linear, bits = 4>>}
    : (tensor<1x4x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x4x2xf32>
  return %z : tensor<1x4x2xf32>
}
}
