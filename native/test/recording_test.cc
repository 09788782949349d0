#include "cpu/recording.h"

#include <omp.h>

#include <atomic>
#include <future>
#include <thread>

#include "cpu/queue.h"
#include "test/harness.h"

using namespace deep_inside;

namespace {

const auto never = [] { return false; };

}  // namespace

TEST("every strand of a recording runs once, its own operations in their order") {
  std::vector<std::vector<int>> ran(7);
  std::vector<std::vector<Task>> strands(7);
  for (size_t i = 0; i < strands.size(); ++i)
    for (int step = 0; step < 3; ++step) strands[i].push_back([&ran, i, step] { ran[i].push_back(step); });
  CpuRecording(std::move(strands)).run(never);
  for (const std::vector<int>& steps : ran) EXPECT(steps == std::vector<int>({0, 1, 2}));
}

TEST("the operations of a strand have one thread, those of a recording of one strand have all") {
  const int before = omp_get_max_threads();
  omp_set_num_threads(2);
  std::vector<int> threads(4);
  const auto note = [](int& seen) { return std::vector<Task>{[&seen] { seen = omp_get_max_threads(); }}; };
  CpuRecording({note(threads[0]), note(threads[1]), note(threads[2])}).run(never);
  CpuRecording({note(threads[3])}).run(never);
  EXPECT(threads == std::vector<int>({1, 1, 1, 2}));
  EXPECT(omp_get_max_threads() == 2);
  omp_set_num_threads(before);
}

TEST("what fails in one strand is thrown when the others have ended") {
  std::atomic<int> ended{0};
  const Task end = [&] { ++ended; };
  const Task fail = [] { throw Error(Code::Backend, "strand 1"); };
  const Status status = caught([&] { CpuRecording({{end}, {fail, end}, {end, end}}).run(never); });
  EXPECT(status.code == Code::Backend && status.text == "strand 1");
  EXPECT(ended == 3);
}

TEST("a fault in a strand fails its replay and what follows, until it is acknowledged; then all strands run again") {
  std::atomic<int> ended{0};
  std::atomic<bool> broken{true};
  const Task end = [&] { ++ended; };
  const Task mayFail = [&] {
    if (broken) throw Error(Code::Backend, "strand 2");
  };
  const CpuRecording recording({{end}, {end, end}, {mayFail, end}});
  Queue queue([] {});
  const auto replay = [&] { queue.run([&] { recording.run(never); }); };
  const auto status = [&] {
    std::promise<Status> reported;
    queue.report([] {}, [&](const Status& status) { reported.set_value(status); });
    return reported.get_future().get();
  };
  replay();
  replay();
  const Status heard = status();
  EXPECT(heard.code == Code::Backend && heard.text == "strand 2");
  EXPECT(ended == 3);
  broken = false;
  queue.acknowledgeFault(heard.fault);
  replay();
  EXPECT(status().ok());
  EXPECT(ended == 7);
}

TEST("a recording that is to end leaves out the rest of every strand") {
  std::atomic<int> ran{0};
  std::atomic<bool> over{false};
  const Task last = [&] {
    ++ran;
    over = true;
  };
  const std::vector<Task> strand(100, last);
  CpuRecording({strand, strand, strand}).run([&] { return over.load(); });
  EXPECT(ran >= 1 && ran <= omp_get_max_threads());
}
