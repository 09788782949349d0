#pragma once

#include <memory>
#include <string>

#include "addon/environment.h"

namespace deep_inside {

/**
 * Fills new weights from a Float32Array of JS, in slices: one copy of everything would block the event loop, and take as
 * much memory again.
 *
 * @param w  a Float32Array of as many elements; its values must stay as they are until the promise is settled
 * @return   a promise of the Weights; rejected if the device is disposed of or the array detached before all is copied
 */
Napi::Promise upload(Napi::Env env, const std::shared_ptr<OpenDevice>& open, std::shared_ptr<Weights> weights,
                     const Napi::Value& w, const std::string& where);

}  // namespace deep_inside
