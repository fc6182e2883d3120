import { ENCODED_SYNTAXES } from '#dicom/encoded-form';
import { TransferSyntaxUid, transferSyntaxOf } from '#dicom/transfer-syntax';
import { parseAccept } from '#dicomweb/accept';
import { negotiate, type Offer } from '#dicomweb/negotiate';
import { frameOffers, instanceOffers, type Uncompressed } from '#dicomweb/offers';
import { badRequest, notAcceptable, type Problem } from '../problem.js';

/** What a client accepts: its Accept field and its `accept` parameter (PS3.18 §8.3.3.1). */
export type Asked = Readonly<{ accept: string | undefined; acceptQuery: string | undefined }>;

/** What was agreed on, or the problem that says what there is. */
export type Choice =
  | Readonly<{ ok: true; offer: Offer }>
  | Readonly<{ ok: false; problem: Problem }>;

/** Whose form is chosen. `targets`: the transfer syntaxes that it can be converted to; undefined when nobody has looked yet, and all may be. */
export type Held = Readonly<{
  kind: 'instance' | 'frame';
  stored: string;
  single: boolean;
  targets?: readonly string[];
  withoutImage?: boolean;
}>;

const CHOICES_MAX = 2_000;
const offersOf = { instance: instanceOffers, frame: frameOffers };

/** Negotiates the form of an instance or frame. Clients ask alike all day long: what was chosen is remembered. */
export function representationChooser() {
  const choices = new Map<string, Choice>();
  return (held: Held, asked: Asked): Choice => {
    const key = keyOf(held, asked);
    let choice = choices.get(key);
    if (choice === undefined) {
      const { kind, stored } = held;
      const targets = held.targets ?? candidates(kind, stored);
      choice = choose(
        offersOf[kind]({ ...held, targets, uncompressed: uncompressed(stored) }),
        asked,
      );
      if (choices.size >= CHOICES_MAX) choices.clear();
      choices.set(key, choice);
    }
    return choice;
  };
}

const keyOf = (held: Held, { accept, acceptQuery }: Asked): string => {
  const { kind, stored, single, targets, withoutImage } = held;
  const known = `${targets?.join('+') ?? ''}${withoutImage ?? ''}`;
  return `${kind}${single}${known} ${stored} ${acceptQuery ?? ''}\n${accept ?? ''}`;
};

/** What frames or instances in this transfer syntax may be converted to, if their pixels are such that an encoder takes them. */
export function candidates(kind: Held['kind'], stored: string): readonly string[] {
  if (uncompressed(stored) === 'no') return [];
  const whole = kind === 'instance' ? [TransferSyntaxUid.DeflatedExplicitVRLittleEndian] : [];
  return [...ENCODED_SYNTAXES, ...whole].filter((uid) => uid !== stored);
}

export type ChooseRepresentation = ReturnType<typeof representationChooser>;

/** The best of the offers, or the problem that says which there are. */
export function choose(offers: readonly Offer[], { accept, acceptQuery }: Asked): Choice {
  const parsed = parseAccept(accept, acceptQuery);
  if (!parsed.ok) return { ok: false, problem: badRequest('The list of Accept is too long.') };
  const negotiated = negotiate(parsed.accept, offers);
  if (negotiated.ok) return negotiated;
  const { available } = negotiated;
  const list = available.length === 0 ? 'nothing' : available.join(', ');
  return { ok: false, problem: notAcceptable(`Available: ${list}.`) };
}

const DECODED_BY_DEFAULT: ReadonlySet<string> = new Set([
  TransferSyntaxUid.RLELossless,
  TransferSyntaxUid.JPEGLossless,
  TransferSyntaxUid.JPEGLosslessFirstOrder,
  TransferSyntaxUid.JPEGLSLossless,
  TransferSyntaxUid.JPEG2000Lossless,
  TransferSyntaxUid.HTJ2KLossless,
  TransferSyntaxUid.HTJ2KLosslessRPCL,
  '1.2.840.10008.1.2.8.1',
]);

const DECODED_ON_REQUEST: ReadonlySet<string> = new Set([
  TransferSyntaxUid.JPEGBaseline,
  TransferSyntaxUid.JPEGExtended,
  TransferSyntaxUid.JPEGLSNearLossless,
  TransferSyntaxUid.JPEG2000,
  TransferSyntaxUid.HTJ2K,
]);

/** What losing nothing was stored for is decoded for who names no transfer syntax; what lost already goes as it is (PS3.18 §8.7.3.4). */
function uncompressed(stored: string): Uncompressed {
  if (transferSyntaxOf(stored)?.coding === 'native' || DECODED_BY_DEFAULT.has(stored))
    return 'default';
  return DECODED_ON_REQUEST.has(stored) ? 'on-request' : 'no';
}
