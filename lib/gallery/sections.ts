import type { Entry, Fact, Legends, MethodNote, ModelFigure, Timing } from './data.js';
import { markup, type Html } from './markup.js';
import { duration, factTable, fileName, image, nameOf, percent, table, took } from './parts.js';

/** All images, small, each a link to its article. */
export function overview(entries: readonly Entry[]): Html {
  return markup`<nav id="overview" aria-label="Images"><ul class="overview">
${entries.map(entryItem)}</ul></nav>`;
}

function entryItem({ id, file, thumbnail, best, problem }: Entry): Html {
  const name = markup`<span class="file">${fileName(file)}</span>`;
  if (problem !== null) return markup`<li><div class="none">not shown</div>${name}</li>\n`;
  const guess = best && markup`<b>${nameOf(best)} <span class="soft">${percent(best.posterior)}</span></b>`;
  return markup`<li><a href="#${id}">${thumbnail && image(thumbnail, '')}${guess}${name}</a></li>\n`;
}

/** What went wrong, a line for each file; nothing where nothing did. */
export function problemList(problems: readonly string[]): Html | null {
  if (problems.length === 0) return null;
  const count = problems.length === 1 ? 'One file is' : `${problems.length} files are`;
  return markup`<div class="alert"><p>${count} not shown:</p><ul>
${problems.map((problem) => markup`<li>${problem}</li>\n`)}</ul></div>`;
}

/** What the colours of maps mean. */
export function reading({ oneSided, diverging }: Legends): Html {
  return markup`<section aria-label="How to read the maps">
<p>A map says for each pixel how the score of one class depends on it. Its colours end at the 99th percentile of its own values: maps tell where, and not how much more than other maps. Where the network did not look, they are 0.</p>
<div class="legend">
<figure>${image(oneSided, 'Colours from black through violet and orange to light yellow')}
<figcaption class="scale"><span>0</span><span>99th percentile</span></figcaption></figure>
<figure>${image(diverging, 'Colours from blue through white to red')}
<figcaption class="scale"><span>against</span><span>0</span><span>for the class</span></figcaption></figure>
</div>
</section>`;
}

export function methodSection(methods: readonly MethodNote[]): Html {
  return markup`<section class="card" id="methods" aria-labelledby="methods-name">
<h2 id="methods-name">Methods</h2>
${table(
  'What each kind of map shows',
  ['map', 'what it shows', 'source'],
  methods.map(({ title, text, source }) => [title, text, source]),
  'texts',
)}
</section>`;
}

export function settingSection(settings: readonly Fact[]): Html {
  return markup`<section class="card" id="settings" aria-labelledby="settings-name">
<h2 id="settings-name">Settings</h2>
${factTable('How everything above was computed', settings)}
</section>`;
}

/** What is said before class models; `how` ends the sentence that tells how they were made. */
export function modelHeading(how: string): Html {
  return markup`<section class="card" id="models" aria-labelledby="models-name">
<h2 id="models-name">What the network takes classes for</h2>
<p class="soft">Class models (Sect. 2 of the paper): pictures that a class score is highest for, ${how}.</p>
</section>
`;
}

/** Some class models. */
export function modelPictures(figures: readonly ModelFigure[]): Html {
  return markup`<div class="card models">
${figures.map(modelFigure)}</div>
`;
}

function modelFigure({ name, picture, posterior, milliseconds }: ModelFigure): Html {
  return markup`<figure>
${image(picture, `Class model of ${name}`)}
<figcaption><b>${name}</b>${posterior !== null && ` · ${percent(posterior)}`}${took(milliseconds)}</figcaption>
</figure>
`;
}

export function timingSection(timings: readonly Timing[]): Html {
  return markup`<section class="card" id="timings" aria-labelledby="timings-name">
<h2 id="timings-name">Timings</h2>
${table(
  'Of one map, preprocessing included; the first of a kind may plan layers, too',
  ['what', 'count', 'median', 'first'],
  timings.map(({ title, count, median, first }) => [title, String(count), duration(median), duration(first)]),
  'numbers',
)}
</section>`;
}
