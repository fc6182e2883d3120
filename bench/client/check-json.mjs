const bodyBytesMax = 256 * 1024 * 1024;

/**
 * Checks a JSON answer: status 200 and `verify(value)`, which returns what is wrong or `undefined`. With `known`, a
 * map from path to an answer already verified, an equal answer is told by its bytes instead of being parsed again.
 */
export function checkJson({ verify, known, path, keep }) {
  const chunks = [];
  let status = 0;
  let length = 0;
  return {
    start(code) {
      status = code;
    },
    data(chunk) {
      length += chunk.length;
      if (length <= bodyBytesMax) chunks.push(chunk);
    },
    end() {
      if (length > bodyBytesMax) return `more than ${bodyBytesMax} bytes`;
      const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length);
      keep?.(body);
      if (status !== 200) return `status ${status}: ${body.toString('latin1', 0, 120)}`;
      if (known?.get(path)?.equals(body)) return undefined;
      const wrong = wrongIn(body, verify);
      if (wrong === undefined) known?.set(path, Buffer.from(body));
      return wrong;
    },
    get length() {
      return length;
    },
  };
}

function wrongIn(body, verify) {
  try {
    return verify(JSON.parse(body.toString('utf8')));
  } catch (error) {
    return `not the JSON expected: ${error.message}`;
  }
}

/** The first value of an attribute in the DICOM JSON model, for a person name its alphabetic group. */
export function firstValue(attributes, tag) {
  const value = attributes[tag]?.Value?.[0];
  return value?.Alphabetic ?? value;
}
