#pragma once

#include <atomic>

namespace deep_inside {

/** Becomes false where nobody waits for a result any more: who is given it then ends soon, with anything. */
using Wanted = std::atomic<bool>;

inline const Wanted kAlwaysWanted{true};

}  // namespace deep_inside
