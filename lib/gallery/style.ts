/** The style of the page: light or dark as the reader's system is, readable on a telephone and on paper. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #fbfaf8; --card: #ffffff; --ink: #1c1b1a; --soft: #66625d; --line: #e2ded8; --accent: #8a3b12; --bar: #e6b48f;
  --warn: #8c1d18; --warn-page: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #151413; --card: #1e1d1b; --ink: #ece9e4; --soft: #a29d95; --line: #35322e; --accent: #f0a878; --bar: #6d4125;
    --warn: #ffb4ab; --warn-page: #3b1613;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif;
}
header, main, footer { max-width: 78rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.35rem; margin: 0 0 .25rem; }
h3 { font-size: 1rem; margin: 2rem 0 .75rem; }
p { margin: .25rem 0 .75rem; max-width: 46rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
.soft, figcaption, caption { color: var(--soft); font-size: .875rem; }
code, .hash { font-family: ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: .8125rem; overflow-wrap: anywhere; }
img { display: block; max-width: 100%; height: auto; }
figure { margin: 0; min-width: 0; }
figcaption { margin-top: .5rem; line-height: 1.4; }
figcaption b { color: var(--ink); font-weight: 600; }

.overview { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); list-style: none; margin: 1.5rem 0; padding: 0; }
.overview a { color: inherit; text-decoration: none; display: block; }
.overview img { width: 100%; aspect-ratio: 4 / 3; object-fit: cover; border-radius: 6px; background: var(--line); }
.overview .none { aspect-ratio: 4 / 3; border-radius: 6px; background: var(--warn-page); color: var(--warn); display: grid; place-items: center; font-size: .875rem; }
.overview b { display: block; margin-top: .4rem; font-weight: 600; line-height: 1.3; overflow-wrap: anywhere; }
.overview a:hover b { text-decoration: underline; }
.overview .file { color: var(--soft); font-size: .8125rem; line-height: 1.35; overflow-wrap: anywhere; display: block; }

.legend { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: 1rem 0; }
.legend figure { width: 15rem; max-width: 100%; }
.legend img { width: 100%; height: 12px; border-radius: 3px; image-rendering: auto; }
.scale { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; }
.scale > :nth-child(2) { text-align: center; }
.scale > :last-child { text-align: right; white-space: nowrap; }

.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.5rem; margin: 1.5rem 0; }
.top { display: grid; gap: 1.25rem 2rem; grid-template-columns: minmax(0, 1fr); align-items: start; }
@media (min-width: 48rem) { .top { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); } }
.top img, .pair img, .units img, .models img { width: 100%; border-radius: 6px; }
.maps { display: grid; gap: 1.75rem 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); }
.pair { display: grid; gap: .5rem; grid-template-columns: 1fr 1fr; }
.units { display: grid; gap: 1rem; grid-template-columns: 1fr 1fr; }
@media (min-width: 48rem) { .units { grid-template-columns: repeat(4, 1fr); } }
.models { display: grid; gap: 1.25rem 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 14rem), 1fr)); }
/* The parts of class models are one card; the pixel keeps a paragraph's margin within. */
:is(#models, .models):has(+ .models) { margin-bottom: 0; border-bottom: 0; border-bottom-left-radius: 0; border-bottom-right-radius: 0; padding-bottom: 1px; }
:is(#models, .models) + .models { margin-top: 0; border-top: 0; border-top-left-radius: 0; border-top-right-radius: 0; padding-top: 1rem; }

table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: left; padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-weight: 600; }
thead th { color: var(--soft); font-size: .8125rem; font-weight: 500; }
tr > :last-child { padding-right: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.guesses th { font-weight: 400; }
.guesses tbody tr:first-child th { font-weight: 600; }
details { margin-top: .75rem; }
.guesses .bar { display: block; height: 4px; margin-top: .3rem; border-radius: 2px; background: var(--bar); min-width: 1px; }
.facts th { width: 12rem; font-weight: 500; color: var(--soft); }
@media (max-width: 30rem) {
  .card { padding: 1rem; border-radius: 8px; }
  header, main, footer { padding-left: .75rem; padding-right: .75rem; }
  .facts, .texts, :is(.facts, .texts) :is(caption, tbody, tr, th, td) { display: block; width: auto; }
  .texts thead { display: none; }
  :is(.facts, .texts) th { border: 0; padding-bottom: 0; }
  :is(.facts, .texts) td { padding-top: 0; }
  .texts td:not(:last-child) { border: 0; padding-bottom: 0; }
  .numbers { font-size: .8125rem; }
  .numbers :is(th, td) { overflow-wrap: break-word; }
  .numbers :is(th, td):not(:last-child) { padding-right: .5rem; }
  .texts td:last-child { color: var(--soft); font-size: .875rem; }
}

.alert ul { margin: .25rem 0 0; padding-left: 1.25rem; }
.alert { background: var(--warn-page); color: var(--warn); border-radius: 8px; padding: .75rem 1rem; max-width: none; }
.alert p { max-width: none; margin: 0; }
body:has(#end) .unfinished { display: none; }
.back { font-size: .875rem; margin: 1.5rem 0 0; }
footer { padding-bottom: 3rem; }

@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #ccc; --accent: #000; --bar: #999; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  header, main, footer { max-width: none; padding: 0; }
  .card { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 1rem 0; }
  article.card { break-before: page; border: 0; }
  figure, tr, h3 { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .maps { grid-template-columns: 1fr 1fr; gap: 1rem; }
  .units { grid-template-columns: repeat(4, 1fr); }
  .models { grid-template-columns: repeat(4, 1fr); }
  .top { grid-template-columns: 5fr 6fr; }
  .back { display: none; }
}
`;
