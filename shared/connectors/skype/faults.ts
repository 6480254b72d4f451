/** A file that nobody can read, now or later; the message is a sentence for administrators. */
export class BrokenFile extends Error {
  override name = 'BrokenFile';
}

/** A file that ends before its content does: the rest may follow. */
export class CutFile extends Error {
  override name = 'CutFile';
}
