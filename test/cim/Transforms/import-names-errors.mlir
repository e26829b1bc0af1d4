// RUN: cim-opt %s --split-input-file --cim-import-names --cim-verify-input --verify-diagnostics

// Names that are given have to differ like any others.

// expected-error @+1 {{'cim.name' of argument 1 must be unique, got "image"}}
func.func @main(%0: tensor<4xf32> {tf_saved_model.index_path = ["image"]},
                %1: tensor<4xf32> {tf_saved_model.index_path = ["other", "image"]}) {
  return
}
