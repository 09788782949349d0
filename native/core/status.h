#pragma once

#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <utility>

namespace deep_inside {

/** The closed list of error codes; codeName gives the JS spelling. */
enum class Code { Ok, Argument, Shape, DType, Device, Disposed, Capture, Unsupported, Memory, Backend };

const char* codeName(Code code);

/** How an error travels from where it happened to the one function that makes a JS error of it. */
struct Status {
  Code code = Code::Ok;
  std::string text;
  /** Which of its device's faults a failed report tells of; 0: none. */
  uint64_t fault = 0;

  bool ok() const { return code == Code::Ok; }
};

class Error : public std::exception {
 public:
  Error(Code code, std::string text) : status_{code, std::move(text), 0} {}
  explicit Error(Status status) : status_(std::move(status)) {}
  const char* what() const noexcept override { return status_.text.c_str(); }
  const Status& status() const { return status_; }

 private:
  Status status_;
};

/** Throws what went wrong, if anything did. */
inline void demand(const Status& status) {
  if (!status.ok()) throw Error(status.code, status.text);
}

/** Runs `body`; whatever it throws comes back as a Status. */
template <class Body>
Status caught(const Body& body) noexcept {
  try {
    body();
    return {};
  } catch (const Error& error) {
    return error.status();
  } catch (const std::bad_alloc&) {
    return {Code::Memory, "out of memory; use a smaller batch, or dispose of what is no longer needed"};
  } catch (const std::exception& error) {
    return {Code::Backend, error.what()};
  }
}

}  // namespace deep_inside
