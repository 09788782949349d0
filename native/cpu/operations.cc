#include "cpu/device.h"
#include "cpu/kernels.h"

// One queued task per operation. Each captures its tensors by value, which keeps their storage alive until it has run.

namespace deep_inside {

void CpuDevice::forward(std::shared_ptr<WeightedPlan> plan, const Tensor& x, const Tensor& y) {
  submit([plan = std::move(plan), x, y] { plan->forward(x, y); });
}

void CpuDevice::backwardData(std::shared_ptr<WeightedPlan> plan, const Tensor& dy, const Tensor& dx,
                             const Tensor* mask) {
  submit([plan = std::move(plan), dy, dx, mask = mask ? *mask : Tensor{}] { plan->backwardData(dy, dx, mask); });
}

void CpuDevice::maxPool(const MaxPoolPlan& plan, const Tensor& x, const Tensor& y, const Tensor& switches) {
  submit([in = plan.in, window = plan.window, x, y, switches] {
    kernels().maxPool(in, window, x.floats(), y.floats(), switches.ints());
  });
}

void CpuDevice::unpool(const MaxPoolPlan& plan, const Tensor& dy, const Tensor& switches, const Tensor& dx) {
  submit([window = plan.window, dy, switches, dx] {
    kernels().unpool(dx.planes(), window, perImage(switches, dx), dy.floats(), switches.ints(), dx.floats());
  });
}

void CpuDevice::averagePool(const AveragePoolPlan& plan, const Tensor& x, const Tensor& y) {
  submit([in = plan.in, window = plan.window, divisor = plan.divisor, x, y] {
    kernels().averagePool(in, window, divisor, x.floats(), y.floats());
  });
}

void CpuDevice::averagePoolBackward(const AveragePoolPlan& plan, const Tensor& dy, const Tensor& dx) {
  submit([window = plan.window, divisor = plan.divisor, dy, dx] {
    kernels().averagePoolBackward(dx.planes(), window, divisor, dy.floats(), dx.floats());
  });
}

void CpuDevice::lrn(const LrnPlan& plan, const Tensor& x, const Tensor& y) {
  submit([at = plan.at, lrn = plan.lrn, x, y] { kernels().lrn(at, lrn, x.floats(), y.floats()); });
}

void CpuDevice::lrnBackward(const LrnPlan& plan, const Tensor& x, const Tensor& dy, const Tensor& dx) {
  submit([lrn = plan.lrn, x, dy, dx] {
    kernels().lrnBackward(dx.planes(), lrn, perImage(x, dx), x.floats(), dy.floats(), dx.floats());
  });
}

void CpuDevice::relu(const Tensor& x, const Tensor& y) {
  submit([x, y] {
    const int64_t runs = runsOf(x, y);
    kernels().relu(runs, y.storedElements() / runs, x.images<const float>(), y.images());
  });
}

void CpuDevice::reluBackward(ReluRule rule, const Tensor& y, const Tensor& dy, const Tensor& dx) {
  submit([rule, y, dy, dx] {
    const int64_t share = perImage(y, dx), runs = share == 1 ? runsOf(y, dy, dx) : dx.shape[0];
    kernels().reluBackward(rule, runs, share, dx.storedElements() / runs, y.images<const float>(),
                           dy.images<const float>(), dx.images());
  });
}

void CpuDevice::add(const Tensor& a, const Tensor& b, const Tensor& y) {
  submit([a, b, y] {
    const int64_t runs = runsOf(a, b, y);
    kernels().add(runs, y.storedElements() / runs, a.images<const float>(), b.images<const float>(), y.images());
  });
}

void CpuDevice::axpy(float alpha, const Tensor& x, const Tensor& y) {
  submit([alpha, x, y] { kernels().axpy(alpha, x.floats(), y.floats(), y.storedElements()); });
}

void CpuDevice::fill(float value, const Tensor& y) {
  submit([value, y] { kernels().fill(y.planes(), value, y.floats()); });
}

void CpuDevice::concat(const std::vector<Tensor>& xs, const Tensor& y) {
  submit([xs, y] {
    int64_t first = 0;
    for (const Tensor& x : xs) {
      kernels().put({x.planes(), y.planes(), first, x.images<const float>(), y.images()});
      first += x.shape[1];
    }
  });
}

void CpuDevice::split(const Tensor& dy, const std::vector<Tensor>& dxs) {
  submit([dy, dxs] {
    int64_t first = 0;
    for (const Tensor& dx : dxs) {
      kernels().take({dy.planes(), dx.planes(), first, dy.images<const float>(), dx.images()});
      first += dx.shape[1];
    }
  });
}

void CpuDevice::scaleShift(const Tensor& x, const Tensor& scale, const Tensor* shift, const Tensor& y) {
  submit([x, scale, shift = shift ? *shift : Tensor{}, y] {
    kernels().scaleShift(y.planes(), x.floats(), scale.floats(), shift.storage ? shift.floats() : nullptr, y.floats());
  });
}

void CpuDevice::softmax(const Tensor& x, const Tensor& y) {
  submit([x, y] { kernels().softmax(y.shape[0], y.shape[1], x.floats(), y.floats()); });
}

void CpuDevice::softmaxBackward(const Tensor& y, const Tensor& dy, const Tensor& dx) {
  submit([y, dy, dx] {
    kernels().softmaxBackward(dx.shape[0], dx.shape[1], perImage(y, dx), y.floats(), dy.floats(), dx.floats());
  });
}

void CpuDevice::reorder(const Tensor& x, const Tensor& y) {
  submit([x, y] {
    // A flattened side is the dense form of the other's shape.
    const Shape& shape = x.shape.size() == 4 ? x.shape : y.shape;
    kernels().reorder(Tensor::planesOf(shape, x.block), Tensor::planesOf(shape, y.block), x.images<const float>(),
                      y.images());
  });
}

void CpuDevice::seed(const Tensor& scores, const Tensor& classes, const Tensor& dy) {
  submit([scores, classes, dy] {
    kernels().seed(dy.shape[0], dy.shape[1], perImage(scores, dy), scores.floats(), classes.ints(), dy.floats());
  });
}

void CpuDevice::maxAbsOverChannels(const Tensor& x, const Tensor* scale, const Tensor& y, MaxAbsResult result) {
  submit([x, scale = scale ? *scale : Tensor{}, y, result] {
    kernels().maxAbs(result, x.planes(), x.floats(), scale.storage ? scale.floats() : nullptr, y.floats());
  });
}

}  // namespace deep_inside
