/** What a kind of page is: what it asks, what it shows, and what it is called. */
import type { ComponentType } from "react";
import type { Address } from "./address";
import type { Given } from "./context";
import type { Loader } from "./questions";
import type { Words } from "./words/en";

export interface PageKind<Data> {
  /** What it asks for an address, whose parts are those that its pattern has in brackets, decoded. */
  readonly load: (address: Address, part: string) => Loader<Data>;
  readonly View: ComponentType<ViewProps<Data>>;
  /** What stands in the title of the window, before the name of the site. */
  readonly title: (data: Data, words: Words, given: Given) => string;
  /** What is shown where the browser could not load it, of a page that is of use without: a form of filters. */
  readonly failed?: (message: string) => Data;
  /** The topics that it names, by their paths: what they are called is asked for as well. */
  readonly topics?: (data: Data, address: Address) => readonly string[];
  /** What search engines and previews show beneath the title. */
  readonly description?: (data: Data, words: Words) => string;
  /** The status of the response; 200 where nothing is said. */
  readonly status?: (data: Data) => number;
  /** Whether search engines are to leave it out. */
  readonly isUnlisted?: (data: Data, address: Address) => boolean;
}

export interface ViewProps<Data> {
  readonly data: Data;
  readonly part: string;
  /** The next data is on its way. */
  readonly isWaiting: boolean;
}

/** Thrown by a loader where an address cannot mean anything. */
export class BadAddress extends Error {}

/** Thrown by a loader where there is nothing of that name. */
export class NothingThere extends Error {}

/** Thrown by a loader where what is asked for came after the day of its address, or was recorded after its moment. */
export class NotByThen extends Error {}
