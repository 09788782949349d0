/** How long calls keep the event loop waiting (bench/event-loop.js) as a table. */
import { median } from '../measure/statistics.js';

/** What no call should exceed, in milliseconds. */
const goal = 20;

export const waitsHeader = [
  'net',
  'call',
  'first: median',
  'longest',
  `over ${goal} ms`,
  'takes',
  'later: median',
  'longest',
  `over ${goal} ms`,
  'takes',
];

/** Opening happens once in each process, whatever it calls then. */
export function openingRow(net, openings) {
  return { net, call: net === 'shipped' ? 'loadNetwork' : 'createNetwork', first: openings, later: [] };
}

/** One line for each case: { net, call, first, later }, each of these { blocked, ms } in milliseconds. */
export function waitsLine({ net, call, first, later }) {
  return [net, call, ...cells(first), ...cells(later)];
}

function cells(calls) {
  if (calls.length === 0) return ['-', '-', '-', '-'];
  const waits = calls.map(({ blocked }) => blocked);
  const over = waits.filter((wait) => wait > goal).length;
  const middle = [median(waits), Math.max(...waits)].map((ms) => ms.toFixed(1));
  return [...middle, `${over} of ${calls.length}`, median(calls.map(({ ms }) => ms)).toFixed(1)];
}
