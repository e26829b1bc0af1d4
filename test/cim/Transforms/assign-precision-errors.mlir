// RUN: split-file %s %t
// RUN: cim-opt %t/none.mlir --cim-assign-precision --verify-diagnostics
// RUN: not cim-opt %t/target.mlir --cim-assign-precision=weight-bits=-1 2>&1 | FileCheck %s -DOPTION=weight-bits -DRANGE=1..8 -DGOT=-1
// RUN: not cim-opt %t/target.mlir --cim-assign-precision=weight-bits=9 2>&1 | FileCheck %s -DOPTION=weight-bits -DRANGE=1..8 -DGOT=9
// RUN: not cim-opt %t/target.mlir --cim-assign-precision=activation-bits=-1 2>&1 | FileCheck %s -DOPTION=activation-bits -DRANGE=1..8 -DGOT=-1
// RUN: not cim-opt %t/target.mlir --cim-assign-precision=activation-bits=9 2>&1 | FileCheck %s -DOPTION=activation-bits -DRANGE=1..8 -DGOT=9
// RUN: not cim-opt %t/target.mlir --cim-assign-precision=adc-bits=-1 2>&1 | FileCheck %s -DOPTION=adc-bits -DRANGE=1..16 -DGOT=-1
// RUN: not cim-opt %t/target.mlir --cim-assign-precision=adc-bits=17 2>&1 | FileCheck %s -DOPTION=adc-bits -DRANGE=1..16 -DGOT=17

// CHECK: error: option '[[OPTION]]' must be 0 or in [[RANGE]], got [[GOT]]{{$}}

//--- none.mlir
// expected-error @+1 {{module attribute 'cim.target' must be present}}
module {
}
//--- target.mlir
module attributes {cim.target = #cim.target<mapping = <crossbar = <>>,
    precision = <weight = <>, activation = <>, adc = <>>>} {
}
