// RUN: cim-opt %s --cim-quantize --cim-tile --cim-bit-slice --cim-insert-partial-sum-quantization --convert-cim-to-xbar --verify-roundtrip -o %t.xbar.mlir
// RUN: FileCheck %s --input-file=%t.xbar.mlir
// RUN: cim-eval %s %t.xbar.mlir --seed=1 --runs=4
// RUN: cim-opt %t.xbar.mlir --xbar-plan-memory -o %t.planned.mlir
// RUN: cim-translate --mlir-to-program %t.planned.mlir -o %t.cim && cim-translate --program-to-mlir %t.cim -o %t.back.mlir
// RUN: cim-eval %t.xbar.mlir %t.back.mlir --seed=1 --runs=4

// Two groups with a table for each tile: the thresholds of a group are repeated for its outputs. The
// stored step joins the scale.
// CHECK-DAG: %[[SCALE:.*]] = xbar.constant dense<{{.*}}> : tensor<2x1x4xf32>
// CHECK-DAG: %[[T:.*]] = xbar.constant dense<{{\[\[}}{{\[\[}}-3, 2], [-3, 2], [0, 1], [0, 1]]], {{\[\[}}[-2, 5], [-2, 5], [-1, 0], [-1, 0]]]]> : tensor<2x1x4x2xi32>
// CHECK-DAG: %[[L:.*]] = xbar.constant dense<{{\[\[}}{{\[\[}}-9, 0, 7], [-9, 0, 7], [-1, 0, 3]{{.*}}> : tensor<2x1x4x3xi32>
// CHECK: xbar.mvm {{.*}} scale(%[[SCALE]]) thresholds(%[[T]]) levels(%[[L]])
// CHECK-NOT: adc_range
func.func @main(%x: tensor<1x3x3x4xf32> {cim.name = "x"}) -> (tensor<1x2x2x4xf32> {cim.name = "y"}) {
  %w = "tosa.const"() {values = dense<[[[[1.0, -0.5], [0.25, 2.0]], [[-1.5, 0.75], [3.0, -3.0]]],
                                       [[[1.0, -1.0], [0.75, 2.0]], [[-1.5, 0.25], [1.0, -3.0]]],
                                       [[[1.0, -2.0], [0.25, 1.0]], [[-0.5, 0.75], [3.0, -1.0]]],
                                       [[[0.5, 1.5], [-2.0, -0.25]], [[1.0, 1.0], [-1.0, 2.5]]]]> : tensor<4x2x2x2xf32>} : () -> tensor<4x2x2x2xf32>
  %b = "tosa.const"() {values = dense<[0.5, -1.0, 0.0, 3.0]> : tensor<4xf32>} : () -> tensor<4xf32>
  %y = cim.conv2d %x, %w, %b {layer = "conv", groups = 2 : i64,
    window = #cim.window<kernel = [2, 2], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>,
    mapping = #cim.mapping<crossbar = <rows = 4, active_rows = 4>>,
    precision = #cim.precision<
      weight = <bits = 5, granularity = layer, scale = dense<0.2> : tensor<f32>>,
      activation = <bits = 4, zero_point = 7, scale = 0.3 : f32>,
      adc = <kind = table, bits = 2, granularity = array, scale = dense<[[1.5, 2.0], [1.0, 3.0]]> : tensor<2x2xf32>,
             thresholds = dense<[[[-3, 2], [-2, 5]], [[0, 1], [-1, 0]]]> : tensor<2x2x2xi32>,
             levels = dense<[[[-9, 0, 7], [-6, 1, 9]], [[-1, 0, 3], [-2, 2, 4]]]> : tensor<2x2x3xi32>>>}
    : (tensor<1x3x3x4xf32>, tensor<4x2x2x2xf32>, tensor<4xf32>) -> tensor<1x2x2x4xf32>
  return %y : tensor<1x2x2x4xf32>
}
