// The worked example of section 2 of the design contract with non-linear ADCs: partial sums are
// (1,-3,-3,1) of slice 0 and (1,0,0,1) of slice 1, the start value is -16.
// RUN: cim-eval %s | FileCheck %s

#mapping = #cim.mapping<crossbar = <rows = 256, cell_bits = 2, dac_bits = 1>>
#weight = #cim.weight<bits = 4, granularity = layer, scale = dense<1.0> : tensor<f32>>
#activation = #cim.activation<bits = 4, zero_point = 8, scale = 1.0 : f32>

// A threshold that equals a sum is not below it: codes (4,-5,-5,4) and (4,1,1,4), that is
// 6 + 4 * 42 = 174 halves.
#layer = #cim.precision<weight = #weight, activation = #activation,
  adc = <kind = table, bits = 2, scale = dense<0.5> : tensor<f32>,
         thresholds = dense<[-2, 0]> : tensor<2xi32>, levels = dense<[-5, 1, 4]> : tensor<3xi32>>>

// A table for each slice: codes (2,-7,-7,2), -24 steps of 2, and (3,0,0,3), 27 steps of 4 * 1.
#column = #cim.precision<weight = #weight, activation = #activation,
  adc = <kind = table, bits = 2, granularity = column, scale = dense<[[[2.0], [1.0]]]> : tensor<1x2x1xf32>,
         thresholds = dense<[[[[-3, 0]], [[0, 1]]]]> : tensor<1x2x1x2xi32>,
         levels = dense<[[[[-7, 9, 2]], [[0, 3, 100]]]]> : tensor<1x2x1x3xi32>>>

// CHECK: @main#0 : tensor<1x1x1xf32> = [71]
// CHECK: @main#1 : tensor<1x1x1xf32> = [44]
func.func @main() -> (tensor<1x1x1xf32>, tensor<1x1x1xf32>) {
  %x = "tosa.const"() {values = dense<[[[1.0, -2.0]]]> : tensor<1x1x2xf32>} : () -> tensor<1x1x2xf32>
  %w = "tosa.const"() {values = dense<[[[5.0], [-3.0]]]> : tensor<1x2x1xf32>} : () -> tensor<1x2x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<1xf32>} : () -> tensor<1xf32>
  %y = cim.matmul %x, %w, %b {layer = "l", mapping = #mapping, precision = #layer}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  %z = cim.matmul %x, %w, %b {layer = "m", mapping = #mapping, precision = #column}
    : (tensor<1x1x2xf32>, tensor<1x2x1xf32>, tensor<1xf32>) -> tensor<1x1x1xf32>
  return %y, %z : tensor<1x1x1xf32>, tensor<1x1x1xf32>
}

// In a grouped layer a table for each group: sums 1 and -1 have the codes 7 and 5.
// CHECK: @groups#0 : tensor<1x1x1x2xf32> = [7, 5]
#grouped = #cim.precision<weight = <bits = 2, granularity = layer, scale = dense<1.0> : tensor<f32>>,
  activation = <bits = 1, scale = 1.0 : f32>,
  adc = <kind = table, bits = 1, granularity = array, scale = dense<1.0> : tensor<2x1xf32>,
         thresholds = dense<[[[0]], [[-1]]]> : tensor<2x1x1xi32>,
         levels = dense<[[[6, 7]], [[5, 4]]]> : tensor<2x1x2xi32>>>
func.func @groups() -> tensor<1x1x1x2xf32> {
  %x = "tosa.const"() {values = dense<1.0> : tensor<1x1x1x2xf32>} : () -> tensor<1x1x1x2xf32>
  %w = "tosa.const"() {values = dense<[[[[1.0]]], [[[-1.0]]]]> : tensor<2x1x1x1xf32>} : () -> tensor<2x1x1x1xf32>
  %b = "tosa.const"() {values = dense<0.0> : tensor<2xf32>} : () -> tensor<2xf32>
  %y = cim.conv2d %x, %w, %b {layer = "l", groups = 2 : i64, mapping = #mapping, precision = #grouped,
    window = #cim.window<kernel = [1, 1], stride = [1, 1], pad = [0, 0, 0, 0], dilation = [1, 1]>}
    : (tensor<1x1x1x2xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<1x1x1x2xf32>
  return %y : tensor<1x1x1x2xf32>
}
