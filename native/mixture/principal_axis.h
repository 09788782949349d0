#pragma once

namespace deep_inside {

/** A symmetric 3 x 3 matrix over r, g, b. */
struct Symmetric {
  double rr, rg, rb, gg, gb, bb;
};

struct Axis {
  double value;         // the largest eigenvalue
  double direction[3];  // of length 1; its component of largest magnitude, the first of equal ones, is above 0
};

/** By Jacobi's rotations, of sums, products and square roots alone: the same bits on every machine. */
Axis principalAxis(const Symmetric& matrix);

}  // namespace deep_inside
