#pragma once

#include <vector>

#include "test/cuda/fake/cudnn.h"

// What a call of cuDNN reads and writes: numbers in memory that lie as a descriptor says.

namespace deep_inside::test::fake {

int64_t elements(const Layout& at);

/** An operand of a call: what it is and where. */
struct Operand {
  Layout at;
  void* data;

  Operand(const Layout& at, const void* data) : at(at), data(const_cast<void*>(data)) {}
};

/** Dense, with so many bits of each number. */
std::vector<float> factor(const Operand& from, int bits);

/** alpha times the sums and beta times what is there, which is not looked at if beta is 0. */
void put(const std::vector<float>& sums, float alpha, float beta, const Operand& to);

}  // namespace deep_inside::test::fake
