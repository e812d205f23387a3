/** What a unit of work means for the search index. */
export interface SearchChange {
  /** The row of the message. */
  readonly row: string;
  /** What is found of it; null: nothing any more. */
  readonly text: string | null;
}
