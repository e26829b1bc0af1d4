// RUN: cim-opt %s --verify-roundtrip | FileCheck %s

// The values at the edge of each range are accepted, and defaults are not printed.

// CHECK-DAG: crossbar_defaults = #cim.crossbar<>
// CHECK-DAG: crossbar_least = #cim.crossbar<rows = 1, columns = 1, active_rows = 1, cell_bits = 1, write_latency_us = 0.000000e+00 : f64, mvm_latency_us = 0.000000e+00 : f64>
// CHECK-DAG: crossbar_most = #cim.crossbar<rows = 65536, columns = 65536, active_rows = 65536, cell_bits = 8, dac_bits = 8, write_latency_us = 1.000000e+09 : f64, mvm_latency_us = 1.000000e+09 : f64>
// CHECK-DAG: row = #mapping,
// CHECK-DAG: #mapping = #cim.mapping<kind = differential_row, crossbar = <columns = 255, active_rows = 2>>
// CHECK-DAG: weight_least = #cim.weight<bits = 2, granularity = layer, range = full>
// CHECK-DAG: weight_column = #cim.weight<granularity = column, scale = dense<1.000000e+00> : tensor<2x4xf32>>
// CHECK-DAG: weight_grouped = #cim.weight<granularity = array, scale = dense<1.000000e+00> : tensor<2x3xf32>>
// CHECK-DAG: weight_smallest = #cim.weight<granularity = layer, scale = dense<1.17549435E-38> : tensor<f32>>
// CHECK-DAG: activation_least = #cim.activation<bits = 1, zero_point = 1>
// CHECK-DAG: activation_most = #cim.activation<zero_point = 255, scale = 1.000000e+00 : f32>
// CHECK-DAG: adc_least = #cim.adc<kind = linear, bits = 2>
// CHECK-DAG: adc_most = #cim.adc<kind = linear, bits = 16, granularity = column, range = narrow, scale = dense<2.000000e+00> : tensor<1x2x3xf32>, offset = dense<16777215> : tensor<1x2x3xi32>>
// CHECK-DAG: adc_offset = #cim.adc<kind = linear, scale = dense<2.000000e+00> : tensor<f32>, offset = dense<-16777215> : tensor<i32>>
// CHECK-DAG: table_least = #cim.adc<kind = table, bits = 1, scale = dense<1.000000e+00> : tensor<f32>, thresholds = dense<0> : tensor<1xi32>, levels = dense<[-32768, 32767]> : tensor<2xi32>>
// CHECK-DAG: table_most = #cim.adc<kind = table, bits = 2, granularity = column, scale = dense<1.000000e+00> : tensor<1x2x1xf32>, thresholds = dense<{{.*}}[-16777215, 0, 16777215]{{.*}}> : tensor<1x2x1x3xi32>, levels = dense<0> : tensor<1x2x1x4xi32>>
// CHECK-DAG: table_outputs = #cim.adc<kind = table, placement = preactivation, bits = 2, granularity = column, scale = dense<1.000000e+00> : tensor<3xf32>, thresholds = dense<{{.*}}[-2147483648, 2147483647]{{.*}}> : tensor<3x2xi32>, levels = dense<0> : tensor<3x3xi32>>
// CHECK-DAG: table_open = #cim.adc<kind = table, granularity = array, reference_unit = 256>
// CHECK-DAG: table_unit = #cim.adc<kind = table, bits = 2, scale = dense<1.000000e+00> : tensor<f32>, thresholds = dense<[-8, 0, 4]> : tensor<3xi32>, levels = dense<0> : tensor<4xi32>, reference_unit = 4>
// CHECK-DAG: window = #cim.window<kernel = [1, 65536], stride = [2, 1], pad = [0, 65536, 1, 2], dilation = [1, 2]>
// CHECK-DAG: costs_defaults = #cim.costs<>
// CHECK-DAG: costs_least = #cim.costs<adc_columns = 1, adc_reference_bits = 1, adc_pj = 0.000000e+00, adc_energy_factor = 1.000000e+00>
// CHECK-DAG: costs_most = #cim.costs<weights = resident, adc_columns = 65536, conversion_ns = 1.000000e+09, adc_reference_bits = 16, adc_area_factor = 1.600000e+01>
// CHECK-DAG: target = #target
func.func private @edges() attributes {
  crossbar_defaults = #cim.crossbar<rows = 256, dac_bits = 1>,
  crossbar_least = #cim.crossbar<rows = 1, columns = 1, active_rows = 1, cell_bits = 1, dac_bits = 1,
    write_latency_us = 0.0, mvm_latency_us = 0.0>,
  crossbar_most = #cim.crossbar<rows = 65536, columns = 65536, active_rows = 65536, cell_bits = 8, dac_bits = 8,
    write_latency_us = 1.0e9, mvm_latency_us = 1.0e9>,
  row = #cim.mapping<kind = differential_row, crossbar = <columns = 255, active_rows = 2>>,
  weight_least = #cim.weight<bits = 2, granularity = layer, range = full>,
  weight_column = #cim.weight<bits = 8, granularity = column, scale = dense<1.0> : tensor<2x4xf32>>,
  weight_grouped = #cim.weight<granularity = array, scale = dense<1.0> : tensor<2x3xf32>>,
  weight_smallest = #cim.weight<granularity = layer, scale = dense<0x00800000> : tensor<f32>>,
  activation_least = #cim.activation<bits = 1, zero_point = 1>,
  activation_most = #cim.activation<bits = 8, zero_point = 255, scale = 1.0 : f32>,
  adc_least = #cim.adc<kind = linear, bits = 2>,
  adc_most = #cim.adc<kind = linear, bits = 16, granularity = column, range = narrow,
    scale = dense<2.0> : tensor<1x2x3xf32>, offset = dense<16777215> : tensor<1x2x3xi32>>,
  adc_offset = #cim.adc<kind = linear, scale = dense<2.0> : tensor<f32>, offset = dense<-16777215> : tensor<i32>>,
  table_least = #cim.adc<kind = table, bits = 1, scale = dense<1.0> : tensor<f32>,
    thresholds = dense<0> : tensor<1xi32>, levels = dense<[-32768, 32767]> : tensor<2xi32>>,
  table_most = #cim.adc<kind = table, bits = 2, granularity = column, scale = dense<1.0> : tensor<1x2x1xf32>,
    thresholds = dense<[[[[-16777215, 0, 16777215]], [[1, 2, 3]]]]> : tensor<1x2x1x3xi32>,
    levels = dense<0> : tensor<1x2x1x4xi32>>,
  table_outputs = #cim.adc<kind = table, placement = preactivation, bits = 2, granularity = column, scale = dense<1.0> : tensor<3xf32>,
    thresholds = dense<[[-2147483648, 2147483647], [0, 1], [-9, 9]]> : tensor<3x2xi32>, levels = dense<0> : tensor<3x3xi32>>,
  table_open = #cim.adc<kind = table, granularity = array, reference_unit = 256>,
  table_unit = #cim.adc<kind = table, bits = 2, scale = dense<1.0> : tensor<f32>,
    thresholds = dense<[-8, 0, 4]> : tensor<3xi32>, levels = dense<0> : tensor<4xi32>, reference_unit = 4>,
  window = #cim.window<kernel = [1, 65536], stride = [2, 1], pad = [0, 65536, 1, 2], dilation = [1, 2]>,
  costs_defaults = #cim.costs<weights = rewritten, adc_columns = 128, adc_pj = 1.667>,
  costs_least = #cim.costs<adc_energy_factor = 1.0, adc_pj = 0.0, adc_reference_bits = 1, adc_columns = 1>,
  costs_most = #cim.costs<weights = resident, adc_columns = 65536, conversion_ns = 1.0e9, adc_reference_bits = 16,
    adc_area_factor = 16.0>,
  target = #cim.target<mapping = <crossbar = <>>,
    precision = <weight = <>, activation = <>, adc = <>>, columns_rule = physical, costs = <dac_pj = 0.5>>
}
