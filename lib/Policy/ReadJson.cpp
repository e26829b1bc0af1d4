//===- ReadJson.cpp - Policies by the names of layers -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The keys of a policy and the values that each may have alone; what values ask of one
// another is checked where they are applied.
//
//===----------------------------------------------------------------------===//

#include "JsonReader.h"
#include "Layers.h"
#include "Readers.h"
#include "cim/IR/Limits.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <charconv>
#include <cmath>

using namespace mlir;
using namespace cim;

namespace {

class PolicyReader {
public:
  PolicyReader(StringRef path, StringRef text, MLIRContext *context) : json(path, text, context) {}

  LogicalResult read(Policy &policy) {
    if (failed(object("a policy",
                      {{"calibration", [&] { return readCalibration(policy.uncalibrated); }},
                       {"default", [&] { return readDefaults(policy.defaults); }},
                       {"layers", [&] { return readLayers(policy.layers); }}})))
      return failure();
    return json.end();
  }

private:
  /// A key and what reads its value.
  using Field = std::pair<StringRef, llvm::function_ref<LogicalResult()>>;

  /// Reads an object whose keys are among those of `fields`.
  LogicalResult object(const Twine &what, ArrayRef<Field> fields) {
    std::string name = what.str();
    return json.object(name, [&](StringRef key) -> LogicalResult {
      for (const auto &[known, read] : fields)
        if (key == known)
          return read();
      return emitError(json.getKeyLoc())
             << name << " has the unknown key '" << shorten(key) << "', expected one of "
             << llvm::join(llvm::make_first_range(fields), ", ");
    });
  }

  //===--------------------------------------------------------------------===//
  // Layers
  //===--------------------------------------------------------------------===//

  /// What scales were chosen on, where it was not data.
  LogicalResult readCalibration(bool &uncalibrated) {
    size_t begin = json.getOffset();
    std::string word;
    if (failed(json.string("'calibration'", word)))
      return failure();
    uncalibrated = word == "random";
    if (uncalibrated)
      return success();
    return emitError(json.getLoc(begin))
           << "'calibration' must be random, got '" << shorten(word) << "'";
  }

  LogicalResult readDefaults(LayerPolicy &defaults) {
    where = "default: ";
    defaults.loc = json.getLoc();
    return object("'default'", {{"weight", [&] { return readWeight(defaults.weight); }},
                                {"activation", [&] { return readActivation(defaults.activation); }},
                                {"adc", [&] { return readAdc(defaults.adc); }},
                                {"mapping", [&] { return readMapping(defaults.mapping); }}});
  }

  LogicalResult readLayers(std::vector<LayerPolicy> &layers) {
    llvm::StringSet<> names;
    return json.array("'layers'", [&]() -> LogicalResult {
      LayerPolicy layer;
      layer.loc = json.getLoc();
      if (failed(readLayer(layer, layers.size())))
        return failure();
      if (layer.name.empty())
        return emitError(layer.loc) << where << "the key 'name' is missing";
      if (!names.insert(layer.name).second)
        return emitError(layer.loc) << where << "the layer is given twice";
      layers.push_back(std::move(layer));
      return success();
    });
  }

  LogicalResult readLayer(LayerPolicy &layer, size_t index) {
    where = ("layers[" + Twine(index) + "]: ").str();
    return object("layers[" + Twine(index) + "]",
                  {{"name", [&] { return readName(layer.name); }},
                   {"weight", [&] { return readWeight(layer.weight); }},
                   {"activation", [&] { return readActivation(layer.activation); }},
                   {"adc", [&] { return readAdc(layer.adc); }},
                   {"mapping", [&] { return readMapping(layer.mapping); }}});
  }

  LogicalResult readName(std::string &name) {
    if (failed(json.string(where + "'name'", name)))
      return failure();
    where = "layer '" + shorten(name) + "': ";
    return success();
  }

  LogicalResult readWeight(WeightPolicy &weight) {
    return object(
        where + "'weight'",
        {{"bits", [&] { return readInteger("weight.bits", 1, 8, weight.bits); }},
         {"granularity",
          [&] { return readWord("weight.granularity", symbolizeGranularity, weight.granularity); }},
         {"range", [&] { return readWord("weight.range", symbolizeCodeRange, weight.range); }},
         {"scale", [&] { return readScales("weight.scale", weight.scale); }},
         {"split", [&] { return readFloats("weight.split", weight.split); }},
         {"beta", [&] { return readFloats("weight.beta", weight.beta); }}});
  }

  LogicalResult readActivation(ActivationPolicy &activation) {
    return object(
        where + "'activation'",
        {{"bits", [&] { return readInteger("activation.bits", 1, 8, activation.bits); }},
         {"zero_point",
          [&] { return readInteger("activation.zero_point", 0, 255, activation.zeroPoint); }},
         {"scale", [&] { return readScale("activation.scale", activation.scale); }}});
  }

  LogicalResult readAdc(AdcPolicy &adc) {
    constexpr int64_t limit = kPartialSumLimit - 1;
    return object(
        where + "'adc'",
        {{"kind", [&] { return readWord("adc.kind", symbolizeAdcKind, adc.kind); }},
         {"bits", [&] { return readInteger("adc.bits", 1, 16, adc.bits); }},
         {"granularity",
          [&] { return readWord("adc.granularity", symbolizeGranularity, adc.granularity); }},
         {"range", [&] { return readWord("adc.range", symbolizeCodeRange, adc.range); }},
         {"placement",
          [&] { return readWord("adc.placement", symbolizeAdcPlacement, adc.placement); }},
         {"scale", [&] { return readScales("adc.scale", adc.scale); }},
         {"offset", [&] { return readIntegers("adc.offset", -limit, limit, adc.offset); }},
         {"thresholds",
          [&] { return readIntegers("adc.thresholds", INT32_MIN, INT32_MAX, adc.thresholds); }},
         {"levels", [&] { return readIntegers("adc.levels", INT16_MIN, INT16_MAX, adc.levels); }},
         {"reference_unit", [&] {
            return readInteger("adc.reference_unit", 1, kMaxReferenceUnit, adc.referenceUnit);
          }}});
  }

  LogicalResult readMapping(MappingPolicy &mapping) {
    return object(
        where + "'mapping'",
        {{"kind", [&] { return readWord("mapping.kind", symbolizeMappingKind, mapping.kind); }},
         {"tiling", [&] { return readWord("mapping.tiling", symbolizeTiling, mapping.tiling); }},
         {"input_encoding",
          [&] {
            return readWord("mapping.input_encoding", symbolizeInputEncoding,
                            mapping.inputEncoding);
          }},
         {"slice_rule",
          [&] { return readWord("mapping.slice_rule", symbolizeSliceRule, mapping.sliceRule); }},
         {"slices", [&] { return readSlices(mapping.slices.emplace()); }}});
  }

  LogicalResult readSlices(SmallVector<int64_t> &slices) {
    return json.array(where + "'mapping.slices'",
                      [&] { return readInteger("mapping.slices", 1, 8, slices.emplace_back()); });
  }

  //===--------------------------------------------------------------------===//
  // Values
  //===--------------------------------------------------------------------===//

  LogicalResult refuse(StringRef key, const Twine &rule) {
    return json.error() << where << "'" << key << "' must be " << rule << ", got "
                        << json.describe();
  }

  /// One of the words of an enumeration, which `symbolize` numbers from 0.
  template <typename T>
  LogicalResult readWord(StringRef key, std::optional<T> (*symbolize)(uint32_t),
                         std::optional<T> &value) {
    size_t begin = json.getOffset();
    std::string text;
    if (failed(json.string((where + "'" + key + "'").str(), text)))
      return failure();
    SmallVector<StringRef> words;
    for (uint32_t i = 0; (value = symbolize(i)); ++i) {
      words.push_back(stringifyEnum(*value));
      if (words.back() == text)
        return success();
    }
    return emitError(json.getLoc(begin))
           << where << "'" << key << "' must be one of " << llvm::join(words, ", ") << ", got '"
           << shorten(text) << "'";
  }

  LogicalResult readInteger(StringRef key, int64_t low, int64_t high,
                            std::optional<int64_t> &value) {
    return readInteger(key, low, high, value.emplace());
  }

  template <typename T>
  LogicalResult readInteger(StringRef key, int64_t low, int64_t high, T &value) {
    StringRef text = json.number();
    int64_t number = 0;
    if (text.getAsInteger(10, number) || number < low || number > high)
      return refuse(key, "an integer in " + Twine(low) + ".." + Twine(high));
    value = static_cast<T>(number);
    json.skip(text);
    return success();
  }

  /// The float32 that is nearest to the decimal.
  LogicalResult readFloat(StringRef key, StringRef rule, bool (*isValid)(float), float &value) {
    StringRef text = json.number();
    std::from_chars_result result = std::from_chars(text.begin(), text.end(), value);
    if (text.empty() || result.ec != std::errc() || !isValid(value))
      return refuse(key, rule);
    json.skip(text);
    return success();
  }

  LogicalResult readScale(StringRef key, float &value) {
    return readFloat(
        key, "a normal and positive float32",
        [](float scale) { return std::isnormal(scale) && scale > 0; }, value);
  }

  LogicalResult readScale(StringRef key, std::optional<float> &value) {
    return readScale(key, value.emplace());
  }

  LogicalResult readScales(StringRef key, std::optional<PolicyNumbers<float>> &scales) {
    return readNumbers<float>(key, scales, [&](float &value) { return readScale(key, value); });
  }

  LogicalResult readFloats(StringRef key, std::optional<PolicyNumbers<float>> &numbers) {
    return readNumbers<float>(key, numbers, [&](float &value) {
      return readFloat(
          key, "a finite float32", [](float number) { return std::isfinite(number); }, value);
    });
  }

  LogicalResult readIntegers(StringRef key, int64_t low, int64_t high,
                             std::optional<PolicyNumbers<int32_t>> &integers) {
    return readNumbers<int32_t>(key, integers,
                                [&](int32_t &value) { return readInteger(key, low, high, value); });
  }

  template <typename T>
  LogicalResult readNumbers(StringRef key, std::optional<PolicyNumbers<T>> &numbers,
                            llvm::function_ref<LogicalResult(T &)> readOne) {
    numbers.emplace();
    return readLevel<T>(key, *numbers, /*depth=*/0, readOne);
  }

  /// Reads arrays below `depth` others. The first number tells the depth, the first array of each
  /// depth its size.
  template <typename T>
  LogicalResult readLevel(StringRef key, PolicyNumbers<T> &numbers, size_t depth,
                          llvm::function_ref<LogicalResult(T &)> readOne) {
    constexpr size_t kMaxDepth = 4;
    bool isArray = json.isArray(), known = !numbers.values.empty();
    if (known && isArray != (depth < numbers.shape.size()))
      return refuse(key, isArray ? "a number here as before" : "an array here as before");
    if (!isArray)
      return readOne(numbers.values.emplace_back());
    if (depth == kMaxDepth)
      return refuse(key, "nested at most " + Twine(kMaxDepth) + " deep");
    if (!known)
      numbers.shape.push_back(-1);
    size_t begin = json.getOffset();
    int64_t size = 0;
    if (failed(json.array("", [&] {
          ++size;
          return readLevel<T>(key, numbers, depth + 1, readOne);
        })))
      return failure();
    int64_t &expected = numbers.shape[depth];
    if (size == 0 || (expected >= 0 && size != expected))
      return emitError(json.getLoc(begin))
             << where << "'" << key
             << "' must have arrays of one size, 1 or more, at each depth, got "
             << std::max<int64_t>(expected, 1) << " and " << size << " elements";
    expected = size;
    return success();
  }

  JsonReader json;
  std::string where; ///< The layer, for errors.
};

} // namespace

LogicalResult cim::readJson(StringRef path, StringRef text, MLIRContext *context, Policy &policy) {
  return PolicyReader(path, text, context).read(policy);
}
