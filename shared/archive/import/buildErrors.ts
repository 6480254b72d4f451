/** What is known of a build is not so: it is looked at anew. */
export class BuildAgain extends Error {
  override name = 'BuildAgain';
}

/** A build's messages are not what they should be, or are gone: all is begun anew. */
export class BuildBroken extends Error {
  override name = 'BuildBroken';
}

/** The turn is over, or the copy is somebody else's: the rest is for later. */
export class BuildLeft extends Error {
  override name = 'BuildLeft';
}
