#include "addon/device.h"

// The operations of gradient ascent: each checks its tensors against each other and enqueues.

namespace deep_inside {

namespace {

/** Images of float32: [n, c, rows, cols] or [n, features]. */
Tensor imagesArgument(const Operands& args, size_t index, const char* name) {
  const Tensor x = args.tensor(index, name);
  demandFloat(args, x, name);
  if (x.shape.size() != 4 && x.shape.size() != 2) {
    args.refuse(Code::Shape,
                std::string(name) + " must be [n, c, rows, cols] or [n, features], got " + toString(x.shape));
  }
  return x;
}

struct Named {
  const char* name;
  Tensor tensor;
};

/** Refuses memory that the last of them shares with one before it. */
void demandLastApart(const Operands& args, const std::vector<Named>& all) {
  for (size_t i = 0; i + 1 < all.size(); ++i)
    args.demandApart(all[i].tensor, all[i].name, all.back().tensor, all.back().name);
}

}  // namespace

Napi::Value DeviceHandle::blend(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.blend");
  const Operands args = operands(info, "device.blend");
  const Tensor x = imagesArgument(args, 1, "x");
  const Tensor coefficients = args.tensor(0, "coefficients", {{x.shape[0], 2}}), y = args.tensor(2, "y", like(x));
  args.demandApart(coefficients, "coefficients", y, "y");
  args.demandSameOrApart(x, "x", y, "y");
  device.blend(coefficients, x, y);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::addNormalised(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.addNormalised");
  const Operands args = operands(info, "device.addNormalised");
  const double weight = finiteOf(info.Env(), info[0], "device.addNormalised", "weight");
  const Tensor x = imagesArgument(args, 2, "x");
  const Tensor squares = args.tensor(1, "squares", {{x.shape[0]}}), y = args.tensor(3, "y", like(x));
  args.demandSameOrApart(x, "x", y, "y");
  device.addNormalised(static_cast<float>(weight), squares, x, y);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::adam(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.adam");
  const Operands args = operands(info, "device.adam");
  const Tensor g = imagesArgument(args, 1, "g");
  std::vector<Named> all{{"coefficients", args.tensor(0, "coefficients", {{g.shape[0], 6}})}, {"g", g}};
  const char* written[] = {"m", "v", "y"};
  for (size_t i = 0; i < 3; ++i) {
    all.push_back({written[i], args.tensor(2 + i, written[i], like(g))});
    demandLastApart(args, all);
  }
  device.adam(all[0].tensor, g, all[2].tensor, all[3].tensor, all[4].tensor);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::dot(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.dot");
  const Operands args = operands(info, "device.dot");
  const Tensor a = imagesArgument(args, 0, "a"), b = args.tensor(1, "b", like(a));
  device.dot(a, b, args.tensor(2, "y", {{a.shape[0]}}));
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::clamp(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.clamp");
  const Operands args = operands(info, "device.clamp");
  const Tensor y = imagesArgument(args, 2, "y");
  const Demand perChannel{{y.shape[1]}};
  device.clamp(args.tensor(0, "low", perChannel), args.tensor(1, "high", perChannel), y);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::mixChannels(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.mixChannels");
  const Operands args = operands(info, "device.mixChannels");
  const Tensor x = imagesArgument(args, 1, "x");
  if (x.shape.size() != 4 || x.shape[1] > kMostMixed) {
    args.refuse(Code::Shape, "x must be [n, c, rows, cols] of up to " + std::to_string(kMostMixed) + " channels, got " +
                                 toString(x.shape));
  }
  const Tensor matrix = args.tensor(0, "matrix", {{x.shape[1], x.shape[1]}}), y = args.tensor(2, "y", like(x));
  args.demandSameOrApart(x, "x", y, "y");
  device.mixChannels(matrix, x, y);
  return info.Env().Undefined();
}

}  // namespace deep_inside
