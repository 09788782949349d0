import assert from 'node:assert/strict';
import { LeastRecentlyUsed } from '#lib/net/lru.js';

describe('LeastRecentlyUsed', () => {
  const entry = () => ({
    disposed: 0,
    dispose: function () {
      this.disposed++;
    },
  });

  it('disposes of what was used longest ago', () => {
    const cache = new LeastRecentlyUsed<ReturnType<typeof entry>>(2);
    const [a, b, c] = [cache.set('a', entry()), cache.set('b', entry()), entry()];
    assert.equal(cache.get('a'), a);
    cache.set('c', c);
    assert.deepEqual([a.disposed, b.disposed, c.disposed], [0, 1, 0]);
    assert.equal(cache.get('b'), undefined);
  });

  it('disposes of everything once', () => {
    const cache = new LeastRecentlyUsed<ReturnType<typeof entry>>(2);
    const a = cache.set('a', entry());
    cache.dispose();
    cache.dispose();
    assert.equal(a.disposed, 1);
    assert.equal(cache.get('a'), undefined);
  });
});
