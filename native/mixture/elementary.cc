#include "mixture/elementary.h"

#include <cmath>

namespace deep_inside {

double logOf(double x) {
  int e;
  double m = std::frexp(x, &e);
  if (m < 0.7071067811865476) {
    m *= 2;
    --e;
  }
  // ln m = 2 (t + t^3 / 3 + t^5 / 5 + ...), |t| < 0.1716.
  const double t = (m - 1) / (m + 1), s = t * t;
  double sum = 0;
  for (int power = 23; power > 0; power -= 2) sum = sum * s + 2.0 / power;
  return sum * t + e * 0.6931471805599453;
}

}  // namespace deep_inside
