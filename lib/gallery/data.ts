import type { Html } from './markup.js';

/** A picture that the page holds itself. */
export interface Picture {
  /** A data URI. */
  readonly src: string;
  readonly width: number;
  readonly height: number;
}

/** A line of a table of facts. */
export interface Fact {
  readonly name: string;
  readonly value: string | Html;
}

/** What a network says of a class. */
export interface Guess {
  readonly class: number;
  readonly name: string | null;
  readonly score: number;
  readonly posterior: number;
}

/** How a kind of map is made, in a sentence. */
export interface MethodNote {
  readonly title: string;
  readonly text: string;
  readonly source: string;
}

/** A map of an image, drawn. */
export interface MapFigure {
  readonly title: string;
  readonly heat: Picture;
  readonly overlay: Picture;
  /** Null where it is not told. */
  readonly milliseconds: number | null;
  /** What else there is to say of it, such as how far it adds up. */
  readonly note: string | null;
}

/** What a unit saw of an image. */
export interface UnitPicture {
  readonly title: string;
  readonly picture: Picture;
  /** Null of what was not computed, or not to be told. */
  readonly milliseconds: number | null;
  /** Nothing came through. */
  readonly zero: boolean;
}

/** The strongest unit of a layer, and what it saw. */
export interface UnitFigure {
  readonly layer: string;
  readonly channel: number;
  readonly row: number;
  readonly col: number;
  readonly activation: number;
  readonly pictures: readonly UnitPicture[];
}

/** All that is shown of one image. */
export interface Article {
  /** Of the article, to be linked to. */
  readonly id: string;
  readonly file: string;
  /** [rows, cols] of the file. */
  readonly size: readonly [rows: number, cols: number];
  readonly sha256: string;
  readonly photograph: Picture;
  readonly guesses: readonly Guess[];
  /** By classes. */
  readonly maps: readonly { readonly of: Guess; readonly figures: readonly MapFigure[] }[];
  readonly unit: UnitFigure | null;
}

/** An image among all. */
export interface Entry {
  /** Of its article. */
  readonly id: string;
  readonly file: string;
  /** Null where the file cannot be shown. */
  readonly thumbnail: Picture | null;
  readonly best: Guess | null;
  /** Why there is no article. */
  readonly problem: string | null;
}

/** What is known before the first article is made. */
export interface Head {
  readonly title: string;
  /** When, for readers; null where it is not told. */
  readonly date: string | null;
  readonly entries: readonly Entry[];
  readonly legends: Legends;
}

/** The colours of maps, from left to right. */
export interface Legends {
  readonly oneSided: Picture;
  readonly diverging: Picture;
}

/** What a class score is highest for. */
export interface ModelFigure {
  readonly name: string;
  readonly picture: Picture;
  readonly posterior: number | null;
  /** Null where it is not told. */
  readonly milliseconds: number | null;
}

/** What is known behind the last article. */
export interface Tail {
  readonly methods: readonly MethodNote[];
  readonly settings: readonly Fact[];
  /** Null where they are not told. */
  readonly timings: readonly Timing[] | null;
  /** Lines about files that failed only while their article was made. */
  readonly problems: readonly string[];
}

/** How long something took, over the images. */
export interface Timing {
  readonly title: string;
  readonly count: number;
  /** Milliseconds. */
  readonly median: number;
  readonly first: number;
}
