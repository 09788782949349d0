#pragma once

#include <cstdint>
#include <string>

namespace deep_inside {

bool allFinite(const float* values, int64_t count);

/** "w must be finite, got NaN at element 3". */
std::string notFinite(const std::string& what, float value, int64_t element);

/**
 * Throws ERR_ARGUMENT that begins with `what` unless all values are finite; they are counted from `first`. Weights must
 * be: layers leave out what they would multiply by 0, so that the results of damaged ones could look plausible.
 */
void demandFinite(const std::string& what, const float* values, int64_t count, int64_t first = 0);

}  // namespace deep_inside
