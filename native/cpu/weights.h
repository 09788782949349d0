#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/plans.h"
#include "cpu/linear_kernels.h"
#include "cpu/onednn.h"

namespace deep_inside {

/**
 * Values of a layer, shared by all its plans. A convolution's lie dense, and packed once per layout that a plan asks
 * for; a linear layer's as a Matrix, of which there is no other copy: it may be most of a network. Apart from the
 * constructor everything runs on the device's worker.
 */
class CpuWeights : public Weights {
 public:
  /** Zeros, and the bias `b` unless null. */
  CpuWeights(const Shape& shape, const float* b, const std::shared_ptr<MemoryAccount>& account);

  /** Of a linear layer. */
  Matrix matrix() const;
  /** [outputs], or null. */
  const float* bias() const { return bias_ ? static_cast<const float*>(bias_->data()) : nullptr; }

  // Of a convolution:

  /** [K, C / groups, R, S], with groups [G, K / G, C / groups, R, S]. */
  dnnl::memory::dims dims(int64_t groups) const;
  /** The dense copy's descriptor. */
  onednn::Desc dense(int64_t groups) const;
  dnnl::memory bias(const dnnl::engine& engine) const;
  /** The values in the layout of `desc`; stays valid, and is refreshed by `update`, as long as the weights live. */
  dnnl::memory packed(const onednn::Desc& desc, int64_t groups, const dnnl::engine& engine);
  using Derivation = std::function<void(const float* w, const float* b, float* to)>;
  /** `count` floats that `derive` computes from the dense values (b may be null), now and after each `update`. */
  const float* derived(const std::string& key, size_t count, const Derivation& derive);

  /** Copies the values of outputs first ... first + count, before anything is packed. */
  void fill(int64_t first, int64_t count, const float* rows);
  /** Copies new values, and the bias unless null, and packs again. */
  void update(const float* w, const float* b, const dnnl::engine& engine);

 private:
  struct Packed {
    onednn::Desc desc;
    int64_t groups;
    std::shared_ptr<Storage> storage;
  };

  struct Derived {
    Derivation derive;
    std::shared_ptr<Storage> storage;
  };

  float* values() const { return static_cast<float*>(values_->data()); }
  void pack(const Packed& copy, const dnnl::engine& engine) const;
  void derive(const Derived& derived) const;

  std::shared_ptr<MemoryAccount> account_;
  std::shared_ptr<Storage> values_;
  std::shared_ptr<Storage> bias_;
  std::vector<Packed> packed_;
  std::map<std::string, Derived> derived_;
};

}  // namespace deep_inside
