#include "core/status.h"

namespace deep_inside {

const char* codeName(Code code) {
  switch (code) {
    case Code::Ok: return "OK";
    case Code::Argument: return "ERR_ARGUMENT";
    case Code::Shape: return "ERR_SHAPE";
    case Code::DType: return "ERR_DTYPE";
    case Code::Device: return "ERR_DEVICE";
    case Code::Disposed: return "ERR_DISPOSED";
    case Code::Capture: return "ERR_CAPTURE";
    case Code::Unsupported: return "ERR_UNSUPPORTED";
    case Code::Memory: return "ERR_MEMORY";
    case Code::Backend: return "ERR_BACKEND";
  }
  return "ERR_BACKEND";
}

}  // namespace deep_inside
