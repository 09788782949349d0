#pragma once

#include <cstdint>

namespace deep_inside {

/** SplitMix64 (Steele, Lea and Flood 2014): the same seed gives the same numbers everywhere. */
class SplitMix {
 public:
  explicit SplitMix(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  /** An integer from 0 to `count` - 1. */
  int64_t below(int64_t count) {
    return static_cast<int64_t>(static_cast<unsigned __int128>(next()) * static_cast<uint64_t>(count) >> 64);
  }

 private:
  uint64_t state_;
};

}  // namespace deep_inside
