import { TransferSyntaxUid, transferSyntaxOf } from '#dicom/transfer-syntax';
import { parseAccept } from '#dicomweb/accept';
import { negotiate, type Offer } from '#dicomweb/negotiate';
import { frameOffers, instanceOffers, type Uncompressed } from '#dicomweb/offers';
import { badRequest, notAcceptable, type Problem, ProblemException } from '../problem.js';

/** What a client accepts: its Accept field and its `accept` parameter (PS3.18 §8.3.3.1). */
export type Asked = Readonly<{ accept: string | undefined; acceptQuery: string | undefined }>;

type Choice = Readonly<{ ok: true; offer: Offer }> | Readonly<{ ok: false; problem: Problem }>;

const CHOICES_MAX = 2_000;
const offersOf = { instance: instanceOffers, frame: frameOffers };

/** Negotiates the form of an instance or frame. Clients ask alike all day long: what was chosen is remembered. */
export function representationChooser() {
  const choices = new Map<string, Choice>();
  return (kind: 'instance' | 'frame', asked: Asked, stored: string, single: boolean): Offer => {
    const key = `${kind}${single} ${stored} ${asked.acceptQuery ?? ''}\n${asked.accept ?? ''}`;
    let choice = choices.get(key);
    if (choice === undefined) {
      choice = choose(
        offersOf[kind]({ stored, uncompressed: uncompressed(stored), single }),
        asked,
      );
      if (choices.size >= CHOICES_MAX) choices.clear();
      choices.set(key, choice);
    }
    if (!choice.ok) throw new ProblemException(choice.problem);
    return choice.offer;
  };
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
