// RUN: cim-opt %s --split-input-file --verify-diagnostics

// Each bound of weight, activation and ADC, from both sides.

// expected-error @+1 {{'bits' must be in 1..8, got 0}}
#a = #cim.weight<bits = 0>

// -----

// expected-error @+1 {{'bits' must be in 1..8, got 9}}
#a = #cim.weight<bits = 9>

// -----

// expected-error @+1 {{'scale' must be a tensor of f32, got 'tensor<f64>'}}
#a = #cim.weight<granularity = layer, scale = dense<1.0> : tensor<f64>>

// -----

// expected-error @+1 {{'scale' must be a tensor of f32, got 'vector<2xf32>'}}
#a = #cim.weight<granularity = layer, scale = dense<1.0> : vector<2xf32>>

// -----

// expected-error @+1 {{'scale' must have rank 0 for its granularity, got 1}}
#a = #cim.weight<granularity = layer, scale = dense<1.0> : tensor<2xf32>>

// -----

// expected-error @+1 {{'scale' must have rank 1 for its granularity, got 0}}
#a = #cim.weight<granularity = channel, scale = dense<1.0> : tensor<f32>>

// -----

// expected-error @+1 {{'scale' must have rank 1 for its granularity, got 3}}
#a = #cim.weight<granularity = array, scale = dense<1.0> : tensor<1x1x1xf32>>

// -----

// expected-error @+1 {{'scale' must have rank 2 for its granularity, got 1}}
#a = #cim.weight<granularity = column, scale = dense<1.0> : tensor<4xf32>>

// -----

// expected-error @+1 {{'scale' must be dense or dense_resource, got sparse}}
#a = #cim.weight<scale = sparse<[[0]], [1.0]> : tensor<2xf32>>

// -----

// expected-error @+1 {{'scale' must be normal and positive, got 0}}
#a = #cim.weight<scale = dense<[1.0, 0.0]> : tensor<2xf32>>

// -----

// expected-error @+1 {{'scale' must be normal and positive, got -5.000000e-01}}
#a = #cim.weight<scale = dense<[1.0, -0.5]> : tensor<2xf32>>

// -----

// expected-error @+1 {{'scale' must be normal and positive, got}}
#a = #cim.weight<scale = dense<1.0e-40> : tensor<2xf32>>

// -----

// expected-error @+1 {{'scale' must be normal and positive, got}}
#a = #cim.weight<scale = dense<0x7F800000> : tensor<2xf32>>

// -----

// expected-error @+1 {{'scale' must be normal and positive, got}}
#a = #cim.weight<scale = dense<0x7FC00000> : tensor<2xf32>>

// -----

// expected-error @+1 {{'bits' must be in 1..8, got 0}}
#a = #cim.activation<bits = 0>

// -----

// expected-error @+1 {{'bits' must be in 1..8, got 9}}
#a = #cim.activation<bits = 9>

// -----

// expected-error @+1 {{'zero_point' must be in 0..15, got -1}}
#a = #cim.activation<bits = 4, zero_point = -1>

// -----

// expected-error @+1 {{'zero_point' must be in 0..15, got 16}}
#a = #cim.activation<bits = 4, zero_point = 16>

// -----

// expected-error @+1 {{'scale' must be a normal and positive f32, got 0.0}}
#a = #cim.activation<scale = 0.0 : f32>

// -----

// expected-error @+1 {{'scale' must be a normal and positive f32, got -1.0}}
#a = #cim.activation<scale = -1.0 : f32>

// -----

// expected-error @+1 {{'scale' must be a normal and positive f32, got 1.000000e+00 : f64}}
#a = #cim.activation<scale = 1.0 : f64>

// -----

// expected-error @+1 {{'kind' must be ideal or linear, others are not supported yet, got table}}
#a = #cim.adc<kind = table>

// -----

// expected-error @+1 {{'bits' must be in 1..16, got 0}}
#a = #cim.adc<kind = linear, bits = 0>

// -----

#a = #cim.adc<kind = linear, bits = 1>

// -----

// expected-error @+1 {{'bits' must be in 1..16, got 17}}
#a = #cim.adc<kind = linear, bits = 17>

// -----

// expected-error @+1 {{'granularity' must be layer, array or column, got channel}}
#a = #cim.adc<kind = linear, granularity = channel>

// -----

// expected-error @+1 {{'scale' and 'offset' must be absent for kind ideal, got dense}}
#a = #cim.adc<kind = ideal, scale = dense<1.0> : tensor<f32>>

// -----

// expected-error @+1 {{'scale' must have rank 3 for its granularity, got 2}}
#a = #cim.adc<kind = linear, granularity = column, scale = dense<1.0> : tensor<2x2xf32>>

// -----

// expected-error @+1 {{'offset' must have the shape of 'scale', got 'tensor<i32>'}}
#a = #cim.adc<kind = linear, offset = dense<1> : tensor<i32>>

// -----

// expected-error @+1 {{'offset' must have the shape of 'scale', got 'tensor<1xi32>'}}
#a = #cim.adc<kind = linear, scale = dense<1.0> : tensor<f32>, offset = dense<1> : tensor<1xi32>>

// -----

// expected-error @+1 {{'offset' must be a tensor of i32, got 'tensor<i64>'}}
#a = #cim.adc<kind = linear, scale = dense<1.0> : tensor<f32>, offset = dense<1> : tensor<i64>>

// -----

// expected-error @+1 {{'offset' must be dense or dense_resource, got sparse}}
#a = #cim.adc<kind = linear, granularity = array, scale = dense<1.0> : tensor<2xf32>, offset = sparse<[[0]], [1]> : tensor<2xi32>>

// -----

// expected-error @+1 {{'offset' must be in -16777215..16777215, got 16777216}}
#a = #cim.adc<kind = linear, scale = dense<1.0> : tensor<f32>, offset = dense<16777216> : tensor<i32>>

// -----

// expected-error @+1 {{'offset' must be in -16777215..16777215, got -16777216}}
#a = #cim.adc<kind = linear, scale = dense<1.0> : tensor<f32>, offset = dense<-16777216> : tensor<i32>>
