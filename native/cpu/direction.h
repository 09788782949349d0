#pragma once

#include "core/plans.h"
#include "cpu/mask.h"

namespace deep_inside {

/**
 * One direction of a convolution: y from x, or dx from dy. It dictates how its operands lie. Strands run it side
 * by side, each with a workspace of its own.
 */
class Direction {
 public:
  virtual ~Direction() = default;

  int64_t fromBlock() const { return fromBlock_; }
  int64_t toBlock() const { return toBlock_; }
  /** Whether the images of an operand may lie apart. */
  bool takesViews() const { return takesViews_; }
  /** Bytes of the workspace that a run uses. */
  size_t scratch() const { return scratch_; }

  /** Overwrites `to`; the mask lies as `to`. */
  virtual void run(const Images<const float>& from, const Images<float>& to, const Mask& mask,
                   void* workspace) const = 0;

 protected:
  int64_t fromBlock_ = 1, toBlock_ = 1;
  bool takesViews_ = true;
  size_t scratch_ = 0;
};

}  // namespace deep_inside
