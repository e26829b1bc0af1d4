//===- Costs.cpp - The keys of #cim.costs -----------------------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Most defaults are Table I of A. Shafiee et al., "ISAAC", ISCA 2016 (32 nm), whose
// in-situ multiply-accumulate unit (IMA) has 8 arrays of 128 x 128 cells, 8 ADCs of
// 1.2 GS/s, 8 x 128 DACs and sample-and-holds, 4 shift-and-adds, and reads its arrays
// every 100 ns. The table gives power and area of all of a kind: the energy of one
// operation is power x time / operations in that time, rounded to four digits.
//
//===----------------------------------------------------------------------===//

#include "cim/IR/CimDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace cim;

//===----------------------------------------------------------------------===//
// The keys
//===----------------------------------------------------------------------===//

/// An energy or area of any size that keeps sums finite.
static constexpr double kMost = 1e9;

static constexpr CostKeyInfo kCostKeys[] = {
    {CostKey::AdcColumns, "adc_columns", "columns", true, 1, 65536, 128,
     "columns of an array that share one ADC, a differential pair counting as one",
     "ISAAC Table I: 8 ADCs for 8 arrays of 128 columns"},
    {CostKey::ConversionNs, "conversion_ns", "ns", false, 0, kMost, 0,
     "time of one conversion: a product takes max(mvm_latency_us, conversions in a row x this); "
     "0: mvm_latency_us has the conversions in it",
     "CIM-AQ: the published time of a product is that of the whole macro"},
    {CostKey::AdcReferenceBits, "adc_reference_bits", "bits", true, 1, 16, 8,
     "width of the ADC that adc_pj and adc_um2 describe", "ISAAC Table I, row ADC: 8 bits"},
    {CostKey::AdcPj, "adc_pj", "pJ", false, 0, kMost, 1.667,
     "energy of one conversion of adc_reference_bits",
     "ISAAC Table I, row ADC: 16 mW / (8 x 1.2 GS/s)"},
    {CostKey::AdcUm2, "adc_um2", "um2", false, 0, kMost, 1200,
     "area of one ADC of adc_reference_bits", "ISAAC Table I, row ADC: 0.0096 mm2 / 8"},
    {CostKey::AdcEnergyFactor, "adc_energy_factor", "1", false, 1, 16, 2,
     "factor of the energy of a conversion for each bit more",
     "R. H. Walden, JSAC 17(4), 1999: constant energy per conversion step, 2^bits steps"},
    {CostKey::AdcAreaFactor, "adc_area_factor", "1", false, 1, 16, 2,
     "factor of the area of an ADC for each bit more",
     "M. Saberi et al., TCAS-I 58(8), 2011: a binary-weighted capacitor array doubles with each "
     "bit (its worst case: all area in the array)"},
    {CostKey::DacPj, "dac_pj", "pJ", false, 0, kMost, 0.3906,
     "energy of one DAC level in one cycle; a DAC of d bits has 2^d - 1",
     "ISAAC Table I, row DAC (1 bit): 4 mW x 100 ns / (8 x 128)"},
    {CostKey::DacUm2, "dac_um2", "um2", false, 0, kMost, 0.166,
     "area of one DAC level of a row; a DAC of d bits has 2^d - 1",
     "ISAAC Table I, row DAC (1 bit): 0.00017 mm2 / (8 x 128)"},
    {CostKey::CellReadPj, "cell_read_pj", "pJ", false, 0, kMost, 0.001831,
     "energy of one used cell in one cycle",
     "ISAAC Table I, row memristor array: 2.4 mW x 100 ns / (8 x 128 x 128)"},
    {CostKey::CellWritePj, "cell_write_pj", "pJ", false, 0, kMost, 1.2,
     "energy of writing one used cell",
     "NVSim (X. Dong et al., TCAD 31(7), 2012), sample_RRAM.cell: 0.6 pJ reset + 0.6 pJ set; one "
     "pulse each, without verification"},
    {CostKey::CellUm2, "cell_um2", "um2", false, 0, kMost, 0.001526, "area of one cell",
     "ISAAC Table I, row memristor array: 0.0002 mm2 / (8 x 128 x 128)"},
    {CostKey::SampleHoldPj, "sample_hold_pj", "pJ", false, 0, kMost, 0.0009766,
     "energy of one sample-and-hold in one cycle",
     "ISAAC Table I, row S+H: 10 uW x 100 ns / (8 x 128)"},
    {CostKey::SampleHoldUm2, "sample_hold_um2", "um2", false, 0, kMost, 0.03906,
     "area of the sample-and-hold of one column",
     "ISAAC Table I, row S+H: 0.00004 mm2 / (8 x 128)"},
    {CostKey::ShiftAddPj, "shift_add_pj", "pJ", false, 0, kMost, 0.02083,
     "energy of one shift and add, one for each conversion",
     "ISAAC Table I, row S+A of the IMA: 0.2 mW / (8 x 1.2 GS/s)"},
    {CostKey::ShiftAddUm2, "shift_add_um2", "um2", false, 0, kMost, 30,
     "area of the shift-and-add of one ADC",
     "ISAAC Table I, row S+A of the IMA: 0.00024 mm2 / 8 ADCs"},
    {CostKey::InputRegisterPj, "input_register_pj", "pJ", false, 0, kMost, 0.1211,
     "energy of reading one input bit of one row",
     "ISAAC Table I, row IR: 1.24 mW x 100 ns / (8 x 128)"},
    {CostKey::InputRegisterUm2, "input_register_um2", "um2", false, 0, kMost, 2.051,
     "area of the input register of one row", "ISAAC Table I, row IR: 0.0021 mm2 / (8 x 128)"},
    {CostKey::OutputRegisterPj, "output_register_pj", "pJ", false, 0, kMost, 0.02396,
     "energy of the output register for each conversion",
     "ISAAC Table I, row OR of the IMA: 0.23 mW / (8 x 1.2 GS/s)"},
    {CostKey::OutputRegisterUm2, "output_register_um2", "um2", false, 0, kMost, 96.25,
     "area of the output register of one ADC",
     "ISAAC Table I, row OR of the IMA: 0.00077 mm2 / 8 ADCs"},
    {CostKey::DequantizePj, "dequantize_pj", "pJ", false, 0, kMost, 4.6,
     "energy of one dequantize multiplication with its addition",
     "M. Horowitz, ISSCC 2014, Figure 1.1.9 (45 nm): 32-bit float multiply 3.7 pJ + add 0.9 pJ"},
};

ArrayRef<CostKeyInfo> cim::getCostKeys() { return kCostKeys; }

static SmallVector<double> getDefaults() {
  return llvm::map_to_vector(kCostKeys, [](const CostKeyInfo &info) { return info.defaultValue; });
}

//===----------------------------------------------------------------------===//
// The attribute
//===----------------------------------------------------------------------===//

CostsAttr CostsAttr::getDefault(MLIRContext *context) {
  return get(context, WeightStorage::Rewritten, DenseF64ArrayAttr::get(context, getDefaults()));
}

LogicalResult CostsAttr::verify(function_ref<InFlightDiagnostic()> emitError, WeightStorage,
                                DenseF64ArrayAttr values) {
  for (auto [info, value] : llvm::zip_equal(kCostKeys, values.asArrayRef()))
    if (!(value >= info.low && value <= info.high))
      return emitError() << "'" << info.name << "' must be in " << int64_t(info.low) << ".."
                         << int64_t(info.high) << ", got " << value;
  return success();
}

/// `name = value` of one key.
static ParseResult parseKey(AsmParser &parser, StringRef name, WeightStorage &weights,
                            MutableArrayRef<double> values) {
  SMLoc loc = parser.getCurrentLocation();
  if (name == "weights") {
    StringRef word;
    if (parser.parseKeyword(&word))
      return failure();
    std::optional<WeightStorage> parsed = symbolizeWeightStorage(word);
    if (!parsed)
      return parser.emitError(loc) << "'weights' must be rewritten or resident, got " << word;
    weights = *parsed;
    return success();
  }
  for (auto [info, value] : llvm::zip_equal(kCostKeys, values)) {
    if (info.name != name)
      continue;
    if (!info.integral)
      return parser.parseFloat(value);
    int64_t integer = 0;
    if (parser.parseInteger(integer))
      return failure();
    value = double(integer);
    return success();
  }
  return parser.emitError(loc) << "unknown key of costs, got '" << name << "'";
}

Attribute CostsAttr::parse(AsmParser &parser, Type) {
  SMLoc start = parser.getCurrentLocation();
  WeightStorage weights = WeightStorage::Rewritten;
  SmallVector<double> values = getDefaults();
  SmallVector<StringRef> seen;
  auto parseEntry = [&]() -> ParseResult {
    StringRef name;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(&name) || parser.parseEqual())
      return failure();
    if (llvm::is_contained(seen, name))
      return parser.emitError(loc)
             << "a key of costs must be given once, got '" << name << "' again";
    seen.push_back(name);
    return parseKey(parser, name, weights, values);
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater, parseEntry))
    return {};
  MLIRContext *context = parser.getContext();
  return parser.getChecked<CostsAttr>(start, context, weights,
                                      DenseF64ArrayAttr::get(context, values));
}

void CostsAttr::print(AsmPrinter &printer) const {
  const char *separator = "";
  auto printName = [&](StringRef name) {
    printer << separator << name << " = ";
    separator = ", ";
  };
  printer << '<';
  if (getWeights() != WeightStorage::Rewritten) {
    printName("weights");
    printer << stringifyWeightStorage(getWeights());
  }
  for (auto [info, value] : llvm::zip_equal(kCostKeys, getValues().asArrayRef())) {
    if (value == info.defaultValue)
      continue;
    printName(info.name);
    if (info.integral)
      printer << int64_t(value);
    else
      printer.printFloat(APFloat(value));
  }
  printer << '>';
}
