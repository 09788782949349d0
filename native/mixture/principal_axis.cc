#include "mixture/principal_axis.h"

#include <cmath>

namespace deep_inside {

namespace {

/** They converge quadratically: five or six are enough. */
constexpr int kSweeps = 16;

/** Makes a[p][q] 0 by a rotation in the plane of p and q, and turns the columns of v with it. */
void rotate(double a[3][3], double v[3][3], int p, int q) {
  if (a[p][q] == 0) return;
  const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1), s = t * c;
  const int other = 3 - p - q;
  const double apo = a[p][other], aqo = a[q][other];
  a[p][p] -= t * a[p][q];
  a[q][q] += t * a[p][q];
  a[p][q] = a[q][p] = 0;
  a[p][other] = a[other][p] = c * apo - s * aqo;
  a[q][other] = a[other][q] = s * apo + c * aqo;
  for (int i = 0; i < 3; ++i) {
    const double vp = v[i][p], vq = v[i][q];
    v[i][p] = c * vp - s * vq;
    v[i][q] = s * vp + c * vq;
  }
}

}  // namespace

Axis principalAxis(const Symmetric& m) {
  double a[3][3] = {{m.rr, m.rg, m.rb}, {m.rg, m.gg, m.gb}, {m.rb, m.gb, m.bb}};
  double v[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    rotate(a, v, 0, 1);
    rotate(a, v, 0, 2);
    rotate(a, v, 1, 2);
  }
  int k = 0;
  for (int i = 1; i < 3; ++i) k = a[i][i] > a[k][k] ? i : k;
  int largest = 0;
  for (int i = 1; i < 3; ++i) largest = std::abs(v[i][k]) > std::abs(v[largest][k]) ? i : largest;
  const double sign = v[largest][k] < 0 ? -1 : 1;
  return {a[k][k], {sign * v[0][k], sign * v[1][k], sign * v[2][k]}};
}

}  // namespace deep_inside
