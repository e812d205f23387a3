/** The few texts that leave the page: the views' catalogue gives them, in the language in force. */
export interface Phrases {
  /** Of a notification whose sender is not to be shown. */
  readonly someone: () => string;
  readonly newMessage: () => string;
  readonly newMessages: (count: number) => string;
  readonly file: (name: string) => string;
  readonly request: () => string;
}
