/** Why one value cannot be loaded, with Redshift's error code (developer guide, "Load error reference"). */
export class ValueError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly value: string,
  ) {
    super(message);
  }
}
