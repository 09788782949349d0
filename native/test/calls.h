#pragma once

#include <cstdint>

namespace deep_inside::test {

/** Some of the orders in which a GPU may run the calls of a body. */
enum class Order { FromTheFirst, FromTheLast, EveryThird };
constexpr Order kOrders[] = {Order::FromTheFirst, Order::FromTheLast, Order::EveryThird};

/** body(i) for 0 <= i < calls; by default every third, from the end, an order that no GPU promises either. */
template <class Body>
void callEach(int64_t calls, const Body& body, Order order = Order::EveryThird) {
  const int64_t stride = order == Order::EveryThird ? 3 : 1;
  for (int64_t first = 0; first < stride; ++first)
    for (int64_t i = first; i < calls; i += stride) body(order == Order::FromTheFirst ? i : calls - 1 - i);
}

}  // namespace deep_inside::test
