//===- Report.cpp - Costs for machines and for people -----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same numbers as JSON, all of them, and as a table of those that one looks at first.
//
//===----------------------------------------------------------------------===//

#include "cim-mlir/Cost/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace cim;
namespace json = llvm::json;

static constexpr Part kParts[kNumParts] = {Part::Cells,     Part::Writes,      Part::Adcs,
                                           Part::Dacs,      Part::SampleHolds, Part::ShiftAdds,
                                           Part::Registers, Part::Dequantize};

/// Work has no area of its own: writes use the array, dequantization a digital unit.
static bool hasArea(Part part) { return part != Part::Writes && part != Part::Dequantize; }

static constexpr double kUj = 1e-6;  ///< uJ in a pJ.
static constexpr double kMm2 = 1e-6; ///< mm2 in a um2.

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static json::Object getParts(const PartValues &values, double unit, bool area) {
  json::Object object{{"total", values.total() * unit}};
  for (Part part : kParts)
    if (!area || hasArea(part))
      object[stringifyPart(part)] = values[part] * unit;
  return object;
}

static json::Object getTiling(const LayerCost &cost) {
  return json::Object{{"arrays", cost.arrays}, {"latency_us", cost.latencyUs()}};
}

static json::Object getCosts(const LayerCost &cost, const LayerCost &kernelIntact,
                             const LayerCost &dense) {
  return json::Object{
      {"latency_us", cost.latencyUs()},
      {"write_latency_us", cost.writeLatencyUs},
      {"execute_latency_us", cost.executeLatencyUs},
      {"writes", cost.writes},
      {"executes", cost.executes},
      {"arrays", cost.arrays},
      {"conversions", cost.conversions},
      {"dequantize_multiplications", cost.dequantMultiplications},
      {"utilisation", cost.utilisation()},
      {"energy_uj", getParts(cost.energyPj, kUj, /*area=*/false)},
      {"area_mm2", getParts(cost.areaUm2, kMm2, /*area=*/true)},
      {"tilings",
       json::Object{{"kernel_intact", getTiling(kernelIntact)}, {"dense", getTiling(dense)}}},
  };
}

static json::Object getCrossbar(CrossbarAttr crossbar) {
  return json::Object{
      {"rows", crossbar.getRows()},
      {"columns", crossbar.getColumns()},
      {"active_rows", crossbar.getActiveRows()},
      {"cell_bits", crossbar.getCellBits()},
      {"dac_bits", crossbar.getDacBits()},
      {"write_latency_us", crossbar.getWriteLatencyUs().getValueAsDouble()},
      {"mvm_latency_us", crossbar.getMvmLatencyUs().getValueAsDouble()},
  };
}

static json::Object getLayer(const ProgramCost::Layer &layer) {
  LayerCut cut = getLayerCut(layer.shape, layer.mapping, layer.precision);
  json::Object object = getCosts(layer.cost, layer.kernelIntact, layer.dense);
  object["name"] = layer.name;
  object["computed_weights"] = layer.facts.computed;
  object["shape"] = json::Object{{"groups", layer.shape.groups},
                                 {"heads", layer.shape.heads},
                                 {"rows", layer.shape.rows},
                                 {"columns", layer.shape.columns},
                                 {"kernel_area", layer.shape.kernelArea},
                                 {"positions", layer.shape.positions}};
  object["crossbar"] = getCrossbar(layer.mapping.getCrossbar());
  object["mapping"] = stringifyMappingKind(layer.mapping.getKind());
  object["tiling"] = stringifyTiling(layer.mapping.getTiling());
  object["input_encoding"] = stringifyInputEncoding(layer.mapping.getInputEncoding());
  object["weight_bits"] = layer.precision.getWeight().getBits();
  object["activation_bits"] = layer.precision.getActivation().getBits();
  object["adc_kind"] = stringifyAdcKind(layer.precision.getAdc().getKind());
  object["adc_placement"] = stringifyAdcPlacement(layer.precision.getAdc().getPlacement());
  object["adc_bits"] = cut.adcBits;
  object["adc_lossless"] =
      layer.facts.lossless || layer.precision.getAdc().getKind() == AdcKind::Ideal;
  object["weight_slices"] = cut.slices;
  object["row_tiles"] = cut.tiles;
  object["row_chunks"] = cut.chunks;
  object["input_cycles"] = cut.cycles;
  if (layer.adcError)
    object["adc_error"] = json::Object{{"mean_square", layer.adcError->all},
                                       {"mean_square_interior", layer.adcError->interior},
                                       {"variance", layer.adcError->variance}};
  return object;
}

/// The errors of ADCs relative to variances, means over layers; none if no layer has one.
static void addAdcErrors(llvm::ArrayRef<ProgramCost::Layer> layers, json::Object &total) {
  double count = 0, all = 0, interior = 0;
  for (const ProgramCost::Layer &layer : layers) {
    if (!layer.adcError)
      continue;
    ++count;
    if (layer.adcError->variance > 0) {
      all += layer.adcError->all / layer.adcError->variance;
      interior += layer.adcError->interior / layer.adcError->variance;
    }
  }
  if (count == 0)
    return;
  total["adc_error"] = all / count;
  total["adc_error_interior"] = interior / count;
}

json::Object cim::toJson(const ProgramCost &program) {
  json::Array layers;
  for (const ProgramCost::Layer &layer : program.layers)
    layers.push_back(getLayer(layer));
  json::Object digital,
      costs{{"weights", stringifyWeightStorage(program.model.costs.getWeights())}};
  for (const auto &[name, count] : program.digital)
    digital[name] = count;
  for (const CostKeyInfo &info : getCostKeys())
    costs[info.name] = program.model.costs[info.key];
  json::Object total = getCosts(program.total, program.kernelIntact, program.dense);
  addAdcErrors(program.layers, total);
  return json::Object{
      {"calibrated", program.calibrated},
      {"columns_rule", stringifyColumnsRule(program.model.columnsRule)},
      {"costs", std::move(costs)},
      {"total", std::move(total)},
      {"layers", std::move(layers)},
      {"digital", std::move(digital)},
  };
}

//===----------------------------------------------------------------------===//
// Table
//===----------------------------------------------------------------------===//

/// At most `width` bytes of a name, of which the end says most.
static std::string shorten(llvm::StringRef name, size_t width) {
  return name.size() <= width ? name.str() : ".." + name.take_back(width - 2).str();
}

static void printRow(llvm::StringRef name, llvm::StringRef bits, const LayerCost &cost,
                     double totalUs, size_t width, llvm::raw_ostream &os) {
  double share = totalUs > 0 ? 100 * cost.latencyUs() / totalUs : 0;
  os << llvm::left_justify(name, width) << llvm::right_justify(bits, 9)
     << llvm::format("%8lld%6.1f%8lld%12lld%14.1f%6.1f%12.3f%10.4f\n", (long long)cost.arrays,
                     100 * cost.utilisation(), (long long)cost.writes, (long long)cost.executes,
                     cost.latencyUs(), share, cost.energyPj.total() * kUj,
                     cost.areaUm2.total() * kMm2);
}

/// Prints a list in lines that fit a terminal.
static void printList(llvm::StringRef title, llvm::ArrayRef<std::string> items,
                      llvm::raw_ostream &os) {
  constexpr size_t kWidth = 80;
  size_t column = title.size();
  os << title;
  for (size_t i = 0; i < items.size(); ++i) {
    std::string item = items[i] + (i + 1 < items.size() ? "," : "");
    if (column + 1 + item.size() > kWidth) {
      os << "\n ";
      column = 1;
    }
    os << " " << item;
    column += 1 + item.size();
  }
  os << "\n";
}

static void printParts(llvm::StringRef title, const PartValues &values, llvm::raw_ostream &os) {
  std::vector<std::string> items;
  for (Part part : kParts)
    if (values[part] != 0)
      items.push_back(
          llvm::formatv("{0} {1:f1} %", stringifyPart(part), 100 * values[part] / values.total()));
  printList(title, items, os);
}

static void printTiling(llvm::StringRef name, const LayerCost &cost, llvm::raw_ostream &os) {
  os << "tiling " << name
     << llvm::format(": %lld arrays, %.1f us\n", (long long)cost.arrays, cost.latencyUs());
}

void cim::printTable(const ProgramCost &program, llvm::raw_ostream &os) {
  size_t width = 8;
  for (const ProgramCost::Layer &layer : program.layers)
    width = std::max(width, std::min<size_t>(layer.name.size(), 40));
  os << llvm::left_justify("layer", width) << llvm::right_justify("w/a/p", 9)
     << "  arrays used%  writes    executes    latency us     %   energy uJ  area mm2\n";
  double totalUs = program.total.latencyUs();
  for (const ProgramCost::Layer &layer : program.layers) {
    LayerCut cut = getLayerCut(layer.shape, layer.mapping, layer.precision);
    std::string bits = llvm::formatv("{0}/{1}/{2}", layer.precision.getWeight().getBits(),
                                     layer.precision.getActivation().getBits(), cut.adcBits);
    printRow(shorten(layer.name, width), bits, layer.cost, totalUs, width, os);
  }
  printRow("total", "", program.total, totalUs, width, os);
  printParts("energy:", program.total.energyPj, os);
  printParts("area:", program.total.areaUm2, os);
  printTiling("kernel_intact", program.kernelIntact, os);
  printTiling("dense", program.dense, os);
  os << "weights " << stringifyWeightStorage(program.model.costs.getWeights()) << ", columns "
     << stringifyColumnsRule(program.model.columnsRule)
     << llvm::format(", conversions %lld, dequantize multiplications %lld\n",
                     (long long)program.total.conversions,
                     (long long)program.total.dequantMultiplications);
  std::vector<std::string> digital;
  for (const auto &[name, count] : program.digital)
    digital.push_back(name + " " + std::to_string(count));
  if (!digital.empty())
    printList("digital:", digital, os);
}
