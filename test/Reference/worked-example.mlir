// The worked example of section 2 of the design contract, on the layer level, the array level and
// xbar: weights (5, -3), input (1, -2), W = 4, c = 2, A = 4, d = 1, z = 8; true sum 11.
// RUN: cim-eval %s | FileCheck %s

#mapping = #cim.mapping<crossbar = <rows = 256, cell_bits = 2, dac_bits = 1>>
#ideal = #cim.precision<
  weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>,
  activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>, adc = <kind = ideal>>
// P = 6 and s_p = (2, 1): codes (0,-2,-2,0) and (1,0,0,1), -24 + 36 - 16.
#linear = #cim.precision<
  weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>,
  activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>,
  adc = <kind = linear, bits = 6, granularity = column,
         scale = dense<[[[2.0], [1.0]]]> : tensor<1x2x1xf32>>>

// CHECK: @ideal#0 : tensor<1x1x1xf32> = [11]
func.func @ideal() -> tensor<1x1x1xf32> {
  %x = "tosa.const"() {values = dense<[[[1.0, -2.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %w = "tosa.const"() {values = dense<[[[5.0], [-3.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "l", mapping = #mapping, precision = #ideal}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// CHECK: @linear#0 : tensor<1x1x1xf32> = [-4]
func.func @linear() -> tensor<1x1x1xf32> {
  %x = "tosa.const"() {values = dense<[[[1.0, -2.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %w = "tosa.const"() {values = dense<[[[5.0], [-3.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "l", mapping = #mapping, precision = #linear}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y : tensor<1x1x1xf32>
}

// Without a zero-point term: (1, -2) as two's complement and as differential digits.
// CHECK: @signed#0 : tensor<1x1x1xf32> = [11]
// CHECK: @signed#1 : tensor<1x1x1xf32> = [12]
// CHECK: @signed#2 : tensor<1x1x1xf32> = [11]
// CHECK: @signed#3 : tensor<1x1x1xf32> = [12]
#twos = #cim.mapping<input_encoding = twos_complement, crossbar = <rows = 256, cell_bits = 2, dac_bits = 1>>
#passes = #cim.mapping<input_encoding = differential, crossbar = <rows = 256, cell_bits = 2, dac_bits = 1>>
func.func @signed() -> (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>) {
  %x = "tosa.const"() {values = dense<[[[1.0, -2.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %w = "tosa.const"() {values = dense<[[[5.0], [-3.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %t = cim.matmul %x, %w, %b {layer = "t", mapping = #twos, precision = #ideal}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  %u = cim.matmul %x, %w, %b {layer = "u", mapping = #twos, precision = #linear}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  %d = cim.matmul %x, %w, %b {layer = "d", mapping = #passes, precision = #ideal}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  %e = cim.matmul %x, %w, %b {layer = "e", mapping = #passes, precision = #linear}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %t, %u, %d, %e : tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>
}

!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [2, 2],
                      kind = differential_column>

// Every intermediate value of the example.
// CHECK: @array#0 : tensor<1x2xui8> = [9, 6]
// CHECK: @array#1 : tensor<1x2x4x1x1xi64> = [1, -3, -3, 1, 1, 0, 0, 1]
// CHECK: @array#2 : tensor<1x2x4x1x1xi64> = [0, -2, -2, 0, 1, 0, 0, 1]
// CHECK: @array#3 : tensor<1x2x1x1xi64> = [-12, 9]
// CHECK: @array#4 : tensor<1xf32> = [-16]
// CHECK: @array#5 : tensor<1x1xf32> = [-4]
func.func @array() -> (tensor<1x2xui8>, tensor<1x2x4x1x1xi64>, tensor<1x2x4x1x1xi64>,
                       tensor<1x2x1x1xi64>, tensor<1xf32>, tensor<1x1xf32>) {
  %x = "tosa.const"() {values = dense<[[1.0, -2.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %w = "tosa.const"() {values = dense<[[[5], [-3]]]> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %xq = cim.quantize_activation %x {activation = #cim.activation<bits = 4, zero_point = 8, scale = 1.0 : f32>}
    : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %w : tensor<1x2x1xi8> -> !arrays
  %p = cim.mvm %xq, %a {layer = "l", cycles = array<i64: 1, 1, 1, 1>, precision = #linear, mapping = #mapping}
    : (tensor<1x2xui8>, !arrays) -> tensor<1x2x4x1x1xi64>
  %q = cim.adc_quantize %p {adc = #cim.adc<kind = linear, bits = 6, granularity = column,
    scale = dense<[[[2.0], [1.0]]]> : tensor<1x2x1xf32>>} : tensor<1x2x4x1x1xi64>
  %i = cim.shift_add %q {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>}
    : tensor<1x2x4x1x1xi64> -> tensor<1x2x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
    precision = #linear} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c {slice_weights = array<i64: 1, 4>, precision = #linear}
    : (tensor<1x2x1x1xi64>, tensor<1xf32>) -> tensor<1x1xf32>
  return %xq, %p, %q, %i, %c, %y : tensor<1x2xui8>, tensor<1x2x4x1x1xi64>, tensor<1x2x4x1x1xi64>,
    tensor<1x2x1x1xi64>, tensor<1xf32>, tensor<1x1xf32>
}

// CHECK: @program#0 : tensor<1x2xf32> = [11, -4]
xbar.program @program attributes {input_names = [], output_names = ["y"]} {
  %x = xbar.constant dense<[[1.0, -2.0]]> : tensor<1x2xf32>
  %w = xbar.constant dense<[[[5], [-3]]]> : tensor<1x2x1xi8>
  %start = xbar.constant dense<-16.0> : tensor<1xf32>
  %one = xbar.constant dense<1.0> : tensor<1x1x1xf32>
  %scale = xbar.constant dense<[[[2.0], [4.0]]]> : tensor<1x2x1xf32>
  %r = xbar.constant dense<[[[0.5], [1.0]]]> : tensor<1x2x1xf32>
  %a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
    : tensor<1x2x1xi8> -> !arrays
  %ideal = xbar.mvm %x, %a, start(%start), scale(%one) {layer = "l",
      activation = #cim.activation<bits = 4, zero_point = 8, scale = 1.0 : f32>,
      cycles = array<i64: 1, 1, 1, 1>, sum_slices, sum_tiles}
    : (tensor<1x2xf32>, !arrays, tensor<1xf32>, tensor<1x1x1xf32>) -> tensor<1x1xf32>
  %linear = xbar.mvm %x, %a, start(%start), scale(%scale), reciprocal(%r) {layer = "l",
      activation = #cim.activation<bits = 4, zero_point = 8, scale = 1.0 : f32>,
      cycles = array<i64: 1, 1, 1, 1>, adc_range = array<i64: -32, 31>, sum_tiles}
    : (tensor<1x2xf32>, !arrays, tensor<1xf32>, tensor<1x2x1xf32>, tensor<1x2x1xf32>) -> tensor<1x1xf32>
  %y = xbar.concat %ideal, %linear {axis = 1 : i64} : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x2xf32>
  xbar.output %y : tensor<1x2xf32>
}
