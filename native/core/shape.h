#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace deep_inside {

using Shape = std::vector<int64_t>;

struct Pair {
  int64_t rows, cols;
};

/** Zero padding in pixels. */
struct Pad {
  int64_t top, left, bottom, right;
};

enum class DType { Float32, BFloat16, Int32 };

size_t bytesOf(DType dtype);
const char* dtypeName(DType dtype);

int64_t elementsOf(const Shape& shape);

/** "[1, 3, 224, 224]" */
std::string toString(const Shape& shape);

}  // namespace deep_inside
