import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAccept } from './accept.js';
import { contentTypeOf, negotiate, type Offer } from './negotiate.js';
import {
  bulkdataOffers,
  frameOffers,
  instanceOffers,
  metadataOffers,
  storeResponseOffers,
} from './offers.js';

const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const JPEG = '1.2.840.10008.1.2.4.50';
const JPEG_LS = '1.2.840.10008.1.2.4.80';

/** How the answer goes out, or 406. */
const answer = (offers: readonly Offer[], header: string | undefined, query?: string) => {
  const parsed = parseAccept(header, query);
  if (!parsed.ok) return parsed.reason;
  const chosen = negotiate(parsed.accept, offers);
  return chosen.ok
    ? `${chosen.offer.multipart ? 'multipart ' : ''}${contentTypeOf(chosen.offer)}`
    : 406;
};
const as = (mediaType: string, syntax: string) => `${mediaType}; transfer-syntax=${syntax}`;

describe('an instance', () => {
  const native = instanceOffers({ stored: EXPLICIT, uncompressed: 'default', single: true });
  const jls = instanceOffers({ stored: JPEG_LS, uncompressed: 'default', single: true });
  const jpeg = instanceOffers({ stored: JPEG, uncompressed: 'on-request', single: true });
  const kept = instanceOffers({ stored: JPEG_LS, uncompressed: 'no', single: true });
  const dicom = 'multipart/related; type="application/dicom"';

  test.each([
    ['*/*', native, `multipart ${as('application/dicom', EXPLICIT)}`],
    [undefined, native, `multipart ${as('application/dicom', EXPLICIT)}`],
    ['', native, `multipart ${as('application/dicom', EXPLICIT)}`],
    [dicom, native, `multipart ${as('application/dicom', EXPLICIT)}`],
    [
      'multipart/related; type=application/dicom',
      native,
      `multipart ${as('application/dicom', EXPLICIT)}`,
    ],
    ['multipart/related', native, `multipart ${as('application/dicom', EXPLICIT)}`],
    ['application/dicom', native, as('application/dicom', EXPLICIT)],
    [`${dicom}; transfer-syntax=*`, native, `multipart ${as('application/dicom', EXPLICIT)}`],
    [dicom, jls, `multipart ${as('application/dicom', EXPLICIT)}`],
    ['*/*', jls, `multipart ${as('application/dicom', EXPLICIT)}`],
    [`${dicom}; transfer-syntax=*`, jls, `multipart ${as('application/dicom', JPEG_LS)}`],
    ['application/dicom;transfer-syntax=*', jls, as('application/dicom', JPEG_LS)],
    [`${dicom}; transfer-syntax=${JPEG_LS}`, jls, `multipart ${as('application/dicom', JPEG_LS)}`],
    [`${dicom}; transfer-syntax=${JPEG}`, jls, 406],
    [
      `${dicom}; transfer-syntax=${JPEG}, ${dicom}; transfer-syntax=${EXPLICIT}; q=0.1`,
      jls,
      `multipart ${as('application/dicom', EXPLICIT)}`,
    ],
    ['image/jpeg', jls, 406],
    [dicom, jpeg, `multipart ${as('application/dicom', JPEG)}`],
    [
      `${dicom}; transfer-syntax=${EXPLICIT}`,
      jpeg,
      `multipart ${as('application/dicom', EXPLICIT)}`,
    ],
    [`${dicom}; transfer-syntax=${EXPLICIT}`, kept, 406],
    ['*/*', kept, `multipart ${as('application/dicom', JPEG_LS)}`],
  ])('Accept: %s', (header, offers, expected) => expect(answer(offers, header)).toBe(expected));

  test('implicit VR and big endian never go out', () => {
    for (const stored of [IMPLICIT, BIG_ENDIAN]) {
      const offers = instanceOffers({ stored, uncompressed: 'default', single: true });
      expect(offers.every(({ transferSyntax }) => transferSyntax === EXPLICIT)).toBe(true);
      expect(answer(offers, `${dicom}; transfer-syntax=*`)).toBe(
        `multipart ${as('application/dicom', EXPLICIT)}`,
      );
      expect(answer(offers, `${dicom}; transfer-syntax=${stored}`)).toBe(406);
      expect(instanceOffers({ stored, uncompressed: 'no', single: true })).toEqual([]);
    }
  });

  test('several instances go as multipart only', () => {
    const offers = instanceOffers({ stored: EXPLICIT, uncompressed: 'default', single: false });
    expect(answer(offers, 'application/dicom')).toBe(406);
    expect(answer(offers, 'application/dicom, */*;q=0.1')).toBe(
      `multipart ${as('application/dicom', EXPLICIT)}`,
    );
  });
});

describe('frames', () => {
  const native = frameOffers({ stored: IMPLICIT, uncompressed: 'default', single: true });
  const jls = frameOffers({ stored: JPEG_LS, uncompressed: 'default', single: true });
  const jpeg = frameOffers({ stored: JPEG, uncompressed: 'on-request', single: true });
  const unknown = frameOffers({ stored: '1.2.3', uncompressed: 'no', single: true });
  const octets = 'multipart/related; type="application/octet-stream"';
  const raw = `multipart ${as('application/octet-stream', EXPLICIT)}`;

  test.each([
    ['*/*', native, raw],
    [octets, native, raw],
    [`${octets}; transfer-syntax=*`, native, raw],
    ['application/octet-stream', native, as('application/octet-stream', EXPLICIT)],
    ['multipart/related; type="image/*"', native, 406],
    ['*/*', jls, raw],
    [octets, jls, raw],
    [`${octets}; transfer-syntax=*`, jls, `multipart ${as('application/octet-stream', JPEG_LS)}`],
    [
      'multipart/related; type="application/octet-stream; transfer-syntax=*"',
      jls,
      `multipart ${as('application/octet-stream', JPEG_LS)}`,
    ],
    [
      `${octets}; transfer-syntax=${JPEG_LS}`,
      jls,
      `multipart ${as('application/octet-stream', JPEG_LS)}`,
    ],
    ['multipart/related; type="image/*"', jls, `multipart ${as('image/jls', JPEG_LS)}`],
    ['multipart/related; type="*/*"', jls, `multipart ${as('image/jls', JPEG_LS)}`],
    [
      'multipart/related; type="*/*"; transfer-syntax=*',
      jls,
      `multipart ${as('image/jls', JPEG_LS)}`,
    ],
    ['multipart/related; type="image/jls"', jls, `multipart ${as('image/jls', JPEG_LS)}`],
    ['multipart/related; type="image/x-jls"', jls, `multipart ${as('image/jls', JPEG_LS)}`],
    ['image/jls', jls, as('image/jls', JPEG_LS)],
    ['multipart/related; type="image/jpeg"', jls, 406],
    [
      'multipart/related; type="image/jpeg", multipart/related; type="application/octet-stream"; q=0.2',
      jls,
      raw,
    ],
    [
      'multipart/related; type="image/jls"; q=0.1, multipart/related; type="application/octet-stream"',
      jls,
      raw,
    ],
    [
      'multipart/related; type="image/jls", */*; q=0.1',
      jls,
      `multipart ${as('image/jls', JPEG_LS)}`,
    ],
    ['*/*', jpeg, `multipart ${as('image/jpeg', JPEG)}`],
    [octets, jpeg, raw],
    ['*/*', unknown, `multipart ${as('application/octet-stream', '1.2.3')}`],
    [
      `${octets}; transfer-syntax=*`,
      unknown,
      `multipart ${as('application/octet-stream', '1.2.3')}`,
    ],
  ])('Accept: %s', (header, offers, expected) => expect(answer(offers, header)).toBe(expected));
});

describe('what can be converted to other syntaxes', () => {
  const targets = ['1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.57', JPEG_LS];
  const [FIRST_ORDER, ANY_ORDER] = targets as [string, string];
  const given = { stored: EXPLICIT, uncompressed: 'default', single: true } as const;
  const plain = instanceOffers(given);
  const instance = instanceOffers({ ...given, targets });
  const frame = frameOffers({ ...given, targets });
  const baseline = frameOffers({ ...given, stored: JPEG, uncompressed: 'on-request', targets });
  const report = instanceOffers({ ...given, single: false, withoutImage: true });
  const dicom = 'multipart/related; type="application/dicom"';

  test.each([
    ['*/*', instance, answer(plain, '*/*')],
    [`${dicom}; transfer-syntax=*`, instance, answer(plain, `${dicom}; transfer-syntax=*`)],
    [`application/dicom; transfer-syntax=${JPEG_LS}`, instance, as('application/dicom', JPEG_LS)],
    [
      `${dicom}; transfer-syntax=${ANY_ORDER}`,
      instance,
      `multipart ${as('application/dicom', ANY_ORDER)}`,
    ],
    [
      `application/dicom; transfer-syntax=${JPEG_LS}; q=0.3, application/dicom; q=0.4`,
      instance,
      as('application/dicom', EXPLICIT),
    ],
    ['*/*', frame, `multipart ${as('application/octet-stream', EXPLICIT)}`],
    ['image/jpeg', frame, as('image/jpeg', FIRST_ORDER)],
    ['image/jpeg; transfer-syntax=*', frame, as('image/jpeg', FIRST_ORDER)],
    [`image/jpeg; transfer-syntax=${ANY_ORDER}`, frame, as('image/jpeg', ANY_ORDER)],
    ['image/jls, image/jpeg; q=0.9', frame, as('image/jls', JPEG_LS)],
    ['image/*', frame, as('image/jpeg', FIRST_ORDER)],
    ['image/jp2', frame, 406],
    ['image/jpeg', baseline, as('image/jpeg', JPEG)],
    [`image/jpeg; transfer-syntax=${FIRST_ORDER}`, baseline, as('image/jpeg', FIRST_ORDER)],
    ['image/jls', baseline, as('image/jls', JPEG_LS)],
    [
      `${dicom}; transfer-syntax=${JPEG_LS}`,
      report,
      `multipart ${as('application/dicom', EXPLICIT)}`,
    ],
    ['image/jls', report, 406],
  ])('Accept: %s', (header, offers, expected) => expect(answer(offers, header)).toBe(expected));
});

describe('metadata, search results and store responses', () => {
  test.each([
    ['*/*', 'application/dicom+json'],
    [undefined, 'application/dicom+json'],
    ['application/dicom+json', 'application/dicom+json'],
    ['application/json', 'application/json'],
    ['application/*', 'application/dicom+json'],
    ['application/dicom+json; transfer-syntax=*', 'application/dicom+json'],
    ['multipart/related; type="application/dicom+xml"', 'multipart application/dicom+xml'],
    ['text/html', 406],
  ])('metadata, Accept: %s', (header, expected) =>
    expect(answer(metadataOffers(), header)).toBe(expected),
  );

  test('a store response may be XML without packaging', () =>
    expect(answer(storeResponseOffers(), 'application/dicom+xml')).toBe('application/dicom+xml'));

  test('bulk data are octets', () => {
    expect(answer(bulkdataOffers(), '*/*')).toBe(
      `multipart ${as('application/octet-stream', EXPLICIT)}`,
    );
    expect(answer(bulkdataOffers(), 'application/octet-stream')).toBe(
      as('application/octet-stream', EXPLICIT),
    );
  });
});

describe('weights and lists', () => {
  const offers = metadataOffers();

  test('q=0 shuts out, the most specific range decides', () => {
    expect(answer(offers, 'application/dicom+json;q=0, */*;q=0.1')).toBe('application/json');
    expect(answer(offers, '*/*;q=0')).toBe(406);
    expect(answer(offers, 'application/json;q=0.5, application/*;q=0.9')).toBe(
      'application/dicom+json',
    );
  });

  test('what is not valid is left out, and nothing valid means nothing acceptable', () => {
    expect(
      answer(offers, 'rubbish, ,;q=1, application/json; q=2, application/dicom+json; q=0.1'),
    ).toBe('application/dicom+json');
    expect(answer(offers, 'rubbish')).toBe(406);
  });

  test('a comma inside quotes parts nothing', () =>
    expect(answer(offers, 'a/b; x="1, application/json", application/json')).toBe(
      'application/json',
    ));

  test('the query parameter goes first, without wildcards', () => {
    expect(answer(offers, '*/*', 'application/json')).toBe('application/json');
    expect(answer(offers, 'application/dicom+json', '*/*')).toBe('application/dicom+json');
    expect(answer(offers, 'application/json', 'text/html')).toBe('application/json');
  });

  test('length and number have bounds', () => {
    expect(answer(offers, 'a'.repeat(10_000))).toBe('too-long');
    expect(answer(offers, 'a/b,'.repeat(100))).toBe('too-many');
  });

  test('a 406 can say what there is', () => {
    const parsed = parseAccept('text/html');
    expect(parsed.ok && negotiate(parsed.accept, offers)).toEqual({
      ok: false,
      available: [
        'application/dicom+json',
        'application/json',
        'multipart/related; type="application/dicom+xml"',
      ],
    });
  });

  test('*/* is served whatever is offered by default', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(
          EXPLICIT,
          IMPLICIT,
          BIG_ENDIAN,
          JPEG,
          JPEG_LS,
          '1.2.840.10008.1.2.5',
          '1.2.840.10008.1.2.4.102',
        ),
        fc.constantFrom('default' as const, 'on-request' as const, 'no' as const),
        fc.boolean(),
        (stored, uncompressed, single) => {
          fc.pre(uncompressed !== 'no' || (stored !== IMPLICIT && stored !== BIG_ENDIAN));
          for (const offersOf of [instanceOffers, frameOffers])
            expect(answer(offersOf({ stored, uncompressed, single }), '*/*')).not.toBe(406);
        },
      ),
    ));
});
