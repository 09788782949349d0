#pragma once

#include <napi.h>

#include <optional>
#include <string>

#include "core/status.h"

namespace deep_inside {

/** The one place where a Status becomes a DeepInsideError. */
Napi::Error jsError(Napi::Env env, const Status& status);

[[noreturn]] void fail(Napi::Env env, Code code, const std::string& text);

/** Runs `body`; whatever it throws comes back as a JS error. */
template <class Body>
std::optional<Napi::Error> thrownBy(Napi::Env env, const Body& body) {
  std::optional<Napi::Error> thrown;
  const Status status = caught([&] {
    try {
      body();
    } catch (const Napi::Error& error) {
      thrown = error;
    }
  });
  if (!thrown && !status.ok()) thrown = jsError(env, status);
  return thrown;
}

/** How a JS value appears in a message. */
std::string shown(const Napi::Value& value);

}  // namespace deep_inside
