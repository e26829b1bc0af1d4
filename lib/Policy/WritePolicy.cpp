//===- WritePolicy.cpp - What layers have, as a policy ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One line for each part of a layer. A float is the shortest decimal that reads back to the
// same float32.
//
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "cim-mlir/Policy/Policy.h"
#include "cim/Analysis/Elements.h"
#include "cim/Analysis/Layout.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include <charconv>

using namespace mlir;
using namespace cim;

static void print(raw_ostream &os, int64_t value) { os << value; }

static void print(raw_ostream &os, float value) {
  char text[32];
  os << StringRef(text, std::to_chars(text, text + sizeof(text), value).ptr - text);
}

/// Takes the numbers of an array of the given shape off the front of `values`.
template <typename T>
static void print(raw_ostream &os, ArrayRef<int64_t> shape, ArrayRef<T> &values) {
  if (shape.empty()) {
    print(os, values.front());
    values = values.drop_front();
    return;
  }
  os << "[";
  llvm::ListSeparator separator(",");
  for (int64_t i = 0; i < shape.front(); ++i) {
    os << separator;
    print(os, shape.drop_front(), values);
  }
  os << "]";
}

namespace {

/// One part of a layer: `"weight": {"bits": 4, ...}`.
class Part {
public:
  Part(raw_ostream &os, StringRef name) : os(os) { os << ",\n     \"" << name << "\": {"; }
  ~Part() { os << "}"; }

  void write(StringRef key, int64_t value) { begin(key) << value; }
  void write(StringRef key, StringRef word) { begin(key) << '"' << word << '"'; }
  void write(StringRef key, FloatAttr value) {
    print(begin(key), value.getValue().convertToFloat());
  }
  /// The integers of a list, none if there is no list.
  void write(StringRef key, DenseI64ArrayAttr list) {
    ArrayRef<int64_t> values = list ? list.asArrayRef() : ArrayRef<int64_t>();
    print(begin(key), {int64_t(values.size())}, values);
  }
  /// Numbers that can be read; does nothing if there are none.
  void write(StringRef key, ElementsAttr numbers) {
    if (!numbers)
      return;
    if (numbers.getElementType().isF32())
      writeNumbers<float>(key, numbers, *readF32(numbers));
    else
      writeNumbers<int64_t>(key, numbers, *readIntegers(numbers));
  }

private:
  raw_ostream &begin(StringRef key) { return os << separator << '"' << key << "\": "; }

  template <typename T> void writeNumbers(StringRef key, ElementsAttr numbers, ArrayRef<T> values) {
    print(begin(key), numbers.getShapedType().getShape(), values);
  }

  raw_ostream &os;
  llvm::ListSeparator separator;
};

} // namespace

static void writeWeight(raw_ostream &os, WeightAttr weight, bool withScales) {
  Part part(os, "weight");
  part.write("bits", weight.getBits());
  part.write("granularity", stringifyGranularity(weight.getGranularity()));
  part.write("range", stringifyCodeRange(weight.getRange()));
  if (!withScales)
    return;
  part.write("scale", weight.getScale());
  part.write("split", weight.getSplit());
  part.write("beta", weight.getBeta());
}

static void writeActivation(raw_ostream &os, ActivationAttr activation, bool withScales) {
  Part part(os, "activation");
  part.write("bits", activation.getBits());
  if (!withScales)
    return;
  part.write("zero_point", activation.getZeroPoint());
  part.write("scale", activation.getScale());
}

static void writeAdc(raw_ostream &os, AdcAttr adc, bool withScales) {
  Part part(os, "adc");
  part.write("kind", stringifyAdcKind(adc.getKind()));
  part.write("bits", adc.getBits());
  part.write("granularity", stringifyGranularity(adc.getGranularity()));
  part.write("range", stringifyCodeRange(adc.getRange()));
  if (adc.getKind() == AdcKind::Table) {
    part.write("placement", stringifyAdcPlacement(adc.getPlacement()));
    part.write("reference_unit", adc.getReferenceUnit());
  }
  if (!withScales)
    return;
  part.write("scale", adc.getScale());
  part.write("offset", adc.getOffset());
  part.write("thresholds", adc.getThresholds());
  part.write("levels", adc.getLevels());
}

static void writeMapping(raw_ostream &os, MappingAttr mapping) {
  Part part(os, "mapping");
  part.write("kind", stringifyMappingKind(mapping.getKind()));
  part.write("tiling", stringifyTiling(mapping.getTiling()));
  part.write("input_encoding", stringifyInputEncoding(mapping.getInputEncoding()));
  part.write("slice_rule", stringifySliceRule(mapping.getSliceRule()));
  part.write("slices", mapping.getSlices());
}

/// A policy can hold what the layer has.
static LogicalResult check(LayerOpInterface layer, bool withScales) {
  PrecisionAttr precision = layer.getPrecisionAttr();
  if (!precision)
    return layer.emitOpError("must have a 'precision' to be written to a policy, got none");
  if (!llvm::json::isUTF8(layer.getLayer()))
    return layer.emitOpError("'layer' must be UTF-8 to be written to a policy");
  if (!withScales)
    return success();
  if (StringRef missing = getMissingScale(precision); !missing.empty())
    return layer.emitOpError("must have '") << missing << "' to be written with scales, got none";
  WeightAttr weight = precision.getWeight();
  AdcAttr adc = precision.getAdc();
  for (ElementsAttr numbers :
       {weight.getScale(), weight.getSplit(), weight.getBeta(), adc.getScale(), adc.getOffset(),
        adc.getThresholds(), adc.getLevels()})
    if (numbers && failed(getElementBytes(numbers, sizeof(float))))
      return layer.emitOpError("has numbers that cannot be read");
  return success();
}

LogicalResult cim::writePolicy(ModuleOp module, bool withScales, raw_ostream &os) {
  SmallVector<LayerOpInterface> layers = getPolicyLayers(module);
  for (LayerOpInterface layer : layers)
    if (failed(check(layer, withScales)))
      return failure();
  os << "{";
  if (withScales && module->hasAttr(CimDialect::kUncalibratedAttrName))
    os << "\"calibration\": \"random\",\n ";
  os << "\"layers\": [";
  llvm::ListSeparator separator(",");
  for (LayerOpInterface layer : layers) {
    PrecisionAttr precision = layer.getPrecisionAttr();
    os << separator << "\n    {\"name\": " << llvm::json::Value(layer.getLayer());
    writeWeight(os, precision.getWeight(), withScales);
    writeActivation(os, precision.getActivation(), withScales);
    writeAdc(os, precision.getAdc(), withScales);
    writeMapping(os, layer.getMapping());
    os << "}";
  }
  os << "]}\n";
  return success();
}
