#pragma once

#include <future>
#include <string>
#include <vector>

#include "cuda/device.h"
#include "test/cuda/fake/control.h"
#include "test/harness.h"

// A CUDA device on the fake runtime, without weights.

namespace deep_inside::test {

struct Opened {
  Opened() {
    fake::reset();
    device = std::make_shared<CudaDevice>(0);
  }
  ~Opened() { device->close(); }

  Tensor tensor(const Shape& shape) const {
    Tensor made{shape, DType::Float32, 1, nullptr};
    made.storage = device->allocate(static_cast<size_t>(made.storedElements()) * sizeof(float));
    return made;
  }

  Tensor tensor(const std::vector<float>& values) const {
    const Tensor made = tensor(Shape{static_cast<int64_t>(values.size())});
    device->write(made, values.data());
    return made;
  }

  Status sync() const {
    std::promise<Status> done;
    device->sync([&](const Status& status) { done.set_value(status); });
    return done.get_future().get();
  }

  /** What a read says; fills `values`. */
  Status read(const Tensor& x, std::vector<float>& values) const {
    values.assign(static_cast<size_t>(elementsOf(x.shape)), -1.0f);
    std::promise<Status> done;
    device->read(x, values.data(), [&](const Status& status) { done.set_value(status); });
    return done.get_future().get();
  }

  std::vector<float> read(const Tensor& x) const {
    std::vector<float> values;
    demand(read(x, values));
    return values;
  }

  std::shared_ptr<CudaDevice> device;
};

/** Its message, or "". */
template <class Body>
std::string thrown(Code code, const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    const Status status = error.status();
    return status.code == code ? status.text : "another code: " + status.text;
  }
  return "";
}

inline bool holds(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace deep_inside::test
