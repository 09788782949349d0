#include "test/harness.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <utility>

namespace deep_inside::test {

std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

void expect(bool holds, const char* text, const char* file, int line) {
  if (!holds) throw Failure{std::string(file) + ":" + std::to_string(line) + ": not so: " + text};
}

void expectClose(const std::vector<float>& actual, const std::vector<float>& expected, float atol, float rtol,
                 const char* file, int line) {
  expect(actual.size() == expected.size(), "as many elements as expected", file, line);
  size_t worst = 0;
  float excess = 0.0f;
  for (size_t i = 0; i < actual.size(); ++i) {
    const float over = std::fabs(actual[i] - expected[i]) - atol - rtol * std::fabs(expected[i]);
    if (!(over <= excess)) {
      excess = over;
      worst = i;
    }
  }
  if (excess == 0.0f) return;
  throw Failure{std::string(file) + ":" + std::to_string(line) + ": element " + std::to_string(worst) + " is " +
                std::to_string(actual[worst]) + ", expected " + std::to_string(expected[worst])};
}

std::vector<float> shuffled(size_t count) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i)
    values[i] = (2.0f * static_cast<float>(i) + 1.0f) / static_cast<float>(count) - 1.0f;
  if (count % 2) values[count / 2] = 1.0f;  // the middle one would be 0
  uint64_t state = 1;
  for (size_t i = count; i > 1; --i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    std::swap(values[i - 1], values[(state >> 33) % i]);
  }
  return values;
}

namespace {

enum class Outcome { Passed, Failed, Skipped };

struct Result {
  Outcome outcome;
  std::string text;
};

Result run(const Case& one) {
  try {
    one.body();
    return {Outcome::Passed, {}};
  } catch (const Skipped& skipped) {
    return {Outcome::Skipped, skipped.why};
  } catch (const Failure& failure) {
    return {Outcome::Failed, failure.what};
  } catch (const std::exception& error) {
    return {Outcome::Failed, std::string("threw: ") + error.what()};
  }
}

}  // namespace

}  // namespace deep_inside::test

int main() {
  using namespace deep_inside::test;
  constexpr const char* words[] = {"  ok  ", "FAILED", " skip "};
  int counts[3] = {};
  for (const Case& one : cases()) {
    const Result result = run(one);
    const int outcome = static_cast<int>(result.outcome);
    ++counts[outcome];
    std::printf("%s %s\n", words[outcome], one.claim);
    if (!result.text.empty()) std::printf("       %s\n", result.text.c_str());
  }
  std::printf("%d passed, %d failed, %d skipped\n", counts[0], counts[1], counts[2]);
  return counts[1] != 0;
}
