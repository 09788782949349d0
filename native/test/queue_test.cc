#include "cpu/queue.h"

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "test/harness.h"

using namespace deep_inside;

namespace {

/** Waits until all that is queued has run; the status that a sync gets. */
Status sync(Queue& queue) {
  std::promise<Status> reported;
  queue.report([] {}, [&](const Status& status) { reported.set_value(status); });
  return reported.get_future().get();
}

}  // namespace

TEST("tasks run in the order of the calls, on one thread, after the start task") {
  std::string order;
  std::thread::id worker;
  Queue queue([&] { order += "s", worker = std::this_thread::get_id(); });
  for (char name : {'a', 'b', 'c'}) {
    queue.run([&order, &worker, name] { order += std::this_thread::get_id() == worker ? name : '!'; });
  }
  EXPECT(sync(queue).ok());
  EXPECT(order == "sabc");
}

TEST("it is idle once all that was queued has run, whatever became of it") {
  std::promise<void> gate;
  Queue queue([&] { gate.get_future().wait(); });
  EXPECT(!queue.idle());
  gate.set_value();
  EXPECT(sync(queue).ok());
  EXPECT(queue.idle());
  queue.run([] { throw Error(Code::Backend, "broken"); });
  queue.run([] {});
  EXPECT(!sync(queue).ok());
  EXPECT(queue.idle());
}

TEST("after a fault operations are skipped and reports fail, until it is acknowledged") {
  std::atomic<int> ran{0};
  Queue queue([] {});
  queue.run([] { throw Error(Code::Backend, "broken"); });
  queue.run([&] { ++ran; });
  EXPECT(sync(queue).text == "broken");
  const Status heard = sync(queue);
  EXPECT(heard.code == Code::Backend);
  queue.acknowledgeFault(heard.fault);
  queue.run([&] { ++ran; });
  EXPECT(sync(queue).ok());
  EXPECT(ran == 1);
}

TEST("what was queued before the acknowledgement fails, what comes after it does not") {
  std::promise<void> gate;
  Queue queue([&] { gate.get_future().wait(); });
  queue.run([] { throw Error(Code::Backend, "broken"); });
  std::promise<Status> before;
  queue.report([] {}, [&](const Status& status) { before.set_value(status); });
  gate.set_value();
  const Status heard = before.get_future().get();
  EXPECT(!heard.ok());
  queue.acknowledgeFault(heard.fault);
  EXPECT(sync(queue).ok());
}

TEST("a second report of a fault that was acknowledged ends nothing that came meanwhile") {
  std::atomic<int> ran{0};
  std::promise<void> gate;
  Queue queue([] {});
  queue.run([] { throw Error(Code::Backend, "broken"); });
  const Status first = sync(queue), second = sync(queue);
  queue.acknowledgeFault(first.fault);
  queue.always([&] { gate.get_future().wait(); });
  queue.run([&] { ++ran; });
  std::promise<Status> after;
  queue.report([] {}, [&](const Status& status) { after.set_value(status); });
  queue.acknowledgeFault(second.fault);
  gate.set_value();
  EXPECT(after.get_future().get().ok());
  EXPECT(ran == 1);
}

TEST("a late report of an old fault does not acknowledge a new one") {
  Queue queue([] {});
  queue.run([] { throw Error(Code::Backend, "old"); });
  const Status first = sync(queue), second = sync(queue);
  queue.acknowledgeFault(first.fault);
  queue.run([] { throw Error(Code::Backend, "new"); });
  std::promise<void> happened;
  queue.always([&] { happened.set_value(); });
  happened.get_future().wait();
  queue.acknowledgeFault(second.fault);
  EXPECT(sync(queue).text == "new");
}

TEST("faults may be acknowledged while the worker runs, and every report is answered") {
  std::promise<void> gate;
  std::atomic<int> answered{0};
  std::atomic<uint64_t> last{0};
  Queue queue([&] { gate.get_future().wait(); });
  for (int i = 0; i < 5000; ++i) {
    queue.run([] { throw Error(Code::Backend, "broken"); });
    queue.report([] {}, [&](const Status& status) { last = status.fault, ++answered; });
  }
  gate.set_value();
  while (answered < 5000) queue.acknowledgeFault(last);
  queue.acknowledgeFault(last);
  EXPECT(sync(queue).ok());
}

TEST("a read that throws tells its caller and is a fault") {
  Queue queue([] {});
  std::promise<Status> reported;
  queue.report([] { throw Error(Code::Memory, "full"); }, [&](const Status& status) { reported.set_value(status); });
  EXPECT(reported.get_future().get().code == Code::Memory);
  EXPECT(sync(queue).code == Code::Memory);
}

TEST("what a task holds is given back before its report") {
  Queue queue([] {});
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = held;
  std::promise<bool> gone;
  queue.report([held = std::move(held)] {}, [&](const Status&) { gone.set_value(watch.expired()); });
  EXPECT(gone.get_future().get());
}

TEST("a closed queue runs what it has") {
  std::atomic<int> ran{0};
  {
    Queue queue([] {});
    for (int i = 0; i < 1000; ++i) queue.run([&] { ++ran; });
    queue.close();
  }
  EXPECT(ran == 1000);
}

TEST("a dropped queue finishes the task that runs, forgets the rest, and hears what comes after") {
  std::atomic<int> ran{0};
  std::promise<void> started, gate;
  Queue queue([] {});
  queue.run([&] {
    started.set_value();
    gate.get_future().wait();
    ++ran;
  });
  for (int i = 0; i < 1000; ++i) queue.run([&] { ++ran; });
  queue.report([] {}, [&](const Status&) { ran += 10000; });
  started.get_future().wait();
  queue.drop();
  EXPECT(queue.dropped());
  gate.set_value();
  EXPECT(sync(queue).ok());
  EXPECT(ran == 1);
}
