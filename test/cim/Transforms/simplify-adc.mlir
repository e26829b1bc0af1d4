// RUN: cim-opt %s --cim-simplify-adc --split-input-file | FileCheck %s

// An ADC becomes ideal where no input can make it change a sum. With cells of 3 bits a code of
// 4 bits has the digits 0..7 and the sign's 0, codes of the ADC are -8..7.

// The greatest sum is the greatest code, 7: that of the digits that there are. Two digits of 3 bits
// could add up to 14.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <>>
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @at_most(
func.func @at_most(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[7.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// One more is clamped.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <kind = linear,
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @above(
func.func @above(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[7.0], [1.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// The least sum is the least code, -8.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <>>
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @at_least(
func.func @at_least(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[-7.0], [-1.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// A narrow ADC has no -8.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <kind = linear,
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @narrow(
func.func @narrow(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[-7.0], [-1.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, range = narrow, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// Positive and negative digits are bounded apart: no input adds them all.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <>>
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @signs(
func.func @signs(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[7.0], [-7.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// Two tiles are two sums.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <>>
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @tiles(
func.func @tiles(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[7.0], [7.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <rows = 1, active_rows = 1, cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// A cycle of two bits triples the sums.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <kind = linear,
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @digits(
func.func @digits(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[7.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3, dac_bits = 2>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// Zero offsets are none.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <>>
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @no_offset(
func.func @no_offset(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[7.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>, offset = dense<0> : tensor<i32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// An offset moves the window.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <kind = linear,
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @offset(
func.func @offset(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[7.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>, offset = dense<1> : tensor<i32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// A step other than 1 rounds.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <kind = linear,
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @step(
func.func @step(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<2.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// One such step is enough.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <kind = linear,
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @one_step(
func.func @one_step(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <rows = 1, active_rows = 1, cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, granularity = array, scale = dense<[1.0, 2.0]> : tensor<2xf32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// Layers that are not calibrated are left alone.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <kind = linear,
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @uncalibrated(
func.func @uncalibrated(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[1.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <cell_bits = 3>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// A computed weight may have any codes: two rows of the digit 3 give at most 6.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <>>
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @computed_fits(
func.func @computed_fits(%x: tensor<2x1x2xf32>, %w: tensor<2x2x1xf32>) -> tensor<2x1x1xf32> {
  %y = cim.matmul_dynamic %x, %w {layer = "scores", mapping = #cim.mapping<crossbar = <cell_bits = 2>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<2x1x2xf32>, tensor<2x2x1xf32>) -> tensor<2x1x1xf32>
  return %y : tensor<2x1x1xf32>
}

// -----

// Three rows give 9, codes end at 7.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <kind = linear,
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @computed_clips(
func.func @computed_clips(%x: tensor<2x1x3xf32>, %w: tensor<2x3x1xf32>) -> tensor<2x1x1xf32> {
  %y = cim.matmul_dynamic %x, %w {layer = "scores", mapping = #cim.mapping<crossbar = <cell_bits = 2>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, scale = 1.0 : f32>, adc = <kind = linear, bits = 4, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<2x1x3xf32>, tensor<2x3x1xf32>) -> tensor<2x1x1xf32>
  return %y : tensor<2x1x1xf32>
}

// -----

// A differential input is at most 9 for z = 6: 9 * 7 is the greatest code.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <>>
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @at_most_nine(
func.func @at_most_nine(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[7.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<input_encoding = differential, crossbar = <cell_bits = 3, dac_bits = 4>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, zero_point = 6, scale = 1.0 : f32>, adc = <kind = linear, bits = 7, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// It is at most 10 for z = 10, in the second pass.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <kind = linear,
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @ten(
func.func @ten(%x: tensor<1x1x2xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<[[[7.0], [0.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<input_encoding = differential, crossbar = <cell_bits = 3, dac_bits = 4>>,
    precision = #cim.precision<weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 4, zero_point = 10, scale = 1.0 : f32>, adc = <kind = linear, bits = 7, scale = dense<1.0> : tensor<f32>>>}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// -----

// Thresholds and levels that change nothing stay: their layer sums other axes.

// CHECK: #precision = #cim.precision<{{.*}}, adc = <kind = table,
// CHECK-NEXT: module {
// CHECK-NEXT: func.func @table(
func.func @table(%x: tensor<1x1x1xf32>, %b: tensor<1xf32>) -> tensor<1x1x1xf32> {
  %w = "tosa.const"() {values = dense<1.0> : tensor<1x1x1xf32>} : () -> tensor<1x1x1xf32>
  %y = cim.matmul %x, %w, %b {layer = "fc", mapping = #cim.mapping<crossbar = <>>,
    precision = #cim.precision<weight = <bits = 2, granularity = layer, scale = dense<1.0> : tensor<f32>>, activation = <bits = 1, scale = 1.0 : f32>,
      adc = <kind = table, bits = 1, scale = dense<1.0> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<[0, 1]> : tensor<2xi32>>>}
    : (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}
