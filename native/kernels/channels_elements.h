#pragma once

#include "kernels/channels.h"

// Channels copied with one call per element that is written: for GPUs, where neighbouring calls should write neighbouring
// memory. Each has the fields of its body over runs, and copies the same.

namespace deep_inside {
inline namespace DEEP_INSIDE_ISA {

/** The place of a channel's pixel, by the element that it is of some tensor of its shape. */
struct Place {
  int64_t n, c, h, w;
};

DI_HD Place placeOf(const Planes& at, int64_t i) {
  const Element element = elementAt(i, at.h, at.w, at.b);
  return {element.plane / blocks(at), channelOf(at, element), element.row, element.col};
}

/** Reorder. Calls: stored elements of y. */
struct ReorderElements : Reorder {
  DI_HD void operator()(int64_t i) const {
    const Place place = placeOf(to, i);
    float& here = imageAt(y, place.n)[i % storedInImage(to)];
    here = place.c < to.c ? imageAt(x, place.n)[offset(from, 0, place.c, place.h, place.w)] : 0.0f;
  }
};

/** TakeChannels. Calls: stored elements of y, whose padding stays as it is. */
struct TakeElements : TakeChannels {
  DI_HD void operator()(int64_t i) const {
    const Place place = placeOf(to, i);
    if (place.c >= to.c) return;
    const int64_t taken = offset(from, 0, place.c + first, place.h, place.w);
    imageAt(y, place.n)[i % storedInImage(to)] = imageAt(x, place.n)[taken];
  }
};

/** The order in which PutElements writes: a part with as many channels side by side as the whole has of it. */
DI_HD Planes putOrder(const Planes& part, const Planes& whole) {
  return {part.n, part.c, part.h, part.w, part.c < whole.b ? part.c : whole.b};
}

/** PutChannels. Calls: stored elements of a part that lies in putOrder(from, to). */
struct PutElements : PutChannels {
  DI_HD void operator()(int64_t i) const {
    const Place place = placeOf(putOrder(from, to), i);
    if (place.c >= from.c) return;
    const int64_t given = offset(from, 0, place.c, place.h, place.w);
    imageAt(y, place.n)[offset(to, 0, place.c + first, place.h, place.w)] = imageAt(x, place.n)[given];
  }
};

}  // namespace DEEP_INSIDE_ISA
}  // namespace deep_inside
