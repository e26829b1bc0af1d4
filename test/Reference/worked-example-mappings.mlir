// The worked example of section 2 of the design contract in the mappings whose digits are not
// negative: weights (5, -3), input (1, -2), W = 4, c = 2, A = 4, d = 1, z = 8; true sum 11.
// RUN: cim-eval %s | FileCheck %s
// RUN: cim-opt %s --cim-quantize --cim-tile --cim-bit-slice --cim-insert-partial-sum-quantization -o %t.arrays.mlir
// RUN: cim-eval %t.arrays.mlir | FileCheck %s

#ideal = #cim.precision<
  weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>,
  activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <kind = ideal>>
#offset = #cim.mapping<kind = offset, crossbar = <rows = 256, cell_bits = 2, dac_bits = 1>>
#twos = #cim.mapping<kind = twos_complement, crossbar = <rows = 256, cell_bits = 2, dac_bits = 1>>

// P = 6 and s_p = 2 for the first slice, else 1: its sums of 1 become 0.
#linear = #cim.precision<
  weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>,
  activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>,
  adc = <kind = linear, bits = 6, granularity = column,
         scale = dense<[[[2.0], [1.0]]]> : tensor<1x2x1xf32>>>
#linear3 = #cim.precision<
  weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>,
  activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>,
  adc = <kind = linear, bits = 6, granularity = column,
         scale = dense<[[[2.0], [1.0], [1.0]]]> : tensor<1x3x1xf32>>>

// u = (13, 5): 15 + 4 * 33 - 8 * 15 - 16, and 0 + 132 - 120 - 16.
// CHECK: @offset#0 : tensor<1x1x1xf32> = [11]
// CHECK: @offset#1 : tensor<1x1x1xf32> = [-4]
func.func @offset() -> (tensor<1x1x1xf32>, tensor<1x1x1xf32>) {
  %x = "tosa.const"() {values = dense<[[[1.0, -2.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %w = "tosa.const"() {values = dense<[[[5.0], [-3.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "y", mapping = #offset, precision = #ideal}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  %z = cim.matmul %x, %w, %b {layer = "z", mapping = #offset, precision = #linear}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y, %z : tensor<1x1x1xf32>, tensor<1x1x1xf32>
}

// Digits (1, 1, 0) and (1, 1, 1) of slices of 2, 1 and 1 bits: 15 + 4 * 15 - 8 * 6 - 16, and
// 0 + 60 - 48 - 16.
// CHECK: @twos#0 : tensor<1x1x1xf32> = [11]
// CHECK: @twos#1 : tensor<1x1x1xf32> = [-4]
func.func @twos() -> (tensor<1x1x1xf32>, tensor<1x1x1xf32>) {
  %x = "tosa.const"() {values = dense<[[[1.0, -2.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %w = "tosa.const"() {values = dense<[[[5.0], [-3.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "y", mapping = #twos, precision = #ideal}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  %z = cim.matmul %x, %w, %b {layer = "z", mapping = #twos, precision = #linear3}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y, %z : tensor<1x1x1xf32>, tensor<1x1x1xf32>
}

// Computed weights: the zero-point term is computed as well.
// CHECK: @computed#0 : tensor<1x1x1xf32> = [11]
// CHECK: @computed#1 : tensor<1x1x1xf32> = [-4]
func.func @computed() -> (tensor<1x1x1xf32>, tensor<1x1x1xf32>) {
  %x = "tosa.const"() {values = dense<[[[1.0, -2.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %w = "tosa.const"() {values = dense<[[[5.0], [-3.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %y = cim.matmul_dynamic %x, %w {layer = "y", mapping = #offset, precision = #ideal}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>) -> tensor<1x1x1xf32>
  %z = cim.matmul_dynamic %x, %w {layer = "z", mapping = #offset, precision = #linear}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>) -> tensor<1x1x1xf32>
  return %y, %z : tensor<1x1x1xf32>, tensor<1x1x1xf32>
}

// Weights (0.5, -0.5) are stored as (1, 0): 2 * 0.5 * 9 - 0.5 * 15. A window offset of 1 in each
// of four cycles is put back with 2 * 0.5 * 15.
#binary = #cim.precision<
  weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>>,
  activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <kind = ideal>>
#window = #cim.precision<
  weight = <bits = 1, granularity = layer, scale = dense<0.5> : tensor<f32>>,
  activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>,
  adc = <kind = linear, bits = 1, scale = dense<1.0> : tensor<f32>, offset = dense<1> : tensor<i32>>>
// CHECK: @binary#0 : tensor<1x1x1xf32> = [1.5]
// Digits (1, 0, 0, 1) less 1 are clamped to 0.
// CHECK: @binary#1 : tensor<1x1x1xf32> = [7.5]
func.func @binary() -> (tensor<1x1x1xf32>, tensor<1x1x1xf32>) {
  %x = "tosa.const"() {values = dense<[[[1.0, -2.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %w = "tosa.const"() {values = dense<[[[5.0], [-3.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "y", mapping = #offset, precision = #binary}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  %z = cim.matmul %x, %w, %b {layer = "z", mapping = #offset, precision = #window}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y, %z : tensor<1x1x1xf32>, tensor<1x1x1xf32>
}

// The offset layer in uneven slices of 1 and 3 bits: digits (1, 6) and (1, 2), sums 15 and 6 * 9 + 2 * 6.
// CHECK: @uneven#0 : tensor<1x1x1xf32> = [11]
#uneven = #cim.mapping<kind = offset, slices = [1, 4], crossbar = <cell_bits = 4>>
func.func @uneven() -> tensor<1x1x1xf32> {
  %x = "tosa.const"() {values = dense<[[[1.0, -2.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %w = "tosa.const"() {values = dense<[[[5.0], [-3.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "y", mapping = #uneven, precision = #ideal}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}
