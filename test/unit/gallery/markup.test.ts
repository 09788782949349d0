import assert from 'node:assert/strict';
import fc from 'fast-check';
import { escaped, Html, markup } from '#lib/gallery/markup.js';

/** What a browser makes of text without tags. */
function read(text: string): string {
  const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(\w+|#\d+);/g, (whole, name: string) => names[name] ?? whole);
}

describe('markup', () => {
  it('escapes every text and number, and leaves what is HTML already', () => {
    const inner = markup`<b title="${'a "b" & \'c\''}">${'<script>'}</b>`;
    assert.equal(inner.text, '<b title="a &quot;b&quot; &amp; &#39;c&#39;">&lt;script&gt;</b>');
    assert.equal(markup`<p>${inner} ${7}</p>`.text, `<p>${inner.text} 7</p>`);
    assert.equal(markup`${new Html('<br />')}`.text, '<br />');
  });

  it('joins lists, and makes nothing of null and false', () => {
    assert.equal(markup`<i>${['a', markup`<u>b</u>`, ['<']]}${null}${false}</i>`.text, '<i>a<u>b</u>&lt;</i>');
  });

  it('holds any text as it is, and none of it as markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { text: made } = markup`<p title="${text}">`;
        assert.ok(!/[<>"']/.test(escaped(text)));
        assert.equal(made.match(/"/g)!.length, 2);
        const plain = text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '').replace(/(?![\t\n])\p{Cc}/gu, '\ufffd');
        assert.equal(read(escaped(text)), plain);
      }),
    );
  });

  it('replaces what HTML cannot write and drops what turns the direction of text', () => {
    assert.equal(escaped('a\u0000b\u001b\ud800c'), 'a\ufffdb\ufffd\ufffdc');
    assert.equal(escaped('photo\u202egnp.exe'), 'photognp.exe');
  });
});
