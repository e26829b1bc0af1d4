//===- PublishedCostTest.cpp - The published latencies ----------*- C++ -*-===//
//
// Part of cim-mlir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The policies published with CIM-AQ must cost what is published for them:
// test/Cost/policies.csv and latencies.csv, layers in the order of the policies
// (a downsample before the block it belongs to). The policies are those of the
// CIM-AQ project (MIT licence), the latencies were recomputed from its formula.
//
//===----------------------------------------------------------------------===//

#include "Layers.h"
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

using namespace cim;

namespace {

std::vector<LayerShape> getResNet18() {
  std::vector<LayerShape> layers = {makeConv(3, 64, 7, 112)};
  for (int i = 0; i < 4; ++i)
    layers.push_back(makeConv(64, 64, 3, 56));
  for (auto [channels, side] : {std::pair{128, 28}, {256, 14}, {512, 7}}) {
    layers.push_back(makeConv(channels / 2, channels, 1, side));
    layers.push_back(makeConv(channels / 2, channels, 3, side));
    for (int i = 0; i < 3; ++i)
      layers.push_back(makeConv(channels, channels, 3, side));
  }
  layers.push_back(makeMatmul(512, 1000));
  return layers;
}

std::vector<LayerShape> getVgg16() {
  std::vector<LayerShape> layers;
  int64_t inputs = 3;
  for (auto [outputs, side, count] :
       {std::tuple{64, 224, 2}, {128, 112, 2}, {256, 56, 3}, {512, 28, 3}, {512, 14, 3}})
    for (int i = 0; i < count; ++i) {
      layers.push_back(makeConv(inputs, outputs, 3, side));
      inputs = outputs;
    }
  layers.push_back(makeMatmul(25088, 4096));
  layers.push_back(makeMatmul(4096, 4096));
  layers.push_back(makeMatmul(4096, 1000));
  return layers;
}

/// 12 blocks of 12 heads on 50 tokens of width 768; the products of attention have
/// their stored operand as weight and one set of arrays per head.
std::vector<LayerShape> getVitB32() {
  std::vector<LayerShape> layers = {makeConv(3, 768, 32, 7)};
  for (int i = 0; i < 12; ++i) {
    layers.push_back(makeMatmul(768, 3 * 768, 50));
    layers.push_back(makeMatmul(64, 50, 50, 12));
    layers.push_back(makeMatmul(50, 64, 50, 12));
    layers.push_back(makeMatmul(768, 768, 50));
    layers.push_back(makeMatmul(768, 3072, 50));
    layers.push_back(makeMatmul(3072, 768, 50));
  }
  layers.push_back(makeMatmul(768, 1000));
  return layers;
}

/// The lines of a CSV file below its header, cut at commas.
std::vector<std::vector<std::string>> readCsv(const std::string &name) {
  std::ifstream file(CIM_TEST_SOURCE "/Cost/" + name);
  std::vector<std::vector<std::string>> rows;
  std::string line, field;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    rows.emplace_back();
    while (std::getline(fields, field, ','))
      rows.back().push_back(field);
  }
  return rows;
}

/// Weight and activation bits of each layer.
using Policy = std::vector<std::pair<int64_t, int64_t>>;

LayerCost getCost(mlir::MLIRContext *context, const std::vector<LayerShape> &layers,
                  const Policy &policy, int64_t cellBits,
                  MappingKind kind = MappingKind::DifferentialColumn,
                  Tiling tiling = Tiling::Dense) {
  Hardware hardware;
  hardware.cellBits = cellBits;
  hardware.kind = kind;
  hardware.tiling = tiling;
  LayerCost total;
  for (size_t i = 0; i < layers.size(); ++i)
    total +=
        getLayerCost(layers[i], hardware.get(context),
                     makePrecision(context, policy[i].first, policy[i].second), makeModel(context));
  return total;
}

void expectCost(const LayerCost &cost, const std::string &latency, const std::string &writes,
                const std::string &executes) {
  EXPECT_NEAR(cost.latencyUs(), std::stod(latency), 0.05);
  EXPECT_EQ(cost.writes, std::stoll(writes));
  EXPECT_EQ(cost.executes, std::stoll(executes));
}

TEST(PublishedCost, ResNet18Baseline) {
  mlir::MLIRContext context;
  context.loadDialect<CimDialect>();
  std::vector<LayerShape> layers = getResNet18();
  ASSERT_EQ(layers.size(), 21u);
  LayerCost cost = getCost(&context, layers, Policy(21, {8, 8}), 2);
  expectCost(cost, "3014928.0", "1454", "2095360");
}

class PublishedCosts : public ::testing::Test {
protected:
  PublishedCosts() { context.loadDialect<CimDialect>(); }

  mlir::MLIRContext context;
  std::map<std::string, std::vector<LayerShape>> models = {
      {"resnet18", getResNet18()}, {"vgg16", getVgg16()}, {"vitb32", getVitB32()}};
};

/// The published policies, keyed by model, constraint, accuracy drop and cell bits.
std::map<std::vector<std::string>, Policy> readPolicies() {
  std::map<std::vector<std::string>, Policy> policies;
  for (const auto &row : readCsv("policies.csv"))
    policies[{row.begin(), row.begin() + 4}].push_back({std::stoll(row[5]), std::stoll(row[6])});
  return policies;
}

TEST_F(PublishedCosts, AllPolicies) {
  auto policies = readPolicies();
  auto latencies = readCsv("latencies.csv");
  EXPECT_EQ(latencies.size(), 9u);
  for (const auto &row : latencies) {
    SCOPED_TRACE(row[0] + " " + row[1] + " " + row[2] + " " + row[3]);
    const std::vector<LayerShape> &layers = models[row[0]];
    const Policy &policy = policies[{row.begin(), row.begin() + 4}];
    ASSERT_EQ(policy.size(), layers.size());
    expectCost(getCost(&context, layers, policy, std::stoll(row[3])), row[4], row[5], row[6]);
    expectCost(getCost(&context, layers, Policy(layers.size(), {8, 8}), std::stoll(row[3])), row[7],
               row[8], row[9]);
  }
}

// The three published mappings, as published.py has them.
TEST_F(PublishedCosts, AllMappings) {
  const std::map<std::string, MappingKind> kinds = {{"dc", MappingKind::DifferentialColumn},
                                                    {"of", MappingKind::Offset},
                                                    {"dr", MappingKind::DifferentialRow}};
  auto policies = readPolicies();
  auto rows = readCsv("mappings.csv");
  EXPECT_EQ(rows.size(), 39u);
  for (const auto &row : rows) {
    SCOPED_TRACE(row[0] + " " + row[1] + " " + row[2] + " " + row[3] + " " + row[4]);
    const std::vector<LayerShape> &layers = models[row[0]];
    Policy policy =
        row[1] == "-" ? Policy(layers.size(), {8, 8}) : policies[{row.begin(), row.begin() + 4}];
    ASSERT_EQ(policy.size(), layers.size());
    expectCost(getCost(&context, layers, policy, std::stoll(row[3]), kinds.at(row[4])), row[5],
               row[6], row[7]);
  }
}

// What whole kernels cost where 256 rows hold 28 of 9 or 5 of 49: published as +3.08 % for
// ResNet-18 and +4.42 % for VGG-16.
TEST_F(PublishedCosts, KernelIntact) {
  auto getIncrease = [&](const std::string &model, int64_t cellBits) {
    const std::vector<LayerShape> &layers = models[model];
    auto get = [&](Tiling tiling) {
      return getCost(&context, layers, Policy(layers.size(), {8, 8}), cellBits,
                     MappingKind::DifferentialColumn, tiling)
          .latencyUs();
    };
    return 100 * (get(Tiling::KernelIntact) / get(Tiling::Dense) - 1);
  };
  EXPECT_NEAR(getIncrease("resnet18", 4), 3.08, 0.005);
  EXPECT_NEAR(getIncrease("resnet18", 2), 3.08, 0.005);
  EXPECT_NEAR(getIncrease("vgg16", 4), 4.42, 0.005);
}

} // namespace
