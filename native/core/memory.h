#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace deep_inside {

enum class Purpose { Tensor, Weights, Workspace };

/** Bytes alive on one device. Storage is its only writer. */
class MemoryAccount {
 public:
  void add(Purpose purpose, size_t bytes);
  void subtract(Purpose purpose, size_t bytes);

  size_t tensors() const { return bytes_[0]; }
  size_t weights() const { return bytes_[1]; }
  size_t workspace() const { return bytes_[2]; }
  size_t total() const { return tensors() + weights() + workspace(); }
  size_t peak() const { return peak_; }

 private:
  std::atomic<size_t> bytes_[3] = {};
  std::atomic<size_t> peak_{0};
};

/** A block of device memory, counted for as long as it lives. Backends derive from it and free the block. */
class Storage {
 public:
  Storage(void* data, size_t bytes, Purpose purpose, std::shared_ptr<MemoryAccount> account);
  virtual ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  void* data() const { return data_; }
  size_t bytes() const { return bytes_; }

 private:
  void* data_;
  size_t bytes_;
  Purpose purpose_;
  std::shared_ptr<MemoryAccount> account_;
};

}  // namespace deep_inside
