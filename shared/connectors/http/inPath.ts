/** An id as a part of a path; what is no character, and no URL can hold, is replaced. */
export const inPath = (id: string): string => encodeURIComponent(id.toWellFormed());
