#include "cpu/weights.h"

#include <cstring>

#include "cpu/memory.h"

namespace deep_inside {

using dnnl::memory;
constexpr auto kFloat = memory::data_type::f32;

namespace {

bool isMatrix(const Shape& shape) { return shape.size() == 2; }

/** Whole cache lines, and no multiple of a page: rows that lie so far apart share the same few places of a cache. */
int64_t stepOf(int64_t outputs) {
  const int64_t whole = (outputs + 15) / 16 * 16;
  return whole % 1024 ? whole : whole + 16;
}

}  // namespace

CpuWeights::CpuWeights(const Shape& shape, const float* b, const std::shared_ptr<MemoryAccount>& account)
    : Weights(shape, b != nullptr), account_(account) {
  const int64_t floats = isMatrix(shape) ? shape[1] * stepOf(shape[0]) : elementsOf(shape);
  values_ = allocateHost(static_cast<size_t>(floats) * sizeof(float), Purpose::Weights, account_);
  if (!b) return;
  const size_t biasBytes = static_cast<size_t>(shape[0]) * sizeof(float);
  bias_ = allocateHost(biasBytes, Purpose::Weights, account_);
  std::memcpy(bias_->data(), b, biasBytes);
}

Matrix CpuWeights::matrix() const { return {values(), shape()[1], shape()[0], stepOf(shape()[0])}; }

memory::dims CpuWeights::dims(int64_t groups) const {
  const Shape& s = shape();
  if (groups > 1) return {groups, s[0] / groups, s[1], s[2], s[3]};
  return s;
}

onednn::Desc CpuWeights::dense(int64_t groups) const {
  return {dims(groups), kFloat, groups > 1 ? memory::format_tag::abcde : memory::format_tag::abcd};
}

memory CpuWeights::bias(const dnnl::engine& engine) const {
  return {{{shape()[0]}, kFloat, memory::format_tag::a}, engine, bias_->data()};
}

memory CpuWeights::packed(const onednn::Desc& desc, int64_t groups, const dnnl::engine& engine) {
  if (desc == dense(groups)) return {desc, engine, values()};
  for (const Packed& copy : packed_) {
    if (copy.groups == groups && copy.desc == desc) return {desc, engine, copy.storage->data()};
  }
  const Packed copy{desc, groups, allocateHost(desc.get_size(), Purpose::Weights, account_)};
  pack(copy, engine);
  packed_.push_back(copy);
  return {desc, engine, packed_.back().storage->data()};
}

void CpuWeights::pack(const Packed& copy, const dnnl::engine& engine) const {
  memory from(dense(copy.groups), engine, values());
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

void CpuWeights::derive(const Derived& derived) const {
  derived.derive(values(), bias(), static_cast<float*>(derived.storage->data()));
}

void CpuWeights::fill(int64_t first, int64_t count, const float* rows) {
  const Shape& s = shape();
  if (isMatrix(s)) {
    linearKernels().transpose(rows, s[1], first, count, stepOf(s[0]), values());
  } else {
    const int64_t row = elementsOf(s) / s[0];
    std::memcpy(values() + first * row, rows, static_cast<size_t>(count * row) * sizeof(float));
  }
}

void CpuWeights::update(const float* w, const float* b, const dnnl::engine& engine) {
  fill(0, shape()[0], w);
  if (b) std::memcpy(bias_->data(), b, static_cast<size_t>(shape()[0]) * sizeof(float));
  for (const Packed& copy : packed_) pack(copy, engine);
  for (const auto& entry : derived_) derive(entry.second);
}

}  // namespace deep_inside
