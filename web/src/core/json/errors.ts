/** Why a text is not the JSON that kez accepts; offsets count UTF-16 code units of the text. */
export type JsonProblem =
  | "unexpected_end"
  | "unexpected_character"
  | "trailing_text"
  | "invalid_utf8"
  | "control_character"
  | "bad_escape"
  | "lone_surrogate"
  | "bad_number"
  | "duplicate_member"
  | "too_deep";

export class JsonError extends Error {
  override readonly name = "JsonError";

  constructor(
    readonly problem: JsonProblem,
    readonly at: number,
  ) {
    super(`${problem.replaceAll("_", " ")} at ${at}`);
  }
}
