// Compiled once per instruction set, as isa/kernels.cc.

#include "cpu/columns.h"

#include <omp.h>

#include "cpu/isa/multiply.h"
#include "kernels/window.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

constexpr int64_t kGroup = kVectors * kLanes;

int64_t columnsOf(const ColumnsGeometry& g) { return g.dx.c * g.r * g.s; }
int64_t groups(const ColumnsGeometry& g) { return (columnsOf(g) + kGroup - 1) / kGroup; }
int64_t depth(const ColumnsGeometry& g) { return blocks(g.dy) * kLanes; }
/** A row of the image with what hangs over on both sides, and room for a whole vector behind the last filter. */
int64_t rowStep(const ColumnsGeometry& g) {
  return larger(g.left + g.dx.w, (g.dy.w - 1) * g.strideCols + g.s) + kLanes;
}
/** A thread's workspace: the rows of its part of an image, then the columns of some pixels. */
int64_t rowsFloats(const ColumnsGeometry& g) { return g.dx.c * g.dx.h * rowStep(g); }
int64_t threadFloats(const ColumnsGeometry& g) {
  return rowsFloats(g) + kRows * (groups(g) * kGroup + kGroup) + kLanes;
}

size_t filterFloats(const ColumnsGeometry& g) { return static_cast<size_t>(groups(g) * depth(g) * kGroup); }
size_t workspaceFloats(const ColumnsGeometry& g) { return static_cast<size_t>(threadFloats(g) * g.threads); }

/** filters: [groups][k][kGroup], columns in the order [c][r][s]. */
void pack(const ColumnsGeometry& g, const float* w, float* filters) {
  for (int64_t group = 0; group < groups(g); ++group)
    for (int64_t k = 0; k < depth(g); ++k)
      for (int64_t i = 0; i < kGroup; ++i) {
        const int64_t column = group * kGroup + i;
        const bool real = k < g.dy.c && column < columnsOf(g);
        filters[(group * depth(g) + k) * kGroup + i] = real ? w[k * columnsOf(g) + column] : 0.0f;
      }
}

/** Some rows of dx of one image, and where a thread sums them: [c][rows][rowStep]. */
struct Band {
  int64_t n, begin, end;
  float* rows;
};

/** Adds one pixel's columns [c][r][s] to the rows of the band; `row` and `col` are where the filter begins, padded. */
void addColumns(const ColumnsGeometry& g, const Band& band, const float* columns, int64_t row, int64_t col,
                const Lanes& within) {
  const int64_t first = larger(band.begin - row, 0), last = smaller(band.end - row, g.r), step = rowStep(g);
  for (int64_t c = 0; c < g.dx.c; ++c)
    for (int64_t r = first; r < last; ++r) {
      float* to = band.rows + (c * (band.end - band.begin) + row + r - band.begin) * step + col;
      lanesAt(to) += within > 0.0f ? lanesAt(columns + (c * g.r + r) * g.s) : Lanes{};
    }
}

/** All columns of up to kRows neighbouring pixels of dy: [pixels][columnStep]. */
void multiplyPixels(const ColumnsGeometry& g, const BlockedRows& pixels, int64_t count, const float* filters,
                    float* columns, int64_t columnStep, float* products) {
  for (int64_t group = 0; group < groups(g); ++group) {
    multiplyFew<kVectors>(count, pixels, filters + group * depth(g) * kGroup, products);
    for (int64_t t = 0; t < count; ++t)
      for (int k = 0; k < kVectors; ++k)
        lanesAt(columns + t * columnStep + group * kGroup + k * kLanes) =
            lanesAt(products + (t * kVectors + k) * kLanes);
  }
}

void sumBand(const ColumnsGeometry& g, const Band& band, const Images<const float>& dy, const float* filters,
             float* scratch) {
  const int64_t columnStep = groups(g) * kGroup, plane = area(g.dy) * kLanes;
  float *columns = scratch, *products = scratch + kRows * columnStep + kLanes;
  Lanes within{};
  for (int64_t i = 0; i < g.s; ++i) within[i] = 1.0f;
  __builtin_memset(band.rows, 0, static_cast<size_t>(g.dx.c * (band.end - band.begin) * rowStep(g)) * sizeof(float));
  const Span touching = {outputsOf(band.begin, g.strideRows, g.top, g.r, g.dy.h).begin,
                         outputsOf(band.end - 1, g.strideRows, g.top, g.r, g.dy.h).end};
  for (int64_t p = touching.begin; p < touching.end; ++p)
    for (int64_t q = 0; q < g.dy.w; q += kRows) {
      const int64_t count = smaller(kRows, g.dy.w - q);
      const float* first = imageAt(dy, band.n) + (p * g.dy.w + q) * kLanes;
      multiplyPixels(g, {first, kLanes, plane, blocks(g.dy)}, count, filters, columns, columnStep, products);
      for (int64_t t = 0; t < count; ++t)
        addColumns(g, band, columns + t * columnStep, p * g.strideRows - g.top, (q + t) * g.strideCols, within);
    }
}

void storeBand(const ColumnsGeometry& g, const Band& band, const Images<float>& dx) {
  const int64_t count = band.end - band.begin;
  for (int64_t c = 0; c < g.dx.c; ++c)
    for (int64_t row = 0; row < count; ++row)
      __builtin_memcpy(imageAt(dx, band.n) + (c * g.dx.h + band.begin + row) * g.dx.w,
                       band.rows + (c * count + row) * rowStep(g) + g.left,
                       static_cast<size_t>(g.dx.w) * sizeof(float));
}

/** Each thread has whole images, or bands of rows where there are fewer images than threads. */
void run(const ColumnsGeometry& g, const Images<const float>& dy, const float* filters, const Images<float>& dx,
         float* workspace) {
#pragma omp parallel num_threads(g.threads)
  {
    const int64_t bands = smaller((omp_get_num_threads() + g.dx.n - 1) / g.dx.n, g.dx.h);
    float* own = workspace + omp_get_thread_num() * threadFloats(g);
#pragma omp for schedule(static)
    for (int64_t i = 0; i < g.dx.n * bands; ++i) {
      const int64_t part = i % bands;
      const Band band{i / bands, g.dx.h * part / bands, g.dx.h * (part + 1) / bands, own};
      sumBand(g, band, dy, filters, own + rowsFloats(g));
      storeBand(g, band, dx);
    }
  }
}

}  // namespace

extern const ColumnsKernels columns;
const ColumnsKernels columns = {kLanes, filterFloats, workspaceFloats, pack, run};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
