#include "cpu/device.h"
#include "cpu/kernels.h"

// One task per operation and strand. Each holds its tensors, which keeps their storage alive until it has run.

namespace deep_inside {

Tensor ofStrand(const Tensor& x, int64_t i, int64_t n) {
  if (!x.storage || x.shape[0] % n == 0) return x.ofStrand(i, n);
  const std::string expected = "capture: tensors must have a multiple of " + std::to_string(n) + " images, one or more";
  throw Error(Code::Shape, expected + " for each strand, got " + toString(x.shape));
}

std::vector<Tensor> ofStrand(std::vector<Tensor> xs, int64_t i, int64_t n) {
  for (Tensor& x : xs) x = ofStrand(x, i, n);
  return xs;
}

void CpuDevice::forward(std::shared_ptr<WeightedPlan> plan, const Tensor& x, const Tensor& y) {
  submit([plan = std::move(plan)](const Tensor& x, const Tensor& y) { plan->forward(x, y); }, x, y);
}

void CpuDevice::backwardData(std::shared_ptr<WeightedPlan> plan, const Tensor& dy, const Tensor& dx,
                             const Tensor* mask) {
  submit([plan = std::move(plan)](const Tensor& dy, const Tensor& dx,
                                  const Tensor& mask) { plan->backwardData(dy, dx, mask); },
         dy, dx, mask ? *mask : Tensor{});
}

void CpuDevice::backwardFilter(std::shared_ptr<WeightedPlan> plan, const Tensor& x, const Tensor& dy, const Tensor& dw,
                               const Tensor* db) {
  submit([plan = std::move(plan), dw, db = db ? *db : Tensor{}](
             const Tensor& x, const Tensor& dy) { plan->backwardFilter(x, dy, dw, db); },
         x, dy);
}

void CpuDevice::maxPool(const MaxPoolPlan& plan, const Tensor& x, const Tensor& y, const Tensor& switches) {
  submit(
      [window = plan.window](const Tensor& x, const Tensor& y, const Tensor& switches) {
        kernels().maxPool(x.planes(), window, x.floats(), y.floats(), switches.ints());
      },
      x, y, switches);
}

void CpuDevice::unpool(const MaxPoolPlan& plan, const Tensor& dy, const Tensor& switches, const Tensor& dx) {
  submit(
      [window = plan.window](const Tensor& dy, const Tensor& switches, const Tensor& dx) {
        kernels().unpool(dx.planes(), window, perImage(switches, dx), dy.floats(), switches.ints(), dx.floats());
      },
      dy, switches, dx);
}

void CpuDevice::averagePool(const AveragePoolPlan& plan, const Tensor& x, const Tensor& y) {
  submit(
      [window = plan.window, divisor = plan.divisor](const Tensor& x, const Tensor& y) {
        kernels().averagePool(x.planes(), window, divisor, x.floats(), y.floats());
      },
      x, y);
}

void CpuDevice::averagePoolBackward(const AveragePoolPlan& plan, const Tensor& dy, const Tensor& dx) {
  submit(
      [window = plan.window, divisor = plan.divisor](const Tensor& dy, const Tensor& dx) {
        kernels().averagePoolBackward(dx.planes(), window, divisor, dy.floats(), dx.floats());
      },
      dy, dx);
}

void CpuDevice::lrn(const LrnPlan& plan, const Tensor& x, const Tensor& y) {
  submit([lrn = plan.lrn](const Tensor& x, const Tensor& y) { kernels().lrn(x.planes(), lrn, x.floats(), y.floats()); },
         x, y);
}

void CpuDevice::lrnBackward(const LrnPlan& plan, const Tensor& x, const Tensor& dy, const Tensor& dx) {
  submit(
      [lrn = plan.lrn](const Tensor& x, const Tensor& dy, const Tensor& dx) {
        kernels().lrnBackward(dx.planes(), lrn, perImage(x, dx), x.floats(), dy.floats(), dx.floats());
      },
      x, dy, dx);
}

void CpuDevice::relu(const Tensor& x, const Tensor& y) {
  submit(
      [](const Tensor& x, const Tensor& y) {
        const int64_t runs = runsOf(x, y);
        kernels().relu(runs, y.storedElements() / runs, x.images<const float>(), y.images());
      },
      x, y);
}

void CpuDevice::reluBackward(ReluRule rule, const Tensor& y, const Tensor& dy, const Tensor& dx) {
  submit(
      [rule](const Tensor& y, const Tensor& dy, const Tensor& dx) {
        const int64_t share = perImage(y, dx), runs = share == 1 ? runsOf(y, dy, dx) : dx.shape[0];
        kernels().reluBackward(rule, runs, share, dx.storedElements() / runs, y.images<const float>(),
                               dy.images<const float>(), dx.images());
      },
      y, dy, dx);
}

void CpuDevice::add(const Tensor& a, const Tensor& b, const Tensor& y) {
  submit(
      [](const Tensor& a, const Tensor& b, const Tensor& y) {
        const int64_t runs = runsOf(a, b, y);
        kernels().add(runs, y.storedElements() / runs, a.images<const float>(), b.images<const float>(), y.images());
      },
      a, b, y);
}

void CpuDevice::axpy(float alpha, const Tensor& x, const Tensor& y) {
  submit(
      [alpha](const Tensor& x, const Tensor& y) { kernels().axpy(alpha, x.floats(), y.floats(), y.storedElements()); },
      x, y);
}

void CpuDevice::fill(float value, const Tensor& y) {
  submit([value](const Tensor& y) { kernels().fill(y.planes(), value, y.floats()); }, y);
}

void CpuDevice::concat(const std::vector<Tensor>& xs, const Tensor& y) {
  submit(
      [](const std::vector<Tensor>& xs, const Tensor& y) {
        int64_t first = 0;
        for (const Tensor& x : xs) {
          kernels().put({x.planes(), y.planes(), first, x.images<const float>(), y.images()});
          first += x.shape[1];
        }
      },
      xs, y);
}

void CpuDevice::split(const Tensor& dy, const std::vector<Tensor>& dxs) {
  submit(
      [](const Tensor& dy, const std::vector<Tensor>& dxs) {
        int64_t first = 0;
        for (const Tensor& dx : dxs) {
          kernels().take({dy.planes(), dx.planes(), first, dy.images<const float>(), dx.images()});
          first += dx.shape[1];
        }
      },
      dy, dxs);
}

void CpuDevice::scaleShift(const Tensor& x, const Tensor& scale, const Tensor* shift, const Tensor& y) {
  submit(
      [scale, shift = shift ? *shift : Tensor{}](const Tensor& x, const Tensor& y) {
        const float* b = shift.storage ? shift.floats() : nullptr;
        kernels().scaleShift(y.planes(), x.floats(), scale.floats(), b, y.floats());
      },
      x, y);
}

void CpuDevice::softmax(const Tensor& x, const Tensor& y) {
  submit([](const Tensor& x, const Tensor& y) { kernels().softmax(y.shape[0], y.shape[1], x.floats(), y.floats()); }, x,
         y);
}

void CpuDevice::softmaxBackward(const Tensor& y, const Tensor& dy, const Tensor& dx) {
  submit(
      [](const Tensor& y, const Tensor& dy, const Tensor& dx) {
        kernels().softmaxBackward(dx.shape[0], dx.shape[1], perImage(y, dx), y.floats(), dy.floats(), dx.floats());
      },
      y, dy, dx);
}

void CpuDevice::reorder(const Tensor& x, const Tensor& y) {
  submit(
      [](const Tensor& x, const Tensor& y) {
        // A flattened side is the dense form of the other's shape.
        const Shape& shape = x.shape.size() == 4 ? x.shape : y.shape;
        kernels().reorder(Tensor::planesOf(shape, x.block), Tensor::planesOf(shape, y.block), x.images<const float>(),
                          y.images());
      },
      x, y);
}

void CpuDevice::seed(const Tensor& scores, const Tensor& classes, const Tensor& dy) {
  submit(
      [](const Tensor& scores, const Tensor& classes, const Tensor& dy) {
        kernels().seed(dy.shape[0], dy.shape[1], perImage(scores, dy), scores.floats(), classes.ints(), dy.floats());
      },
      scores, classes, dy);
}

void CpuDevice::maxAbsOverChannels(const Tensor& x, const Tensor* scale, const Tensor& y, MaxAbsResult result) {
  submit(
      [scale = scale ? *scale : Tensor{}, result](const Tensor& x, const Tensor& y) {
        const float* factors = scale.storage ? scale.floats() : nullptr;
        kernels().maxAbs(result, x.planes(), x.floats(), factors, y.floats());
      },
      x, y);
}

}  // namespace deep_inside
