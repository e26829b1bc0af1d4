// RUN: cim-opt %s --split-input-file --verify-diagnostics

%x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
%w = xbar.constant dense<1.0> : tensor<4x3x3x2xf32>
%b = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'groups' must divide the 2 input and 4 output channels, got 0}}
%y = xbar.conv2d %x, %w, %b {groups = 0 : i64, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>} : (tensor<1x4x4x2xf32>, tensor<4x3x3x2xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
%w = xbar.constant dense<1.0> : tensor<4x3x3x2xf32>
%b = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'groups' must divide the 2 input and 4 output channels, got 3}}
%y = xbar.conv2d %x, %w, %b {groups = 3 : i64, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>} : (tensor<1x4x4x2xf32>, tensor<4x3x3x2xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
%w = xbar.constant dense<1.0> : tensor<3x3x3x1xf32>
%b = xbar.constant dense<1.0> : tensor<3xf32>
// expected-error @below {{'groups' must divide the 2 input and 3 output channels, got 2}}
%y = xbar.conv2d %x, %w, %b {groups = 2 : i64, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>} : (tensor<1x4x4x2xf32>, tensor<3x3x3x1xf32>, tensor<3xf32>) -> tensor<1x4x4x3xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
%w = xbar.constant dense<1.0> : tensor<4x3x3x1xf32>
%b = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'weight' must have shape [4, 3, 3, 2], got [4, 3, 3, 1]}}
%y = xbar.conv2d %x, %w, %b {groups = 1 : i64, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>} : (tensor<1x4x4x2xf32>, tensor<4x3x3x1xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
%w = xbar.constant dense<1.0> : tensor<4x3x3x2xf32>
%b = xbar.constant dense<1.0> : tensor<3xf32>
// expected-error @below {{'bias' must have shape [4], got [3]}}
%y = xbar.conv2d %x, %w, %b {groups = 1 : i64, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>} : (tensor<1x4x4x2xf32>, tensor<4x3x3x2xf32>, tensor<3xf32>) -> tensor<1x4x4x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
%w = xbar.constant dense<1.0> : tensor<4x3x3x2xf32>
%b = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'output' must have shape [1, 4, 4, 4], got [1, 4, 4, 5]}}
%y = xbar.conv2d %x, %w, %b {groups = 1 : i64, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>} : (tensor<1x4x4x2xf32>, tensor<4x3x3x2xf32>, tensor<4xf32>) -> tensor<1x4x4x5xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<2x4x5xf32>
%r = xbar.constant dense<1.0> : tensor<3x5x6xf32>
// expected-error @below {{'lhs' and 'rhs' must have the same batch, or one of 1, got 2 and 3}}
%y = xbar.matmul %l, %r  : (tensor<2x4x5xf32>, tensor<3x5x6xf32>) -> tensor<3x4x6xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<2x4x5xf32>
%r = xbar.constant dense<1.0> : tensor<2x4x6xf32>
// expected-error @below {{'rhs' must have shape [2, 5, 6], got [2, 4, 6]}}
%y = xbar.matmul %l, %r  : (tensor<2x4x5xf32>, tensor<2x4x6xf32>) -> tensor<2x4x6xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<2x4x5xf32>
%r = xbar.constant dense<1.0> : tensor<1x5x6xf32>
// expected-error @below {{'output' must have shape [2, 4, 6], got [1, 4, 6]}}
%y = xbar.matmul %l, %r  : (tensor<2x4x5xf32>, tensor<1x5x6xf32>) -> tensor<1x4x6xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
// expected-error @below {{'window' must have dilation 1, got [1, 2]}}
%y = xbar.pool %x {kind = #xbar.pool_kind<max>, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 2]>} : (tensor<1x4x4x2xf32>) -> tensor<1x4x2x2xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
// expected-error @below {{'window' must pad less than its kernel [3, 2], got [0, 0, 2, 0]}}
%y = xbar.pool %x {kind = #xbar.pool_kind<max>, window = #cim.window<kernel = [3, 2], stride = [1, 1], pad = [0, 0, 2, 0], dilation = [1, 1]>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x5x2xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
// expected-error @below {{'window' must pad less than its kernel [2, 3], got [0, 2, 0, 0]}}
%y = xbar.pool %x {kind = #xbar.pool_kind<max>, window = #cim.window<kernel = [2, 3], stride = [1, 1], pad = [0, 2, 0, 0], dilation = [1, 1]>} : (tensor<1x4x4x2xf32>) -> tensor<1x5x2x2xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<1x4x4x2xf32>
// expected-error @below {{'output' must have shape [1, 4, 4, 2], got [1, 4, 3, 2]}}
%y = xbar.pool %x {kind = #xbar.pool_kind<max>, window = #cim.window<kernel = [3, 3], stride = [1, 1], pad = [1, 1, 1, 1], dilation = [1, 1]>} : (tensor<1x4x4x2xf32>) -> tensor<1x4x3x2xf32>
// -----
%x = xbar.constant dense<1> : tensor<4xi32>
// expected-error @below {{'kind' must suit elements of type 'i32', got exp}}
%y = xbar.unary %x {kind = #xbar.unary_kind<exp>} : (tensor<4xi32>) -> tensor<4xi32>
// -----
%x = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'kind' must suit elements of type 'f32', got logical_not}}
%y = xbar.unary %x {kind = #xbar.unary_kind<logical_not>} : (tensor<4xf32>) -> tensor<4xf32>
// -----
%x = xbar.constant dense<true> : tensor<4xi1>
// expected-error @below {{'kind' must suit elements of type 'i1', got abs}}
%y = xbar.unary %x {kind = #xbar.unary_kind<abs>} : (tensor<4xi1>) -> tensor<4xi1>
// -----
%x = xbar.constant dense<1> : tensor<4xi32>
// expected-error @below {{'output' must have elements of type 'i32', got 'f32'}}
%y = xbar.unary %x {kind = #xbar.unary_kind<abs>} : (tensor<4xi32>) -> tensor<4xf32>
// -----
%x = xbar.constant dense<1> : tensor<4xi32>
// expected-error @below {{'output' must have shape [4], got [5]}}
%y = xbar.unary %x {kind = #xbar.unary_kind<abs>} : (tensor<4xi32>) -> tensor<5xi32>
// -----
%l = xbar.constant dense<true> : tensor<4xi1>
%r = xbar.constant dense<true> : tensor<4xi1>
// expected-error @below {{'kind' must suit elements of type 'i1', got add}}
%y = xbar.binary %l, %r {kind = #xbar.binary_kind<add>} : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
// -----
%l = xbar.constant dense<1.0> : tensor<4xf32>
%r = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'kind' must suit elements of type 'f32', got logical_or}}
%y = xbar.binary %l, %r {kind = #xbar.binary_kind<logical_or>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// -----
%l = xbar.constant dense<1> : tensor<4xi32>
%r = xbar.constant dense<1> : tensor<4xi32>
// expected-error @below {{'kind' must suit elements of type 'i32', got pow}}
%y = xbar.binary %l, %r {kind = #xbar.binary_kind<pow>} : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
// -----
%l = xbar.constant dense<1.0> : tensor<4xf32>
%r = xbar.constant dense<1> : tensor<4xi32>
// expected-error @below {{'rhs' must have elements of type 'f32', got 'i32'}}
%y = xbar.binary %l, %r {kind = #xbar.binary_kind<add>} : (tensor<4xf32>, tensor<4xi32>) -> tensor<4xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<4xf32>
%r = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'output' must have elements of type 'i1', got 'f32'}}
%y = xbar.binary %l, %r {kind = #xbar.binary_kind<equal>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<3x4xf32>
%r = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{operands must have the rank of 'output', 2, got 1}}
%y = xbar.binary %l, %r {kind = #xbar.binary_kind<add>} : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<3x4xf32>
%r = xbar.constant dense<1.0> : tensor<3x3xf32>
// expected-error @below {{operands must have equal sizes or 1 along each axis, got 4 and 3}}
%y = xbar.binary %l, %r {kind = #xbar.binary_kind<add>} : (tensor<3x4xf32>, tensor<3x3xf32>) -> tensor<3x4xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<3x4xf32>
%r = xbar.constant dense<1.0> : tensor<3x1xf32>
// expected-error @below {{'output' must have shape [3, 4], got [3, 5]}}
%y = xbar.binary %l, %r {kind = #xbar.binary_kind<add>} : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x5xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'min' must not exceed 'max', got 1.000000e+00 : f64 and 5.000000e-01 : f64}}
%y = xbar.clamp %x {min = 1.0 : f64, max = 0.5 : f64} : (tensor<4xf32>) -> tensor<4xf32>
// -----
%x = xbar.constant dense<true> : tensor<4xi1>
// expected-error @below {{'input' must hold numbers, got elements of type 'i1'}}
%y = xbar.clamp %x {min = 0.0 : f64, max = 1.0 : f64} : (tensor<4xi1>) -> tensor<4xi1>
// -----
%x = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'output' must have elements of type 'f32', got 'i32'}}
%y = xbar.clamp %x {min = 0.0 : f64, max = 1.0 : f64} : (tensor<4xf32>) -> tensor<4xi32>
// -----
%x = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'output' must have shape [4], got [5]}}
%y = xbar.clamp %x {min = 0.0 : f64, max = 1.0 : f64} : (tensor<4xf32>) -> tensor<5xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'output' must have shape [4], got [2, 2]}}
%y = xbar.cast %x  : (tensor<4xf32>) -> tensor<2x2xi32>
// -----
%c = xbar.constant dense<true> : tensor<4xi1>
%a = xbar.constant dense<1> : tensor<4xi32>
%b = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'on_true' must have elements of type 'f32', got 'i32'}}
%y = xbar.select %c, %a, %b  : (tensor<4xi1>, tensor<4xi32>, tensor<4xf32>) -> tensor<4xf32>
// -----
%c = xbar.constant dense<true> : tensor<4xi1>
%a = xbar.constant dense<1.0> : tensor<4xf32>
%b = xbar.constant dense<1> : tensor<4xi32>
// expected-error @below {{'on_false' must have elements of type 'f32', got 'i32'}}
%y = xbar.select %c, %a, %b  : (tensor<4xi1>, tensor<4xf32>, tensor<4xi32>) -> tensor<4xf32>
// -----
%c = xbar.constant dense<true> : tensor<4xi1>
%a = xbar.constant dense<1.0> : tensor<5xf32>
%b = xbar.constant dense<1.0> : tensor<1xf32>
// expected-error @below {{operands must have equal sizes or 1 along each axis, got 4 and 5}}
%y = xbar.select %c, %a, %b  : (tensor<4xi1>, tensor<5xf32>, tensor<1xf32>) -> tensor<5xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'axis' must be in 0..1, got 2}}
%y = xbar.reduce %x {kind = #xbar.reduce_kind<sum>, axis = 2 : i64} : (tensor<3x4xf32>) -> tensor<3x1xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'axis' must be in 0..1, got -1}}
%y = xbar.reduce %x {kind = #xbar.reduce_kind<sum>, axis = -1 : i64} : (tensor<3x4xf32>) -> tensor<3x1xf32>
// -----
%x = xbar.constant dense<true> : tensor<3x4xi1>
// expected-error @below {{'kind' must suit elements of type 'i1', got sum}}
%y = xbar.reduce %x {kind = #xbar.reduce_kind<sum>, axis = 1 : i64} : (tensor<3x4xi1>) -> tensor<3x1xi1>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'output' must have shape [3, 1], got [3, 4]}}
%y = xbar.reduce %x {kind = #xbar.reduce_kind<sum>, axis = 1 : i64} : (tensor<3x4xf32>) -> tensor<3x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'output' must have elements of type 'f32', got 'i32'}}
%y = xbar.reduce %x {kind = #xbar.reduce_kind<sum>, axis = 1 : i64} : (tensor<3x4xf32>) -> tensor<3x1xi32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'permutation' must be a permutation of 2 axes, got [0, 0]}}
%y = xbar.transpose %x {permutation = array<i64: 0, 0>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'permutation' must be a permutation of 2 axes, got [0]}}
%y = xbar.transpose %x {permutation = array<i64: 0>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'permutation' must be a permutation of 2 axes, got [1, 2]}}
%y = xbar.transpose %x {permutation = array<i64: 1, 2>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'output' must have shape [4, 3], got [3, 4]}}
%y = xbar.transpose %x {permutation = array<i64: 1, 0>} : (tensor<3x4xf32>) -> tensor<3x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'output' must have elements of type 'f32', got 'i32'}}
%y = xbar.transpose %x {permutation = array<i64: 1, 0>} : (tensor<3x4xf32>) -> tensor<4x3xi32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'output' must have 12 elements, got 11}}
%y = xbar.reshape %x  : (tensor<3x4xf32>) -> tensor<11xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'output' must have elements of type 'f32', got 'i32'}}
%y = xbar.reshape %x  : (tensor<3x4xf32>) -> tensor<12xi32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'output' must have the rank of 'input', 2, got 1}}
%y = xbar.slice %x {start = array<i64: 0>} : (tensor<3x4xf32>) -> tensor<4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'start' must have one entry for each of 2 axes, got 1}}
%y = xbar.slice %x {start = array<i64: 0>} : (tensor<3x4xf32>) -> tensor<2x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'start' must place 2 elements within 3, got -1}}
%y = xbar.slice %x {start = array<i64: -1, 0>} : (tensor<3x4xf32>) -> tensor<2x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'start' must place 2 elements within 3, got 2}}
%y = xbar.slice %x {start = array<i64: 2, 0>} : (tensor<3x4xf32>) -> tensor<2x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'start' must place 4 elements within 3, got 0}}
%y = xbar.slice %x {start = array<i64: 0, 0>} : (tensor<3x4xf32>) -> tensor<4x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'output' must have elements of type 'f32', got 'i32'}}
%y = xbar.slice %x {start = array<i64: 1, 0>} : (tensor<3x4xf32>) -> tensor<2x4xi32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'output' must have the rank of 'input', 2, got 3}}
%y = xbar.pad %x {low = array<i64: 0, 0>, value = 0.0 : f64} : (tensor<3x4xf32>) -> tensor<1x3x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'low' must have one entry for each of 2 axes, got 3}}
%y = xbar.pad %x {low = array<i64: 0, 0, 0>, value = 0.0 : f64} : (tensor<3x4xf32>) -> tensor<3x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'low' must place 3 elements within 5, got 3}}
%y = xbar.pad %x {low = array<i64: 3, 0>, value = 0.0 : f64} : (tensor<3x4xf32>) -> tensor<5x4xf32>
// -----
%x = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'low' must place 3 elements within 5, got -1}}
%y = xbar.pad %x {low = array<i64: -1, 0>, value = 0.0 : f64} : (tensor<3x4xf32>) -> tensor<5x4xf32>
// -----
// expected-error @below {{'inputs' must have at least 1 tensor, got 0}}
%0 = "xbar.concat"() {axis = 0 : i64} : () -> tensor<2xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<3x4xf32>
%r = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'axis' must be in 0..1, got 2}}
%y = xbar.concat %l, %r {axis = 2 : i64} : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<6x4xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<3x4xf32>
%r = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'axis' must be in 0..1, got -1}}
%y = xbar.concat %l, %r {axis = -1 : i64} : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<6x4xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<3x4xf32>
%r = xbar.constant dense<1.0> : tensor<3x5xf32>
// expected-error @below {{'inputs' must have shape [3, 4], got [3, 5]}}
%y = xbar.concat %l, %r {axis = 0 : i64} : (tensor<3x4xf32>, tensor<3x5xf32>) -> tensor<6x4xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<3x4xf32>
%r = xbar.constant dense<1> : tensor<3x4xi32>
// expected-error @below {{'inputs' must have elements of type 'f32', got 'i32'}}
%y = xbar.concat %l, %r {axis = 0 : i64} : (tensor<3x4xf32>, tensor<3x4xi32>) -> tensor<6x4xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<3x4xf32>
%r = xbar.constant dense<1.0> : tensor<3x4xf32>
// expected-error @below {{'output' must have shape [6, 4], got [7, 4]}}
%y = xbar.concat %l, %r {axis = 0 : i64} : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<7x4xf32>
// -----
%v = xbar.constant dense<1.0> : tensor<2x5x3xf32>
%i = xbar.constant dense<1> : tensor<2x4xi32>
// expected-error @below {{'output' must have elements of type 'f32', got 'i8'}}
%y = xbar.gather %v, %i : (tensor<2x5x3xf32>, tensor<2x4xi32>) -> tensor<2x4x3xi8>
// -----
%v = xbar.constant dense<1.0> : tensor<2x5x3xf32>
%i = xbar.constant dense<1> : tensor<2x4xi32>
// expected-error @below {{'output' must have shape [2, 4, 3], got [2, 5, 3]}}
%y = xbar.gather %v, %i : (tensor<2x5x3xf32>, tensor<2x4xi32>) -> tensor<2x5x3xf32>
// -----
%v = xbar.constant dense<1.0> : tensor<2x5x3xf32>
%i = xbar.constant dense<1> : tensor<1x4xi32>
// expected-error @below {{'indices' must have shape [2, 4], got [1, 4]}}
%y = xbar.gather %v, %i : (tensor<2x5x3xf32>, tensor<1x4xi32>) -> tensor<2x4x3xf32>
// -----
%v = xbar.constant dense<1.0> : tensor<2x5x3xf32>
%i = xbar.constant dense<1> : tensor<2x4xi8>
// expected-error @below {{operand #1 must be static tensor of rank 2}}
%y = xbar.gather %v, %i : (tensor<2x5x3xf32>, tensor<2x4xi8>) -> tensor<2x4x3xf32>
// -----
%v = xbar.constant dense<1.0> : tensor<2x5x3xf32>
%i = xbar.constant dense<1> : tensor<2x4xi32>
%x = xbar.constant dense<1.0> : tensor<2x4x3xf32>
// expected-error @below {{'output' must have elements of type 'f32', got 'i32'}}
%y = xbar.scatter %v, %i, %x : (tensor<2x5x3xf32>, tensor<2x4xi32>, tensor<2x4x3xf32>) -> tensor<2x5x3xi32>
// -----
%v = xbar.constant dense<1.0> : tensor<2x5x3xf32>
%i = xbar.constant dense<1> : tensor<2x4xi32>
%x = xbar.constant dense<1.0> : tensor<2x4x3xf32>
// expected-error @below {{'output' must have shape [2, 5, 3], got [2, 4, 3]}}
%y = xbar.scatter %v, %i, %x : (tensor<2x5x3xf32>, tensor<2x4xi32>, tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
// -----
%v = xbar.constant dense<1.0> : tensor<2x5x3xf32>
%i = xbar.constant dense<1> : tensor<2x4xi32>
%x = xbar.constant dense<true> : tensor<2x4x3xi1>
// expected-error @below {{'input' must have elements of type 'f32', got 'i1'}}
%y = xbar.scatter %v, %i, %x : (tensor<2x5x3xf32>, tensor<2x4xi32>, tensor<2x4x3xi1>) -> tensor<2x5x3xf32>
// -----
%v = xbar.constant dense<1.0> : tensor<2x5x3xf32>
%i = xbar.constant dense<1> : tensor<2x4xi32>
%x = xbar.constant dense<1.0> : tensor<2x3x3xf32>
// expected-error @below {{'input' must have shape [2, 4, 3], got [2, 3, 3]}}
%y = xbar.scatter %v, %i, %x : (tensor<2x5x3xf32>, tensor<2x4xi32>, tensor<2x3x3xf32>) -> tensor<2x5x3xf32>
// -----
%v = xbar.constant dense<1.0> : tensor<2x5x3xf32>
%i = xbar.constant dense<1> : tensor<3x4xi32>
%x = xbar.constant dense<1.0> : tensor<2x4x3xf32>
// expected-error @below {{'indices' must have shape [2, 4], got [3, 4]}}
%y = xbar.scatter %v, %i, %x : (tensor<2x5x3xf32>, tensor<3x4xi32>, tensor<2x4x3xf32>) -> tensor<2x5x3xf32>
// -----
%l = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'kind' must suit elements of type 'f32', got bitwise_and}}
%y = xbar.binary %l, %l {kind = #xbar.binary_kind<bitwise_and>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// -----
%l = xbar.constant dense<true> : tensor<4xi1>
// expected-error @below {{'kind' must suit elements of type 'i1', got bitwise_and}}
%y = xbar.binary %l, %l {kind = #xbar.binary_kind<bitwise_and>} : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
// -----
%l = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'kind' must suit elements of type 'f32', got bitwise_or}}
%y = xbar.binary %l, %l {kind = #xbar.binary_kind<bitwise_or>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// -----
%l = xbar.constant dense<true> : tensor<4xi1>
// expected-error @below {{'kind' must suit elements of type 'i1', got bitwise_or}}
%y = xbar.binary %l, %l {kind = #xbar.binary_kind<bitwise_or>} : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
// -----
%l = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'kind' must suit elements of type 'f32', got bitwise_xor}}
%y = xbar.binary %l, %l {kind = #xbar.binary_kind<bitwise_xor>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// -----
%l = xbar.constant dense<true> : tensor<4xi1>
// expected-error @below {{'kind' must suit elements of type 'i1', got bitwise_xor}}
%y = xbar.binary %l, %l {kind = #xbar.binary_kind<bitwise_xor>} : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
// -----
%l = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'kind' must suit elements of type 'f32', got logical_left_shift}}
%y = xbar.binary %l, %l {kind = #xbar.binary_kind<logical_left_shift>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// -----
%l = xbar.constant dense<true> : tensor<4xi1>
// expected-error @below {{'kind' must suit elements of type 'i1', got logical_left_shift}}
%y = xbar.binary %l, %l {kind = #xbar.binary_kind<logical_left_shift>} : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
// -----
%l = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'kind' must suit elements of type 'f32', got logical_right_shift}}
%y = xbar.binary %l, %l {kind = #xbar.binary_kind<logical_right_shift>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// -----
%l = xbar.constant dense<true> : tensor<4xi1>
// expected-error @below {{'kind' must suit elements of type 'i1', got logical_right_shift}}
%y = xbar.binary %l, %l {kind = #xbar.binary_kind<logical_right_shift>} : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
// -----
%l = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'kind' must suit elements of type 'f32', got arithmetic_right_shift}}
%y = xbar.binary %l, %l {kind = #xbar.binary_kind<arithmetic_right_shift>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
// -----
%l = xbar.constant dense<true> : tensor<4xi1>
// expected-error @below {{'kind' must suit elements of type 'i1', got arithmetic_right_shift}}
%y = xbar.binary %l, %l {kind = #xbar.binary_kind<arithmetic_right_shift>} : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
// -----
%x = xbar.constant dense<1.0> : tensor<4xf32>
// expected-error @below {{'kind' must suit elements of type 'f32', got bitwise_not}}
%y = xbar.unary %x {kind = #xbar.unary_kind<bitwise_not>} : (tensor<4xf32>) -> tensor<4xf32>
// -----
%x = xbar.constant dense<true> : tensor<4xi1>
// expected-error @below {{'kind' must suit elements of type 'i1', got bitwise_not}}
%y = xbar.unary %x {kind = #xbar.unary_kind<bitwise_not>} : (tensor<4xi1>) -> tensor<4xi1>
