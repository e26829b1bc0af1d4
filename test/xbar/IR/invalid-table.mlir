// RUN: cim-opt %s --split-input-file --verify-diagnostics

// The reference column and the table ADC.
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%reciprocal = xbar.constant dense<1.0> : tensor<1x2x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>
// expected-error @below {{'reference' must be present for offset arrays with an ADC of partial sums or weights of one bit, got none}}
%y = xbar.mvm %x, %a, start(%b), scale(%s), reciprocal(%reciprocal) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, adc_range = array<i64: 0, 15>}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x2x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%thresholds = xbar.constant dense<1> : tensor<1x2x1x3xi32>
%levels = xbar.constant dense<1> : tensor<1x2x1x4xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>
// expected-error @below {{'reference' must be present for offset arrays with an ADC of partial sums or weights of one bit, got none}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) thresholds(%thresholds) levels(%levels) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x2x1x3xi32>, tensor<1x2x1x4xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [1], kind = offset>
// expected-error @below {{'reference' must be present for offset arrays with an ADC of partial sums or weights of one bit, got none}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [1], kind = offset>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%reference = xbar.constant dense<1.0> : tensor<1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>
// expected-error @below {{'reference' must be absent but for offset arrays with an ADC of partial sums and for weights of one bit, got one}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) reference(%reference) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%reciprocal = xbar.constant dense<1.0> : tensor<1x2x4xf32>
%reference = xbar.constant dense<1.0> : tensor<1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [3, 1], kind = twos_complement>
// expected-error @below {{'reference' must be absent but for offset arrays with an ADC of partial sums and for weights of one bit, got one}}
%y = xbar.mvm %x, %a, start(%b), scale(%s), reciprocal(%reciprocal) reference(%reference) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, adc_range = array<i64: 0, 15>}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [3, 1], kind = twos_complement>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x2x4xf32>, tensor<1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%reference = xbar.constant dense<1.0> : tensor<1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [1], kind = offset>
// Fine.
%y = xbar.mvm %x, %a, start(%b), scale(%s) reference(%reference) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [1], kind = offset>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%thresholds = xbar.constant dense<1> : tensor<1x1x4x3xi32>
%levels = xbar.constant dense<1> : tensor<1x1x4x4xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [3, 1], kind = twos_complement>
// Fine.
%y = xbar.mvm %x, %a, start(%b), scale(%s) thresholds(%thresholds) levels(%levels) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [3, 1], kind = twos_complement>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x1x4x3xi32>, tensor<1x1x4x4xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%reference = xbar.constant dense<1.0> : tensor<1x1xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [1], kind = offset>
// expected-error @below {{'reference' must have shape [1, 4], got [1, 1]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) reference(%reference) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [1], kind = offset>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x1xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%reference = xbar.constant dense<1.0> : tensor<1x4xf32>
%thresholds = xbar.constant dense<1> : tensor<1x2x1x3xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>
// expected-error @below {{'thresholds' and 'levels' must be present together, got only 'thresholds'}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) reference(%reference) thresholds(%thresholds) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x4xf32>, tensor<1x2x1x3xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%reference = xbar.constant dense<1.0> : tensor<1x4xf32>
%levels = xbar.constant dense<1> : tensor<1x2x1x4xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>
// expected-error @below {{'thresholds' and 'levels' must be present together, got only 'levels'}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) reference(%reference) levels(%levels) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x4xf32>, tensor<1x2x1x4xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%reciprocal = xbar.constant dense<1.0> : tensor<1x2x4xf32>
%reference = xbar.constant dense<1.0> : tensor<1x4xf32>
%thresholds = xbar.constant dense<1> : tensor<1x2x1x3xi32>
%levels = xbar.constant dense<1> : tensor<1x2x1x4xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>
// expected-error @below {{'thresholds' must not be present with 'reciprocal', got both}}
%y = xbar.mvm %x, %a, start(%b), scale(%s), reciprocal(%reciprocal) reference(%reference) thresholds(%thresholds) levels(%levels) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles, adc_range = array<i64: 0, 15>}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x2x4xf32>, tensor<1x4xf32>, tensor<1x2x1x3xi32>, tensor<1x2x1x4xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%reference = xbar.constant dense<1.0> : tensor<1x4xf32>
%thresholds = xbar.constant dense<1> : tensor<1x2x2x3xi32>
%levels = xbar.constant dense<1> : tensor<1x2x1x4xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>
// expected-error @below {{'thresholds' must have shape [1, 2, 4, 3], got [1, 2, 2, 3]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) reference(%reference) thresholds(%thresholds) levels(%levels) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x4xf32>, tensor<1x2x2x3xi32>, tensor<1x2x1x4xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%reference = xbar.constant dense<1.0> : tensor<1x4xf32>
%thresholds = xbar.constant dense<1> : tensor<1x2x1x3xi32>
%levels = xbar.constant dense<1> : tensor<1x2x1x3xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>
// expected-error @below {{'levels' must have shape [1, 2, 1, 4], got [1, 2, 1, 3]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) reference(%reference) thresholds(%thresholds) levels(%levels) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x4xf32>, tensor<1x2x1x3xi32>, tensor<1x2x1x3xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%reference = xbar.constant dense<1.0> : tensor<1x4xf32>
%thresholds = xbar.constant dense<1> : tensor<1x2x1x3xi32>
%levels = xbar.constant dense<1> : tensor<1x2x4x4xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>
// expected-error @below {{'levels' must have shape [1, 2, 1, 4], got [1, 2, 4, 4]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) reference(%reference) thresholds(%thresholds) levels(%levels) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [18], slices = [2, 2], kind = offset>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x4xf32>, tensor<1x2x1x3xi32>, tensor<1x2x4x4xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [9, 9], slices = [2, 2], kind = differential_column>
// expected-error @below {{'preactivation' needs 'thresholds' and 'sum_tiles', got no 'thresholds'}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, preactivation, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [9, 9], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<2x1x4xf32>
%thresholds = xbar.constant dense<1> : tensor<1x1x1x1xi32>
%levels = xbar.constant dense<1> : tensor<1x1x1x2xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [9, 9], slices = [2, 2], kind = differential_column>
// expected-error @below {{'preactivation' needs 'thresholds' and 'sum_tiles', got no 'sum_tiles'}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) thresholds(%thresholds) levels(%levels) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, preactivation, sum_slices}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [9, 9], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<2x1x4xf32>, tensor<1x1x1x1xi32>, tensor<1x1x1x2xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%thresholds = xbar.constant dense<1> : tensor<1x1x1x1xi32>
%levels = xbar.constant dense<1> : tensor<1x1x1x2xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [9, 9], slices = [2, 2], kind = differential_column>
// expected-error @below {{'sum_slices' must be set unless an ADC converts partial sums, got false}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) thresholds(%thresholds) levels(%levels) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, preactivation, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [9, 9], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x1x1x1xi32>, tensor<1x1x1x2xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%thresholds = xbar.constant dense<1> : tensor<2x1x4x1xi32>
%levels = xbar.constant dense<1> : tensor<2x1x4x2xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [9, 9], slices = [2, 2], kind = differential_column>
// expected-error @below {{'thresholds' must have shape [1, 1, 4, 1], got [2, 1, 4, 1]}}
%y = xbar.mvm %x, %a, start(%b), scale(%s) thresholds(%thresholds) levels(%levels) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, preactivation, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [9, 9], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<2x1x4x1xi32>, tensor<2x1x4x2xi32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<5x18xf32>
%w = xbar.constant dense<1> : tensor<1x18x4xi8>
%b = xbar.constant dense<0.0> : tensor<4xf32>
%s = xbar.constant dense<1.0> : tensor<1x1x4xf32>
%thresholds = xbar.constant dense<1> : tensor<1x1x4x1xi32>
%levels = xbar.constant dense<1> : tensor<1x1x4x2xi32>
%a = xbar.write_arrays %w {layer = "l", kernel_area = 1, core = 0, first_array = 0, num_arrays = 1}
  : tensor<1x18x4xi8> -> !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [9, 9], slices = [2, 2], kind = differential_column>
// Fine.
%y = xbar.mvm %x, %a, start(%b), scale(%s) thresholds(%thresholds) levels(%levels) {layer = "l", activation = #cim.activation<bits = 4, scale = 1.0 : f32>, cycles = array<i64: 2, 2>, preactivation, sum_slices, sum_tiles}
  : (tensor<5x18xf32>, !cim.arrays<groups = 1, rows = 18, columns = 4, tiles = [9, 9], slices = [2, 2], kind = differential_column>, tensor<4xf32>, tensor<1x1x4xf32>, tensor<1x1x4x1xi32>, tensor<1x1x4x2xi32>) -> tensor<5x4xf32>
