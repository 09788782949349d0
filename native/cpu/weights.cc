#include "cpu/weights.h"

#include <cstring>

#include "cpu/memory.h"

namespace deep_inside {

using dnnl::memory;
constexpr auto kFloat = memory::data_type::f32;

CpuWeights::CpuWeights(const float* w, const Shape& shape, const float* b,
                       const std::shared_ptr<MemoryAccount>& account)
    : Weights(shape, b != nullptr), account_(account) {
  const size_t bytes = static_cast<size_t>(elementsOf(shape)) * sizeof(float);
  dense_ = allocateHost(bytes, Purpose::Weights, account_);
  std::memcpy(dense_->data(), w, bytes);
  if (!b) return;
  const size_t biasBytes = static_cast<size_t>(shape[0]) * sizeof(float);
  bias_ = allocateHost(biasBytes, Purpose::Weights, account_);
  std::memcpy(bias_->data(), b, biasBytes);
}

memory::dims CpuWeights::dims(int64_t groups) const {
  const Shape& s = shape();
  if (groups > 1) return {groups, s[0] / groups, s[1], s[2], s[3]};
  return s;
}

onednn::Desc CpuWeights::dense(int64_t groups) const {
  if (shape().size() == 2) return {dims(1), kFloat, memory::format_tag::ab};
  return {dims(groups), kFloat, groups > 1 ? memory::format_tag::abcde : memory::format_tag::abcd};
}

memory CpuWeights::bias(const dnnl::engine& engine) const {
  return {{{shape()[0]}, kFloat, memory::format_tag::a}, engine, bias_->data()};
}

memory CpuWeights::packed(const onednn::Desc& desc, int64_t groups, const dnnl::engine& engine) {
  if (desc == dense(groups)) return {desc, engine, dense_->data()};
  for (const Packed& copy : packed_) {
    if (copy.groups == groups && copy.desc == desc) return {desc, engine, copy.storage->data()};
  }
  const Packed copy{desc, groups, allocateHost(desc.get_size(), Purpose::Weights, account_)};
  pack(copy, engine);
  packed_.push_back(copy);
  return {desc, engine, packed_.back().storage->data()};
}

void CpuWeights::pack(const Packed& copy, const dnnl::engine& engine) const {
  memory from(dense(copy.groups), engine, dense_->data());
  memory to(copy.desc, engine, copy.storage->data());
  dnnl::stream stream(engine);
  dnnl::reorder(from, to).execute(stream, from, to);
  stream.wait();
}

const float* CpuWeights::derived(const std::string& key, size_t count, const Derivation& derivation) {
  auto known = derived_.find(key);
  if (known == derived_.end()) {
    const Derived made{derivation, allocateHost(count * sizeof(float), Purpose::Weights, account_)};
    derive(made);
    known = derived_.emplace(key, made).first;
  }
  return static_cast<const float*>(known->second.storage->data());
}

void CpuWeights::derive(const Derived& values) const {
  const float* bias = bias_ ? static_cast<const float*>(bias_->data()) : nullptr;
  values.derive(static_cast<const float*>(dense_->data()), bias, static_cast<float*>(values.storage->data()));
}

void CpuWeights::update(const float* w, const float* b, const dnnl::engine& engine) {
  std::memcpy(dense_->data(), w, static_cast<size_t>(elementsOf(shape())) * sizeof(float));
  if (b) std::memcpy(bias_->data(), b, static_cast<size_t>(shape()[0]) * sizeof(float));
  for (const Packed& copy : packed_) pack(copy, engine);
  for (const auto& entry : derived_) derive(entry.second);
}

}  // namespace deep_inside
