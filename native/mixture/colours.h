#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace deep_inside {

struct Colour {
  uint8_t red, green, blue;
};
static_assert(sizeof(Colour) == 3, "colours lie as in an image");

/** Those of the pixels [pixels, 3] whose mask [pixels] is not 0, in their order. */
inline std::vector<Colour> chosenColours(const uint8_t* pixels, const uint8_t* mask, int64_t count) {
  std::vector<Colour> chosen;
  chosen.reserve(static_cast<size_t>(count - std::count(mask, mask + count, 0)));
  for (int64_t i = 0; i < count; ++i) {
    if (mask[i]) chosen.push_back({pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]});
  }
  return chosen;
}

}  // namespace deep_inside
