#include <algorithm>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "core/instruction_set.h"
#include "cpu/linear_kernels.h"
#include "test/harness.h"

// The kernels of every instruction set that this processor has, on buffers without a byte to spare.

using namespace deep_inside;
using deep_inside::test::shuffled;

namespace deep_inside {
DI_DECLARE_TABLES(LinearKernels, linear)
}

namespace {

void forEachInstructionSet(const std::function<void(const LinearKernels&)>& body) {
  body(baseline::linear);
#ifdef __x86_64__
  if (instructionSet() != InstructionSet::Baseline) body(avx2::linear);
  if (instructionSet() == InstructionSet::Avx512) body(avx512::linear);
#endif
}

size_t length(int64_t count) { return static_cast<size_t>(count); }

/** A layer with every third feature of every image zero, and the others' values all different. */
struct Layer {
  int64_t n, features, outputs, step = (outputs + 15) / 16 * 16;
  std::vector<float> w = shuffled(length(outputs * features)), bias = shuffled(length(outputs));
  std::vector<float> x = shuffled(length(n * features)), dy = shuffled(length(n * outputs));
  std::vector<float> matrix = std::vector<float>(length(features * step));
  std::vector<int32_t> list = std::vector<int32_t>(length(features + 1));

  Layer(const LinearKernels& kernels, int64_t n, int64_t features, int64_t outputs)
      : n(n), features(features), outputs(outputs) {
    for (int64_t i = 0; i < n * features; ++i)
      if (i % features % 3 == 0) x[length(i)] = 0;
    kernels.transpose(w.data(), features, 0, outputs, step, matrix.data());
  }

  Matrix view() const { return {matrix.data(), features, outputs, step}; }
  double weight(int64_t output, int64_t feature) const { return w[length(output * features + feature)]; }

  /** [n, outputs], before the activation. */
  std::vector<float> expected() const {
    std::vector<float> y(length(n * outputs));
    for (int64_t r = 0; r < n; ++r)
      for (int64_t o = 0; o < outputs; ++o) {
        double sum = bias[length(o)];
        for (int64_t i = 0; i < features; ++i) sum += weight(o, i) * x[length(r * features + i)];
        y[length(r * outputs + o)] = static_cast<float>(sum);
      }
    return y;
  }

  /** [n, features], 0 where x is. */
  std::vector<float> expectedGradient() const {
    std::vector<float> dx(length(n * features));
    for (int64_t r = 0; r < n; ++r)
      for (int64_t i = 0; i < features; ++i) {
        double sum = 0;
        for (int64_t o = 0; o < outputs; ++o) sum += weight(o, i) * dy[length(r * outputs + o)];
        dx[length(r * features + i)] = i % 3 ? static_cast<float>(sum) : 0.0f;
      }
    return dx;
  }
};

struct Size {
  int64_t features, outputs;
};
const Size sizes[] = {{1, 1}, {37, 5}, {14, 67}, {150, 300}};

}  // namespace

TEST("linear forward agrees with its formula on every instruction set: n = 1 ... 5") {
  forEachInstructionSet([](const LinearKernels& kernels) {
    for (const Size& size : sizes)
      for (int64_t n = 1; n <= 5; ++n) {
        Layer layer(kernels, n, size.features, size.outputs);
        const int64_t count = kernels.listNonZero(n, layer.features, layer.x.data(), layer.list.data());
        EXPECT(count == layer.features - (layer.features + 2) / 3);
        std::vector<float> sums(length(n * layer.step)), y(length(n * layer.outputs));
        kernels.forward({layer.view(), n, layer.list.data(), count, layer.x.data(), layer.bias.data(), Activation::None,
                         sums.data(), y.data()});
        EXPECT_CLOSE(y, layer.expected(), 1e-5f, 1e-5f);
      }
  });
}

TEST("linear backward agrees with its formula on every instruction set: n = 1 ... 50") {
  forEachInstructionSet([](const LinearKernels& kernels) {
    for (const Size& size : sizes)
      for (int64_t n : {1, 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 50}) {
        Layer layer(kernels, n, size.features, size.outputs);
        const int64_t count = kernels.listNonZero(n, layer.features, layer.x.data(), layer.list.data());
        std::vector<float> scratch(kernels.backwardFloats(n, layer.outputs)), dx(length(n * layer.features), 7.0f);
        kernels.backward({layer.view(), n, layer.list.data(), count, layer.dy.data(), scratch.data(), dx.data()});
        EXPECT_CLOSE(dx, layer.expectedGradient(), 1e-5f, 1e-5f);
      }
  });
}

TEST("a linear layer's gradient from the entries of dy is the one from all of dy, on every instruction set") {
  forEachInstructionSet([](const LinearKernels& kernels) {
    for (const Size& size : sizes)
      for (int64_t n : {1, 3, 9}) {
        Layer layer(kernels, n, size.features, size.outputs);
        for (int64_t i = 0; i < n * layer.outputs; ++i)
          if (i % 4 != 1) layer.dy[length(i)] = 0;
        const int64_t most = (n * layer.outputs + 2) / 4;
        std::vector<Entry> entries(length(most));
        EXPECT(kernels.listEntries(n, layer.outputs, layer.dy.data(), most, entries.data()) == most);
        EXPECT(most == 0 || kernels.listEntries(n, layer.outputs, layer.dy.data(), most - 1, entries.data()) == -1);
        const int64_t count = kernels.listNonZero(n, layer.features, layer.x.data(), layer.list.data());
        std::vector<float> dx(length(n * layer.features), 7.0f);
        kernels.backwardEntries({layer.view(), n, layer.list.data(), count, layer.dy.data(), nullptr, dx.data()},
                                entries.data(), most);
        EXPECT_CLOSE(dx, layer.expectedGradient(), 1e-5f, 1e-5f);
      }
  });
}

TEST("what counts as active: NaN is not 0 and not above 0, -0 is 0") {
  forEachInstructionSet([](const LinearKernels& kernels) {
    const std::vector<float> x = {0, -0.0f, 1e-45f, -2, __builtin_nanf(""),
                                  0,  //
                                  0, 0,     0,      0,  0,
                                  3};
    std::vector<int32_t> list(7);
    EXPECT(kernels.listNonZero(2, 6, x.data(), list.data()) == 4);
    EXPECT(std::vector<int32_t>(list.begin(), list.begin() + 4) == (std::vector<int32_t>{2, 3, 4, 5}));
    EXPECT(kernels.listAbove0(2, 6, x.data(), list.data()) == 2);
    EXPECT(std::vector<int32_t>(list.begin(), list.begin() + 2) == (std::vector<int32_t>{2, 5}));
  });
}

TEST("finish adds the bias and lets NaN through the ReLU, on every instruction set") {
  forEachInstructionSet([](const LinearKernels& kernels) {
    std::vector<float> y = {1, -3, __builtin_nanf(""), 5};
    const std::vector<float> bias = {-2, 4};
    kernels.finish(2, 2, bias.data(), Activation::Relu, y.data());
    EXPECT(y[0] == 0 && y[1] == 1 && y[2] != y[2] && y[3] == 9);
    kernels.finish(2, 2, nullptr, Activation::None, y.data());
    EXPECT(y[0] == 0 && y[1] == 1 && y[2] != y[2] && y[3] == 9);
  });
}
