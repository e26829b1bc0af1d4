//===- ApplyPolicy.cpp - Pass cim-apply-policy ------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Merges the entry of a layer, the default of the policy and what the layer has, in
// this order, field by field. Attributes and layers verify themselves; what they say is
// reported at the entry.
//
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include "cim-mlir/Policy/Passes.h"
#include "cim-mlir/Policy/Policy.h"
#include "cim/Analysis/Elements.h"
#include "cim/Analysis/Order.h"
#include "cim/IR/AdcTable.h"
#include "cim/IR/Validity.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringMap.h"

namespace cim {
#define GEN_PASS_DEF_APPLYPOLICYPASS
#include "cim-mlir/Policy/Passes.h.inc"
} // namespace cim

using namespace mlir;
using namespace cim;

//===----------------------------------------------------------------------===//
// One layer
//===----------------------------------------------------------------------===//

template <typename T> static void fillIn(std::optional<T> &field, const std::optional<T> &other) {
  if (!field)
    field = other;
}

/// The fields of an entry, those that it has not from the policy's default.
static LayerPolicy getFilled(LayerPolicy entry, LayerPolicy defaults, LayerOpInterface layer) {
  if (layer.isDynamic()) { // Computed operands have one scale and a narrow range in any case,
    defaults.weight.granularity.reset();
    defaults.weight.range.reset();
    if (defaults.weight.bits == 1) // and are never binary.
      defaults.weight.bits.reset();
  }
  fillIn(entry.weight.bits, defaults.weight.bits);
  fillIn(entry.weight.granularity, defaults.weight.granularity);
  fillIn(entry.weight.range, defaults.weight.range);
  fillIn(entry.weight.scale, defaults.weight.scale);
  fillIn(entry.weight.split, defaults.weight.split);
  fillIn(entry.weight.beta, defaults.weight.beta);
  fillIn(entry.activation.bits, defaults.activation.bits);
  fillIn(entry.activation.zeroPoint, defaults.activation.zeroPoint);
  fillIn(entry.activation.scale, defaults.activation.scale);
  // A zero point that is fixed decides how it can be fed, as in cim-assign-precision.
  ActivationAttr fixed = layer.getPrecisionAttr().getActivation();
  if (defaults.mapping.inputEncoding && !entry.activation.scale) {
    Combination combination(layer.getMapping());
    combination.inputEncoding = *defaults.mapping.inputEncoding;
    combination.setActivation(fixed);
    if (findViolation(combination))
      defaults.mapping.inputEncoding = InputEncoding::Offset;
  }
  fillIn(entry.adc.kind, defaults.adc.kind);
  fillIn(entry.adc.placement, defaults.adc.placement);
  fillIn(entry.adc.bits, defaults.adc.bits);
  fillIn(entry.adc.granularity, defaults.adc.granularity);
  fillIn(entry.adc.range, defaults.adc.range);
  fillIn(entry.adc.scale, defaults.adc.scale);
  fillIn(entry.adc.offset, defaults.adc.offset);
  fillIn(entry.adc.thresholds, defaults.adc.thresholds);
  fillIn(entry.adc.levels, defaults.adc.levels);
  fillIn(entry.adc.referenceUnit, defaults.adc.referenceUnit);
  fillIn(entry.mapping.kind, defaults.mapping.kind);
  fillIn(entry.mapping.tiling, defaults.mapping.tiling);
  fillIn(entry.mapping.inputEncoding, defaults.mapping.inputEncoding);
  fillIn(entry.mapping.sliceRule, defaults.mapping.sliceRule);
  fillIn(entry.mapping.slices, defaults.mapping.slices);
  return entry;
}

namespace {

/// Changes one layer.
class LayerEditor {
public:
  LayerEditor(LayerOpInterface layer, const LayerPolicy &policy)
      : layer(layer), policy(policy), context(layer.getContext()) {}

  LogicalResult run() {
    PrecisionAttr precision = layer.getPrecisionAttr();
    WeightAttr weight;
    ActivationAttr activation;
    AdcAttr adc;
    MappingAttr mapping;
    if (!(weight = getWeight(precision.getWeight())) ||
        !(activation = getActivation(precision.getActivation())) ||
        !(adc = getAdc(precision.getAdc())) || !(mapping = getMapping(layer.getMapping())))
      return failure();
    layer.setPrecisionAttr(PrecisionAttr::get(context, weight, activation, adc));
    layer.setMappingAttr(mapping);
    return verifyLayer();
  }

private:
  InFlightDiagnostic error(const Twine &part) {
    return emitError(policy.loc ? Location(policy.loc) : layer.getLoc())
           << "layer '" << layer.getLayer() << "': " << part;
  }

  /// The attribute, or an error at the policy and null.
  template <typename Attr, typename... Fields> Attr make(StringRef part, Fields... fields) {
    return Attr::getChecked([&] { return error("'" + part + "': "); }, context, fields...);
  }

  /// The constant that holds the numbers, null if there are none.
  template <typename T>
  ElementsAttr getElements(const std::optional<PolicyNumbers<T>> &numbers, Type type,
                           StringRef what) {
    if (!numbers)
      return {};
    return makeElements(RankedTensorType::get(numbers->shape, type), numbers->values,
                        (layer.getLayer() + "." + what).str());
  }

  /// Says that a scale holds a field to its value where the policy asks for another.
  template <typename T> void remarkKept(StringRef field, T kept, const std::optional<T> &asked) {
    if (!asked || *asked == kept)
      return;
    auto print = [](T value) {
      if constexpr (std::is_enum_v<T>)
        return stringifyEnum(value);
      else
        return value;
    };
    layer.emitRemark() << "layer '" << layer.getLayer() << "': '" << field << "' is fixed by a "
                       << "scale that the policy does not replace at " << print(kept) << ", not "
                       << print(*asked);
  }

  WeightAttr getWeight(WeightAttr base) {
    const WeightPolicy &weight = policy.weight;
    if ((weight.split || weight.beta) && !weight.scale) {
      error("'weight.split' and 'weight.beta' need a 'weight.scale', got none");
      return {};
    }
    if (base.getScale() && !weight.scale) {
      remarkKept("weight.bits", base.getBits(), weight.bits);
      remarkKept("weight.granularity", base.getGranularity(), weight.granularity);
      remarkKept("weight.range", base.getRange(), weight.range);
      return base;
    }
    Type f32 = Float32Type::get(context);
    int64_t bits = weight.bits.value_or(base.getBits());
    // Two codes have no range to choose.
    CodeRange range = bits == 1 ? CodeRange::Narrow : base.getRange();
    return make<WeightAttr>("weight", bits, weight.granularity.value_or(base.getGranularity()),
                            weight.range.value_or(range),
                            getElements(weight.scale, f32, "weight_scale"),
                            getElements(weight.split, f32, "weight_split"),
                            getElements(weight.beta, f32, "weight_beta"));
  }

  ActivationAttr getActivation(ActivationAttr base) {
    const ActivationPolicy &activation = policy.activation;
    if (activation.zeroPoint && !activation.scale) {
      error("'activation.zero_point' needs an 'activation.scale', got none");
      return {};
    }
    if (base.getScale() && !activation.scale) {
      remarkKept("activation.bits", base.getBits(), activation.bits);
      return base;
    }
    FloatAttr scale;
    if (activation.scale)
      scale = Builder(context).getF32FloatAttr(*activation.scale);
    return make<ActivationAttr>("activation", activation.bits.value_or(base.getBits()),
                                activation.zeroPoint.value_or(0), scale);
  }

  AdcAttr getAdc(AdcAttr base) {
    const AdcPolicy &adc = policy.adc;
    // Bits are asked of a converter that converts.
    bool becomesLinear = !adc.kind && adc.bits && base.getKind() == AdcKind::Ideal;
    AdcKind kind = becomesLinear ? AdcKind::Linear : adc.kind.value_or(base.getKind());
    AdcPlacement placement = adc.placement.value_or(
        kind == AdcKind::Table ? base.getPlacement() : AdcPlacement::PartialSum);
    int64_t bits = adc.bits.value_or(base.getBits());
    Granularity granularity = adc.granularity.value_or(base.getGranularity());
    CodeRange range = adc.range.value_or(base.getRange());
    int64_t unit = adc.referenceUnit.value_or(kind == AdcKind::Table ? base.getReferenceUnit() : 1);
    // Numbers that are there are those of the ADC that is there.
    bool isSame = kind == base.getKind() && placement == base.getPlacement() &&
                  bits == base.getBits() && granularity == base.getGranularity() &&
                  range == base.getRange() && unit == base.getReferenceUnit();
    auto choose = [&](const auto &numbers, Type type, ElementsAttr old, StringRef what) {
      return numbers || !isSame ? getElements(numbers, type, what) : old;
    };
    Type i32 = IntegerType::get(context, 32), f32 = Float32Type::get(context);
    ElementsAttr scale = choose(adc.scale, f32, base.getScale(), "adc_scale");
    ElementsAttr offset = choose(adc.offset, i32, base.getOffset(), "adc_offset");
    ElementsAttr thresholds = choose(adc.thresholds, i32, base.getThresholds(), "adc_thresholds");
    ElementsAttr levels = choose(adc.levels, i32, base.getLevels(), "adc_levels");
    AdcAttr result = make<AdcAttr>("adc", kind, bits, granularity, range, scale, offset, thresholds,
                                   levels, placement, unit);
    // Attributes do not look into resources.
    if (result && thresholds &&
        failed(verifyAdcTableValues([&] { return error("'adc': "); }, placement, unit, thresholds,
                                    levels)))
      return {};
    return result;
  }

  MappingAttr getMapping(MappingAttr base) {
    const MappingPolicy &mapping = policy.mapping;
    DenseI64ArrayAttr slices = base.getSlices();
    if (mapping.slices)
      slices = mapping.slices->empty() ? DenseI64ArrayAttr()
                                       : DenseI64ArrayAttr::get(context, *mapping.slices);
    return make<MappingAttr>(
        "mapping", mapping.kind.value_or(base.getKind()), mapping.tiling.value_or(base.getTiling()),
        mapping.inputEncoding.value_or(base.getInputEncoding()),
        mapping.sliceRule.value_or(base.getSliceRule()), slices, base.getCrossbar());
  }

  /// The verifier of the layer, its errors at the policy.
  LogicalResult verifyLayer() {
    std::string message;
    {
      ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
        message += diagnostic.str();
        return success();
      });
      if (succeeded(verify(layer, /*verifyRecursively=*/false)))
        return success();
    }
    return error(message);
  }

  LayerOpInterface layer;
  const LayerPolicy &policy;
  MLIRContext *context;
};

} // namespace

//===----------------------------------------------------------------------===//
// Module
//===----------------------------------------------------------------------===//

SmallVector<LayerOpInterface> cim::getPolicyLayers(ModuleOp module) {
  SmallVector<LayerOpInterface> layers;
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isExternal())
      llvm::append_range(layers, getLayersInPolicyOrder(function.getBody().front()));
  return layers;
}

/// Every entry must belong to a layer.
static LogicalResult checkEntries(const Policy &policy, ArrayRef<LayerOpInterface> layers,
                                  Location loc) {
  constexpr StringRef hint = "; '--dump-policy' lists the mapped layers";
  if (policy.positional && policy.layers.size() != layers.size())
    return emitError(policy.loc ? Location(policy.loc) : loc)
           << "the policy must have a row for each of " << layers.size() << " mapped layers, got "
           << policy.layers.size() << hint;
  if (policy.positional)
    return success();
  llvm::StringSet<> names;
  for (LayerOpInterface layer : layers)
    names.insert(LayerOpInterface(layer).getLayer());
  for (const LayerPolicy &entry : policy.layers)
    if (!names.contains(entry.name))
      return emitError(entry.loc ? Location(entry.loc) : loc)
             << "layer '" << shorten(entry.name) << "': there is no mapped layer of this name"
             << hint;
  return success();
}

LogicalResult cim::applyPolicy(ModuleOp module, const Policy &policy) {
  SmallVector<LayerOpInterface> layers = getPolicyLayers(module);
  if (failed(checkEntries(policy, layers, module.getLoc())))
    return failure();
  llvm::StringMap<const LayerPolicy *> byName;
  for (const LayerPolicy &entry : policy.layers)
    byName[entry.name] = &entry;
  for (auto [i, layer] : llvm::enumerate(layers)) {
    if (!layer.getPrecisionAttr())
      return layer.emitOpError("must have a 'precision' for a policy to change, got none");
    const LayerPolicy *entry =
        policy.positional ? &policy.layers[i] : byName.lookup(layer.getLayer());
    LayerPolicy filled = getFilled(entry ? *entry : LayerPolicy(), policy.defaults, layer);
    if (!filled.loc)
      filled.loc = policy.defaults.loc;
    if (failed(LayerEditor(layer, filled).run()))
      return failure();
  }
  if (policy.uncalibrated)
    module->setAttr(CimDialect::kUncalibratedAttrName, UnitAttr::get(module.getContext()));
  return success();
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

struct ApplyPolicyPass : cim::impl::ApplyPolicyPassBase<ApplyPolicyPass> {
  using ApplyPolicyPassBase::ApplyPolicyPassBase;

  void runOnOperation() override {
    if (file.empty())
      return;
    FailureOr<Policy> policy = readPolicy(file, &getContext());
    if (failed(policy) || failed(applyPolicy(getOperation(), *policy)))
      return signalPassFailure();
    numLayers += getPolicyLayers(getOperation()).size();
  }
};

} // namespace
