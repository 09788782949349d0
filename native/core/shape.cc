#include "core/shape.h"

namespace deep_inside {

size_t bytesOf(DType dtype) { return dtype == DType::BFloat16 ? 2 : 4; }

const char* dtypeName(DType dtype) {
  switch (dtype) {
    case DType::Float32: return "float32";
    case DType::BFloat16: return "bfloat16";
    case DType::Int32: return "int32";
  }
  return "?";
}

int64_t elementsOf(const Shape& shape) {
  int64_t product = 1;
  for (int64_t side : shape) product *= side;
  return product;
}

std::string toString(const Shape& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

}  // namespace deep_inside
