#pragma once

#include <string>
#include <vector>

// A test is a claim and a body: TEST("a claim") { EXPECT(something); }. A failed EXPECT ends its test.

namespace deep_inside::test {

struct Case {
  const char* claim;
  void (*body)();
};

/** In the order of the files at link time. */
std::vector<Case>& cases();

struct Registration {
  Registration(const char* claim, void (*body)()) { cases().push_back({claim, body}); }
};

struct Failure {
  std::string what;
};

/** Thrown by a test that cannot be made here. */
struct Skipped {
  std::string why;
};

void expect(bool holds, const char* text, const char* file, int line);
/** |actual - expected| <= atol + rtol * |expected| for every element; says the worst. */
void expectClose(const std::vector<float>& actual, const std::vector<float>& expected, float atol, float rtol,
                 const char* file, int line);

/** The integers 0 .. count - 1 shuffled by a fixed rule, shifted and scaled into (-1, 1): distinct, and never 0. */
std::vector<float> shuffled(size_t count);

}  // namespace deep_inside::test

#define DI_TEST_JOIN_AGAIN(a, b) a##b
#define DI_TEST_JOIN(a, b) DI_TEST_JOIN_AGAIN(a, b)
#define TEST(claim)                                                                                                  \
  static void DI_TEST_JOIN(body, __LINE__)();                                                                        \
  static const ::deep_inside::test::Registration DI_TEST_JOIN(registration, __LINE__){claim,                         \
                                                                                      DI_TEST_JOIN(body, __LINE__)}; \
  static void DI_TEST_JOIN(body, __LINE__)()
#define EXPECT(condition) ::deep_inside::test::expect(static_cast<bool>(condition), #condition, __FILE__, __LINE__)
#define EXPECT_CLOSE(actual, expected, atol, rtol) \
  ::deep_inside::test::expectClose(actual, expected, atol, rtol, __FILE__, __LINE__)
