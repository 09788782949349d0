#include "addon/device.h"

// The operations that make a pixel of its neighbours: each checks its tensors against each other and enqueues.

namespace deep_inside {

namespace {

/** Pictures: [n, c, rows, cols] float32. */
Tensor picturesArgument(const Operands& args, size_t index, const char* name) {
  const Tensor x = args.tensor(index, name);
  demandFloat(args, x, name);
  if (x.shape.size() != 4)
    args.refuse(Code::Shape, std::string(name) + " must be [n, c, rows, cols], got " + toString(x.shape));
  return x;
}

/** As x, and sharing no memory with it. */
Tensor outputArgument(const Operands& args, size_t index, const Tensor& x) {
  const Tensor y = args.tensor(index, "y", like(x));
  args.demandApart(x, "x", y, "y");
  return y;
}

BlurAxis axisOf(const Operands& args, const Napi::Value& value) {
  const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  if (name == "rows") return BlurAxis::Rows;
  if (name == "cols") return BlurAxis::Cols;
  args.refuse(Code::Argument, "axis must be 'rows' or 'cols', got " + shown(value));
}

}  // namespace

Napi::Value DeviceHandle::shift(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.shift");
  const Operands args = operands(info, "device.shift");
  const Tensor x = picturesArgument(args, 0, "x");
  const Tensor offsets = args.tensor(1, "offsets", {{x.shape[0], 2}, DType::Int32});
  device.shift(x, offsets, outputArgument(args, 2, x));
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::blur(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.blur");
  const Operands args = operands(info, "device.blur");
  const Tensor x = picturesArgument(args, 0, "x"), taps = args.tensor(1, "taps");
  demandFloat(args, taps, "taps");
  if (taps.shape.size() != 1 || taps.shape[0] % 2 == 0)
    args.refuse(Code::Shape, "taps must be [2 r + 1], an odd number, got " + toString(taps.shape));
  const BlurAxis axis = axisOf(args, info[2]);
  device.blur(x, taps, axis, outputArgument(args, 3, x));
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::totalVariation(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.totalVariation");
  const Operands args = operands(info, "device.totalVariation");
  const Tensor x = picturesArgument(args, 0, "x");
  const double epsilon = finiteOf(info.Env(), info[1], "device.totalVariation", "epsilon");
  if (epsilon < 1e-15 || epsilon > 1e15) {
    args.refuse(Code::Argument,
                "epsilon must be a number from 1e-15 to 1e15, whose square float32 can hold, got " + shown(info[1]));
  }
  device.totalVariation(x, static_cast<float>(epsilon), outputArgument(args, 2, x));
  return info.Env().Undefined();
}

}  // namespace deep_inside
