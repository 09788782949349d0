#pragma once

#include <napi.h>

#include <functional>

#include "addon/errors.h"

namespace deep_inside {

/** Work that computes, and waits for nothing, on a thread of libuv's pool; the promise of what is made of it then. */
class Background : public Napi::AsyncWorker {
 public:
  /** On the JS thread: makes the result. */
  using Finish = std::function<Napi::Value(Napi::Env)>;

  static Napi::Promise start(Napi::Env env, std::function<void()> work, Finish finish) {
    auto* background = new Background(env, std::move(work), std::move(finish));
    background->Queue();
    return background->deferred_.Promise();
  }

  void Execute() override { status_ = caught(work_); }

  void OnOK() override {
    Napi::Value value;
    const auto thrown = thrownBy(Env(), [&] {
      demand(status_);
      value = finish_(Env());
    });
    if (thrown) return deferred_.Reject(thrown->Value());
    deferred_.Resolve(value);
  }

 private:
  Background(Napi::Env env, std::function<void()> work, Finish finish)
      : Napi::AsyncWorker(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        work_(std::move(work)),
        finish_(std::move(finish)) {}

  Napi::Promise::Deferred deferred_;
  std::function<void()> work_;
  Finish finish_;
  Status status_;
};

}  // namespace deep_inside
