// Binary weights are layers of one bit: signs in one slice, 0 and negative zero being positive.
// RUN: cim-opt %s --convert-tosa-to-cim -o %t.cim.mlir
// RUN: FileCheck %s --input-file=%t.cim.mlir
// RUN: cim-eval %s %t.cim.mlir --seed=1 --runs=4 --low=-6 --high=6
// RUN: cim-opt %t.cim.mlir --cim-assign-precision -o %t.assigned.mlir
// RUN: cim-eval %s %t.assigned.mlir --seed=2 --runs=4 --low=-6 --high=6
// RUN: cim-opt %t.assigned.mlir --pass-pipeline='builtin.module(cim-array-pipeline)' -o %t.arrays.mlir
// RUN: FileCheck %s --input-file=%t.arrays.mlir --check-prefix=ARRAYS
// RUN: cim-eval %s %t.arrays.mlir --seed=3 --runs=4 --low=-6 --high=6
// RUN: cim-opt %t.arrays.mlir --pass-pipeline='builtin.module(cim-program-pipeline)' -o %t.xbar.mlir
// RUN: cim-eval %s %t.xbar.mlir --seed=4 --runs=4 --low=-6 --high=6

// With an ADC the layer and its program agree as well.
// RUN: cim-opt %t.cim.mlir --pass-pipeline='builtin.module(cim-assign-precision{adc-bits=2},cim-calibrate{random=true})' -o %t.calibrated.mlir
// RUN: cim-opt %t.calibrated.mlir --pass-pipeline='builtin.module(cim-array-pipeline,cim-program-pipeline)' -o %t.adc.mlir
// RUN: cim-eval %t.calibrated.mlir %t.adc.mlir --seed=5 --runs=4

// CHECK: cim.matmul %arg0, {{.*}} quantization = #cim.quantization<weight = <bits = 1, scale = dense<[5.000000e-01, 2.500000e-01]> : tensor<2xf32>>, activation = <bits = 4, scale = 5.000000e-01 : f32>>
// ARRAYS: "tosa.const"() <{values = dense<{{\[\[}}[1, 1], [1, -1], [-1, 1]]]> : tensor<1x3x2xi8>}>
// ARRAYS: slices = [1], kind = differential_column

!u4 = !quant.uniform<u4:f32, 0.5>
!binary = !quant.uniform<i2<-1:1>:f32:2, {0.5, 0.25}>
module attributes {cim.target = #cim.target<mapping = <crossbar = <>>,
    precision = <weight = <>, activation = <>, adc = <>>>} {
func.func @main(%x: tensor<1x8x3xf32>) -> tensor<1x8x2xf32> {
  %z = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %q = cim.quantize %x : tensor<1x8x3xf32> -> tensor<1x8x3x!u4>
  %d = cim.dequantize %q : tensor<1x8x3x!u4> -> tensor<1x8x3xf32>
  %c = "tosa.const"() {values = dense<[[[0.0, -0.0], [0.125, -3.0], [-1.0e-30, 7.0]]]> : tensor<1x3x2xf32>} : () -> tensor<1x3x2xf32>
  %cq = cim.quantize binary %c : tensor<1x3x2xf32> -> tensor<1x3x2x!binary>
  %w = cim.dequantize %cq : tensor<1x3x2x!binary> -> tensor<1x3x2xf32>
  %y = tosa.matmul %d, %w, %z, %z : (tensor<1x8x3xf32>, tensor<1x3x2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x2xf32>
  return %y : tensor<1x8x2xf32>
}
}
