#include "cpu/kept_blocks.h"

#include <vector>

#include "test/harness.h"

using namespace deep_inside;

namespace {

std::vector<void*>& unmapped() {
  static std::vector<void*> blocks;
  return blocks;
}

void note(void* data, size_t) { unmapped().push_back(data); }

constexpr size_t kMost = size_t{1} << 20;

/** A block that nobody reads. */
void* block(size_t number) { return reinterpret_cast<void*>(number << 12); }

}  // namespace

TEST("kept blocks: of those of the size that is asked for the newest is taken, once") {
  KeptBlocks kept(kMost, note);
  kept.keep(block(1), 100);
  kept.keep(block(2), 200);
  kept.keep(block(3), 100);
  EXPECT(kept.take(300) == nullptr);
  EXPECT(kept.take(100) == block(3));
  EXPECT(kept.take(100) == block(1));
  EXPECT(kept.take(100) == nullptr);
  EXPECT(kept.take(200) == block(2));
}

TEST("kept blocks: the oldest go where all would be too much, and one that is too large at once") {
  unmapped().clear();
  KeptBlocks kept(kMost, note);
  const size_t half = kMost / 2;
  for (size_t i = 1; i <= 3; ++i) kept.keep(block(i), half);
  EXPECT(unmapped() == std::vector<void*>{block(1)});
  kept.keep(block(4), kMost + 1);
  EXPECT((unmapped() == std::vector<void*>{block(1), block(4)}));
  EXPECT(kept.take(half) == block(3) && kept.take(half) == block(2));
}

TEST("kept blocks: of many small ones the newest stay, and all go in the end") {
  unmapped().clear();
  {
    KeptBlocks kept(kMost, note);
    for (size_t i = 1; i <= 1000; ++i) kept.keep(block(i), i);
    EXPECT(kept.take(1000) == block(1000) && kept.take(1) == nullptr);
    kept.empty();
    EXPECT(unmapped().size() == 999);
    kept.keep(block(1), 1);
  }
  EXPECT(unmapped().size() == 1000);
}
