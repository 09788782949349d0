// What this machine can do: multiply-adds per second in registers, and bytes per second read from memory, on as
// many threads as each argument says. Built and run by bench/measure/machine.js:
//
//   c++ -O3 -std=c++17 -march=native -ffp-contract=fast -pthread peak.cc -o peak && ./peak 1 2
//
// prints one line of JSON per number of threads: {"threads": 1, "flops": 1.2e11, "bandwidth": 3.5e10}.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif
typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));

constexpr int kRuns = 7;
/** Independent sums: more than the latency of a multiply-add times the number that start per cycle, and all in registers. */
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int kSums = 24;
#else
constexpr int kSums = 12;
#endif
constexpr long kSteps = 4000000;
/** Floats that each thread reads: far more than any cache holds. */
constexpr size_t kFloats = size_t{64} << 20;

volatile float sink;

float sumOf(const Lanes* sums) {
  float total = 0;
  for (int i = 0; i < kSums; ++i)
    for (int lane = 0; lane < kLanes; ++lane) total += sums[i][lane];
  return total;
}

void multiplyAdd(float factor, float term) {
  Lanes sums[kSums], a = Lanes{} + factor, b = Lanes{} + term;
  for (int i = 0; i < kSums; ++i) sums[i] = Lanes{} + static_cast<float>(i);
  for (long step = 0; step < kSteps; ++step)
    for (Lanes& sum : sums) sum = sum * a + b;
  sink = sumOf(sums);
}

void readAll(const std::vector<float>& data) {
  Lanes sums[kSums] = {};
  constexpr size_t stride = kSums * kLanes;
  for (size_t at = 0; at + stride <= data.size(); at += stride)
    for (int i = 0; i < kSums; ++i) {
      Lanes lanes;
      std::memcpy(&lanes, &data[at + static_cast<size_t>(i) * kLanes], sizeof lanes);
      sums[i] += lanes;
    }
  sink = sumOf(sums);
}

/** The seconds of the fastest of several runs of `work(thread)` on so many threads. */
template <class Work>
double fastest(int threads, Work work) {
  double best = 1e9;
  for (int run = 0; run < kRuns; ++run) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> team;
    for (int thread = 0; thread < threads; ++thread) team.emplace_back([&work, thread] { work(thread); });
    for (std::thread& one : team) one.join();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

int main(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    const int threads = std::max(1, std::atoi(arguments[i]));
    const double operations = 2.0 * kSteps * kSums * kLanes * threads;
    const double flops = operations / fastest(threads, [](int) { multiplyAdd(0.999f, 1e-4f); });
    std::vector<std::vector<float>> data(static_cast<size_t>(threads), std::vector<float>(kFloats, 1.0f));
    const double bytes = static_cast<double>(sizeof(float) * kFloats) * threads;
    const double bandwidth =
        bytes / fastest(threads, [&data](int thread) { readAll(data[static_cast<size_t>(thread)]); });
    std::printf("{\"threads\": %d, \"flops\": %.4g, \"bandwidth\": %.4g}\n", threads, flops, bandwidth);
    std::fflush(stdout);
  }
}
