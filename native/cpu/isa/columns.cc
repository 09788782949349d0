// Compiled once per instruction set, as isa/kernels.cc.

#include "cpu/columns.h"

#include <omp.h>

#include "cpu/isa/columns_sparse.h"

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {
namespace {

constexpr int64_t kGroup = kVectors * kLanes;
/** Of how many rows of dy one is looked at: odd, since behind a pool of stride 2 every other row has more zeros. */
constexpr int64_t kSampled = 5;

int64_t columnsOf(const ColumnsGeometry& g) { return g.dx.c * g.r * g.s; }
int64_t groups(const ColumnsGeometry& g) { return (columnsOf(g) + kGroup - 1) / kGroup; }
int64_t depth(const ColumnsGeometry& g) { return blocks(g.dy) * kLanes; }
/** A row of the image with what hangs over on both sides, and room for a whole vector behind the last filter. */
int64_t rowStep(const ColumnsGeometry& g) {
  return larger(g.left + g.dx.w, (g.dy.w - 1) * g.strideCols + g.s) + kLanes;
}
/** A thread's workspace: the rows of its part of an image, the columns of a run of pixels, and its products or terms. */
int64_t rowsFloats(const ColumnsGeometry& g) { return g.dx.c * g.dx.h * rowStep(g); }
int64_t columnFloats(const ColumnsGeometry& g) { return kRun * groups(g) * kGroup + kLanes; }
int64_t threadFloats(const ColumnsGeometry& g) {
  return rowsFloats(g) + columnFloats(g) + larger(kRun * kGroup, termFloats(g));
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

/** Some rows of dx, and where a thread sums them: [c][rows][rowStep]. */
struct Band {
  int64_t begin, end;
  float* rows;
};

/** Adds one pixel's columns [c][r][s] to the rows of the band; `row` and `col` are where the filter begins, padded. */
void addColumns(const ColumnsGeometry& g, const Band& band, const float* columns, int64_t row, int64_t col,
                const Lanes& within) {
  const int64_t first = larger(band.begin - row, 0), last = smaller(band.end - row, g.r), step = rowStep(g);
  for (int64_t c = 0; c < g.dx.c; ++c)
    for (int64_t r = first; r < last; ++r) {
      float* to = band.rows + (c * (band.end - band.begin) + row + r - band.begin) * step + col;
      *lanesAt(to) += within > 0.0f ? *lanesAt(columns + (c * g.r + r) * g.s) : Lanes{};
    }
}

/** All columns of a run of pixels of dy: [pixels][groups * kGroup]. */
void multiplyPixels(const ColumnsGeometry& g, const BlockedRows& pixels, int64_t count, const float* filters,
                    float* columns, float* products) {
  for (int64_t group = 0; group < groups(g); ++group) {
    multiply<kVectors>(count, pixels, filters + group * depth(g) * kGroup, products);
    for (int64_t t = 0; t < count; ++t)
      for (int k = 0; k < kVectors; ++k)
        *lanesAt(columns + (t * groups(g) + group) * kGroup + k * kLanes) =
            *lanesAt(products + (t * kVectors + k) * kLanes);
  }
}

struct DenseProduct {
  static void columnsOfRun(const ColumnsGeometry& g, const float* first, int64_t count, const float* filters,
                           float* columns) {
    const BlockedRows pixels{first, kLanes, area(g.dy) * kLanes, blocks(g.dy)};
    multiplyPixels(g, pixels, count, filters, columns, columns + columnFloats(g));
  }
};

struct SparseProduct {
  static void columnsOfRun(const ColumnsGeometry& g, const float* first, int64_t count, const float* filters,
                           float* columns) {
    Terms terms = termsAt(g, columns + columnFloats(g));
    findTerms(first, count, area(g.dy) * kLanes, blocks(g.dy), terms);
    multiplyTerms(terms, count, groups(g), depth(g) * kGroup, filters, columns);
  }
};

template <class Product>
void sumBand(const ColumnsGeometry& g, const Band& band, const float* dy, const float* filters, float* columns) {
  Lanes within{};
  for (int64_t i = 0; i < g.s; ++i) within[i] = 1.0f;
  __builtin_memset(band.rows, 0, static_cast<size_t>(g.dx.c * (band.end - band.begin) * rowStep(g)) * sizeof(float));
  const Span touching = {outputsOf(band.begin, g.strideRows, g.top, g.r, g.dy.h).begin,
                         outputsOf(band.end - 1, g.strideRows, g.top, g.r, g.dy.h).end};
  for (int64_t p = touching.begin; p < touching.end; ++p)
    for (int64_t q = 0; q < g.dy.w; q += kRun) {
      const int64_t count = smaller(kRun, g.dy.w - q);
      Product::columnsOfRun(g, dy + (p * g.dy.w + q) * kLanes, count, filters, columns);
      for (int64_t t = 0; t < count; ++t)
        addColumns(g, band, columns + t * groups(g) * kGroup, p * g.strideRows - g.top, (q + t) * g.strideCols, within);
    }
}

void storeBand(const ColumnsGeometry& g, const Band& band, float* dx) {
  const int64_t count = band.end - band.begin;
  for (int64_t c = 0; c < g.dx.c; ++c)
    for (int64_t row = 0; row < count; ++row)
      __builtin_memcpy(dx + (c * g.dx.h + band.begin + row) * g.dx.w,
                       band.rows + (c * count + row) * rowStep(g) + g.left,
                       static_cast<size_t>(g.dx.w) * sizeof(float));
}

/** Each thread has a band of rows. */
template <class Product>
void run(const ColumnsGeometry& g, const float* dy, const float* filters, float* dx, float* workspace) {
#pragma omp parallel num_threads(g.threads)
  {
    const int64_t bands = smaller(omp_get_num_threads(), g.dx.h);
    float* own = workspace + omp_get_thread_num() * threadFloats(g);
#pragma omp for schedule(static)
    for (int64_t i = 0; i < bands; ++i) {
      const Band band{g.dx.h * i / bands, g.dx.h * (i + 1) / bands, own};
      sumBand<Product>(g, band, dy, filters, own + rowsFloats(g));
      storeBand(g, band, dx);
    }
  }
}

bool mostlyZeros(const ColumnsGeometry& g, const float* dy) {
  const int64_t rows = (g.dy.h + kSampled - 1) / kSampled, width = g.dy.w * kLanes;
  int64_t zeros = 0;
#pragma omp parallel for schedule(static) num_threads(g.threads) reduction(+ : zeros)
  for (int64_t i = 0; i < blocks(g.dy) * rows; ++i) {
    const float* row = dy + (i / rows * g.dy.h + i % rows * kSampled) * width;
    int32_t live = 0;
    for (int64_t j = 0; j < width; ++j) live += row[j] != 0.0f;
    zeros += width - live;
  }
  // SqueezeNet 1.0 leaves 14 % here, and takes half of Winograd's time; at the paper's 31 % Winograd is faster.
  return 4 * zeros > 3 * blocks(g.dy) * rows * width;
}

}  // namespace

extern const ColumnsKernels columns;
const ColumnsKernels columns = {kLanes,      filterFloats,      workspaceFloats,   pack,
                                mostlyZeros, run<DenseProduct>, run<SparseProduct>};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
