#pragma once

#include <memory>
#include <utility>

#include "cpu/direction.h"
#include "cpu/workspace.h"

namespace deep_inside {

/** A direction between tensors that may lie otherwise than it wants: then through copies in the workspace. */
class Bridge {
 public:
  Bridge(std::unique_ptr<Direction> direction, const Shape& from, int64_t fromBlock, const Shape& to, int64_t toBlock)
      : direction_(std::move(direction)),
        given_{Tensor::planesOf(from, fromBlock), Tensor::planesOf(to, toBlock)},
        wanted_{Tensor::planesOf(from, direction_->fromBlock()), Tensor::planesOf(to, direction_->toBlock())} {
    fromAt_ = aligned(direction_->scratch());
    toAt_ = fromAt_ + (copiesFrom() ? bytes(wanted_.from) : 0);
  }

  bool takesViews() const { return direction_->takesViews(); }
  size_t scratch() const { return toAt_ + (copiesTo() ? bytes(wanted_.to) : 0) + 64; }

  void run(const Tensor& from, const Tensor& to, const Mask& mask, const Workspace& workspace) const {
    Images<const float> source = from.images<const float>();
    if (copiesFrom()) {
      const Images<float> copy = copyAt(fromAt_, wanted_.from, workspace);
      kernels().reorder(given_.from, wanted_.from, source, copy);
      source = {copy.data, copy.step};
    }
    if (!copiesTo()) return direction_->run(source, to.images(), mask, workspace.at(0));
    const Images<float> copy = copyAt(toAt_, wanted_.to, workspace);
    direction_->run(source, copy, {}, workspace.at(0));
    kernels().reorder(wanted_.to, given_.to, {copy.data, copy.step}, to.images());
    applyMask(mask, given_.to, to.images());
  }

 private:
  struct Ends {
    Planes from, to;
  };

  bool copiesFrom() const { return wanted_.from.b != given_.from.b; }
  bool copiesTo() const { return wanted_.to.b != given_.to.b; }
  static Images<float> copyAt(size_t offset, const Planes& x, const Workspace& workspace) {
    return {static_cast<float*>(workspace.at(offset)), storedInImage(x)};
  }
  static size_t aligned(size_t bytes) { return (bytes + 63) / 64 * 64; }
  static size_t bytes(const Planes& x) { return aligned(static_cast<size_t>(stored(x)) * sizeof(float)); }

  std::unique_ptr<Direction> direction_;
  Ends given_, wanted_;
  size_t fromAt_, toAt_;
};

}  // namespace deep_inside
