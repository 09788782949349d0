import type { Head, Tail } from './data.js';
import { markup, Html } from './markup.js';
import { factTable } from './parts.js';
import { modelSection, overview, problemList, reading, timingSection } from './sections.js';
import { style } from './style.js';

/** Nothing is fetched and nothing runs, whatever a page holds. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * A page is its head, the article of each image and its tail, one after the other, so that it can be written as it is
 * made: a browser shows what there is of a page that ends early, which then says so.
 */
export function pageHead({ title, date, entries, methods, settings, legends }: Head): Html {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="generator" content="deep-inside" />
<title>${title}</title>
<link rel="icon" href="data:," />
<style>${new Html(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="soft">${date}</p>
<div class="alert unfinished"><p>This report ends early: the command that makes it is still running, or was stopped. The same command with --resume goes on.</p></div>
${problemList(entries.flatMap(({ problem }) => problem ?? []))}
</header>
<main>
${overview(entries)}
<section class="card" aria-labelledby="settings">
<h2 id="settings">Settings</h2>
${factTable('How everything below was computed', settings)}
</section>
${reading(methods, legends)}
`;
}

export function pageTail({ models, timings, problems }: Tail): Html {
  return markup`${models && modelSection(models)}
${problemList(problems)}
${timings.length > 0 && timingSection(timings)}
</main>
<footer id="end"><p class="soft">Made by deep-inside, after Simonyan, Vedaldi and Zisserman 2013, <cite>Deep Inside Convolutional Networks</cite>. This file needs no network and runs no script.</p></footer>
</body>
</html>
`;
}
