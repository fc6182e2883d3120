/** The version of a projection that was asked for is no longer there: another is in use. */
export class ProjectionDropped extends Error {}
