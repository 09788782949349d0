import assert from 'node:assert/strict';
import { median } from '#lib/cli/median.js';
import { timingsOf } from '#lib/cli/stopwatch.js';

describe('medians that commands tell', () => {
  it('are the mean of the two in the middle of an even number, of times, too', () => {
    assert.deepEqual([median([]), median([3]), median([9, 1, 2, 4]), median([5, 1, 2])], [null, 3, 3, 2]);
    const laps = [4, 1, 9, 2].map((time) => ['Gradient', time] as const);
    assert.deepEqual(timingsOf(laps), [{ title: 'Gradient', count: 4, median: 3, first: 4 }]);
  });
});
