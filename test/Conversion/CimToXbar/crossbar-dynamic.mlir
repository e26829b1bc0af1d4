// RUN: cim-opt %s --cim-quantize --cim-tile --cim-bit-slice --cim-insert-partial-sum-quantization -o %t.arrays.mlir
// RUN: cim-opt %t.arrays.mlir --convert-cim-to-xbar -o %t.xbar.mlir
// RUN: FileCheck %s --input-file=%t.xbar.mlir
// RUN: cim-eval %s %t.arrays.mlir --seed=1 --runs=4
// RUN: cim-eval %s %t.xbar.mlir --seed=1 --runs=4
// RUN: cim-opt %t.xbar.mlir --xbar-plan-memory | FileCheck %s --check-prefix=PLAN

// A computed weight is written at run time. The heads share the tables, whose start value has the
// window offsets but no zero point: 0.5 * 0.25 * (1, 4) * 15 * o. Its factor is s_w * s_a.

// CHECK-LABEL: xbar.program @main
// CHECK: ^bb0(%[[X:.*]]: tensor<2x3x4xf32>, %[[K:.*]]: tensor<2x4x2xf32>)
// CHECK-DAG: %[[START:.*]] = xbar.constant dense<[0.000000e+00, 7.500000e+00]> : tensor<2xf32>
// CHECK-DAG: %[[SCALE:.*]] = xbar.constant dense<{{.*}}2.500000e-01, 2.500000e-01], [1.000000e+00, 1.000000e+00{{.*}}> : tensor<2x2x2xf32>
// CHECK-DAG: %[[R:.*]] = xbar.constant dense<5.000000e-01> : tensor<2x2x2xf32>
// CHECK-DAG: %[[O:.*]] = xbar.constant dense<{{.*}}[0, 1]{{.*}}> : tensor<2x2x2xi32>
// CHECK: %[[A:.*]] = xbar.write_arrays_dynamic %[[K]]
// CHECK-SAME: core = 0 : i64, first_array = 0 : i64, layer = "scores", num_arrays = 8 : i64, weight_bits = 4 : i64, weight_scale = 5.000000e-01 : f32
// CHECK-SAME: <groups = 2, rows = 4, columns = 2, tiles = [3, 1], slices = [2, 2], kind = differential_column>
// CHECK: %[[Y:.*]] = xbar.mvm %[[X]], %[[A]], start(%[[START]]), scale(%[[SCALE]]), reciprocal(%[[R]]), offsets(%[[O]])
// CHECK-SAME: adc_range = array<i64: -8, 7>, correction_scale = 1.250000e-01 : f32
// CHECK: xbar.output %[[Y]]

// The cells are no buffer: the result may take the place of the weight that has been written.
// PLAN: arena_bytes = 192 : i64
// PLAN: input_offsets = array<i64: [[INPUT:[0-9]+]], [[WEIGHT:[0-9]+]]>
// PLAN: xbar.mvm {{.*}} offset = [[WEIGHT]] : i64
func.func @main(%x: tensor<2x3x4xf32> {cim.name = "x"}, %k: tensor<2x4x2xf32> {cim.name = "k"})
    -> (tensor<2x3x2xf32> {cim.name = "y"}) {
  %y = cim.matmul_dynamic %x, %k {layer = "scores",
    mapping = #cim.mapping<crossbar = <rows = 3, active_rows = 3, columns = 4>>,
    precision = #cim.precision<
      weight = <bits = 4, granularity = layer, scale = dense<0.5> : tensor<f32>>,
      activation = <bits = 4, zero_point = 8, scale = 0.25 : f32>,
      adc = <kind = linear, bits = 4, granularity = column, scale = dense<2.0> : tensor<2x2x2xf32>,
             offset = dense<[[[0, 1], [0, 0]], [[0, 3], [0, 0]]]> : tensor<2x2x2xi32>>>}
    : (tensor<2x3x4xf32>, tensor<2x4x2xf32>) -> tensor<2x3x2xf32>
  return %y : tensor<2x3x2xf32>
}
