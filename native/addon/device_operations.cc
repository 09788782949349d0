#include "addon/device.h"

// The operations without a plan: each checks its tensors against each other and enqueues.

namespace deep_inside {

namespace {

ReluRule reluRuleOf(const Operands& args, const Napi::Value& value) {
  const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  if (name == "gradient") return ReluRule::Gradient;
  if (name == "deconvnet") return ReluRule::Deconvnet;
  if (name == "guided") return ReluRule::Guided;
  args.refuse(Code::Argument, "rule must be one of 'gradient', 'deconvnet', 'guided', got " + shown(value));
}

/** [n, classes] float32. */
Tensor rowsArgument(const Operands& args, size_t index, const char* name) {
  const Tensor x = args.tensor(index, name);
  demandFloat(args, x, name);
  if (x.shape.size() != 2)
    args.refuse(Code::Shape, std::string(name) + " must be [n, classes], got " + toString(x.shape));
  return x;
}

/** The parts of a concatenation along channels must add up to the whole. */
void demandParts(const Operands& args, const std::vector<Tensor>& parts, const Tensor& whole, const char* name) {
  if (whole.shape.size() != 4 && whole.shape.size() != 2) {
    args.refuse(Code::Shape, "tensors must be [n, c, h, w] or [n, features], got " + toString(whole.shape));
  }
  int64_t channels = 0;
  for (const Tensor& part : parts) {
    Shape wanted = whole.shape;
    if (part.shape.size() == wanted.size()) wanted[1] = part.shape[1];
    args.demand(part, name, {wanted, DType::Float32, part.block});
    channels += part.shape[1];
  }
  if (channels != whole.shape[1]) {
    args.refuse(Code::Shape, std::string("the channels of ") + name + " must add up to " +
                                 std::to_string(whole.shape[1]) + ", got " + std::to_string(channels));
  }
}

std::vector<Tensor> listOf(const Operands& args, const Napi::Value& value, const char* name) {
  if (!value.IsArray() || value.As<Napi::Array>().Length() == 0) {
    args.refuse(Code::Argument, std::string(name) + " must be an array of tensors, got " + shown(value));
  }
  const auto array = value.As<Napi::Array>();
  std::vector<Tensor> tensors;
  for (uint32_t i = 0; i < array.Length(); ++i) tensors.push_back(args.tensorOf(array.Get(i), name));
  return tensors;
}

}  // namespace

Napi::Value DeviceHandle::relu(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.relu");
  const Operands args = operands(info, "device.relu", Views::Taken);
  const Tensor x = args.tensor(0, "x");
  demandFloat(args, x, "x");
  const Tensor y = args.tensor(1, "y", like(x));
  args.demandSameOrApart(x, "x", y, "y");
  device.relu(x, y);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::reluBackward(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.reluBackward");
  const Operands args = operands(info, "device.reluBackward", Views::Taken);
  const ReluRule rule = reluRuleOf(args, info[0]);
  const Tensor y = args.tensor(1, "y");
  demandFloat(args, y, "y");
  const Tensor dy = args.multiple(2, "dy", like(y)), dx = args.tensor(3, "dx", like(dy));
  args.demandSameOrApart(y, "y", dx, "dx");
  args.demandSameOrApart(dy, "dy", dx, "dx");
  device.reluBackward(rule, y, dy, dx);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::add(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.add");
  const Operands args = operands(info, "device.add", Views::Taken);
  const Tensor a = args.tensor(0, "a");
  demandFloat(args, a, "a");
  const Tensor b = args.tensor(1, "b", like(a)), y = args.tensor(2, "y", like(a));
  args.demandSameOrApart(a, "a", y, "y");
  args.demandSameOrApart(b, "b", y, "y");
  device.add(a, b, y);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::axpy(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.axpy");
  const Operands args = operands(info, "device.axpy");
  const double alpha = finiteOf(info.Env(), info[0], "device.axpy", "alpha");
  const Tensor x = args.tensor(1, "x");
  demandFloat(args, x, "x");
  const Tensor y = args.tensor(2, "y", like(x));
  args.demandSameOrApart(x, "x", y, "y");
  device.axpy(static_cast<float>(alpha), x, y);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::fill(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.fill");
  const Operands args = operands(info, "device.fill");
  const double value = finiteOf(info.Env(), info[0], "device.fill", "value");
  const Tensor y = args.tensor(1, "y");
  demandFloat(args, y, "y");
  device.fill(static_cast<float>(value), y);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::concat(const Napi::CallbackInfo& info) {
  const Operands args = operands(info, "device.concat", Views::Taken);
  const std::vector<Tensor> xs = listOf(args, info[0], "xs");
  Device& device = alive(info.Env(), *this, "device.concat");  // now: the list may have getters
  const Tensor y = args.tensor(1, "y");
  demandFloat(args, y, "y");
  demandParts(args, xs, y, "xs");
  device.concat(xs, y);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::split(const Napi::CallbackInfo& info) {
  const Operands args = operands(info, "device.split", Views::Taken);
  const std::vector<Tensor> dxs = listOf(args, info[1], "dxs");
  Device& device = alive(info.Env(), *this, "device.split");  // now: the list may have getters
  const Tensor dy = args.tensor(0, "dy");
  demandFloat(args, dy, "dy");
  demandParts(args, dxs, dy, "dxs");
  device.split(dy, dxs);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::scaleShift(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.scaleShift");
  const Operands args = operands(info, "device.scaleShift");
  const Tensor x = args.tensor(0, "x");
  demandFloat(args, x, "x");
  if (x.shape.size() != 4 && x.shape.size() != 2) {
    args.refuse(Code::Shape, "x must be [n, c, h, w] or [n, features], got " + toString(x.shape));
  }
  const Demand perChannel{{x.shape[1]}};
  const Tensor scale = args.tensor(1, "scale", perChannel);
  const auto shift = args.tensorOrNull(2, "shift", perChannel);
  const Tensor y = args.tensor(3, "y", like(x));
  args.demandSameOrApart(x, "x", y, "y");
  device.scaleShift(x, scale, shift ? &*shift : nullptr, y);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::softmax(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.softmax");
  const Operands args = operands(info, "device.softmax");
  const Tensor x = rowsArgument(args, 0, "x");
  device.softmax(x, args.tensor(1, "y", like(x)));
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::softmaxBackward(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.softmaxBackward");
  const Operands args = operands(info, "device.softmaxBackward");
  const Tensor y = rowsArgument(args, 0, "y");
  const Tensor dy = args.multiple(1, "dy", like(y));
  device.softmaxBackward(y, dy, args.tensor(2, "dx", like(dy)));
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::reorder(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.reorder");
  const Operands args = operands(info, "device.reorder", Views::Taken);
  const Tensor x = args.tensor(0, "x"), y = args.tensor(1, "y");
  demandFloat(args, x, "x");
  demandFloat(args, y, "y");
  const auto flattened = [](const Shape& whole, const Shape& flat) {
    return whole.size() == 4 && flat.size() == 2 && whole[0] == flat[0] && elementsOf(whole) == elementsOf(flat);
  };
  if (x.shape != y.shape && !flattened(x.shape, y.shape) && !flattened(y.shape, x.shape)) {
    args.refuse(Code::Shape,
                "y must have the shape of x " + toString(x.shape) + " or flatten it, got " + toString(y.shape));
  }
  device.reorder(x, y);
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::seed(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.seed");
  const Operands args = operands(info, "device.seed");
  const Tensor scores = rowsArgument(args, 0, "scores");
  const Tensor classes = args.multiple(1, "classes", {{scores.shape[0]}, DType::Int32});
  device.seed(scores, classes, args.tensor(2, "dy", withImagesOf(classes, like(scores))));
  return info.Env().Undefined();
}

Napi::Value DeviceHandle::maxAbsOverChannels(const Napi::CallbackInfo& info) {
  Device& device = alive(info.Env(), *this, "device.maxAbsOverChannels");
  const Operands args = operands(info, "device.maxAbsOverChannels");
  const Tensor x = args.tensor(0, "x");
  demandFloat(args, x, "x");
  if (x.shape.size() != 4) args.refuse(Code::Shape, "x must be [n, c, h, w], got " + toString(x.shape));
  const auto scale = args.tensorOrNull(1, "scale", {{x.shape[1]}});
  const Tensor y = args.tensor(2, "y", {{x.shape[0], x.shape[2], x.shape[3]}});
  const std::string result = info[3].IsString() ? info[3].As<Napi::String>().Utf8Value() : "";
  if (result != "magnitude" && result != "signed") {
    args.refuse(Code::Argument, "result must be 'magnitude' or 'signed', got " + shown(info[3]));
  }
  device.maxAbsOverChannels(x, scale ? &*scale : nullptr, y,
                            result == "signed" ? MaxAbsResult::Signed : MaxAbsResult::Magnitude);
  return info.Env().Undefined();
}

}  // namespace deep_inside
