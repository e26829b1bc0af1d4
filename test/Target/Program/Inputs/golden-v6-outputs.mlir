module {
  xbar.program @golden attributes {arena_bytes = 320 : i64, input_names = ["x"], input_offsets = array<i64: 128>, output_names = ["y", "z"]} {
  ^bb0(%arg0: tensor<3x6xf32>):
    %0 = xbar.constant dense<[5.000000e-01, -1.000000e+00]> : tensor<2xf32>
    %1 = xbar.constant dense<0.000000e+00> : tensor<3xf32>
    %2 = xbar.constant dense<[[[2.500000e-01, 5.000000e-01]]]> : tensor<1x1x2xf32>
    %3 = xbar.constant dense<1.250000e-01> : tensor<1x1x3xf32>
    %4 = xbar.constant dense<[[[[-2147483648, -20, 35], [-9, 0, 2147483647]]]]> : tensor<1x1x2x3xi32>
    %5 = xbar.constant dense<[[[[5, -32768, 0, 32767], [-8, -1, 2, 6]]]]> : tensor<1x1x2x4xi32>
    %6 = xbar.constant dense<[[[7, -7], [0, 3], [-1, 5], [2, -4], [6, 1], [-7, -2]]]> : tensor<1x6x2xi8>
    %7 = xbar.write_arrays %6 {core = 0 : i64, first_array = 0 : i64, kernel_area = 1 : i64, layer = "a", num_arrays = 2 : i64} : tensor<1x6x2xi8> -> <groups = 1, rows = 6, columns = 2, tiles = [4, 2], slices = [2, 1], kind = differential_column>
    %8 = xbar.mvm %arg0, %7, start(%0), scale(%2) thresholds(%4) levels(%5) {activation = #cim.activation<bits = 4, zero_point = 8, scale = 2.500000e-01 : f32>, cycles = array<i64: 2, 2>, layer = "a", offset = 64 : i64, preactivation, sum_slices, sum_tiles} : (tensor<3x6xf32>, !cim.arrays<groups = 1, rows = 6, columns = 2, tiles = [4, 2], slices = [2, 1], kind = differential_column>, tensor<2xf32>, tensor<1x1x2xf32>, tensor<1x1x2x3xi32>, tensor<1x1x2x4xi32>) -> tensor<3x2xf32>
    %9 = xbar.constant dense<[[[[-6, 1, 4]]]]> : tensor<1x1x1x3xi32>
    %10 = xbar.constant dense<[[[[-12, 0, 9, 20]]]]> : tensor<1x1x1x4xi32>
    %11 = xbar.constant dense<[[[3, -4, 0], [-1, 2, 1]]]> : tensor<1x2x3xi8>
    %12 = xbar.write_arrays %11 {core = 0 : i64, first_array = 2 : i64, kernel_area = 1 : i64, layer = "b", num_arrays = 2 : i64} : tensor<1x2x3xi8> -> <groups = 1, rows = 2, columns = 3, tiles = [1, 1], slices = [2, 1], kind = offset>
    %13 = xbar.mvm %8, %12, start(%1), scale(%3) thresholds(%9) levels(%10) {activation = #cim.activation<bits = 3, zero_point = 4, scale = 5.000000e-01 : f32>, cycles = array<i64: 2, 1>, input_encoding = #cim.input_encoding<twos_complement>, layer = "b", offset = 0 : i64, preactivation, sum_slices, sum_tiles} : (tensor<3x2xf32>, !cim.arrays<groups = 1, rows = 2, columns = 3, tiles = [1, 1], slices = [2, 1], kind = offset>, tensor<3xf32>, tensor<1x1x3xf32>, tensor<1x1x1x3xi32>, tensor<1x1x1x4xi32>) -> tensor<3x3xf32>
    %14 = xbar.constant dense<[[-2.500000e-01, 0.000000e+00]]> : tensor<1x2xf32>
    %15 = xbar.constant dense<2> : tensor<1x1x1x1xi32>
    %16 = xbar.constant dense<[[[[-3, 5]]]]> : tensor<1x1x1x2xi32>
    %17 = xbar.constant dense<[[[1, -1], [-1, -1], [1, 1]]]> : tensor<1x3x2xi8>
    %18 = xbar.write_arrays %17 {core = 0 : i64, first_array = 4 : i64, kernel_area = 1 : i64, layer = "c", num_arrays = 1 : i64} : tensor<1x3x2xi8> -> <groups = 1, rows = 3, columns = 2, tiles = [2, 1], slices = [1], kind = offset>
    %19 = xbar.mvm %13, %18, start(%0), scale(%2) reference(%14) thresholds(%15) levels(%16) {activation = #cim.activation<bits = 4, zero_point = 7, scale = 2.000000e+00 : f32>, cycles = array<i64: 1, 1, 1, 1>, input_encoding = #cim.input_encoding<differential>, layer = "c", offset = 256 : i64, preactivation, sum_slices, sum_tiles} : (tensor<3x3xf32>, !cim.arrays<groups = 1, rows = 3, columns = 2, tiles = [2, 1], slices = [1], kind = offset>, tensor<2xf32>, tensor<1x1x2xf32>, tensor<1x2xf32>, tensor<1x1x1x1xi32>, tensor<1x1x1x2xi32>) -> tensor<3x2xf32>
    %20 = xbar.reshape %arg0 {offset = 128 : i64} : (tensor<3x6xf32>) -> tensor<2x3x3xf32>
    %21 = xbar.pad %20 {low = array<i64: 0, 1, 0>, offset = 0 : i64, value = 5.000000e-01 : f64} : (tensor<2x3x3xf32>) -> tensor<2x4x3xf32>
    %22 = xbar.write_arrays_dynamic %20 {core = 0 : i64, first_array = 5 : i64, layer = "d", num_arrays = 2 : i64, weight_bits = 4 : i64, weight_scale = 2.500000e-01 : f32} : tensor<2x3x3xf32> -> <groups = 2, rows = 3, columns = 3, tiles = [2, 1], slices = [3, 1], kind = twos_complement>
    %23 = xbar.mvm %21, %22, start(%1), scale(%3) thresholds(%9) levels(%10) {activation = #cim.activation<bits = 4, zero_point = 3, scale = 2.500000e-01 : f32>, correction_scale = 6.250000e-02 : f32, cycles = array<i64: 1, 3>, layer = "d", offset = 128 : i64, preactivation, sum_slices, sum_tiles} : (tensor<2x4x3xf32>, !cim.arrays<groups = 2, rows = 3, columns = 3, tiles = [2, 1], slices = [3, 1], kind = twos_complement>, tensor<3xf32>, tensor<1x1x3xf32>, tensor<1x1x1x3xi32>, tensor<1x1x1x4xi32>) -> tensor<2x4x3xf32>
    xbar.output %23, %19 : tensor<2x4x3xf32>, tensor<3x2xf32>
  }
}

