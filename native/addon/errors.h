#pragma once

#include <napi.h>

#include <string>

#include "core/status.h"

namespace deep_inside {

/** The one place where a Status becomes a DeepInsideError. */
Napi::Error jsError(Napi::Env env, const Status& status);

[[noreturn]] void fail(Napi::Env env, Code code, const std::string& text);

/** How a JS value appears in a message. */
std::string shown(const Napi::Value& value);

}  // namespace deep_inside
