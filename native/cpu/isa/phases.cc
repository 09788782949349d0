// Compiled once per instruction set, as isa/kernels.cc.

#include "cpu/phases.h"

#include "cpu/isa/winograd_zeros.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

/** The folded columns 0 <= q < count of which column `b` lies in x. */
Span inside(const Phases& p, int64_t b) {
  const int64_t stride = p.window.strideCols, before = p.left - b;
  return {before > 0 ? 1 : 0, (p.x.w + before + stride - 1) / stride};
}

/** Calls `visit(x, folded, columns)` with where column 0 lies, for each row of x in one row of an image's folded pixels. */
template <class Visit>
void eachRow(const Phases& p, int64_t row, const Visit& visit) {
  const int64_t first = row * p.window.strideRows - p.top;
  for (int64_t a = larger(-first, 0); a < smaller(p.window.strideRows, p.x.h - first); ++a)
    for (int64_t b = 0; b < p.window.strideCols; ++b)
      for (int64_t c = 0; c < p.x.c; ++c)
        visit(offset(p.x, 0, c, first + a, 0) + b - p.left,
              offset(p.folded, 0, (a * p.window.strideCols + b) * p.x.c + c, row, 0), inside(p, b));
}

void fold(const Phases& p, const Images<const float>& x, const Images<float>& folded) {
  const Planes& f = p.folded;
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < f.n * f.h; ++i) {
    const int64_t row = i % f.h;
    const float* from = imageAt(x, i / f.h);
    float* to = imageAt(folded, i / f.h);
    for (int64_t c = 0; c < f.c; c += f.b)
      __builtin_memset(to + offset(f, 0, c, row, 0), 0, static_cast<size_t>(f.w * f.b) * sizeof(float));
    eachRow(p, row, [&](int64_t inX, int64_t inFolded, const Span& columns) {
      for (int64_t q = columns.begin; q < columns.end; ++q)
        to[inFolded + q * f.b] = from[inX + q * p.window.strideCols];
    });
  }
}

void unfold(const Phases& p, const Images<const float>& folded, const Images<float>& x) {
  const Planes& f = p.folded;
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < f.n * f.h; ++i) {
    const float* from = imageAt(folded, i / f.h);
    float* to = imageAt(x, i / f.h);
    eachRow(p, i % f.h, [&](int64_t inX, int64_t inFolded, const Span& columns) {
      for (int64_t q = columns.begin; q < columns.end; ++q)
        to[inX + q * p.window.strideCols] = from[inFolded + q * f.b];
    });
  }
}

/** Columns [begin, end) of one row of an image of dx. */
void clear(const Phases& p, int64_t row, int64_t begin, int64_t end, float* dx) {
  for (int64_t c = 0; c < p.x.c; ++c)
    for (int64_t col = begin; col < end; ++col) dx[offset(p.x, 0, c, row, col)] = 0.0f;
}

/** One row of an image of dx; `live` of the same image. */
void clearRow(const Phases& p, int64_t row, const unsigned char* live, float* dx) {
  const Window& w = p.window;
  const Span rows = outputsOf(row, w.strideRows, w.top, w.r, w.p);
  int64_t reached = 0;
  for (int64_t q = 0; q < w.q; ++q) {
    const Span cols = inputsOf(q, w.strideCols, w.left, w.s, p.x.w);
    unsigned char any = 0;
    for (int64_t y = rows.begin; y < rows.end; ++y) any |= live[y * w.q + q];
    if (!any || cols.end <= cols.begin) continue;
    clear(p, row, reached, cols.begin, dx);
    reached = cols.end;
  }
  clear(p, row, reached, p.x.w, dx);
}

void clearUnreached(const Phases& p, const Images<const float>& dy, unsigned char* live, const Images<float>& dx) {
#pragma omp parallel
  {
#pragma omp for schedule(static)
    for (int64_t i = 0; i < p.y.n * p.y.h; ++i) findLive(p.y, dy, i / p.y.h, i % p.y.h, live);
#pragma omp for schedule(static)
    for (int64_t i = 0; i < p.x.n * p.x.h; ++i) {
      const int64_t n = i / p.x.h;
      clearRow(p, i % p.x.h, live + n * area(p.y), imageAt(dx, n));
    }
  }
}

}  // namespace

extern const PhasesKernels phases;
const PhasesKernels phases = {fold, unfold, clearUnreached};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
