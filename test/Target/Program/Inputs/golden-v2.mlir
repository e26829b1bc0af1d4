module {
  xbar.program @main attributes {arena_bytes = 960 : i64, input_names = ["x"], input_offsets = array<i64: 0>, output_names = ["y"]} {
  ^bb0(%arg0: tensor<2x6x6xf32>):
    %0 = xbar.constant dense<9.375000e+00> : tensor<6xf32>
    %1 = xbar.constant dense<[[[1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01], [5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01]], [[1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01], [5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01]]]> : tensor<2x2x6xf32>
    %2 = xbar.constant dense<5.000000e-01> : tensor<2x2x6xf32>
    %3 = xbar.constant dense<1> : tensor<2x2x6xi32>
    %4 = xbar.write_arrays_dynamic %arg0 {core = 0 : i64, first_array = 0 : i64, layer = "a", num_arrays = 8 : i64, weight_bits = 4 : i64, weight_scale = 2.500000e-01 : f32} : tensor<2x6x6xf32> -> <groups = 2, rows = 6, columns = 6, tiles = [4, 2], slices = [2, 2], kind = differential_column>
    %5 = xbar.mvm %arg0, %4, start(%0), scale(%1), reciprocal(%2), offsets(%3) {activation = #cim.activation<bits = 4, zero_point = 8, scale = 2.500000e-01 : f32>, adc_range = array<i64: -8, 7>, correction_scale = 6.250000e-02 : f32, cycles = array<i64: 1, 1, 1, 1>, layer = "a", offset = 320 : i64} : (tensor<2x6x6xf32>, !cim.arrays<groups = 2, rows = 6, columns = 6, tiles = [4, 2], slices = [2, 2], kind = differential_column>, tensor<6xf32>, tensor<2x2x6xf32>, tensor<2x2x6xf32>, tensor<2x2x6xi32>) -> tensor<2x6x6xf32>
    %6 = xbar.constant dense<0.000000e+00> : tensor<6xf32>
    %7 = xbar.constant dense<6.250000e-02> : tensor<1x1x6xf32>
    %8 = xbar.write_arrays_dynamic %arg0 {core = 0 : i64, first_array = 8 : i64, layer = "b", num_arrays = 8 : i64, weight_bits = 4 : i64, weight_scale = 2.500000e-01 : f32} : tensor<2x6x6xf32> -> <groups = 2, rows = 6, columns = 6, tiles = [4, 2], slices = [2, 2], kind = differential_column>
    %9 = xbar.mvm %5, %8, start(%6), scale(%7) {activation = #cim.activation<bits = 4, zero_point = 8, scale = 2.500000e-01 : f32>, correction_scale = 6.250000e-02 : f32, cycles = array<i64: 1, 1, 1, 1>, layer = "b", offset = 640 : i64, sum_slices, sum_tiles} : (tensor<2x6x6xf32>, !cim.arrays<groups = 2, rows = 6, columns = 6, tiles = [4, 2], slices = [2, 2], kind = differential_column>, tensor<6xf32>, tensor<1x1x6xf32>) -> tensor<2x6x6xf32>
    %10 = xbar.constant dense<-6.250000e-01> : tensor<6xf32>
    %11 = xbar.constant dense<[[[1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01], [5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01]], [[1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01], [5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01]]]> : tensor<2x2x6xf32>
    %12 = xbar.constant dense<5.000000e-01> : tensor<2x2x6xf32>
    %13 = xbar.constant dense<1> : tensor<2x2x6xi32>
    %14 = xbar.write_arrays_dynamic %9 {core = 0 : i64, first_array = 16 : i64, layer = "c", num_arrays = 8 : i64, weight_bits = 4 : i64, weight_scale = 2.500000e-01 : f32} : tensor<2x6x6xf32> -> <groups = 2, rows = 6, columns = 6, tiles = [4, 2], slices = [2, 2], kind = differential_column>
    %15 = xbar.mvm %arg0, %14, start(%10), scale(%11), reciprocal(%12), offsets(%13) {activation = #cim.activation<bits = 4, zero_point = 8, scale = 2.500000e-01 : f32>, adc_range = array<i64: -8, 7>, cycles = array<i64: 1, 1, 1, 1>, input_encoding = #cim.input_encoding<twos_complement>, layer = "c", offset = 320 : i64} : (tensor<2x6x6xf32>, !cim.arrays<groups = 2, rows = 6, columns = 6, tiles = [4, 2], slices = [2, 2], kind = differential_column>, tensor<6xf32>, tensor<2x2x6xf32>, tensor<2x2x6xf32>, tensor<2x2x6xi32>) -> tensor<2x6x6xf32>
    %16 = xbar.constant dense<0.000000e+00> : tensor<6xf32>
    %17 = xbar.constant dense<6.250000e-02> : tensor<1x1x6xf32>
    %18 = xbar.write_arrays_dynamic %15 {core = 0 : i64, first_array = 24 : i64, layer = "d", num_arrays = 8 : i64, weight_bits = 4 : i64, weight_scale = 2.500000e-01 : f32} : tensor<2x6x6xf32> -> <groups = 2, rows = 6, columns = 6, tiles = [4, 2], slices = [2, 2], kind = differential_column>
    %19 = xbar.mvm %arg0, %18, start(%16), scale(%17) {activation = #cim.activation<bits = 4, zero_point = 8, scale = 2.500000e-01 : f32>, cycles = array<i64: 1, 1, 1, 1>, input_encoding = #cim.input_encoding<differential>, layer = "d", offset = 320 : i64, sum_slices, sum_tiles} : (tensor<2x6x6xf32>, !cim.arrays<groups = 2, rows = 6, columns = 6, tiles = [4, 2], slices = [2, 2], kind = differential_column>, tensor<6xf32>, tensor<1x1x6xf32>) -> tensor<2x6x6xf32>
    %20 = xbar.constant dense<5.000000e-01> : tensor<6xf32>
    %21 = xbar.constant dense<6.250000e-02> : tensor<1x1x6xf32>
    %22 = xbar.constant dense<[[[4, -2, 0, 1, 6, -7], [2, 2, -4, 0, 3, 1], [-5, 4, 0, 2, -1, 1], [0, 3, 4, -4, 1, 2], [4, 4, -3, 2, 0, 0], [-2, 1, 1, 7, -4, 4]]]> : tensor<1x6x6xi8>
    %23 = xbar.write_arrays %22 {core = 0 : i64, first_array = 32 : i64, kernel_area = 1 : i64, layer = "e", num_arrays = 4 : i64} : tensor<1x6x6xi8> -> <groups = 1, rows = 6, columns = 6, tiles = [4, 2], slices = [2, 2], kind = differential_column>
    %24 = xbar.mvm %19, %23, start(%20), scale(%21) {activation = #cim.activation<bits = 4, zero_point = 8, scale = 2.500000e-01 : f32>, cycles = array<i64: 1, 1, 1, 1>, input_encoding = #cim.input_encoding<twos_complement>, layer = "e", offset = 0 : i64, sum_slices, sum_tiles} : (tensor<2x6x6xf32>, !cim.arrays<groups = 1, rows = 6, columns = 6, tiles = [4, 2], slices = [2, 2], kind = differential_column>, tensor<6xf32>, tensor<1x1x6xf32>) -> tensor<2x6x6xf32>
    %25 = xbar.constant dense<5.000000e-01> : tensor<6xf32>
    %26 = xbar.constant dense<[[[1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01], [5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01]], [[1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01, 1.250000e-01], [5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01, 5.000000e-01]]]> : tensor<2x2x6xf32>
    %27 = xbar.constant dense<5.000000e-01> : tensor<2x2x6xf32>
    %28 = xbar.constant dense<1> : tensor<2x2x6xi32>
    %29 = xbar.constant dense<[[[4, -2, 0, 1, 6, -7], [2, 2, -4, 0, 3, 1], [-5, 4, 0, 2, -1, 1], [0, 3, 4, -4, 1, 2], [4, 4, -3, 2, 0, 0], [-2, 1, 1, 7, -4, 4]]]> : tensor<1x6x6xi8>
    %30 = xbar.write_arrays %29 {core = 0 : i64, first_array = 36 : i64, kernel_area = 1 : i64, layer = "f", num_arrays = 4 : i64} : tensor<1x6x6xi8> -> <groups = 1, rows = 6, columns = 6, tiles = [4, 2], slices = [2, 2], kind = differential_column>
    %31 = xbar.mvm %24, %30, start(%25), scale(%26), reciprocal(%27), offsets(%28) {activation = #cim.activation<bits = 4, zero_point = 8, scale = 2.500000e-01 : f32>, adc_range = array<i64: -8, 7>, cycles = array<i64: 1, 1, 1, 1>, input_encoding = #cim.input_encoding<differential>, layer = "f", offset = 320 : i64} : (tensor<2x6x6xf32>, !cim.arrays<groups = 1, rows = 6, columns = 6, tiles = [4, 2], slices = [2, 2], kind = differential_column>, tensor<6xf32>, tensor<2x2x6xf32>, tensor<2x2x6xf32>, tensor<2x2x6xi32>) -> tensor<2x6x6xf32>
    xbar.output %31 : tensor<2x6x6xf32>
  }
}

