// Weights of one bit get two levels for each group that shares them, whose closed forms are known.
// RUN: cim-opt %s --split-input-file --pass-pipeline='builtin.module(cim-calibrate{random=true})' | FileCheck %s --check-prefixes=CHECK,MEAN
// RUN: cim-opt %s --split-input-file --pass-pipeline='builtin.module(cim-calibrate{random=true binary=free})' | FileCheck %s --check-prefixes=CHECK,FREE

// The columns (-1, 0, 2, 3) and (4, 4, 4, 0): their means 1 and 3 are splits and betas, the mean
// distances from these are alphas. A free split of the second column has no error.
// MEAN: scale = dense<1.500000e+00> : tensor<2xf32>, split = dense<[1.000000e+00, 3.000000e+00]> : tensor<2xf32>, beta = dense<[1.000000e+00, 3.000000e+00]> : tensor<2xf32>>
// FREE: scale = dense<[1.500000e+00, 2.000000e+00]> : tensor<2xf32>, split = dense<[2.000000e+00, 4.000000e+00]> : tensor<2xf32>, beta = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>>
func.func @main(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
  %w = "tosa.const"() {values = dense<[[[-1.0, 4.0], [0.0, 4.0], [2.0, 4.0], [3.0, 0.0]]]> : tensor<1x4x2xf32>} : () -> tensor<1x4x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <bits = 1>, activation = <bits = 2>, adc = <>>}
    : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

// -----

// One for each column of each of two tiles: (-1, 0), (2, 3) and (4, 4), (4, 0). Equal weights are
// those of alpha + beta.
// CHECK: granularity = column, scale = dense<{{\[\[}}5.000000e-01, 5.42101086E-20], [5.000000e-01, 2.000000e+00]]> : tensor<2x2xf32>
// MEAN-SAME: split = dense<{{\[\[}}-5.000000e-01, 4.000000e+00], [2.500000e+00, 2.000000e+00]]>
// FREE-SAME: split = dense<{{\[\[}}0.000000e+00, 4.000000e+00], [3.000000e+00, 4.000000e+00]]>
// CHECK-SAME: beta = dense<{{\[\[}}-5.000000e-01, 4.000000e+00], [2.500000e+00, 2.000000e+00]]>
func.func @main(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
  %w = "tosa.const"() {values = dense<[[[-1.0, 4.0], [0.0, 4.0], [2.0, 4.0], [3.0, 0.0]]]> : tensor<1x4x2xf32>} : () -> tensor<1x4x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <rows = 2, active_rows = 2>>,
    precision = #cim.precision<weight = <bits = 1, granularity = column>, activation = <bits = 2>, adc = <>>}
    : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

// -----

// One for each array: (-1, 4, 0, 4) and (2, 4, 3, 0); and one for all of them.
// MEAN: granularity = array, scale = dense<[2.250000e+00, 1.250000e+00]> : tensor<2xf32>, split = dense<[1.750000e+00, 2.250000e+00]>
// FREE: granularity = array, scale = dense<[2.250000e+00, 1.500000e+00]> : tensor<2xf32>, split = dense<[4.000000e+00, 2.000000e+00]>
// MEAN: granularity = layer, scale = dense<1.750000e+00> : tensor<f32>, split = dense<2.000000e+00>
func.func @main(%x: tensor<1x1x4xf32>) -> (tensor<1x1x2xf32>, tensor<1x1x2xf32>) {
  %w = "tosa.const"() {values = dense<[[[-1.0, 4.0], [0.0, 4.0], [2.0, 4.0], [3.0, 0.0]]]> : tensor<1x4x2xf32>} : () -> tensor<1x4x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <rows = 2, active_rows = 2>>,
    precision = #cim.precision<weight = <bits = 1, granularity = array>, activation = <bits = 2>, adc = <>>}
    : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  %z = cim.matmul %x, %w, %b {layer = "all", mapping = #cim.mapping<crossbar = <rows = 2, active_rows = 2>>,
    precision = #cim.precision<weight = <bits = 1, granularity = layer>, activation = <bits = 2>, adc = <>>}
    : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y, %z : tensor<1x1x2xf32>, tensor<1x1x2xf32>
}
