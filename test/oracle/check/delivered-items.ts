import type { Delivery, Sink } from "../destination/sink.ts";
import { type Item, itemsOf } from "../records/items-of.ts";

/** One record as a destination got it. */
export interface DeliveredItem {
  readonly item: Item;
  readonly delivery: Delivery;
}

const READ = new WeakMap<Delivery, readonly DeliveredItem[]>();

/** Everything that a destination took, record by record. Deliveries are read once each. */
export function deliveredItems({ deliveries }: Sink): DeliveredItem[] {
  return deliveries.flatMap((delivery) => {
    let items = READ.get(delivery);
    if (items === undefined) {
      items = itemsOf(delivery.signal, delivery.bytes).map((item) => ({ item, delivery }));
      READ.set(delivery, items);
    }
    return items;
  });
}
