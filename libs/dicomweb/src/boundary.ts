/** Legal boundaries have 1 to 70 characters; a blank may stand anywhere but at the end (RFC 2046 §5.1.1). */
const BOUNDARY = /^[\w'()+,\-./:=? ]{0,69}[\w'()+,\-./:=?]$/;

export const isBoundary = (text: string): boolean => BOUNDARY.test(text);
