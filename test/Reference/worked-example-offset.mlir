// Every intermediate value of the offset mapping of the worked example of section 2 of the design
// contract, with an ADC of 6 bits and steps (2, 1).
// RUN: cim-eval %s | FileCheck %s

#mapping = #cim.mapping<kind = offset, crossbar = <rows = 256, cell_bits = 2, dac_bits = 1>>
#linear = #cim.precision<
  weight = <bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>,
  activation = <bits = 4, zero_point = 8, scale = 1.0 : f32>,
  adc = <kind = linear, bits = 6, granularity = column,
         scale = dense<[[[2.0], [1.0]]]> : tensor<1x2x1xf32>>>
!arrays = !cim.arrays<groups = 1, rows = 2, columns = 1, tiles = [2], slices = [2, 2], kind = offset>

// CHECK: @sums#0 : tensor<1x2x4x1x1xi64> = [1, 1, 1, 1, 3, 1, 1, 3]
// CHECK: @sums#1 : tensor<1x4x1x1xi64> = [1, 1, 1, 1]
// CHECK: @sums#2 : tensor<1x2x4x1x1xi64> = [0, 0, 0, 0, 3, 1, 1, 3]
// CHECK: @sums#3 : tensor<1x2x1x1xi64> = [0, 33]
// CHECK: @sums#4 : tensor<1x1x1xi64> = [15]
// CHECK: @sums#5 : tensor<1x1xf32> = [-4]
func.func @sums() -> (tensor<1x2x4x1x1xi64>, tensor<1x4x1x1xi64>, tensor<1x2x4x1x1xi64>,
                      tensor<1x2x1x1xi64>, tensor<1x1x1xi64>, tensor<1x1xf32>) {
  %x = "tosa.const"() {values = dense<[[1.0, -2.0]]> : tensor<1x2xf32>} : () -> tensor<1x2xf32>
  %w = "tosa.const"() {values = dense<[[[5], [-3]]]> : tensor<1x2x1xi8>} : () -> tensor<1x2x1xi8>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %xq = cim.quantize_activation %x {activation = #cim.activation<bits = 4, zero_point = 8, scale = 1.0 : f32>}
    : tensor<1x2xf32> -> tensor<1x2xui8>
  %a = cim.write_arrays %w : tensor<1x2x1xi8> -> !arrays
  %p, %r = cim.mvm %xq, %a {layer = "l", cycles = array<i64: 1, 1, 1, 1>, precision = #linear, mapping = #mapping}
    : (tensor<1x2xui8>, !arrays) -> (tensor<1x2x4x1x1xi64>, tensor<1x4x1x1xi64>)
  %q = cim.adc_quantize %p {unsigned_codes, adc = #cim.adc<kind = linear, bits = 6, granularity = column,
    scale = dense<[[[2.0], [1.0]]]> : tensor<1x2x1xf32>>} : tensor<1x2x4x1x1xi64>
  %i, %s = cim.shift_add %q, reference(%r : tensor<1x4x1x1xi64> -> tensor<1x1x1xi64>)
    {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>}
    : tensor<1x2x4x1x1xi64> -> tensor<1x2x1x1xi64>
  %c = cim.correction %a, %b {cycle_weights = array<i64: 1, 2, 4, 8>, slice_weights = array<i64: 1, 4>,
    precision = #linear} : (!arrays, tensor<1xf32>) -> tensor<1xf32>
  %y = cim.adc_dequantize %i, %c, reference(%s) {slice_weights = array<i64: 1, 4>, precision = #linear}
    : (tensor<1x2x1x1xi64>, tensor<1xf32>, tensor<1x1x1xi64>) -> tensor<1x1xf32>
  return %p, %r, %q, %i, %s, %y : tensor<1x2x4x1x1xi64>, tensor<1x4x1x1xi64>, tensor<1x2x4x1x1xi64>,
    tensor<1x2x1x1xi64>, tensor<1x1x1xi64>, tensor<1x1xf32>
}

// An ideal ADC needs no term of R: sums are those of signed codes.
// CHECK: @program#0 : tensor<1x2xf32> = [11, -4]
xbar.program @program attributes {input_names = [], output_names = ["y"]} {
  %x = xbar.constant dense<[[1.0, -2.0]]> : tensor<1x2xf32>
  %w = xbar.constant dense<[[[5], [-3]]]> : tensor<1x2x1xi8>
  %start = xbar.constant dense<-16.0> : tensor<1xf32>
  %one = xbar.constant dense<1.0> : tensor<1x1x1xf32>
  %scale = xbar.constant dense<[[[2.0], [4.0]]]> : tensor<1x2x1xf32>
  %r = xbar.constant dense<[[[0.5], [1.0]]]> : tensor<1x2x1xf32>
  %reference = xbar.constant dense<-8.0> : tensor<1x1xf32>
  %a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
    : tensor<1x2x1xi8> -> !arrays
  %ideal = xbar.mvm %x, %a, start(%start), scale(%one) {layer = "l",
      activation = #cim.activation<bits = 4, zero_point = 8, scale = 1.0 : f32>,
      cycles = array<i64: 1, 1, 1, 1>, sum_slices, sum_tiles}
    : (tensor<1x2xf32>, !arrays, tensor<1xf32>, tensor<1x1x1xf32>) -> tensor<1x1xf32>
  %linear = xbar.mvm %x, %a, start(%start), scale(%scale), reciprocal(%r) reference(%reference) {layer = "l",
      activation = #cim.activation<bits = 4, zero_point = 8, scale = 1.0 : f32>,
      cycles = array<i64: 1, 1, 1, 1>, adc_range = array<i64: 0, 63>, sum_tiles}
    : (tensor<1x2xf32>, !arrays, tensor<1xf32>, tensor<1x2x1xf32>, tensor<1x2x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
  %y = xbar.concat %ideal, %linear {axis = 1 : i64} : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x2xf32>
  xbar.output %y : tensor<1x2xf32>
}
