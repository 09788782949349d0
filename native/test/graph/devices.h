#pragma once

#include <string>
#include <vector>

// GPUs that are not there, as cuDNN 9.8 and newer take them.

namespace deep_inside::test {

struct DescribedDevice {
  const char* name;
  int capability;       // times 100
  int multiprocessors;  // of the whole device
  /** Bytes of shared memory that a block may ask for; threads and blocks of a multiprocessor. */
  int sharedMemory, threads, blocks;
};

constexpr DescribedDevice kT4 = {"T4", 750, 40, 65536, 1024, 16};
constexpr DescribedDevice kA100 = {"A100", 800, 108, 166912, 2048, 32};
constexpr DescribedDevice kRtx4090 = {"RTX 4090", 890, 128, 101376, 1536, 24};
constexpr DescribedDevice kH100 = {"H100", 900, 132, 232448, 2048, 32};

inline std::string jsonOf(const DescribedDevice& of) {
  std::string json;
  const auto add = [&](const char* key, const std::string& value) {
    json += std::string(json.empty() ? "{" : ",") + '"' + key + "\":" + value;
  };
  const auto addNumber = [&](const char* key, long long value) { add(key, std::to_string(value)); };
  add("deviceName", std::string("\"") + of.name + '"');
  addNumber("deviceVer", of.capability);
  addNumber("multiProcessorCount", of.multiprocessors);
  addNumber("maxSharedMemoryPerBlockOptin", of.sharedMemory);
  addNumber("maxThreadsPerSM", of.threads);
  addNumber("maxCtasPerSM", of.blocks);
  // Alike in all of them, or of no consequence for what is supported.
  add("maxGridSize", "[2147483647,65535,65535]");
  add("maxBlockSize", "[1024,1024,64]");
  addNumber("driverVer", 13000);
  addNumber("regsPerBlock", 65536);
  addNumber("smClockRateKHz", 1980000);
  addNumber("memClockRateKHz", 2619000);
  addNumber("l2CacheSize", 52428800);
  addNumber("warpSize", 32);
  addNumber("maxSharedMemoryPerBlock", 49152);
  addNumber("reservedSharedMemoryPerBlock", 1024);
  addNumber("maxRegistersPerSM", 65536);
  addNumber("pciDeviceId", 0);
  addNumber("maxThreadsPerBlock", 1024);
  addNumber("isTccDriver", 0);
  addNumber("supportCoopLaunch", 1);
  addNumber("totalGlobalMem", 16LL << 30);
  addNumber("cudaDeviceId", 0);
  return json + "}";
}

}  // namespace deep_inside::test
