#pragma once

#include <napi.h>

namespace deep_inside {

// The colour models of native/mixture as functions of a module: typings/addon.d.ts.

Napi::Value fitColourModelFromJs(const Napi::CallbackInfo& info);
Napi::Value refitColourModelFromJs(const Napi::CallbackInfo& info);
Napi::Value meanContrastFromJs(const Napi::CallbackInfo& info);
Napi::Value gridCapacitiesFromJs(const Napi::CallbackInfo& info);

}  // namespace deep_inside
