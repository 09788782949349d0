#include "kernels/rows_elements.h"

#include <cmath>
#include <limits>
#include <vector>

#include "cpu/kernels.h"
#include "test/calls.h"
#include "test/harness.h"

// The bodies over lanes and elements of rows, which CUDA runs, against those over whole rows, which the CPU runs.

namespace deep_inside::baseline {
extern const Kernels table;
}

using namespace deep_inside;
using namespace deep_inside::test;
using Values = std::vector<float>;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity(), kNan = std::numeric_limits<float>::quiet_NaN();

size_t length(int64_t count) { return static_cast<size_t>(count); }

Values softmaxOf(int64_t n, int64_t classes, Values x, Order order) {
  // In two parts, the second of the rows from `first` on, and in place.
  for (const int64_t first : {int64_t{0}, n / 2}) {
    const int64_t count = first ? n - first : n / 2;
    const Rows rows{first, classes};
    Values maxima(length(count * kRowLanes)), sums(maxima.size());
    callEach(count * kRowLanes, RowMaxima{rows, x.data(), maxima.data()}, order);
    callEach(count * kRowLanes, RowExponentials{rows, x.data(), maxima.data(), x.data(), sums.data()}, order);
    callEach(count * classes, RowQuotients{rows, sums.data(), x.data()}, order);
  }
  return x;
}

Values seedsOf(int64_t perImage, int64_t classes, const Values& scores, const std::vector<int32_t>& wanted,
               Order order) {
  const auto n = static_cast<int64_t>(wanted.size());
  std::vector<Best> bests(length(n * kRowLanes));
  Values dy(length(n * classes), 7.0f);
  callEach(n * kRowLanes, RowBests{{0, classes}, perImage, scores.data(), bests.data()}, order);
  callEach(n * classes, RowSeeds{{0, classes}, bests.data(), wanted.data(), dy.data()}, order);
  return dy;
}

Values rowsSeeds(int64_t perImage, int64_t classes, const Values& scores, const std::vector<int32_t>& wanted) {
  Values dy(wanted.size() * length(classes));
  baseline::table.seed(static_cast<int64_t>(wanted.size()), classes, perImage, scores.data(), wanted.data(), dy.data());
  return dy;
}

}  // namespace

TEST("soft-max by lanes is that by rows, in place: 1, 5, 33 and 1000 classes") {
  for (const Order order : kOrders) {
    for (const int64_t classes : {1, 5, 33, 1000}) {
      Values x = shuffled(length(4 * classes)), expected(x.size());
      for (float& value : x) value *= 40;
      baseline::table.softmax(4, classes, x.data(), expected.data());
      EXPECT_CLOSE(softmaxOf(4, classes, x, order), expected, 1e-9f, 1e-5f);
    }
  }
}

TEST("soft-max by lanes is NaN where that by rows is: of NaN and infinity, not of -infinity unless all are") {
  constexpr int64_t classes = 70;
  const Values usual = shuffled(length(classes));
  for (const float odd : {kNan, kInfinity, -kInfinity}) {
    for (const int64_t count : {int64_t{1}, int64_t{33}, classes}) {
      Values x;
      for (const int64_t first : {int64_t{0}, classes - count}) {
        Values row = usual;
        for (int64_t c = first; c < first + count; ++c) row[length(c)] = odd;
        x.insert(x.end(), row.begin(), row.end());
      }
      Values expected(x.size());
      baseline::table.softmax(2, classes, x.data(), expected.data());
      for (const Order order : kOrders) {
        const Values actual = softmaxOf(2, classes, x, order);
        for (size_t i = 0; i < x.size(); ++i)
          EXPECT(std::isnan(expected[i]) ? std::isnan(actual[i]) : std::abs(actual[i] - expected[i]) < 1e-6f);
      }
    }
  }
}

TEST("the gradient of soft-max by lanes is that by rows, also in place: three gradients of each of two rows") {
  for (const Order order : kOrders) {
    for (const int64_t classes : {1, 5, 33, 1000}) {
      const Values y = shuffled(length(2 * classes));
      Values dx = shuffled(length(6 * classes)), expected(dx.size()), dots(length(6 * kRowLanes));
      baseline::table.softmaxBackward(6, classes, 3, y.data(), dx.data(), expected.data());
      const Rows rows{0, classes};
      callEach(6 * kRowLanes, RowDots{rows, 3, y.data(), dx.data(), dots.data()}, order);
      callEach(6 * classes, RowGradients{rows, 3, y.data(), dx.data(), dots.data(), dx.data()}, order);
      EXPECT_CLOSE(dx, expected, 1e-5f, 1e-5f);
    }
  }
}

TEST("seeds by lanes are those by rows: given classes, the best, the first of equal ones, beside NaN and below it") {
  for (const int64_t classes : {1, 31, 32, 70, 1000}) {
    const auto last = static_cast<int32_t>(classes - 1);
    const std::vector<int32_t> wanted{-1, last, 0, -1};
    std::vector<Values> rows{shuffled(length(2 * classes)), Values(length(2 * classes), 0.5f),
                             Values(length(2 * classes), kNan), Values(length(2 * classes), -kInfinity)};
    // Equal best scores whose lanes are in the other order than they; NaN first, last, and beside the best.
    const auto with = [&](std::vector<std::pair<int64_t, float>> odd) {
      Values row = rows[0];
      for (const auto& [c, value] : odd) row[length(c % classes)] = value;
      rows.push_back(row);
    };
    with({{40, 2.0f}, {33, 2.0f}, {31, 2.0f}, {64, 2.0f}});
    with({{31, 2.0f}, {32, 2.0f}});
    with({{0, kNan}, {5, 9.0f}});
    with({{classes - 1, kNan}, {7, 9.0f}, {8, kNan}, {39, kNan}});
    with({{3, kInfinity}, {2, kInfinity}});
    for (const Order order : kOrders)
      for (const Values& scores : rows)
        EXPECT(seedsOf(2, classes, scores, wanted, order) == rowsSeeds(2, classes, scores, wanted));
  }
}
