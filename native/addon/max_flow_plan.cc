#include "addon/max_flow_plan.h"

#include "addon/device.h"
#include "addon/option_names.h"

namespace deep_inside {

namespace {

/** Labels, which may be as large as the number of pixels, and places have 32 bits. */
constexpr int64_t kMostPixels = (int64_t{1} << 31) - 1;

constexpr std::initializer_list<const char*> kCapacities = {"source", "sink", "right", "down", "downRight", "downLeft"};

GridGeometry geometryOf(Napi::Env env, const Options& options, const std::string& where) {
  const GridGeometry g{options.integer("rows", 1), options.integer("cols", 1), options.integer("neighbours", 4)};
  if (g.neighbours != 4 && g.neighbours != 8) {
    fail(env, Code::Argument, where + ": neighbours must be 4 or 8, got " + std::to_string(g.neighbours));
  }
  if (g.rows > kMostPixels / g.cols) {
    fail(env, Code::Shape,
         where + ": rows and cols must make at most " + std::to_string(kMostPixels) + " pixels, got " +
             toString({g.rows, g.cols}));
  }
  return g;
}

}  // namespace

Napi::Function MaxFlowPlanHandle::define(Napi::Env env) {
  return defineAll(env, {method<&MaxFlowPlanHandle::run>("run")});
}

Napi::Value DeviceHandle::planMaxFlow(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string where = "device.planMaxFlow";
  const Options options(info, where, {"rows", "cols", "neighbours"});
  const GridGeometry geometry = geometryOf(env, options, where);
  Device& device = idle(info, where);
  std::shared_ptr<MaxFlowPlan> plan;
  const Status status = caught([&] { plan = device.planMaxFlow(geometry); });
  const auto deferred = Napi::Promise::Deferred::New(env);
  if (!status.ok()) {
    deferred.Reject(jsError(env, {status.code, where + ": " + status.text}).Value());
  } else {
    deferred.Resolve(handleOf(Environment::of(env).maxFlowPlan, open_, std::move(plan)));
    Environment::of(env).reportMemory();
  }
  return deferred.Promise();
}

namespace {

/** The tensors of `given`, an object under the names of maxflow/grid.h, for a plan of this geometry. */
GridTensors gridOf(const Napi::Value& given, const GridGeometry& geometry, const Operands& args) {
  if (!given.IsObject()) args.refuse(Code::Argument, "grid must be an object of tensors, got " + shown(given));
  const auto object = given.As<Napi::Object>();
  demandKnownNames(object, kCapacities, args.where());
  const auto get = [&](const char* name) {
    const Tensor tensor = args.tensorOf(object.Get(name), name);
    args.demand(tensor, name, {{geometry.rows, geometry.cols}, DType::Int32});
    return tensor;
  };
  const auto diagonal = [&](const char* name) {
    if (geometry.neighbours == 8) return get(name);
    const Napi::Value value = object.Get(name);
    if (value.IsNull()) return Tensor{};
    args.refuse(Code::Argument, std::string(name) + " must be null for 4 neighbours, got " + shown(value));
  };
  return {get("source"), get("sink"), get("right"), get("down"), diagonal("downRight"), diagonal("downLeft")};
}

}  // namespace

Napi::Value MaxFlowPlanHandle::run(const Napi::CallbackInfo& info) {
  const std::string where = "maxFlow.run";
  alive(info.Env(), *this, where);
  const std::shared_ptr<MaxFlowPlan> plan = content_.plan;  // a getter of the grid may dispose of the handle
  const GridGeometry& geometry = plan->geometry();
  const Operands args(info, content_.open, where, Views::Refused);
  const GridTensors grid = gridOf(info[0], geometry, args);
  const int64_t words = (geometry.rows * geometry.cols + 3) / 4;
  const Tensor foreground = args.tensor(1, "foreground", {{words}, DType::Int32});
  const Tensor flow = args.tensor(2, "flow", {{2}, DType::Int32});
  args.demandApart(foreground, "foreground", flow, "flow");
  Device& device = alive(info.Env(), *this, where);
  if (device.strands() != 1) {
    args.refuse(Code::Capture, "grids have no images that " + std::to_string(device.strands()) +
                                   " strands could share; record it with one strand");
  }
  device.maxFlow(plan, grid, foreground, flow);
  return info.Env().Undefined();
}

}  // namespace deep_inside
