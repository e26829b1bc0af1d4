module {
  xbar.program @golden attributes {arena_bytes = 320 : i64, input_names = ["x"], input_offsets = array<i64: 128>, output_names = ["y", "z"]} {
  ^bb0(%arg0: tensor<3x6xf32>):
    %0 = xbar.constant dense<5.000000e-01> : tensor<2xf32>
    %1 = xbar.constant dense<2.500000e-01> : tensor<2x2x2xf32>
    %2 = xbar.constant dense<5.000000e-01> : tensor<2x2x2xf32>
    %3 = xbar.constant dense<3> : tensor<2x2x2xi32>
    %4 = xbar.constant dense<-2.000000e+00> : tensor<2x2xf32>
    %5 = xbar.constant dense<[[[7, -8], [0, 3], [-1, 5], [2, -4], [6, 1], [-7, -2]]]> : tensor<1x6x2xi8>
    %6 = xbar.write_arrays %5 {core = 0 : i64, first_array = 0 : i64, kernel_area = 1 : i64, layer = "a", num_arrays = 2 : i64} : tensor<1x6x2xi8> -> <groups = 1, rows = 6, columns = 2, tiles = [4, 2], slices = [1, 3], kind = offset>
    %7 = xbar.mvm %arg0, %6, start(%0), scale(%1), reciprocal(%2), offsets(%3) reference(%4) {activation = #cim.activation<bits = 4, zero_point = 8, scale = 2.500000e-01 : f32>, adc_range = array<i64: 0, 15>, cycles = array<i64: 2, 2>, layer = "a", offset = 64 : i64} : (tensor<3x6xf32>, !cim.arrays<groups = 1, rows = 6, columns = 2, tiles = [4, 2], slices = [1, 3], kind = offset>, tensor<2xf32>, tensor<2x2x2xf32>, tensor<2x2x2xf32>, tensor<2x2x2xi32>, tensor<2x2xf32>) -> tensor<3x2xf32>
    %8 = xbar.constant dense<0.000000e+00> : tensor<3xf32>
    %9 = xbar.constant dense<[[[5.000000e-01, 5.000000e-01, 2.500000e-01], [-2.000000e+00, -2.000000e+00, -1.000000e+00]]]> : tensor<1x2x3xf32>
    %10 = xbar.constant dense<[[[[0, 2, 5]], [[-1, 0, 4]]]]> : tensor<1x2x1x3xi32>
    %11 = xbar.constant dense<[[[[0, 1, 3, 7]], [[-32768, 0, 2, 32767]]]]> : tensor<1x2x1x4xi32>
    %12 = xbar.constant dense<[[[3, -4, 0], [-1, 2, 1]]]> : tensor<1x2x3xi8>
    %13 = xbar.write_arrays %12 {core = 0 : i64, first_array = 2 : i64, kernel_area = 1 : i64, layer = "b", num_arrays = 2 : i64} : tensor<1x2x3xi8> -> <groups = 1, rows = 2, columns = 3, tiles = [2], slices = [2, 1], kind = twos_complement>
    %14 = xbar.mvm %7, %13, start(%8), scale(%9) thresholds(%10) levels(%11) {activation = #cim.activation<bits = 3, zero_point = 4, scale = 5.000000e-01 : f32>, cycles = array<i64: 1, 1, 1>, input_encoding = #cim.input_encoding<twos_complement>, layer = "b", offset = 0 : i64, sum_tiles} : (tensor<3x2xf32>, !cim.arrays<groups = 1, rows = 2, columns = 3, tiles = [2], slices = [2, 1], kind = twos_complement>, tensor<3xf32>, tensor<1x2x3xf32>, tensor<1x2x1x3xi32>, tensor<1x2x1x4xi32>) -> tensor<3x3xf32>
    %15 = xbar.constant dense<5.000000e-01> : tensor<1x1x2xf32>
    %16 = xbar.constant dense<[[-2.500000e-01, 0.000000e+00]]> : tensor<1x2xf32>
    %17 = xbar.constant dense<[[[1, -1], [-1, -1], [1, 1]]]> : tensor<1x3x2xi8>
    %18 = xbar.write_arrays %17 {core = 0 : i64, first_array = 4 : i64, kernel_area = 1 : i64, layer = "c", num_arrays = 1 : i64} : tensor<1x3x2xi8> -> <groups = 1, rows = 3, columns = 2, tiles = [2, 1], slices = [1], kind = offset>
    %19 = xbar.mvm %14, %18, start(%0), scale(%15) reference(%16) {activation = #cim.activation<bits = 4, zero_point = 7, scale = 2.000000e+00 : f32>, cycles = array<i64: 1, 1, 1, 1>, input_encoding = #cim.input_encoding<differential>, layer = "c", offset = 64 : i64, sum_slices, sum_tiles} : (tensor<3x3xf32>, !cim.arrays<groups = 1, rows = 3, columns = 2, tiles = [2, 1], slices = [1], kind = offset>, tensor<2xf32>, tensor<1x1x2xf32>, tensor<1x2xf32>) -> tensor<3x2xf32>
    %20 = xbar.constant dense<6.250000e-02> : tensor<1x1x2xf32>
    %21 = xbar.constant dense<[[[[0, 200, 255], [1, 127, 500]]]]> : tensor<1x1x2x3xi32>
    %22 = xbar.constant dense<[[[[-1, 0, 200, 255], [0, 1, 2, 3]]]]> : tensor<1x1x2x4xi32>
    %23 = xbar.constant dense<[[[-128, 127], [-1, 0]]]> : tensor<1x2x2xi8>
    %24 = xbar.write_arrays %23 {core = 0 : i64, first_array = 5 : i64, kernel_area = 1 : i64, layer = "d", num_arrays = 1 : i64} : tensor<1x2x2xi8> -> <groups = 1, rows = 2, columns = 2, tiles = [2], slices = [8], kind = offset>
    %25 = xbar.mvm %19, %24, start(%0), scale(%20) reference(%16) thresholds(%21) levels(%22) {activation = #cim.activation<bits = 2, scale = 1.000000e+00 : f32>, cycles = array<i64: 1, 1>, layer = "d", offset = 256 : i64, sum_slices, sum_tiles} : (tensor<3x2xf32>, !cim.arrays<groups = 1, rows = 2, columns = 2, tiles = [2], slices = [8], kind = offset>, tensor<2xf32>, tensor<1x1x2xf32>, tensor<1x2xf32>, tensor<1x1x2x3xi32>, tensor<1x1x2x4xi32>) -> tensor<3x2xf32>
    %26 = xbar.reshape %arg0 {offset = 128 : i64} : (tensor<3x6xf32>) -> tensor<2x3x3xf32>
    %27 = xbar.pad %26 {low = array<i64: 0, 1, 0>, offset = 0 : i64, value = 5.000000e-01 : f64} : (tensor<2x3x3xf32>) -> tensor<2x4x3xf32>
    %28 = xbar.write_arrays_dynamic %26 {core = 0 : i64, first_array = 6 : i64, layer = "e", num_arrays = 2 : i64, weight_bits = 4 : i64, weight_scale = 2.500000e-01 : f32} : tensor<2x3x3xf32> -> <groups = 2, rows = 3, columns = 3, tiles = [3], slices = [2, 2], kind = offset>
    %29 = xbar.constant dense<1.250000e-01> : tensor<1x1x3xf32>
    %30 = xbar.constant dense<2.500000e-01> : tensor<1x2x3xf32>
    %31 = xbar.constant dense<-5.000000e-01> : tensor<1x3xf32>
    %32 = xbar.mvm %27, %28, start(%8), scale(%29), reciprocal(%30) reference(%31) {activation = #cim.activation<bits = 4, zero_point = 3, scale = 2.500000e-01 : f32>, adc_range = array<i64: 0, 63>, correction_scale = 6.250000e-02 : f32, cycles = array<i64: 1, 1, 1, 1>, layer = "e", offset = 128 : i64, sum_slices, sum_tiles} : (tensor<2x4x3xf32>, !cim.arrays<groups = 2, rows = 3, columns = 3, tiles = [3], slices = [2, 2], kind = offset>, tensor<3xf32>, tensor<1x1x3xf32>, tensor<1x2x3xf32>, tensor<1x3xf32>) -> tensor<2x4x3xf32>
    %33 = xbar.constant dense<[[[3, -4, 0], [-1, 2, 1]]]> : tensor<1x2x3xi8>
    %34 = xbar.write_arrays %33 {core = 0 : i64, first_array = 8 : i64, kernel_area = 1 : i64, layer = "f", num_arrays = 2 : i64} : tensor<1x2x3xi8> -> <groups = 1, rows = 2, columns = 3, tiles = [1, 1], slices = [2, 1], kind = twos_complement>
    %35 = xbar.constant dense<5.000000e-01> : tensor<2x1x3xf32>
    %36 = xbar.mvm %25, %34, start(%8), scale(%35) {activation = #cim.activation<bits = 3, zero_point = 1, scale = 5.000000e-01 : f32>, cycles = array<i64: 3>, layer = "f", offset = 0 : i64, sum_slices} : (tensor<3x2xf32>, !cim.arrays<groups = 1, rows = 2, columns = 3, tiles = [1, 1], slices = [2, 1], kind = twos_complement>, tensor<3xf32>, tensor<2x1x3xf32>) -> tensor<3x3xf32>
    xbar.output %32, %36 : tensor<2x4x3xf32>, tensor<3x3xf32>
  }
}

