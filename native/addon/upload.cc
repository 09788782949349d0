#include "addon/upload.h"

#include <algorithm>
#include <vector>

#include "addon/arguments.h"
#include "addon/promise.h"
#include "addon/weights.h"
#include "core/finite.h"

namespace deep_inside {

namespace {

/** Of a slice: a millisecond of copying. */
constexpr int64_t kFloats = int64_t{1} << 20;
/** Where the device transposes the outputs of a slice, these lie in one line of a cache. */
constexpr int64_t kLine = 16;

/** A slice is copied when the device has taken the one before it: not meanwhile, since that needs every processor. */
class Upload : public std::enable_shared_from_this<Upload> {
 public:
  Upload(PendingPromise promise, std::shared_ptr<Weights> weights, std::string where)
      : promise_(promise), weights_(std::move(weights)), where_(std::move(where)) {}

  /** On the JS thread, soon: copies the next slice and gives it to the device, unless the one before it failed. */
  void proceed(const Status& before) {
    promise_.meanwhile([self = shared_from_this(), before](Napi::Env env, const Expected& expected) {
      if (!before.ok()) fail(env, before.code, self->where_ + ": " + before.text);
      self->step(env, expected);
    });
  }

 private:
  void step(Napi::Env env, const Expected& expected) {
    Device& device = aliveDevice(env, *expected.open, where_);
    const Shape& shape = weights_->shape();
    if (done_ == shape[0]) return finish();
    // Looked at anew, since JS may have detached it meanwhile.
    const auto* w = static_cast<const float*>(
        hostDataOf(env, expected.kept.Value(), DType::Float32, shape, where_, "w, until all of it was copied,"));
    const int64_t row = elementsOf(shape) / shape[0], first = done_;
    const int64_t count = std::min(outputsAtOnce(row), shape[0] - first);
    slice_.assign(w + first * row, w + (first + count) * row);
    demandFinite(where_ + ": w", slice_.data(), count * row, first * row);
    done_ += count;
    device.fillWeights(weights_, first, count, slice_.data(),
                       [self = shared_from_this()](const Status& status) { self->proceed(status); });
  }

  static int64_t outputsAtOnce(int64_t row) {
    const int64_t fitting = std::max<int64_t>(1, kFloats / row);
    return fitting < kLine ? fitting : fitting / kLine * kLine;
  }

  void finish() {
    promise_.settlePlan({}, [weights = weights_](Napi::Env env, const Expected& expected) {
      return WeightsHandle::create(env, {expected.open, weights});
    });
  }

  PendingPromise promise_;
  std::shared_ptr<Weights> weights_;
  std::string where_;
  int64_t done_ = 0;  // outputs
  std::vector<float> slice_;
};

}  // namespace

Napi::Promise upload(Napi::Env env, const std::shared_ptr<OpenDevice>& open, std::shared_ptr<Weights> weights,
                     const Napi::Value& w, const std::string& where) {
  const PendingPromise promise(env, open, w.As<Napi::Object>());
  std::make_shared<Upload>(promise, std::move(weights), where)->proceed({});
  return promise.promise();
}

}  // namespace deep_inside
