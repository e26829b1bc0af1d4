// RUN: cim-opt %s --split-input-file --pass-pipeline='builtin.module(cim-calibrate{random=true partial-sum=mse})' | FileCheck %s
// RUN: cim-opt %s --split-input-file --pass-pipeline='builtin.module(cim-calibrate{random=true activation=minmax weight=minmax partial-sum=minmax})' | FileCheck %s --check-prefix=MINMAX

// RUN: cim-opt %s --split-input-file --pass-pipeline='builtin.module(cim-calibrate{random=true activation=percentile weight=percentile partial-sum=percentile})' | FileCheck %s --check-prefixes=ALL,PERCENTILE
// RUN: cim-opt %s --split-input-file --pass-pipeline='builtin.module(cim-calibrate{random=true activation=output_error weight=output_error partial-sum=output_error})' | FileCheck %s --check-prefixes=ALL,OUTPUT

// Few weights are all kept.
// PERCENTILE: weight = <bits = 3, scale = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>>
// OUTPUT: weight = <bits = 3, scale = dense<{{.*}}> : tensor<2xf32>>
// ALL-SAME: activation = <bits = 2, scale = {{.*}} : f32>
// ALL-SAME: adc = <kind = linear, granularity = column, scale = dense<1.000000e+00> : tensor<1x2x2xf32>>
// ALL: cim.matmul_dynamic
// ALL: func.func @windows

// The largest weight of each column gets the largest code: 3 / 3, 6 / 3.
// Every input is at most 1, so a column of weights that are at most one in the first
// slice cannot need a step above 1.

// CHECK: #[[P:.*]] = #cim.precision<
// CHECK-SAME: weight = <bits = 3, scale = dense<{{.*}}> : tensor<2xf32>>
// CHECK-SAME: activation = <bits = 2, scale = {{.*}} : f32>
// CHECK-SAME: adc = <kind = linear, granularity = column, scale = dense<1.000000e+00> : tensor<1x2x2xf32>>
// CHECK: module attributes {cim.uncalibrated}
// CHECK: cim.matmul {{.*}}layer = "fc"{{.*}} precision = #[[P]]
// MINMAX: weight = <bits = 3, scale = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>>
func.func @main(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
  %w = "tosa.const"() {values = dense<[[[3.0, -6.0], [1.0, 2.0], [0.0, 4.0], [-2.0, 2.0]]]> : tensor<1x4x2xf32>} : () -> tensor<1x4x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <bits = 3>, activation = <bits = 2>,
                               adc = <kind = linear, bits = 8, granularity = column>>}
    : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

// -----

// Scales that are there are kept; an ideal ADC gets none; the second layer sees what
// the float network gives: tanh of at most 4, so a range that is not that of the input.

// CHECK: #[[FIRST:.*]] = #cim.precision<
// CHECK-SAME: weight = <granularity = layer, scale = dense<2.500000e-01> : tensor<f32>>
// CHECK-SAME: activation = <zero_point = 3, scale = 5.000000e-01 : f32>
// CHECK-SAME: adc = <>
// CHECK: #[[SECOND:.*]] = #cim.precision<
// CHECK-SAME: weight = <granularity = layer, scale = dense<{{.*}}> : tensor<f32>>
// CHECK-SAME: activation = <bits = 1, zero_point = 1, scale = {{.*}} : f32>
// CHECK-SAME: adc = <>
// CHECK: layer = "first"{{.*}} precision = #[[FIRST]]
// CHECK: layer = "second"{{.*}} precision = #[[SECOND]]
func.func @main(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
  %w = "tosa.const"() {values = dense<-1.0> : tensor<1x4x2xf32>} : () -> tensor<1x4x2xf32>
  %v = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %h = cim.matmul %x, %w, %b {layer = "first", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<
      weight = <bits = 8, granularity = layer, scale = dense<0.25> : tensor<f32>>,
      activation = <bits = 8, zero_point = 3, scale = 0.5 : f32>, adc = <kind = ideal>>}
    : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  %t = tosa.tanh %h : (tensor<1x1x2xf32>) -> tensor<1x1x2xf32>
  %y = cim.matmul %t, %v, %b {layer = "second", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <bits = 8, granularity = layer>, activation = <bits = 1>,
                               adc = <kind = ideal>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

// -----

// The scale of a computed weight comes from its values: those of an input are in 0..1, so that the
// greatest of a few is near 1 and gets the code 127. Both heads share it, and the steps of the ADC:
// only the second head, whose operands are 100 times those of the first, has sums of more than 7.

// MINMAX: #precision = #cim.precision<weight = <granularity = layer, scale = dense<0.78{{[0-9]+}}> : tensor<f32>>
// MINMAX-SAME: activation = <scale = 0.39{{[0-9]+}} : f32>
// MINMAX-SAME: adc = <kind = linear, bits = 4, granularity = column, scale = dense<{{\[\[\[}}{{[2-6]\.[0-9e+]+}}, {{[2-6]\.[0-9e+]+}}, {{[2-6]\.[0-9e+]+}}], {{.*}}> : tensor<1x4x3xf32>>
// CHECK: #precision = #cim.precision<weight = <granularity = layer, scale = dense<0.7{{[0-9]+}}> : tensor<f32>>
// CHECK-SAME: adc = <kind = linear, bits = 4, granularity = column, scale = dense<{{\[\[\[}}{{[2-6]\.[0-9e+]+}}, {{.*}}> : tensor<1x4x3xf32>>
// CHECK: cim.matmul_dynamic
func.func @main(%x: tensor<2x5x24xf32>, %y: tensor<2x24x3xf32>) -> tensor<2x5x3xf32> {
  %c = "tosa.const"() {values = dense<[[[1.0]], [[100.0]]]> : tensor<2x1x1xf32>} : () -> tensor<2x1x1xf32>
  %s = "tosa.const"() {values = dense<0> : tensor<1xi8>} : () -> tensor<1xi8>
  %q = tosa.mul %x, %c, %s : (tensor<2x5x24xf32>, tensor<2x1x1xf32>, tensor<1xi8>) -> tensor<2x5x24xf32>
  %k = tosa.mul %y, %c, %s : (tensor<2x24x3xf32>, tensor<2x1x1xf32>, tensor<1xi8>) -> tensor<2x24x3xf32>
  %p = cim.matmul_dynamic %q, %k {layer = "scores", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <granularity = layer>, activation = <>,
                               adc = <kind = linear, bits = 4, granularity = column>>}
    : (tensor<2x5x24xf32>, tensor<2x24x3xf32>) -> tensor<2x5x3xf32>
  return %p : tensor<2x5x3xf32>
}

// -----

// Nothing to do: no run, no mark.

// CHECK-NOT: cim.uncalibrated
// CHECK: func.func @main
func.func @main(%x: tensor<1x1x4xf32>) -> tensor<1x1x4xf32> {
  %y = tosa.tanh %x : (tensor<1x1x4xf32>) -> tensor<1x1x4xf32>
  return %y : tensor<1x1x4xf32>
}

// -----

// Inputs in 0..1 have no sign to encode: two's complement becomes offset with z = 0. Behind the
// negative weights they are signed, with z in the middle.

// CHECK: #[[PLAIN:.*]] = #cim.mapping<crossbar = <>>
// CHECK: #[[PASSES:.*]] = #cim.mapping<input_encoding = differential, crossbar = <>>
// CHECK: #[[UNSIGNED:.*]] = #cim.precision<
// CHECK-SAME: activation = <bits = 4, scale = {{.*}} : f32>
// CHECK: #[[SIGNED:.*]] = #cim.precision<
// CHECK-SAME: activation = <bits = 4, zero_point = 8, scale = {{.*}} : f32>
// CHECK: layer = "first", mapping = #[[PLAIN]], precision = #[[UNSIGNED]]
// CHECK: layer = "second", mapping = #[[PASSES]], precision = #[[SIGNED]]
func.func @main(%x: tensor<1x1x4xf32>) -> tensor<1x1x2xf32> {
  %w = "tosa.const"() {values = dense<-1.0> : tensor<1x4x2xf32>} : () -> tensor<1x4x2xf32>
  %v = "tosa.const"() {values = dense<1.0> : tensor<1x2x2xf32>} : () -> tensor<1x2x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %h = cim.matmul %x, %w, %b {layer = "first", mapping = #cim.mapping<input_encoding = twos_complement, crossbar = <>>,
    precision = #cim.precision<weight = <bits = 8, granularity = layer>, activation = <bits = 4>, adc = <kind = linear>>}
    : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  %y = cim.matmul %h, %v, %b {layer = "second", mapping = #cim.mapping<input_encoding = differential, crossbar = <>>,
    precision = #cim.precision<weight = <bits = 8, granularity = layer>, activation = <bits = 4>, adc = <kind = linear>>}
    : (tensor<1x1x2xf32>, tensor<1x2x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

// -----

// Random integers are 0 and 1: the largest gets the largest code.
// MINMAX: activation = <scale = 0.00392156886 : f32>
// MINMAX: func.func @integers
func.func @integers(%i: tensor<1x1x4xi32>) -> tensor<1x1x2xf32> {
  %x = tosa.cast %i : (tensor<1x1x4xi32>) -> tensor<1x1x4xf32>
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x4x2xf32>} : () -> tensor<1x4x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <>, activation = <>, adc = <kind = linear>>}
    : (tensor<1x1x4xf32>, tensor<1x4x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %y : tensor<1x1x2xf32>
}

// -----

// Sums of offset weights lie far from zero: 24 rows of 7 to 15 are read at once, so that 4 bits take a
// window with an offset. Signed codes are centred on zero.
// CHECK: adc = <kind = linear, bits = 4, scale = dense<{{.*}}> : tensor<f32>, offset = dense<{{[1-9][0-9]*}}> : tensor<i32>>
// CHECK: adc = <kind = linear, bits = 4, scale = dense<{{.*}}> : tensor<f32>>>
func.func @windows(%x: tensor<1x1x24xf32>) -> (tensor<1x1x2xf32>, tensor<1x1x2xf32>) {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x24x2xf32>} : () -> tensor<1x24x2xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %o = cim.matmul %x, %w, %b {layer = "offset",
    mapping = #cim.mapping<kind = offset, crossbar = <cell_bits = 4>>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 1>, adc = <kind = linear, bits = 4>>}
    : (tensor<1x1x24xf32>, tensor<1x24x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  %d = cim.matmul %x, %w, %b {layer = "differential", mapping = #cim.mapping<crossbar = <cell_bits = 4>>,
    precision = #cim.precision<weight = <bits = 4>, activation = <bits = 1>, adc = <kind = linear, bits = 4>>}
    : (tensor<1x1x24xf32>, tensor<1x24x2xf32>, tensor<2xf32>) -> tensor<1x1x2xf32>
  return %o, %d : tensor<1x1x2xf32>, tensor<1x1x2xf32>
}
