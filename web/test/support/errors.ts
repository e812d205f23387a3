import { KezError } from "../../src/core/errors";

/** The code of the refusal that `work` ends with; null when it succeeds. Any other error fails the test. */
export async function codeOf(work: () => unknown): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof KezError) return error.code;
    throw error;
  }
}
