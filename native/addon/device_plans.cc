#include "addon/average_pool_plan.h"
#include "addon/device.h"
#include "addon/lrn_plan.h"
#include "addon/max_pool_plan.h"
#include "addon/promise.h"
#include "addon/weighted_plan.h"
#include "addon/weights.h"

namespace deep_inside {

namespace {

using Names = std::initializer_list<const char*>;

constexpr Names kConvolutionOptions = {"x",          "weights",        "stride", "pad",     "dilation", "groups",
                                       "forward",    "backwardData",   "dy",     "xLayout", "yLayout",  "precision",
                                       "activation", "backwardFilter", "strands"};
constexpr Names kLinearOptions = {"x", "weights", "activation", "precision", "backwardFilter", "strands"};
constexpr Names kMaxPoolOptions = {"x", "layout", "kernel", "stride", "pad", "output"};
constexpr Names kAveragePoolOptions = {"x", "layout", "kernel", "stride", "pad", "output", "divisor"};
constexpr Names kLrnOptions = {"x", "layout", "size", "alpha", "beta", "k"};

std::shared_ptr<Weights> weightsOf(Napi::Env env, const Options& options, const OpenDevice& open,
                                   const std::string& where, size_t rank) {
  const Napi::Value value = options.get("weights");
  if (!WeightsHandle::isOne(value)) {
    fail(env, Code::Argument, where + ": weights must come from device.weights, got " + shown(value));
  }
  const WeightsHandle& handle = *WeightsHandle::Unwrap(value.As<Napi::Object>());
  if (handle.disposed()) fail(env, Code::Disposed, where + ": weights must not be used after dispose; make new ones");
  if (&handle.open() != &open) fail(env, Code::Device, where + ": weights must be of this device");
  if (handle.weights()->shape().size() != rank) {
    fail(env, Code::Shape,
         where + ": weights must have " + std::to_string(rank) + " dimensions, got " +
             toString(handle.weights()->shape()));
  }
  return handle.weights();
}

Activation activationOf(const Options& options) {
  return options.choice("activation", {"none", "relu"}) == 1 ? Activation::Relu : Activation::None;
}

Precision precisionOf(const Options& options) {
  if (options.get("precision").IsUndefined()) return Precision::Float32;
  constexpr Precision choices[] = {Precision::Float32, Precision::Tf32, Precision::BFloat16};
  return choices[options.choice("precision", {"float32", "tf32", "bfloat16"})];
}

Algorithm algorithmOf(const Options& options, const char* direction) {
  if (options.get(direction).IsUndefined()) return Algorithm::Automatic;
  constexpr Algorithm choices[] = {Algorithm::Direct, Algorithm::Winograd, Algorithm::Columns, Algorithm::Pointwise};
  return choices[options.choice(direction, {"direct", "winograd", "columns", "pointwise"})];
}

/** What most gradients will be is for who times algorithms, so that no plan depends on it. */
void demandKnownGradient(const Options& options) {
  if (!options.get("dy").IsUndefined()) options.choice("dy", {"one channel"});
}

FilterGradient filterGradientOf(const Options& options) {
  return options.flag("backwardFilter") ? FilterGradient::Planned : FilterGradient::None;
}

/** The layout asked for, or 0 where the plan may choose. */
int64_t wantedLayout(Napi::Env env, const Options& options, const char* key, const Shape& shape,
                     const std::string& where) {
  const Napi::Value wanted = options.get(key);
  return wanted.IsUndefined() ? 0 : layoutOf(env, wanted, shape, where);
}

/** How many strands it is planned for; leaves in `x` what one of them has. */
int64_t strandsOf(Napi::Env env, const Options& options, Shape& x, FilterGradient filterGradient,
                  const std::string& where) {
  if (options.get("strands").IsUndefined()) return 1;
  const int64_t strands = options.integer("strands", 1);
  if (strands > 1 && filterGradient == FilterGradient::Planned) {
    fail(env, Code::Unsupported,
         where + ": backwardFilter sums over all images, so strands must be 1 with it, got " + std::to_string(strands) +
             "; leave one of the two out");
  }
  if (x[0] % strands) {
    fail(env, Code::Shape,
         where + ": x must have a multiple of " + std::to_string(strands) +
             " images, one or more for each strand, got " + toString(x));
  }
  x[0] /= strands;
  return strands;
}

/** What a backend delivers from its own thread becomes a handle on the JS thread. */
Delivery<WeightedPlan> delivery(const PendingPromise& pending, const std::string& where) {
  return [=](const Status& status, std::shared_ptr<WeightedPlan> plan) {
    const Status worded{status.code, where + ": " + status.text};
    pending.settlePlan(worded, [plan, where](Napi::Env env, const Expected& expected) {
      const Status finished = caught([&] { plan->finish(); });
      if (!finished.ok()) throw jsError(env, {finished.code, where + ": " + finished.text});
      return handleOf(Environment::of(env).weightedPlan, expected.open, plan);
    });
  };
}

template <class P>
Napi::Value resolved(Napi::Env env, const Napi::FunctionReference& constructor, const std::shared_ptr<OpenDevice>& open,
                     std::shared_ptr<P> plan) {
  const auto deferred = Napi::Promise::Deferred::New(env);
  deferred.Resolve(handleOf(constructor, open, std::move(plan)));
  return deferred.Promise();
}

PoolGeometry poolGeometry(Napi::Env env, const Options& options, const std::string& where) {
  const Shape x = options.shape("x", 4);
  const PoolGeometry g{x,
                       layoutOf(env, options.get("layout"), x, where),
                       options.pair("kernel", 1),
                       options.pair("stride", 1),
                       options.pad("pad"),
                       options.pair("output", 1)};
  const auto covered = [](int64_t outputs, int64_t stride, int64_t before, int64_t kernel, int64_t size) {
    return before < kernel && (outputs - 1) * stride - before < size;
  };
  if (!covered(g.outputSize.rows, g.stride.rows, g.pad.top, g.kernel.rows, g.x[2]) ||
      !covered(g.outputSize.cols, g.stride.cols, g.pad.left, g.kernel.cols, g.x[3])) {
    fail(env, Code::Shape,
         where + ": every window must hold a pixel of x " + toString(g.x) + ", got output " +
             toString({g.outputSize.rows, g.outputSize.cols}) + "; lower the padding or the output");
  }
  return g;
}

template <class P>
std::shared_ptr<P> poolPlan(const PoolGeometry& g) {
  auto plan = std::make_shared<P>();
  plan->x = g.x;
  plan->y = g.output();
  plan->xBlock = plan->yBlock = g.block;
  plan->in = Tensor::planesOf(g.x, g.block);
  plan->window = g.window();
  return plan;
}

}  // namespace

Napi::Value DeviceHandle::planConv2d(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string where = "device.planConv2d";
  const Options options(info, where, kConvolutionOptions);
  const auto weights = weightsOf(env, options, open(), where, 4);
  demandKnownGradient(options);
  ConvolutionGeometry g{options.shape("x", 4),
                        weights->shape(),
                        options.pair("stride", 1),
                        options.pad("pad"),
                        options.pair("dilation", 1),
                        options.integer("groups", 1),
                        activationOf(options),
                        algorithmOf(options, "forward"),
                        algorithmOf(options, "backwardData")};
  if (g.x[1] != g.w[1] * g.groups || g.w[0] % g.groups) {
    fail(env, Code::Shape,
         where + ": x " + toString(g.x) + " with " + std::to_string(g.groups) + " groups does not fit weights " +
             toString(g.w));
  }
  const Shape y = g.output();
  if (y[2] < 1 || y[3] < 1) {
    fail(env, Code::Shape, where + ": the output would be empty: x " + toString(g.x) + ", weights " + toString(g.w));
  }
  demandPossible(env, y, where, "the output");
  g.precision = precisionOf(options);
  g.xBlock = wantedLayout(env, options, "xLayout", g.x, where);
  g.yBlock = wantedLayout(env, options, "yLayout", y, where);
  g.filterGradient = filterGradientOf(options);
  const int64_t strands = strandsOf(env, options, g.x, g.filterGradient, where);
  Device& device = idle(info, where);
  const PendingPromise pending(env, open_);
  device.planConvolution(g, weights, strands, delivery(pending, where));
  return pending.promise();
}

Napi::Value DeviceHandle::planLinear(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string where = "device.planLinear";
  const Options options(info, where, kLinearOptions);
  const auto weights = weightsOf(env, options, open(), where, 2);
  LinearGeometry g{options.shape("x", 2), activationOf(options), precisionOf(options), filterGradientOf(options)};
  if (g.x[1] != weights->shape()[1]) {
    fail(env, Code::Shape, where + ": x " + toString(g.x) + " does not fit weights " + toString(weights->shape()));
  }
  demandPossible(env, {g.x[0], weights->shape()[0]}, where, "the output");
  const int64_t strands = strandsOf(env, options, g.x, g.filterGradient, where);
  Device& device = idle(info, where);
  const PendingPromise pending(env, open_);
  device.planLinear(g, weights, strands, delivery(pending, where));
  return pending.promise();
}

Napi::Value DeviceHandle::planMaxPool(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Options options(info, "device.planMaxPool", kMaxPoolOptions);
  const auto plan = poolPlan<MaxPoolPlan>(poolGeometry(env, options, "device.planMaxPool"));
  idle(info, "device.planMaxPool");
  return resolved(env, Environment::of(env).maxPoolPlan, open_, plan);
}

Napi::Value DeviceHandle::planAveragePool(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Options options(info, "device.planAveragePool", kAveragePoolOptions);
  const auto plan = poolPlan<AveragePoolPlan>(poolGeometry(env, options, "device.planAveragePool"));
  plan->divisor = options.choice("divisor", {"inside", "padded"}) ? Divisor::Padded : Divisor::Inside;
  idle(info, "device.planAveragePool");
  return resolved(env, Environment::of(env).averagePoolPlan, open_, plan);
}

Napi::Value DeviceHandle::planLrn(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Options options(info, "device.planLrn", kLrnOptions);
  const int64_t size = options.integer("size", 1);
  if (size % 2 == 0 || size > 2 * kLrnHalf + 1) {
    fail(env, Code::Unsupported,
         "device.planLrn: size must be odd and at most " + std::to_string(2 * kLrnHalf + 1) + ", got " +
             std::to_string(size));
  }
  auto plan = std::make_shared<LrnPlan>();
  plan->x = plan->y = options.shape("x", 4);
  plan->xBlock = plan->yBlock = layoutOf(env, options.get("layout"), plan->x, "device.planLrn");
  plan->at = Tensor::planesOf(plan->x, plan->xBlock);
  plan->lrn = {(size - 1) / 2, static_cast<float>(options.finite("alpha") / static_cast<double>(size)),
               static_cast<float>(options.finite("beta")), static_cast<float>(options.finite("k"))};
  idle(info, "device.planLrn");
  return resolved(env, Environment::of(env).lrnPlan, open_, plan);
}

}  // namespace deep_inside
