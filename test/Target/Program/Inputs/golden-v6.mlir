module {
  xbar.program @golden attributes {arena_bytes = 192 : i64, input_names = ["x"], input_offsets = array<i64: 0>, output_names = ["y"]} {
  ^bb0(%arg0: tensor<3x6xf32>):
    %0 = xbar.constant dense<5.000000e-01> : tensor<2xf32>
    %1 = xbar.constant dense<[[[5.000000e-01, 2.500000e-01]], [[1.000000e+00, 5.000000e-01]]]> : tensor<2x1x2xf32>
    %2 = xbar.constant dense<5.000000e-01> : tensor<2x1x2xf32>
    %3 = xbar.constant dense<[[1.250000e-01, -2.500000e-01], [0.000000e+00, 3.000000e+00]]> : tensor<2x2xf32>
    %4 = xbar.constant dense<[[[1, -1], [-1, 1], [1, 1], [-1, -1], [1, 1], [-1, 1]]]> : tensor<1x6x2xi8>
    %5 = xbar.write_arrays %4 {core = 0 : i64, first_array = 0 : i64, kernel_area = 1 : i64, layer = "a", num_arrays = 2 : i64} : tensor<1x6x2xi8> -> <groups = 1, rows = 6, columns = 2, tiles = [4, 2], slices = [1], kind = differential_column>
    %6 = xbar.mvm %arg0, %5, start(%0), scale(%1), reciprocal(%2) reference(%3) {activation = #cim.activation<bits = 4, zero_point = 8, scale = 2.500000e-01 : f32>, adc_range = array<i64: -4, 3>, cycles = array<i64: 1, 1, 1, 1>, layer = "a", offset = 128 : i64, sum_slices} : (tensor<3x6xf32>, !cim.arrays<groups = 1, rows = 6, columns = 2, tiles = [4, 2], slices = [1], kind = differential_column>, tensor<2xf32>, tensor<2x1x2xf32>, tensor<2x1x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
    %7 = xbar.constant dense<[[[5.000000e-01, 2.500000e-01]]]> : tensor<1x1x2xf32>
    %8 = xbar.constant dense<[[-1.250000e-01, 7.500000e-01]]> : tensor<1x2xf32>
    %9 = xbar.constant dense<[[[1, -1], [1, 1]]]> : tensor<1x2x2xi8>
    %10 = xbar.write_arrays %9 {core = 0 : i64, first_array = 2 : i64, kernel_area = 1 : i64, layer = "b", num_arrays = 1 : i64} : tensor<1x2x2xi8> -> <groups = 1, rows = 2, columns = 2, tiles = [2], slices = [1], kind = differential_row>
    %11 = xbar.mvm %6, %10, start(%0), scale(%7) reference(%8) {activation = #cim.activation<bits = 3, zero_point = 4, scale = 5.000000e-01 : f32>, cycles = array<i64: 3>, input_encoding = #cim.input_encoding<differential>, layer = "b", offset = 0 : i64, sum_slices, sum_tiles} : (tensor<3x2xf32>, !cim.arrays<groups = 1, rows = 2, columns = 2, tiles = [2], slices = [1], kind = differential_row>, tensor<2xf32>, tensor<1x1x2xf32>, tensor<1x2xf32>) -> tensor<3x2xf32>
    xbar.output %11 : tensor<3x2xf32>
  }
}

