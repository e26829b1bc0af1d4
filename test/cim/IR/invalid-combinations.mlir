// RUN: cim-opt %s --split-input-file --verify-diagnostics

// What a mapping asks of an ADC; invalid-hardware, -layers, -binary and -dynamic have the other combinations.

// expected-error @+1 {{'adc.bits' must be at least 2 for the signed codes of a differential kind, got 1}}
#a = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <kind = linear, bits = 1>>>

// -----

// expected-error @+1 {{'adc.bits' must be at least 2 for the signed codes of a differential kind, got 1}}
#a = #cim.target<mapping = <kind = differential_row, crossbar = <>>, precision = <weight = <>, activation = <>, adc = <kind = linear, bits = 1>>>

// -----

#a = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <kind = linear, bits = 2, range = narrow>>>
#b = #cim.target<mapping = <crossbar = <>>, precision = <weight = <>, activation = <>, adc = <kind = ideal, bits = 1>>>
#c = #cim.target<mapping = <kind = offset, crossbar = <>>, precision = <weight = <>, activation = <>, adc = <kind = linear, bits = 1>>>
#d = #cim.target<mapping = <kind = twos_complement, crossbar = <>>, precision = <weight = <>, activation = <>, adc = <kind = linear, bits = 1>>>

// -----

// expected-error @+1 {{'adc.range' must be full for the unsigned codes of kind offset, got narrow}}
#a = #cim.target<mapping = <kind = offset, crossbar = <>>, precision = <weight = <>, activation = <>, adc = <kind = linear, range = narrow>>>

// -----

// expected-error @+1 {{'adc.range' must be full for the unsigned codes of kind twos_complement, got narrow}}
#a = #cim.target<mapping = <kind = twos_complement, crossbar = <>>, precision = <weight = <>, activation = <>, adc = <kind = linear, range = narrow>>>

// -----

func.func @f(%x: tensor<2x5x8xf32>, %w: tensor<1x8x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'adc.range' must be full for the unsigned codes of kind offset, got narrow}}
  %y = cim.matmul %x, %w, %b {layer = "m",
    mapping = #cim.mapping<kind = offset, crossbar = <>>, precision = #cim.precision<weight = <>, activation = <>, adc = <kind = linear, range = narrow>>}
    : (tensor<2x5x8xf32>, tensor<1x8x3xf32>, tensor<3xf32>) -> tensor<2x5x3xf32>
  return
}

// -----

// Layers, not targets, say how many bits a list of slices must have.
#a = #cim.target<mapping = <slices = [2], crossbar = <>>, precision = <weight = <>, activation = <>, adc = <>>>
