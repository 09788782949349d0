#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace deep_inside::test {

/** A file system of its own for a test, with the files that a kernel would show. */
class Root {
 public:
  Root()
      : path_(std::filesystem::temp_directory_path() /
              ("deep-inside-" + std::to_string(reinterpret_cast<uintptr_t>(this)))) {
    std::filesystem::create_directories(path_);
  }
  ~Root() { std::filesystem::remove_all(path_); }

  Root& with(const std::string& file, const std::string& content) {
    const std::filesystem::path whole = path_.string() + file;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << content << "\n";
    return *this;
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace deep_inside::test
