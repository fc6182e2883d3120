import { ENCODED_SYNTAXES, encodableSyntaxes } from '#dicom/encoded-form';
import type { Offer } from '#dicomweb/negotiate';
import type { ReadExtract } from '#index/extract-reader';
import { ProblemException } from '../problem.js';
import { instanceHeader, pixelDescription } from './instance-header.js';
import type { LocatedInstance } from './locate.js';
import {
  type Asked,
  type Choice,
  type ChooseRepresentation,
  candidates,
  type Held,
} from './representation.js';

export type FormPorts = Readonly<{ choose: ChooseRepresentation; readExtract: ReadExtract }>;

/** `single`: the request names exactly one instance or frame. */
export type Wanted = Readonly<{ kind: Held['kind']; asked: Asked; single: boolean }>;

/**
 * Negotiates the form of what is held. Its pixels are looked at only when an encoder would be asked, or when nothing else
 * fits: whoever takes what is stored or uncompressed doesn't wait for that.
 */
export async function agreeOnForm(
  { choose, readExtract }: FormPorts,
  located: LocatedInstance,
  { kind, asked, single }: Wanted,
): Promise<Choice> {
  const { transferSyntax: stored, frameIndex } = located.instance;
  const held = { kind, stored, single };
  const atFirst = choose(held, asked);
  const possible = candidates(kind, stored);
  const isCertain = atFirst.ok ? !isEncoded(atFirst.offer) : possible.length === 0;
  if (isCertain) return atFirst;
  const withoutImage = frameIndex === null;
  const encodable = withoutImage ? [] : await encodableIn(readExtract, located);
  const targets = possible.filter(
    (uid) => encodable.includes(uid) || !ENCODED_SYNTAXES.includes(uid),
  );
  return choose({ ...held, targets, withoutImage }, asked);
}

/** The form, or a problem thrown. */
export async function formOf(
  ports: FormPorts,
  located: LocatedInstance,
  wanted: Wanted,
): Promise<Offer> {
  const choice = await agreeOnForm(ports, located, wanted);
  if (!choice.ok) throw new ProblemException(choice.problem);
  return choice.offer;
}

/** Whether it has to be encoded, and not only decoded. */
export const isEncoded = ({ asStored, transferSyntax = '' }: Offer): boolean =>
  !asStored && ENCODED_SYNTAXES.includes(transferSyntax);

async function encodableIn(
  readExtract: ReadExtract,
  located: LocatedInstance,
): Promise<readonly string[]> {
  const { json } = await instanceHeader(readExtract, located);
  return encodableSyntaxes(located.instance.transferSyntax, pixelDescription(json));
}
