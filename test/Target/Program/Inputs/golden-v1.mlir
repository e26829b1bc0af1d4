#mapping = #cim.mapping<crossbar = <rows = 9, active_rows = 9>>
#precision = #cim.precision<weight = <bits = 4, granularity = column>, activation = <bits = 4>, adc = <kind = linear, bits = 6, granularity = column>>
#target = #cim.target<mapping = #mapping, precision = #precision>
module {
  xbar.program @golden attributes {arena_bytes = 320 : i64, input_names = ["image"], input_offsets = array<i64: 0>, output_names = ["scores", "mask"], target = #target, uncalibrated} {
  ^bb0(%arg0: tensor<1x4x4x2xf32>):
    %0 = xbar.constant dense<[[[1, -2], [3, -4], [5, -6], [7, -7], [0, 1], [2, -3], [4, -5], [6, -7], [1, 1], [2, 2], [3, 3], [-4, 4], [5, 5], [6, 6], [7, 7], [-1, -1], [-2, 2], [3, -3]]]> : tensor<1x18x2xi8>
    %1 = xbar.write_arrays %0 {core = 0 : i64, first_array = 0 : i64, kernel_area = 9 : i64, layer = "conv", num_arrays = 2 : i64} : tensor<1x18x2xi8> -> <groups = 1, rows = 18, columns = 2, tiles = [9, 9], slices = [2, 2], kind = differential_column>
    %2 = xbar.constant dense<[5.000000e-01, -2.500000e-01]> : tensor<2xf32>
    %3 = xbar.constant dense<[[[5.000000e-01, 2.500000e-01], [1.000000e+00, 1.250000e-01]], [[6.250000e-02, 5.000000e-01], [2.000000e+00, 7.500000e-01]]]> : tensor<2x2x2xf32>
    %4 = xbar.constant dense<5.000000e-01> : tensor<2x2x2xf32>
    %5 = xbar.constant dense<[[[0, 1], [2, 3]], [[-1, -2], [-3, 0]]]> : tensor<2x2x2xi32>
    %6 = xbar.mvm %arg0, %1, start(%2), scale(%3), reciprocal(%4), offsets(%5) {activation = #cim.activation<bits = 4, zero_point = 3, scale = 5.000000e-01 : f32>, adc_range = array<i64: -32, 31>, cycles = array<i64: 1, 1, 1, 1>, layer = "conv", offset = 128 : i64, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>} : (tensor<1x4x4x2xf32>, !cim.arrays<groups = 1, rows = 18, columns = 2, tiles = [9, 9], slices = [2, 2], kind = differential_column>, tensor<2xf32>, tensor<2x2x2xf32>, tensor<2x2x2xf32>, tensor<2x2x2xi32>) -> tensor<1x4x4x2xf32>
    %7 = xbar.constant dense<2.500000e-01> : tensor<2x3x3x1xf32>
    %8 = xbar.conv2d %6, %7, %2 {groups = 2 : i64, name = "digital", offset = 0 : i64, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>} : (tensor<1x4x4x2xf32>, tensor<2x3x3x1xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32>
    %9 = xbar.pool %8 {kind = #xbar.pool_kind<max>, offset = 128 : i64, window = #cim.window<kernel = [2, 2], stride = [2, 2], pad = [0, 0, 0, 0], dilation = [1, 1]>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
    %10 = xbar.reshape %9 {name = "flatten", offset = 128 : i64} : (tensor<1x2x2x2xf32>) -> tensor<1x8xf32>
    %11 = xbar.constant dense_resource<fc> : tensor<1x8x9xi8>
    %12 = xbar.write_arrays %11 {core = 0 : i64, first_array = 2 : i64, kernel_area = 1 : i64, layer = "fc", num_arrays = 1 : i64} : tensor<1x8x9xi8> -> <groups = 1, rows = 8, columns = 9, tiles = [5, 3], slices = [2, 2, 2, 2], kind = differential_row>
    %13 = xbar.constant dense<[0.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00, 5.000000e+00, 6.000000e+00, 7.000000e+00, 8.000000e+00]> : tensor<9xf32>
    %14 = xbar.constant dense<1.250000e-01> : tensor<1x1x9xf32>
    %15 = xbar.mvm %10, %12, start(%13), scale(%14) {activation = #cim.activation<scale = 6.250000e-02 : f32>, cycles = array<i64: 4, 4>, layer = "fc", offset = 0 : i64, sum_slices, sum_tiles} : (tensor<1x8xf32>, !cim.arrays<groups = 1, rows = 8, columns = 9, tiles = [5, 3], slices = [2, 2, 2, 2], kind = differential_row>, tensor<9xf32>, tensor<1x1x9xf32>) -> tensor<1x9xf32>
    %16 = xbar.unary %15 {kind = #xbar.unary_kind<tanh>, name = "tanh", offset = 64 : i64} : (tensor<1x9xf32>) -> tensor<1x9xf32>
    %17 = xbar.clamp %16 {max = 7.500000e-01 : f64, min = -5.000000e-01 : f64, offset = 0 : i64} : (tensor<1x9xf32>) -> tensor<1x9xf32>
    %18 = xbar.reshape %17 {offset = 0 : i64} : (tensor<1x9xf32>) -> tensor<1x3x3xf32>
    %19 = xbar.transpose %18 {offset = 64 : i64, permutation = array<i64: 0, 2, 1>} : (tensor<1x3x3xf32>) -> tensor<1x3x3xf32>
    %20 = xbar.matmul %18, %19 {offset = 128 : i64} : (tensor<1x3x3xf32>, tensor<1x3x3xf32>) -> tensor<1x3x3xf32>
    %21 = xbar.reduce %20 {axis = 2 : i64, kind = #xbar.reduce_kind<max>, offset = 0 : i64} : (tensor<1x3x3xf32>) -> tensor<1x3x1xf32>
    %22 = xbar.binary %20, %21 {kind = #xbar.binary_kind<greater_equal>, offset = 64 : i64} : (tensor<1x3x3xf32>, tensor<1x3x1xf32>) -> tensor<1x3x3xi1>
    %23 = xbar.constant dense<[[[true], [false], [true]]]> : tensor<1x3x1xi1>
    %24 = xbar.binary %22, %23 {kind = #xbar.binary_kind<logical_or>, offset = 256 : i64} : (tensor<1x3x3xi1>, tensor<1x3x1xi1>) -> tensor<1x3x3xi1>
    %25 = xbar.select %24, %20, %21 {offset = 192 : i64} : (tensor<1x3x3xi1>, tensor<1x3x3xf32>, tensor<1x3x1xf32>) -> tensor<1x3x3xf32>
    %26 = xbar.slice %25 {offset = 0 : i64, start = array<i64: 0, 1, 0>} : (tensor<1x3x3xf32>) -> tensor<1x2x2xf32>
    %27 = xbar.pad %26 {low = array<i64: 0, 1, 1>, offset = 128 : i64, value = -1.500000e+00 : f64} : (tensor<1x2x2xf32>) -> tensor<1x3x3xf32>
    %28 = xbar.concat %27, %25 {axis = 1 : i64, offset = 0 : i64} : (tensor<1x3x3xf32>, tensor<1x3x3xf32>) -> tensor<1x6x3xf32>
    %29 = xbar.cast %28 {offset = 128 : i64} : (tensor<1x6x3xf32>) -> tensor<1x6x3xi32>
    xbar.output %29, %24 : tensor<1x6x3xi32>, tensor<1x3x3xi1>
  }
}

{-#
  dialect_resources: {
    builtin: {
      fc: "0x0100000080A5CAEF14395E83A8CDF2173C6186ABD0F51A3F6489AED3F81D42678CB1D6FB20456A8FB4D9FE23486D92B7DC01264B7095BADF04294E7398BDE2072C51769BC0E50A2F54799EC3"
    }
  }
#-}

