#pragma once

#include <algorithm>
#include <cstdint>
#include <future>
#include <vector>

namespace deep_inside {

/** Into how many bands of rows work is dealt: no thread for less than about 0.2 ms of it. */
inline int64_t bandsOf(int64_t rows, int64_t cols, int threads) {
  constexpr int64_t kPixels = 16384;
  return std::max<int64_t>(1, std::min({rows, static_cast<int64_t>(threads), rows * cols / kPixels}));
}

/** Calls body(band, begin, end) for each band of the rows, the first on this thread and every other on one of its own. */
template <class Body>
void inBands(int64_t rows, int64_t bands, const Body& body) {
  std::vector<std::future<void>> others;  // which wait for their threads, also where something throws
  const auto firstOf = [=](int64_t band) { return rows * band / bands; };
  for (int64_t band = 1; band < bands; ++band) {
    others.push_back(std::async(std::launch::async, [=, &body] { body(band, firstOf(band), firstOf(band + 1)); }));
  }
  body(0, 0, firstOf(1));
  for (std::future<void>& other : others) other.get();
}

}  // namespace deep_inside
