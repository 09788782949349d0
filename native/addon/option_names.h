#pragma once

#include <napi.h>

#include <initializer_list>
#include <string>

namespace deep_inside {

/**
 * Refuses a key of `options` that is not in `known`, naming the nearest of these, in the words of lib/check.ts. Looks at
 * the names of its own enumerable properties, and at no value.
 */
void demandKnownNames(const Napi::Object& options, std::initializer_list<const char*> known, const std::string& where);

}  // namespace deep_inside
