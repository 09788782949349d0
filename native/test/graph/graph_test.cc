#include <cstdio>
#include <string>

#include "cuda/convolution_ways.h"
#include "cuda/graph/convolution_engines.h"
#include "cuda/graph/engines.h"
#include "test/graph/devices.h"
#include "test/graph/layers.h"
#include "test/harness.h"

// What cuDNN itself says of the operations that we ask it for, for GPUs that are not there. Finding engines is quick;
// a plan that cuDNN compiles kernels for takes a second or more, so that of these there is one of each kind for a device.

using namespace deep_inside;
using namespace deep_inside::test;
using namespace deep_inside::cuda;
using namespace deep_inside::cuda::graph;

namespace {

constexpr const char* kNames[] = {"float32", "tf32", "bfloat16"};

/** As the layer is computed on the device: not every layer in the precision that was asked for. */
Precision usedFor(const ConvolutionGeometry& g, const DescribedDevice& device) {
  return waysOf(g, {device.capability / 100, true}).front().precision;
}

bool isOffered(const std::vector<Descriptor>& operations, Precision precision, const Target& target) {
  return !enginesFor(operations, precision, target).empty();
}

/** The graphs of a layer that no engine takes, of those that are asked for. */
std::string missingOf(const ConvolutionGeometry& g, const Target& target) {
  std::string missing;
  if (!isOffered(forwardOperations(g, true), g.precision, target)) missing += " forward";
  if (!isOffered(backwardDataOperations(g, false), g.precision, target)) missing += " backward";
  if (takesMask(g) && !isOffered(backwardDataOperations(g, true), g.precision, target)) missing += " masked";
  return missing;
}

void expectEngines(const DescribedDevice& device, Precision precision) {
  const Target target(jsonOf(device));
  std::string missing;
  for (const int64_t n : {1, 32}) {
    for (const NamedConvolution& layer : kConvolutions) {
      ConvolutionGeometry g = layer.geometry(n, precision);
      g.precision = usedFor(g, device);
      const std::string lacks = missingOf(g, target);
      if (!lacks.empty()) missing += std::string(layer.name) + " x " + std::to_string(n) + ":" + lacks + "; ";
    }
  }
  std::printf("       %s, %s: %s\n", device.name, kNames[static_cast<int>(precision)],
              missing.empty() ? "engines for all layers" : missing.c_str());
  EXPECT(missing.empty());
}

/** A layer that every kind of graph is made for. */
const NamedConvolution& kLayer = kConvolutions[2];

void expectPlans(const DescribedDevice& device, Precision precision) {
  const Target target(jsonOf(device));
  EnginesByShape engines;
  const auto found = engines.find(kLayer.geometry(32, precision), true, target);
  EXPECT(found != nullptr);
  EXPECT(found->masked.has_value());
  std::printf("       %s, %s: a plan of each kind, workspaces of %zu, %zu and %zu bytes\n", device.name,
              kNames[static_cast<int>(precision)], found->forward.bytes(), found->backwardData.bytes(),
              found->masked->bytes());
}

}  // namespace

TEST("graph: every layer of the networks has engines in true float32 without tensor cores") {
  for (const auto& device : {kT4, kA100, kRtx4090, kH100}) expectEngines(device, Precision::Float32);
}

TEST("graph: every layer has engines in tf32 and bfloat16 where the GPU has them") {
  for (const auto& device : {kA100, kRtx4090, kH100})
    for (const auto precision : {Precision::Tf32, Precision::BFloat16}) expectEngines(device, precision);
}

TEST("graph: plans of each kind can be made, whose kernels are compiled for it") {
  for (const auto& device : {kA100, kRtx4090, kH100})
    for (const auto precision : {Precision::Tf32, Precision::BFloat16}) expectPlans(device, precision);
}

TEST("graph: operations that no engine takes are no error") {
  const Target target(jsonOf(kT4));
  ConvolutionGeometry g = kLayer.geometry(1, Precision::BFloat16);
  EnginesByShape engines;
  EXPECT(engines.find(g, true, target) == nullptr);
  g.w[1] = 7;  // fits no x
  EXPECT(engines.find(g, true, target) == nullptr);
}
